"""Homes that a register gives to another worker: what is open there goes along, and both hear it."""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa

from domain.messages import Lane, Message
from storage import give, outbox, people
from storage.database import Work
from storage.outbox import Letter
from storage.tables.people import households
from wording import Phrases


async def workers(work: Work, here: int) -> dict[int, int | None]:
    """Who looks after each home of a community."""
    rows = await work.conn.execute(
        sa.select(households.c.id, households.c.worker_id).where(households.c.community_id == here)
    )
    return {row.id: row.worker_id for row in rows}


async def handed_over(work: Work, here: int, before: Mapping[int, int | None]) -> tuple[str, ...]:
    """After the load: whoever has homes that were another's has what was open there, too."""
    now = await workers(work, here)
    changed = {
        home: (old, now[home])
        for home, old in before.items()
        if home in now and old is not None and now[home] not in (None, old)
    }
    told = []
    for (old, new), homes in Counter(changed.values()).items():
        if new is None:
            continue
        theirs = [home for home, pair in changed.items() if pair == (old, new)]
        count = await give.follow(work, old, new, theirs)
        told += await _told(work, old, new, homes, count)
    return tuple(told)


async def _told(work: Work, old: int, new: int, homes: int, count: int) -> list[str]:
    found = await people.persons(work, [old, new])
    values = {"giver": found[old].name, "taker": found[new].name, "homes": homes, "duties": count}
    letters = [
        Letter(
            address,
            Message(Phrases.shipped()[found[one].language](f"give.loaded_{key}", **values)),
            Lane.CONVERSATION,
            not_before=work.now,
        )
        for one, key in ((old, "giver"), (new, "taker"))
        for address in (await people.reach(work, [one])).get(one, ())
    ]
    await outbox.owe(work, letters)
    line = f"{count} open requests of {values['giver']} are {values['taker']}'s, with their homes"
    return [line] if count else []
