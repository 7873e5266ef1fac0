"""Rounds in the database: who is asked, ballots in work, and, apart from them, sheets handed in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.ballot import (
    IN_WORK,
    RUNS_FOR,
    UNTOUCHED,
    Ballot,
    BallotState,
    Candidate,
    Form,
    Round,
    RoundState,
    choose,
)
from domain.people import STAFF, Role
from domain.survey import Answer
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.people import addresses, households, people, roles
from storage.tables.survey import survey_invitations as ballots
from storage.tables.survey import survey_rounds as rounds


@dataclass(frozen=True, slots=True)
class Launch:
    """A round to be opened. `number` is the one the supervisor was shown."""

    community_id: int
    questionnaire: str
    version: int
    form: Form
    number: int
    launched_by: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody in the sample; `household_id` where they answer for a household."""

    person_id: int
    household_id: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Whom a round can ask: `asked` of `total` homes (or staff) can be reached."""

    total: int
    asked: tuple[Asked, ...]


_REACHABLE = sa.exists().where(
    addresses.c.person_id == people.c.id, addresses.c.unreachable_since.is_(None)
)


async def homes(work: Work, community_id: int) -> Frame:
    """One reachable person for each household of a community, and how many households it has."""
    total = await work.conn.scalar(
        sa.select(sa.func.count()).where(households.c.community_id == community_id)
    )
    rows = await work.conn.execute(
        sa.select(people.c.id, people.c.household_id, roles.c.role)
        .join(households, households.c.id == people.c.household_id)
        .join(roles, roles.c.person_id == people.c.id)
        .where(households.c.community_id == community_id, _REACHABLE)
    )
    held: dict[tuple[int, int], set[Role]] = {}
    for row in rows:
        held.setdefault((row.id, row.household_id), set()).add(Role(row.role))
    chosen = choose(Candidate(*who, frozenset(has)) for who, has in held.items())
    return Frame(total or 0, tuple(Asked(person, home) for home, person in chosen.items()))


async def raters(work: Work, community_id: int) -> Frame:
    """The community's supervisor and workers: who may rate the city's departments."""
    rows = (
        await work.conn.execute(
            sa.select(people.c.id, _REACHABLE.label("reachable"))
            .join(roles, roles.c.person_id == people.c.id)
            .where(
                roles.c.community_id == community_id,
                roles.c.role.in_(STAFF - {Role.STREET}),
            )
            .distinct()
            .order_by(people.c.id)
        )
    ).all()
    return Frame(len(rows), tuple(Asked(row.id) for row in rows if row.reachable))


_COLUMNS = tuple(rounds.c.keys())


def read_round(row: sa.Row[Any]) -> Round:
    """The round in a row of the table."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    return Round(**{**values, "state": RoundState(row.state), "form": Form(row.form)})


async def launch(
    work: Work, wanted: Launch, asked: Iterable[Asked], subjects: Collection[int]
) -> Round | None:
    """Open a round with its whole sample; None where one is open or that number was used."""
    row = (
        await work.conn.execute(
            insert_new(work, rounds)
            .values(
                community_id=wanted.community_id,
                questionnaire=wanted.questionnaire,
                version=wanted.version,
                form=wanted.form,
                number=wanted.number,
                state=RoundState.OPEN,
                launched_by=wanted.launched_by,
                opened_at=work.now,
                closes_at=work.now + RUNS_FOR,
            )
            .returning(rounds)
        )
    ).one_or_none()
    if row is None:
        return None
    sample = [
        {
            "round_id": row.id,
            "household_id": one.household_id,
            "person_id": one.person_id,
            "subject": subject,
            "state": BallotState.SAMPLED,
            "position": 0,
        }
        for one in asked
        for subject in subjects
    ]
    if sample:
        await work.conn.execute(sa.insert(ballots), sample)
    return read_round(row)


async def get(work: Work, round_id: int, *, lock: bool = False) -> Round | None:
    """A round, or None. With `lock` nobody closes it, or hands in, until this transaction ends."""
    wanted = sa.select(rounds).where(rounds.c.id == round_id)
    if lock and work.on_postgresql:
        wanted = wanted.with_for_update()
    row = (await work.conn.execute(wanted)).one_or_none()
    return None if row is None else read_round(row)


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


async def close(work: Work, round_id: int) -> bool:
    """Take no more answers; False where it was closed before. Half-filled ballots are forgotten."""
    closed = await work.conn.execute(
        sa.update(rounds)
        .where(rounds.c.id == round_id, rounds.c.state == RoundState.OPEN)
        .values(state=RoundState.CLOSED, closed_at=work.now)
    )
    if closed.rowcount != 1:
        return False
    await forget_drafts(work)
    return True


async def forget_drafts(work: Work) -> int:
    """Drop the drafts of rounds that are over; returns how many there were."""
    over = sa.select(rounds.c.id).where(rounds.c.state == RoundState.CLOSED)
    begun = await work.conn.execute(
        sa.update(ballots)
        .where(ballots.c.state == BallotState.BEGUN, ballots.c.round_id.in_(over))
        .values(state=BallotState.PARTIAL, draft=None)
    )
    return begun.rowcount


async def to_invite(work: Work, round_id: int, limit: int) -> list[Asked]:
    """Some of those in the sample to whom no invitation is owed yet."""
    rows = await work.conn.execute(
        sa.select(ballots.c.person_id, ballots.c.household_id)
        .where(ballots.c.round_id == round_id, ballots.c.state == BallotState.SAMPLED)
        .distinct()
        .order_by(ballots.c.person_id)
        .limit(limit)
    )
    return [Asked(row.person_id, row.household_id) for row in rows]


async def mark(work: Work, round_id: int, person_ids: Collection[int], state: BallotState) -> None:
    """What became of the invitations of these people; who has begun already is left alone."""
    await work.conn.execute(
        sa.update(ballots)
        .where(
            ballots.c.round_id == round_id,
            ballots.c.person_id.in_(person_ids),
            ballots.c.state == BallotState.SAMPLED,
        )
        .values(state=state)
    )


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
