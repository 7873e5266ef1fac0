"""Rounds in the database: who is asked, ballots in work, and, apart from them, sheets handed in."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.answering import progress
from domain.ballot import IN_WORK, UNTOUCHED, Ballot, BallotState, Form, Round, RoundState
from domain.sampling import Part, Who
from domain.survey import Answer, Questionnaire
from storage.among import among
from storage.database import AnyRow, Work
from storage.people import reached
from storage.tables.survey import survey_invitations as ballots
from storage.tables.survey import survey_rounds as rounds

_COLUMNS = tuple(rounds.c.keys())


def read_round(row: AnyRow) -> Round:
    """The round in a row that has the table's columns, and others perhaps."""
    values = {name: row._mapping[name] for name in _COLUMNS}
    state, form, who = RoundState(values["state"]), Form(values["form"]), Who(values["who"])
    return Round(**{**values, "state": state, "form": form, "who": who})


async def get(work: Work, round_id: int, *, lock: bool = False) -> Round | None:
    """A round, or None. With `lock` nobody closes it, or hands in, until this transaction ends."""
    wanted = sa.select(rounds).where(rounds.c.id == round_id)
    if lock and work.on_postgresql:
        wanted = wanted.with_for_update()
    row = (await work.conn.execute(wanted)).one_or_none()
    return None if row is None else read_round(row)


async def several(work: Work, round_ids: Collection[int]) -> dict[int, Round]:
    """Rounds by their ids."""
    rows = await work.conn.execute(sa.select(rounds).where(among(rounds.c.id)), {"ids": round_ids})
    return {row.id: read_round(row) for row in rows}


async def newest(work: Work, community_id: int) -> dict[str, Round]:
    """The newest round of each questionnaire in a community."""
    rows = await work.conn.execute(
        sa.select(rounds).where(rounds.c.community_id == community_id).order_by(rounds.c.number)
    )
    return {row.questionnaire: read_round(row) for row in rows}


async def running(work: Work) -> list[Round]:
    """Every open round, oldest first."""
    rows = await work.conn.execute(
        sa.select(rounds).where(rounds.c.state == RoundState.OPEN).order_by(rounds.c.id)
    )
    return [read_round(row) for row in rows]


async def close(work: Work, round_id: int, asked: Questionnaire) -> bool:
    """Take no more answers; False where it was closed before. Half-filled ballots are forgotten: of
    the questions they were asked somebody answered at least half, or broke off."""
    closed = await work.conn.execute(
        sa.update(rounds)
        .where(rounds.c.id == round_id, rounds.c.state == RoundState.OPEN)
        .values(state=RoundState.CLOSED, closed_at=work.now, paused_at=None)
    )
    if closed.rowcount != 1:
        return False
    await _unfinished(work, round_id, asked)
    await _unreachable(work, round_id)
    await _level(work, round_id)
    return True


_OPEN_DRAFT = sa.and_(
    sa.or_(ballots.c.state == BallotState.BEGUN, ballots.c.draft.is_not(None)),
    ballots.c.state != BallotState.CONFIRMED,  # these become sheets
)


async def _unfinished(work: Work, round_id: int, asked: Questionnaire) -> None:
    """What was begun and not handed in: the draft alone says how far it is, for steps go back too."""
    theirs = sa.and_(ballots.c.round_id == round_id, _OPEN_DRAFT)
    rows = await work.conn.execute(sa.select(ballots.c.id, ballots.c.draft).where(theirs))
    half = [row.id for row in rows if progress(asked, row.draft or {}).partial]
    partial, broken_off = str(BallotState.PARTIAL), str(BallotState.BROKEN_OFF)
    await work.conn.execute(
        sa.update(ballots)
        .where(theirs)
        .values(state=sa.case((among(ballots.c.id), partial), else_=broken_off), draft=None),
        {"ids": half},
    )


async def forget_drafts(work: Work) -> int:
    """Drop what is left of drafts in rounds that are over; returns how many there were."""
    over = sa.select(rounds.c.id).where(rounds.c.state == RoundState.CLOSED)
    broken_off = sa.case(
        (ballots.c.state == BallotState.BEGUN, str(BallotState.BROKEN_OFF)), else_=ballots.c.state
    )
    begun = await work.conn.execute(
        sa.update(ballots)
        .where(_OPEN_DRAFT, ballots.c.round_id.in_(over))
        .values(state=broken_off, draft=None)
    )
    return begun.rowcount


async def _unreachable(work: Work, round_id: int) -> None:
    """Who was invited and did not answer, and cannot be reached any more: the invitation came back."""
    await work.conn.execute(
        sa.update(ballots)
        .where(
            ballots.c.round_id == round_id,
            ballots.c.state == BallotState.INVITED,
            sa.not_(reached(ballots.c.person_id)),
        )
        .values(state=BallotState.UNREACHABLE)
    )


async def _level(work: Work, round_id: int) -> None:
    """Write every ballot anew, as handed in by nobody in particular: PostgreSQL keeps the number of
    the transaction that wrote a row, and with it the order in which people finished."""
    await work.conn.execute(
        sa.update(ballots).where(ballots.c.round_id == round_id).values(position=0)
    )


async def pause(work: Work, round_ids: Collection[int], *, on: bool) -> int:
    """Ask nobody in these rounds for the time being, or go on; returns how many that changed."""
    is_paused = rounds.c.paused_at.is_not(None)
    changed = await work.conn.execute(
        sa.update(rounds)
        .where(
            among(rounds.c.id),
            rounds.c.state == RoundState.OPEN,
            sa.not_(is_paused) if on else is_paused,
        )
        .values(paused_at=work.now if on else None),
        {"ids": round_ids},
    )
    return changed.rowcount


def _ballot(row: sa.Row[Any]) -> Ballot:
    return Ballot(
        row.id,
        row.round_id,
        row.household_id,
        row.person_id,
        row.subject,
        BallotState(row.state),
        row.draft or {},
        row.position,
        Part(row.stratum) if row.stratum else None,
    )


async def ballot(work: Work, ballot_id: int) -> Ballot | None:
    """One ballot with its draft, or None."""
    row = (
        await work.conn.execute(sa.select(ballots).where(ballots.c.id == ballot_id))
    ).one_or_none()
    return None if row is None else _ballot(row)


async def ballots_of(work: Work, round_id: int, person_id: int) -> list[Ballot]:
    """What a person is asked in a round, a sheet for each of those rated; empty: not in the sample."""
    rows = await work.conn.execute(
        sa.select(ballots)
        .where(ballots.c.round_id == round_id, ballots.c.person_id == person_id)
        .order_by(ballots.c.subject)
    )
    return [_ballot(row) for row in rows]


async def home_is_asked(work: Work, round_id: int, household_id: int | None) -> bool:
    """Whether somebody of that household is in the sample."""
    found = await work.conn.scalar(
        sa.select(ballots.c.id).where(
            ballots.c.round_id == round_id, ballots.c.household_id == household_id
        )
    )
    return found is not None


async def waiting_for(work: Work, person_id: int, now: datetime) -> list[Round]:
    """The open rounds in which a person still has something to answer."""
    theirs = sa.select(ballots.c.round_id).where(
        ballots.c.person_id == person_id,
        ballots.c.state.in_(UNTOUCHED | IN_WORK),
    )
    rows = await work.conn.execute(
        sa.select(rounds)
        .where(
            rounds.c.id.in_(theirs),
            rounds.c.state == RoundState.OPEN,
            rounds.c.closes_at > now,
        )
        .order_by(rounds.c.id)
    )
    return [read_round(row) for row in rows]


async def begun_beside(work: Work, round_id: int, person_id: int) -> list[Ballot]:
    """What the person has begun in other rounds that run, and not finished."""
    rows = await work.conn.execute(
        sa.select(ballots)
        .join(rounds, rounds.c.id == ballots.c.round_id)
        .where(
            ballots.c.person_id == person_id,
            ballots.c.round_id != round_id,
            ballots.c.state == BallotState.BEGUN,
            rounds.c.state == RoundState.OPEN,
            rounds.c.closes_at > work.now,
        )
        .order_by(ballots.c.id)
    )
    return [_ballot(row) for row in rows]


async def begin(work: Work, ballot_id: int) -> None:
    """The person is answering now; harmless where they have begun or finished before."""
    await work.conn.execute(
        sa.update(ballots)
        .where(ballots.c.id == ballot_id, ballots.c.state.in_(UNTOUCHED))
        .values(state=BallotState.BEGUN)
    )


async def keep(
    work: Work,
    before: Ballot,
    draft: Mapping[str, Answer],
    *,
    state: BallotState | None = None,
    step: int = 1,
) -> bool:
    """Keep what is answered so far; False where the ballot has moved on since it was read.

    With `step` 0 the buttons shown hold on: ticks of a multiple choice that is not finished.
    """
    changed = {"state": state} if state else {}
    kept = await work.conn.execute(
        sa.update(ballots)
        .where(
            ballots.c.id == before.id,
            ballots.c.state.in_(IN_WORK),
            ballots.c.position == before.position,
        )
        .values(draft=dict(draft), position=before.position + step, **changed)
    )
    return kept.rowcount == 1


async def decline(work: Work, round_id: int, person_id: int) -> bool:
    """They would rather not; what they had begun is forgotten. False where all was handed in."""
    declined = await work.conn.execute(
        sa.update(ballots)
        .where(
            ballots.c.round_id == round_id,
            ballots.c.person_id == person_id,
            ballots.c.state.in_(UNTOUCHED | {BallotState.BEGUN}),
        )
        .values(state=BallotState.DECLINED, draft=None, position=0)
    )
    return declined.rowcount > 0
