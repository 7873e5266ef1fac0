"""Sheets handed in: kept apart from who was asked, mixed, and counted only in groups.

In the transaction that hands a sheet in, its author is known; afterwards nothing in the tables joins
them: keys are random, there are no times, and at every hand-in all sheets that are held back are written
anew with the new one, in random order (as all are that count, when some are added), so that neither their
place nor the transaction that wrote them tells whose they are.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from random import SystemRandom
from secrets import token_hex
from typing import TypeVar

import sqlalchemy as sa

from domain.ballot import (
    Ballot,
    BallotState,
    Round,
    RoundState,
    Standing,
    Turnout,
    subjects,
    to_count,
)
from domain.sampling import Part, Who
from domain.survey import Answers, Questionnaire, Tally, tally
from storage.among import among
from storage.database import AnyRow, Work
from storage.tables.base import Sealed, SealedJson
from storage.tables.survey import survey_invitations as ballots
from storage.tables.survey import survey_rounds as rounds
from storage.tables.survey import survey_sheets as sheets

MANY = 500
"""Sheets from which on they are opened and counted beside the event loop: 2,000 take 0.2 s to count, a
city's 40,000 more than a second, and somebody may be pressing for help."""
Made = TypeVar("Made")
_AS_STORED = partial(sa.type_coerce, type_=sa.LargeBinary)

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
    pile = Pile(await _lie_in(work, ballot.round_id), ballot.subject)
    letter = _LETTERS[ballot.stratum] if ballot.stratum else None
    new = _row(pile.round_id, pile.subject, letter, dict(ballot.draft), counted=False)
    await _mix(work, pile.held, [new])
    await _count_some(work, pile, minimum)
    return True


@dataclass(frozen=True, slots=True)
class Pile:
    """The sheets that lie together and are mixed: those of a round about one of those rated."""

    round_id: int
    subject: int

    @property
    def all(self) -> sa.ColumnElement[bool]:
        return sa.and_(sheets.c.round_id == self.round_id, sheets.c.subject == self.subject)

    @property
    def held(self) -> sa.ColumnElement[bool]:
        return sa.and_(self.all, sheets.c.counted.is_(False))


async def _lie_in(work: Work, round_id: int) -> int:
    """Under which round a sheet lies, held until this transaction ends: its own, but where each
    community has one rater the first of the whole campaign, for its own would name who wrote it."""
    found = await pile_of(work, round_id)
    if found != round_id and work.on_postgresql:
        await work.conn.execute(
            sa.select(rounds.c.id).where(rounds.c.id == found).with_for_update()
        )
    return found


async def pile_of(work: Work, round_id: int) -> int:
    """The round under which the sheets of this one lie."""
    whole = rounds.alias("whole")
    first = await work.conn.scalar(
        sa.select(sa.func.min(whole.c.id))
        .join(rounds, rounds.c.campaign_id == whole.c.campaign_id)
        .where(rounds.c.id == round_id, rounds.c.who == Who.RATER)
    )
    return first or round_id


def _row(
    round_id: int, subject: int, stratum: str | None, answers: object, *, counted: bool
) -> dict[str, object]:
    return {
        "id": token_hex(16),
        "round_id": round_id,
        "subject": subject,
        "stratum": stratum,
        "counted": counted,
        "answers": answers,
    }


async def _count_some(work: Work, pile: Pile, minimum: int) -> None:
    held = await work.conn.scalars(sa.select(sheets.c.id).where(pile.held))
    if ids := to_count(held.all(), minimum):
        these = sa.or_(sheets.c.counted.is_(True), sheets.c.id.in_(ids))
        await _mix(work, sa.and_(pile.all, these), counted=True)


async def count_all(work: Work, round_id: int, minimum: int) -> None:
    """The round is over: every sheet counts, and what raters had confirmed becomes sheets; of a campaign
    of ratings they count when its last round is over.

    Where a stratum has sheets of fewer than `minimum` homes, no sheet of that subject says any more which
    it is of: with the list of who answered, a single special home's sheet would be known for hers.
    """
    own, round_id = round_id, await _lie_in(work, round_id)
    await _take_confirmed(work, own, round_id)
    if not await _still_open(work, round_id):
        await _mix(work, sheets.c.round_id == round_id, counted=True, minimum=minimum)


async def _take_confirmed(work: Work, round_id: int, pile: int) -> None:
    theirs = sa.and_(ballots.c.round_id == round_id, ballots.c.state == BallotState.CONFIRMED)
    held = (
        await work.conn.execute(
            sa.select(ballots.c.subject, ballots.c.stratum, ballots.c.draft).where(theirs)
        )
    ).all()
    if not held:
        return
    await work.conn.execute(
        sa.update(ballots).where(theirs).values(state=BallotState.DONE, draft=None, position=0)
    )
    rows = [_row(pile, row.subject, None, row.draft, counted=False) for row in held]
    await work.conn.execute(sa.insert(sheets), rows)


async def _still_open(work: Work, pile: int) -> bool:
    whole = rounds.alias("whole")
    found = await work.conn.scalar(
        sa.select(whole.c.id)
        .join(rounds, rounds.c.campaign_id == whole.c.campaign_id)
        .where(rounds.c.id == pile, rounds.c.who == Who.RATER, whole.c.state == RoundState.OPEN)
        .limit(1)
    )
    return found is not None


async def _mix(
    work: Work,
    which: sa.ColumnElement[bool],
    new: Collection[dict[str, object]] = (),
    *,
    counted: bool = False,
    minimum: int = 0,
) -> None:
    """Write the sheets anew under new random keys, with new ones among them, in the order of these."""
    taken = (await work.conn.execute(sa.delete(sheets).where(which).returning(*sheets.c))).all()
    alike = Counter((row.subject, row.stratum) for row in taken)
    few = {subject for (subject, _), count in alike.items() if count < minimum}
    rows = [
        _row(
            row.round_id,
            row.subject,
            None if row.subject in few else row.stratum,
            row.answers,
            counted=counted,
        )
        for row in taken
    ]
    rows += new
    if rows:
        rows.sort(key=lambda row: str(row["id"]))
        await work.conn.execute(sa.insert(sheets), rows)


async def labelled(
    work: Work, round_ids: Collection[int], subject: int
) -> list[tuple[int, Part, Answers]]:
    """The sheets of these rounds that results may show: whose round, of which stratum, in random order."""
    rows = await work.conn.execute(
        sa.select(sheets.c.round_id, _AS_STORED(sheets.c.stratum), _AS_STORED(sheets.c.answers))
        .where(
            among(sheets.c.round_id),
            sheets.c.subject == subject,
            sheets.c.counted.is_(True),
        )
        .order_by(sheets.c.id),
        {"ids": round_ids},
    )
    found = rows.all()
    return await beside(len(found), lambda: _opened(work, found))


async def beside(count: int, make: Callable[[], Made]) -> Made:
    """What is made of so many sheets, in a thread where they are many."""
    return await asyncio.to_thread(make) if count >= MANY else make()


def _opened(work: Work, found: Sequence[AnyRow]) -> list[tuple[int, Part, Answers]]:
    parts = {letter: part for part, letter in _LETTERS.items()}
    letter, answers = sheets.c.stratum.type, sheets.c.answers.type
    assert isinstance(letter, Sealed)
    assert isinstance(answers, SealedJson)
    dialect = work.conn.dialect
    return [
        (
            round_id,
            parts.get(letter.process_result_value(of, dialect) or "", Part.ALL),
            answers.process_result_value(said, dialect),
        )
        for round_id, of, said in found
    ]


async def counted(work: Work, round_id: int, subject: int) -> list[Answers]:
    """The sheets that results may show, in random order."""
    return [answers for _, _, answers in await labelled(work, [round_id], subject)]


async def turnout(work: Work, *round_ids: int) -> Turnout:
    """How many of those sampled are in each state, in one round or over several."""
    rows = await work.conn.execute(
        sa.select(ballots.c.state, sa.func.count())
        .where(among(ballots.c.round_id))
        .group_by(ballots.c.state),
        {"ids": round_ids},
    )
    return Turnout({BallotState(state): count for state, count in rows})


async def standing(
    work: Work, round_: Round, questionnaire: Questionnaire, only: Collection[int] = ()
) -> Standing:
    """The round as it stands; `questionnaire` is the one it asks. With `only`, these subjects. Ratings
    of a campaign are shown over all its communities alone: here it counts who answered."""
    tallies = {
        subject: await _tally(questionnaire, await _shown(work, round_, subject))
        for subject in only or subjects(questionnaire)
    }
    return Standing(round_, questionnaire, await turnout(work, round_.id), tallies)


async def campaign_standing(
    work: Work, round_: Round, questionnaire: Questionnaire, turnout: Turnout
) -> Standing:
    """What all communities of a campaign say of those they rate; `round_` is any of its rounds."""
    pile = await pile_of(work, round_.id)
    tallies = {
        subject: await _tally(questionnaire, await counted(work, pile, subject))
        for subject in subjects(questionnaire)
    }
    return Standing(round_, questionnaire, turnout, tallies)


async def _tally(questionnaire: Questionnaire, said: Sequence[Answers]) -> Tally:
    return await beside(len(said), lambda: tally(questionnaire, said))


async def _shown(work: Work, round_: Round, subject: int) -> list[Answers]:
    return [] if _of_all(round_) else await counted(work, round_.id, subject)


def _of_all(round_: Round) -> bool:
    """Whether its sheets lie together with those of other communities."""
    return round_.who is Who.RATER and round_.campaign_id is not None


async def words(work: Work, round_: Round, item_id: str) -> dict[int, list[str]]:
    """What stands under a question that asks for words, by subject: a text for each sheet, "" where
    nothing was written, in an order that joins neither two texts of one sheet nor one to its author.
    Ratings of a campaign are all its communities', and no single head's to read.
    """
    if _of_all(round_):
        return {}
    rows = await work.conn.execute(
        sa.select(sheets.c.subject, sheets.c.answers).where(
            sheets.c.round_id == round_.id, sheets.c.counted.is_(True)
        )
    )
    said: dict[int, list[str]] = {}
    for row in rows:
        said.setdefault(row.subject, []).append(str(row.answers.get(item_id, "")))
    for texts in said.values():
        SystemRandom().shuffle(texts)
    return dict(sorted(said.items()))
