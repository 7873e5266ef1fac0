"""Who is to be asked now: invited for the first time, or reminded; a few homes a community at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from domain.ballot import BallotState
from domain.contact import WINDOW, ContactRules
from storage.among import among
from storage.database import Work
from storage.tables.people import addresses
from storage.tables.survey import survey_invitations as ballots
from storage.tables.survey import survey_rounds as rounds


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody to be asked; `household_id` where they answer for a household. `times` they were asked
    before: 0 is an invitation."""

    round_id: int
    person_id: int
    household_id: int | None = None
    times: int = 0


async def due(
    work: Work, round_ids: Collection[int], rules: ContactRules, limit: int
) -> list[Asked]:
    """Who comes next in these rounds, at most `limit`: first whoever has not been invited, then who
    has not answered for so long. Within the window no community hears more than its share, and nobody is
    asked by two rounds at once."""
    recent = (
        sa.select(ballots.c.round_id, sa.func.count(_SOMEBODY.distinct()).label("homes"))
        .where(among(ballots.c.round_id), ballots.c.asked_at > work.now - WINDOW)
        .group_by(ballots.c.round_id)
        .subquery("recent")
    )
    busy = _asked_since(work.now - rules.between_rounds)
    found = sa.union_all(_uninvited(), _silent(rules, work.now)).subquery("found")
    waiting = sa.select(found).where(found.c.person_id.not_in(busy)).subquery("waiting")
    place = sa.func.row_number().over(
        partition_by=waiting.c.round_id, order_by=(waiting.c.times, waiting.c.first)
    )
    placed = sa.select(waiting, place.label("place")).subquery("placed")
    rows = await work.conn.execute(
        sa.select(placed)
        .outerjoin(recent, recent.c.round_id == placed.c.round_id)
        .where(placed.c.place <= rules.at_once - sa.func.coalesce(recent.c.homes, 0))
        .order_by(placed.c.times, placed.c.place, placed.c.round_id)
        .limit(limit),
        {"ids": round_ids},
    )
    once = {row.person_id: row for row in reversed(rows.all())}  # the first of each person's
    return [
        Asked(row.round_id, row.person_id, row.household_id, row.times)
        for row in reversed(once.values())
    ]


def _asked_since(moment: datetime) -> sa.Select[tuple[int]]:
    """Whom a round that still runs has asked since then."""
    return (
        sa.select(ballots.c.person_id)
        .join(rounds, rounds.c.id == ballots.c.round_id)
        .where(
            ballots.c.asked_at > moment,
            ballots.c.person_id.is_not(None),
            rounds.c.state == "open",
        )
    )


_SOMEBODY = sa.func.coalesce(ballots.c.household_id, -ballots.c.person_id)
"""A rater has a ballot for each department and is asked once."""

_ASKED = (
    ballots.c.round_id,
    ballots.c.person_id,
    ballots.c.household_id,
    sa.func.max(ballots.c.asked).label("times"),
    sa.func.min(ballots.c.id).label("first"),
)
_ONCE = (ballots.c.round_id, ballots.c.person_id, ballots.c.household_id)


def _uninvited() -> sa.Select[*tuple[object, ...]]:
    return (
        sa.select(*_ASKED)
        .where(
            among(ballots.c.round_id),
            ballots.c.state == BallotState.SAMPLED,
            ballots.c.person_id.is_not(None),
        )
        .group_by(*_ONCE)
    )


def _silent(rules: ContactRules, now: datetime) -> sa.Select[*tuple[object, ...]]:
    return (
        sa.select(*_ASKED)
        .where(
            among(ballots.c.round_id),
            ballots.c.state.in_([BallotState.INVITED, BallotState.BEGUN]),
            ballots.c.asked.between(1, rules.reminders),
            ballots.c.asked_at <= now - rules.apart,
        )
        .group_by(*_ONCE)
    )


async def have_been_asked(work: Work, asked: Sequence[Asked]) -> None:
    """A message is owed to them; who has begun already, or finished, stays where they are."""
    theirs = sa.tuple_(ballots.c.round_id, ballots.c.person_id).in_(
        [(one.round_id, one.person_id) for one in asked]
    )
    invited = sa.case(
        (ballots.c.state == BallotState.SAMPLED, str(BallotState.INVITED)), else_=ballots.c.state
    )
    await work.conn.execute(
        sa.update(ballots)
        .where(theirs)
        .values(state=invited, asked=ballots.c.asked + 1, asked_at=work.now)
    )


async def cannot_be_asked(work: Work, asked: Sequence[Asked]) -> None:
    """No address reaches them: they never had one, or they closed the chat."""
    had_one = sa.exists().where(addresses.c.person_id == ballots.c.person_id)
    theirs = sa.tuple_(ballots.c.round_id, ballots.c.person_id).in_(
        [(one.round_id, one.person_id) for one in asked]
    )
    await work.conn.execute(
        sa.update(ballots)
        .where(theirs, ballots.c.state.in_([BallotState.SAMPLED, BallotState.INVITED]))
        .values(
            state=sa.case(
                (had_one, str(BallotState.UNREACHABLE)), else_=str(BallotState.NO_CHANNEL)
            )
        )
    )


async def open_now(work: Work) -> list[tuple[int, int]]:
    """Rounds in which somebody may be asked, with their communities: open, not over, not paused."""
    rows = await work.conn.execute(
        sa.select(rounds.c.id, rounds.c.community_id)
        .where(
            rounds.c.state == "open",
            rounds.c.closes_at > work.now,
            rounds.c.paused_at.is_(None),
        )
        .order_by(rounds.c.id)
    )
    return [(row.id, row.community_id) for row in rows]
