"""Sheets handed in: kept apart from who was asked, mixed, and counted only in groups.

In the transaction that hands a sheet in, its author is known; afterwards nothing in the tables joins
them: keys are random, there are no times, and sheets are written anew in random order when they come
into the results, so that neither their place nor the transaction that wrote them tells whose they are.
"""

from collections import Counter
from collections.abc import Collection
from random import SystemRandom
from secrets import token_hex

import sqlalchemy as sa

from domain.ballot import Ballot, BallotState, Round, Standing, Turnout, subjects, to_count
from domain.survey import Answers, Questionnaire, tally
from domain.survey_weights import Part
from storage.among import among
from storage.database import Work
from storage.tables.people import households
from storage.tables.survey import survey_invitations as ballots
from storage.tables.survey import survey_sheets as sheets

_LETTERS = {Part.ORDINARY: "o", Part.SPECIAL: "s"}
"""One letter each, so that not even the length of what is sealed tells them apart."""


async def hand_in(work: Work, ballot: Ballot, minimum: int) -> bool:
    """Move a finished draft to the sheets, in one transaction; False where it was handed in before.

    The caller holds the round (`survey.get(lock=True)`), so that it cannot close in between.
    """
    done = await work.conn.execute(
        sa.update(ballots)
        .where(
            ballots.c.id == ballot.id,
            ballots.c.state == BallotState.BEGUN,
            ballots.c.position == ballot.position,
        )
        .values(state=BallotState.DONE, draft=None, position=0)
    )
    if done.rowcount != 1:
        return False
    stratum = await _stratum(work, ballot)
    row = _row(ballot.round_id, ballot.subject, dict(ballot.draft), stratum, counted=False)
    await work.conn.execute(sa.insert(sheets), [row])
    await _count_some(work, ballot.round_id, ballot.subject, minimum)
    return True


async def _stratum(work: Work, ballot: Ballot) -> str | None:
    """Which kind of home a sheet comes from, of the two that are drawn apart; None for a rater's."""
    if ballot.household_id is None:
        return None
    special = await work.conn.scalar(
        sa.select(households.c.special).where(households.c.id == ballot.household_id)
    )
    return _LETTERS[Part.SPECIAL if special else Part.ORDINARY]


def _row(
    round_id: int, subject: int, answers: object, stratum: str | None, *, counted: bool
) -> dict[str, object]:
    return {
        "id": token_hex(16),
        "round_id": round_id,
        "subject": subject,
        "counted": counted,
        "answers": answers,
        "stratum": stratum,
    }


async def _count_some(work: Work, round_id: int, subject: int, minimum: int) -> None:
    held = await work.conn.scalars(
        sa.select(sheets.c.id).where(
            sheets.c.round_id == round_id,
            sheets.c.subject == subject,
            sheets.c.counted.is_(False),
        )
    )
    if ids := to_count(held.all(), minimum):
        await _mix(work, sheets.c.id.in_(ids))


async def count_all(work: Work, round_id: int, minimum: int) -> None:
    """The round is over: every sheet counts, and what raters had confirmed becomes sheets.

    Where a stratum has sheets of fewer than `minimum` homes, no sheet says any more which it is of: with
    the list of who answered, a single special home's sheet would be known for hers.
    """
    await _take_confirmed(work, round_id)
    await _mix(work, sheets.c.round_id == round_id, minimum)


async def _take_confirmed(work: Work, round_id: int) -> None:
    theirs = sa.and_(ballots.c.round_id == round_id, ballots.c.state == BallotState.CONFIRMED)
    held = (
        await work.conn.execute(sa.select(ballots.c.subject, ballots.c.draft).where(theirs))
    ).all()
    if not held:
        return
    await work.conn.execute(
        sa.update(ballots).where(theirs).values(state=BallotState.DONE, draft=None, position=0)
    )
    rows = [_row(round_id, row.subject, row.draft, None, counted=False) for row in held]
    await work.conn.execute(sa.insert(sheets), rows)


async def _mix(work: Work, which: sa.ColumnElement[bool], minimum: int = 0) -> None:
    """Write the sheets anew under new random keys, in the order of these, as counted."""
    taken = (await work.conn.execute(sa.delete(sheets).where(which).returning(*sheets.c))).all()
    strata = Counter(row.stratum for row in taken)
    few = min(strata.values(), default=0) < minimum
    rows = [
        _row(row.round_id, row.subject, row.answers, None if few else row.stratum, counted=True)
        for row in taken
    ]
    if rows:
        rows.sort(key=lambda row: str(row["id"]))
        await work.conn.execute(sa.insert(sheets), rows)


async def labelled(
    work: Work, round_ids: Collection[int], subject: int
) -> list[tuple[int, Part, Answers]]:
    """The sheets of these rounds that results may show: whose round, of which stratum, in random order."""
    rows = await work.conn.execute(
        sa.select(sheets.c.round_id, sheets.c.stratum, sheets.c.answers)
        .where(
            among(sheets.c.round_id),
            sheets.c.subject == subject,
            sheets.c.counted.is_(True),
        )
        .order_by(sheets.c.id),
        {"ids": round_ids},
    )
    parts = {letter: part for part, letter in _LETTERS.items()}
    return [(row.round_id, parts.get(row.stratum, Part.ALL), row.answers) for row in rows]


async def counted(work: Work, round_id: int, subject: int) -> list[Answers]:
    """The sheets that results may show, in random order."""
    found = await work.conn.scalars(
        sa.select(sheets.c.answers)
        .where(
            sheets.c.round_id == round_id,
            sheets.c.subject == subject,
            sheets.c.counted.is_(True),
        )
        .order_by(sheets.c.id)
    )
    return list(found)


async def turnout(work: Work, round_id: int) -> Turnout:
    """How many of those sampled are in each state."""
    rows = await work.conn.execute(
        sa.select(ballots.c.state, sa.func.count())
        .where(ballots.c.round_id == round_id)
        .group_by(ballots.c.state)
    )
    return Turnout({BallotState(state): count for state, count in rows})


async def turnout_of(work: Work, round_ids: Collection[int]) -> dict[BallotState, int]:
    """The same of several rounds together."""
    rows = await work.conn.execute(
        sa.select(ballots.c.state, sa.func.count())
        .where(among(ballots.c.round_id))
        .group_by(ballots.c.state),
        {"ids": round_ids},
    )
    return {BallotState(state): count for state, count in rows}


async def standing(
    work: Work, round_: Round, questionnaire: Questionnaire, only: Collection[int] = ()
) -> Standing:
    """The round as it stands; `questionnaire` is the one it asks. With `only`, these subjects."""
    tallies = {
        subject: tally(questionnaire, await counted(work, round_.id, subject))
        for subject in only or subjects(questionnaire)
    }
    return Standing(round_, questionnaire, await turnout(work, round_.id), tallies)


async def words(work: Work, round_id: int, item_id: str) -> dict[int, list[str]]:
    """What stands under a question that asks for words, by subject: a text for each sheet, "" where
    nothing was written, in an order that joins neither two texts of one sheet nor one to its author.
    """
    rows = await work.conn.execute(
        sa.select(sheets.c.subject, sheets.c.answers).where(
            sheets.c.round_id == round_id, sheets.c.counted.is_(True)
        )
    )
    said: dict[int, list[str]] = {}
    for row in rows:
        said.setdefault(row.subject, []).append(str(row.answers.get(item_id, "")))
    for texts in said.values():
        SystemRandom().shuffle(texts)
    return dict(sorted(said.items()))
