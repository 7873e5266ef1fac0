"""The end of a group of turns: what is owed, where each dialogue stands, and that the updates are handled."""

from collections.abc import Sequence

from storage import inbox, outbox
from storage.database import Work
from storage.inbox import Steps
from storage.often import Part
from storage.outbox import Due, Letter
from storage.together import together


async def end(
    work: Work, handled: Sequence[int], letters: Sequence[Letter], steps: Steps
) -> list[Due]:
    """Store all of it, and what was kept for the end; returns what is to be sent after the commit. On
    PostgreSQL in one statement. Raises Overtaken where an update of these was handled already."""
    if work.driver is None:
        dues = await outbox.owe(work, letters)
        if steps:
            await inbox.remember_steps(work, steps)
        await inbox.finish(work, handled)
        return dues
    late = [part for rows in list(work.late or ()) if (part := rows.part(work))]
    changes: list[Part] = [inbox.finishing(work, handled), inbox.remembering(steps), *late]
    rows = await outbox.rows(work, letters)
    (finished, *_), owed = await together(work, changes, outbox.owing(rows))
    if finished != len(handled):
        raise inbox.Overtaken(inbox.Overtaken.__doc__)
    return outbox.claimed(rows, owed)
