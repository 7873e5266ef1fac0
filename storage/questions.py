"""Questions that went to a person, and the answers that came back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.duty import Duty, DutyKind, DutyState, Outcome
from domain.enquiry_week import Answers
from domain.people import Language, Role
from domain.question import Asked
from storage import duties, people
from storage.among import among
from storage.database import Work
from storage.how_many import how_many
from storage.tables.duties import duties as duty_rows
from storage.tables.duties import questions
from storage.tables.people import people as person_rows


@dataclass(frozen=True, slots=True)
class Question:
    """What a question adds to its duty. `previous_id` is the question that it opens again."""

    address_id: int
    text: str
    candidates: Sequence[tuple[str, str]]
    promised_at: datetime | None = None
    enquiry_id: int | None = None
    previous_id: int | None = None


async def ask(work: Work, duty: Duty, question: Question) -> None:
    """Store it beside its duty."""
    await work.conn.execute(
        sa.insert(questions).values(
            duty_id=duty.id,
            address_id=question.address_id,
            text=question.text,
            candidates=[list(pair) for pair in question.candidates],
            promised_at=question.promised_at,
            enquiry_id=question.enquiry_id,
            previous_id=question.previous_id,
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
    answerer = await people.person(work, row.answered_by) if row.answered_by else None
    return Asked(
        duty=duty,
        address_id=row.address_id,
        text=row.text,
        zone=community.zone,
        name=asker.name if asker else "",
        place=home.place if home else "",
        candidates=tuple((guide_id, name) for guide_id, name in row.candidates),
        answer=row.answer,
        phone=await _phone_of(work, duty.raised_by),
        is_elder=asker is not None and asker.is_any(Role.ELDER),
        reads_english=asker is not None and asker.language is Language.EN,
        promised_at=row.promised_at,
        enquiry_id=row.enquiry_id,
        before=await _answer_of(work, row.previous_id),
        answered_by=row.answered_by,
        answerer=answerer.name if answerer else "",
        answered_at=row.answered_at,
        solved=row.solved,
    )


async def _phone_of(work: Work, person_id: int | None) -> str:
    """Unsealed for the worker who may rather ring; nothing of health is told here."""
    query = sa.select(person_rows.c.phone).where(person_rows.c.id == person_id)
    return await work.conn.scalar(query) or ""


async def _answer_of(work: Work, duty_id: int | None) -> str:
    if duty_id is None:
        return ""
    query = sa.select(questions.c.answer).where(questions.c.duty_id == duty_id)
    return await work.conn.scalar(query) or ""


async def question(work: Work, duty_id: int) -> Asked | None:
    """A question by its duty's id, or None."""
    duty = await duties.get(work, duty_id, DutyKind.QUESTION)
    return await asked(work, duty) if duty else None


async def answer(work: Work, duty_id: int, text: str, actor_id: int) -> bool:
    """Store a person's answer and close the duty; False where it was answered before."""
    if await duties.close(work, duty_id, Outcome.ANSWERED, actor_id) is None:
        return False
    await _set(work, duty_id, answer=text, answered_by=actor_id, answered_at=work.now)
    return True


async def settle(work: Work, duty_id: int, *, solved: bool) -> bool:
    """Note what the asker said of the answer; False where that is noted already."""
    done = await work.conn.execute(
        sa.update(questions)
        .where(
            questions.c.duty_id == duty_id,
            questions.c.answered_at.is_not(None),
            sa.or_(questions.c.solved.is_(None), questions.c.solved != solved),
        )
        .values(solved=solved)
    )
    return done.rowcount == 1


async def _set(work: Work, duty_id: int, **values: Any) -> None:
    await work.conn.execute(
        sa.update(questions).where(questions.c.duty_id == duty_id).values(**values)
    )


async def follow(work: Work, from_id: int, to_id: int) -> None:
    """What was asked in the one chat and is not answered is answered in the other."""
    open_ones = sa.select(duty_rows.c.id).where(
        duty_rows.c.kind == DutyKind.QUESTION, duty_rows.c.state < int(DutyState.CLOSED)
    )
    await work.conn.execute(
        sa.update(questions)
        .where(questions.c.address_id == from_id, questions.c.duty_id.in_(open_ones))
        .values(address_id=to_id)
    )


async def waiting(work: Work, community_id: int) -> list[Duty]:
    """The duties of a community's questions that nobody has answered, oldest first."""
    return await duties.unclosed(work, community_id, DutyKind.QUESTION)


async def count_from(work: Work, address_id: int, since: datetime) -> int:
    """How many questions one chat has put to people since then; opened again ones do not count."""
    return await _count(work, questions.c.address_id == address_id, duty_rows.c.opened_at > since)


async def count_of_strangers(work: Work, community_id: int, since: datetime) -> int:
    """How many questions strangers have put to a community's people since then."""
    return await _count(
        work,
        duty_rows.c.community_id == community_id,
        duty_rows.c.raised_by.is_(None),
        duty_rows.c.opened_at > since,
    )


async def _count(work: Work, *where: sa.ColumnElement[bool]) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(questions.join(duty_rows, duty_rows.c.id == questions.c.duty_id))
        .where(questions.c.previous_id.is_(None), *where)
    )
    return int(await work.conn.scalar(query) or 0)


_ANSWERED = (
    sa.select(
        sa.func.count(),
        sa.func.count(questions.c.answered_at),
        how_many(questions.c.answered_at <= questions.c.promised_at),
        how_many(questions.c.solved.is_(True)),
        how_many(questions.c.solved.is_(False)),
    )
    .select_from(questions.join(duty_rows, duty_rows.c.id == questions.c.duty_id))
    .where(
        duty_rows.c.opened_at >= sa.bindparam("since"),
        duty_rows.c.opened_at < sa.bindparam("until"),
    )
)


async def answers(work: Work, community_id: int, since: datetime, until: datetime) -> Answers:
    """How a community's people answered what was asked of them in that time."""
    query = _ANSWERED.where(duty_rows.c.community_id == community_id)
    return Answers(*(await work.conn.execute(query, {"since": since, "until": until})).one())


async def answers_of_places(
    work: Work, ids: Collection[int], since: datetime, until: datetime
) -> dict[int, Answers]:
    """The same by community; those that were asked nothing are left out."""
    place = duty_rows.c.community_id
    query = _ANSWERED.add_columns(place).where(among(place)).group_by(place)
    rows = await work.conn.execute(query, {"ids": ids, "since": since, "until": until})
    return {row[-1]: Answers(*row[:-1]) for row in rows}


async def still_open(work: Work, enquiry_id: int) -> bool:
    """Whether this enquiry is with a person already, who has not answered."""
    query = (
        sa.select(sa.func.count())
        .select_from(questions.join(duty_rows, duty_rows.c.id == questions.c.duty_id))
        .where(questions.c.enquiry_id == enquiry_id, duty_rows.c.state < int(DutyState.CLOSED))
    )
    return bool(await work.conn.scalar(query))
