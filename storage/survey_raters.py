"""Who rates the departments for a community: one person whom its supervisor appointed, or their deputy."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.ballot import BallotState, Round, RoundState
from domain.leave import HELD
from domain.people import Role
from domain.sampling import Who
from storage.among import among
from storage.database import Work
from storage.survey_draw import Launch, open_rounds
from storage.tables.people import communities, roles
from storage.tables.roster import leaves
from storage.tables.survey import survey_invitations as ballots
from storage.tables.survey import survey_raters as raters
from storage.tables.survey import survey_rounds as rounds

ABLE = frozenset({Role.WORKER, Role.SUPERVISOR})
"""Of these somebody may rate for their community."""


@dataclass(frozen=True, slots=True)
class Raters:
    """Whom a community has appointed."""

    community_id: int
    person_id: int
    deputy_id: int | None
    handed_over: bool


async def appointed(work: Work, community_id: int) -> Raters | None:
    """A community's rater and deputy; None where nobody was appointed."""
    row = (
        await work.conn.execute(
            sa.select(
                raters.c.community_id,
                raters.c.person_id,
                raters.c.deputy_id,
                raters.c.handed_over,
            ).where(raters.c.community_id == community_id)
        )
    ).one_or_none()
    return None if row is None else Raters(*row)


async def appoint(
    work: Work, community_id: int, person_id: int, deputy_id: int | None, by: int
) -> None:
    """From now on these rate; whatever is open goes to whoever is in charge now."""
    await work.conn.execute(sa.delete(raters).where(raters.c.community_id == community_id))
    await work.conn.execute(
        sa.insert(raters).values(
            community_id=community_id,
            person_id=person_id,
            deputy_id=deputy_id,
            handed_over=False,
            appointed_by=by,
            appointed_at=work.now,
        )
    )
    await follow(work, [community_id])


async def hand_over(work: Work, community_id: int, person_id: int, *, on: bool) -> bool:
    """The rater asks the deputy to do it, or takes it back; False where that changes nothing."""
    changed = await work.conn.execute(
        sa.update(raters)
        .where(
            raters.c.community_id == community_id,
            raters.c.person_id == person_id,
            raters.c.deputy_id.is_not(None),
            raters.c.handed_over.is_(not on),
        )
        .values(handed_over=on)
    )
    if changed.rowcount:
        await follow(work, [community_id])
    return changed.rowcount == 1


def _able(person: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        roles.c.person_id == person,
        roles.c.community_id == communities.c.id,
        roles.c.role.in_(ABLE),
    )


def _in_charge(now: Any) -> sa.Subquery:
    """Who rates for each community at this moment: the one appointed; the deputy while that one is on
    leave, has handed it over or left; a supervisor where nobody was appointed."""
    away = sa.exists().where(
        leaves.c.person_id == raters.c.person_id,
        leaves.c.state.in_(HELD),
        leaves.c.starts_at <= now,
        leaves.c.ends_at > now,
    )
    supervisor = (
        sa.select(sa.func.min(roles.c.person_id))
        .where(roles.c.community_id == communities.c.id, roles.c.role == Role.SUPERVISOR)
        .scalar_subquery()
    )
    by_deputy = sa.or_(raters.c.handed_over, away, sa.not_(_able(raters.c.person_id)))
    return (
        sa.select(
            communities.c.id.label("community_id"),
            sa.case(
                (sa.and_(_able(raters.c.deputy_id), by_deputy), raters.c.deputy_id),
                (_able(raters.c.person_id), raters.c.person_id),
                else_=supervisor,
            ).label("person_id"),
        )
        .select_from(communities)
        .outerjoin(raters, raters.c.community_id == communities.c.id)
        .where(among(communities.c.id, "places"))
        .subquery("in_charge")
    )


async def in_charge(work: Work, community_ids: Collection[int]) -> dict[int, int | None]:
    """Who rates for each community now; None where it has nobody who could."""
    rows = await work.conn.execute(sa.select(_in_charge(work.now)), {"places": community_ids})
    return {row.community_id: row.person_id for row in rows}


async def launch(
    work: Work, wanted: Launch, community_ids: Collection[int], subjects: Collection[int]
) -> list[Round]:
    """Open a round of ratings in each of these communities, a ballot for each of those rated."""
    opened = await open_rounds(work, wanted, community_ids)
    who = await in_charge(work, [one.community_id for one in opened])
    rows = [
        {
            "round_id": one.id,
            "person_id": who[one.community_id],
            "subject": subject,
            "state": BallotState.SAMPLED if who[one.community_id] else BallotState.NO_CHANNEL,
            "position": 0,
        }
        for one in opened
        for subject in subjects
    ]
    if rows:
        await work.conn.execute(sa.insert(ballots), rows)
    return opened


async def follow(work: Work, community_ids: Collection[int] | None = None) -> int:
    """Ballots go to whoever is in charge now: what is confirmed stays so and may be corrected, the others
    are as half-filled as they were, and they are invited to them; returns how many moved. Without
    communities: wherever ratings run."""
    running = sa.and_(rounds.c.state == RoundState.OPEN, rounds.c.who == Who.RATER)
    if community_ids is None:
        found = await work.conn.scalars(sa.select(rounds.c.community_id).where(running).distinct())
        community_ids = found.all()
    now = _in_charge(work.now)
    confirmed = ballots.c.state == BallotState.CONFIRMED
    state = sa.case((confirmed, ballots.c.state), else_=str(BallotState.SAMPLED))
    moved = await work.conn.execute(
        sa.update(ballots)
        .where(
            ballots.c.round_id == rounds.c.id,
            running,
            now.c.community_id == rounds.c.community_id,
            now.c.person_id.is_not(None),
            ballots.c.state != BallotState.DONE,
            ballots.c.person_id.is_distinct_from(now.c.person_id),
        )
        .values(person_id=now.c.person_id, state=state, asked=0, asked_at=None),
        {"places": community_ids},
    )
    return moved.rowcount
