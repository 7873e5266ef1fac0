"""Questions that went to a person, and the answers that came back."""

from collections.abc import Sequence

import sqlalchemy as sa

from domain.duty import Duty, DutyKind, DutyState, Outcome
from domain.question import Asked
from storage import duties, people
from storage.database import Work
from storage.tables.duties import duties as duty_rows
from storage.tables.duties import questions


async def ask(
    work: Work, duty: Duty, address_id: int, text: str, candidates: Sequence[tuple[str, str]]
) -> None:
    """What a question adds to its duty."""
    await work.conn.execute(
        sa.insert(questions).values(
            duty_id=duty.id,
            address_id=address_id,
            text=text,
            candidates=[list(pair) for pair in candidates],
        )
    )


async def asked(work: Work, duty: Duty) -> Asked:
    """The question behind a duty of that kind."""
    row = (
        await work.conn.execute(sa.select(questions).where(questions.c.duty_id == duty.id))
    ).one()
    community = await people.community(work, duty.community_id)
    asker = await people.person(work, duty.raised_by) if duty.raised_by else None
    home = await people.home(work, duty.household_id)
    return Asked(
        duty=duty,
        address_id=row.address_id,
        text=row.text,
        zone=community.zone,
        name=asker.name if asker else "",
        place=home.place if home else "",
        candidates=tuple((guide_id, name) for guide_id, name in row.candidates),
        answer=row.answer,
    )


async def question(work: Work, duty_id: int) -> Asked | None:
    """A question by its duty's id, or None."""
    duty = await duties.get(work, duty_id, DutyKind.QUESTION)
    return await asked(work, duty) if duty else None


async def answer(work: Work, duty_id: int, text: str, actor_id: int) -> bool:
    """Store a person's answer and close the duty; False where it was answered before."""
    if await duties.close(work, duty_id, Outcome.ANSWERED, actor_id) is None:
        return False
    await work.conn.execute(
        sa.update(questions).where(questions.c.duty_id == duty_id).values(answer=text)
    )
    return True


async def waiting(work: Work, community_id: int, worker_id: int | None = None) -> list[Asked]:
    """Questions of a community that nobody has answered, oldest first; or those one worker owns."""
    rows = await work.conn.execute(
        sa.select(duty_rows)
        .where(
            duty_rows.c.community_id == community_id,
            duty_rows.c.kind == DutyKind.QUESTION,
            duty_rows.c.state < int(DutyState.CLOSED),
            sa.true() if worker_id is None else duty_rows.c.owner_id == worker_id,
        )
        .order_by(duty_rows.c.opened_at)
    )
    return [await asked(work, duties.read_duty(row)) for row in rows.all()]
