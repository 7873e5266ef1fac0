"""Who rates the departments for a community: one person whom its supervisor appointed, or their deputy."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from domain.ballot import BallotState, Round, RoundState
from domain.leave import HELD
from domain.people import Role
from domain.rater import Left, Raters
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


_APPOINTED = (
    raters.c.community_id,
    raters.c.person_id,
    raters.c.deputy_id,
    raters.c.handed_over,
)


async def appointed(work: Work, community_id: int) -> Raters | None:
    """A community's rater and deputy; None where nobody was appointed."""
    return (await several(work, [community_id])).get(community_id)


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


async def several(work: Work, community_ids: Collection[int]) -> dict[int, Raters]:
    """Whom these communities have appointed, by community."""
    rows = await work.conn.execute(
        sa.select(*_APPOINTED).where(among(raters.c.community_id)), {"ids": community_ids}
    )
    return {row.community_id: Raters(*row) for row in rows}


async def may_rate(work: Work, community_id: int, person_id: int) -> bool:
    """Whether that person works in the community, as it stands now."""
    found = await work.conn.scalar(
        sa.select(roles.c.person_id)
        .where(
            roles.c.person_id == person_id,
            roles.c.community_id == community_id,
            roles.c.role.in_(ABLE),
        )
        .limit(1)
    )
    return found is not None


async def let_go(work: Work) -> list[Left]:
    """Take out raters and deputies who work in their community no more; a deputy becomes the rater. Each
    is told of once, for it is not there any longer."""
    able, vice = _able(raters.c.person_id), _able(raters.c.deputy_id)
    rows = await work.conn.execute(
        sa.select(*_APPOINTED, able.label("able"), vice.label("vice"))
        .join(communities, communities.c.id == raters.c.community_id)
        .where(sa.or_(sa.not_(able), sa.and_(raters.c.deputy_id.is_not(None), sa.not_(vice))))
        .order_by(raters.c.community_id)
    )
    found = []
    for place, rater, deputy, handed_over, able_now, vice_now in rows.all():
        before = Raters(place, rater, deputy, handed_over)
        kept = [one for one, here in ((rater, able_now), (deputy, vice_now)) if one and here]
        now = Raters(place, kept[0], None, handed_over=False) if kept else None
        theirs = raters.c.community_id == place
        left = (
            sa.update(raters)
            .where(theirs)
            .values(person_id=now.person_id, deputy_id=None, handed_over=False)
            if now
            else sa.delete(raters).where(theirs)
        )
        await work.conn.execute(left)
        found.append(Left(before, now))
    return found


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


def _on_leave(person: sa.ColumnElement[Any], now: Any) -> sa.ColumnElement[bool]:
    leave = leaves.alias()
    return sa.exists().where(
        leave.c.person_id == person,
        leave.c.state.in_(HELD),
        leave.c.starts_at <= now,
        leave.c.ends_at > now,
    )


def _there(person: sa.ColumnElement[Any], now: Any) -> sa.ColumnElement[bool]:
    """Whether that one works in the community and is not on leave."""
    return sa.and_(_able(person), sa.not_(_on_leave(person, now)))


def _stands_in(now: Any) -> sa.ScalarSelect[Any]:
    """Who stands in for the rater's whole work during their leave."""
    return (
        sa.select(sa.func.min(leaves.c.deputy_id))
        .where(
            leaves.c.person_id == raters.c.person_id,
            leaves.c.state.in_(HELD),
            leaves.c.starts_at <= now,
            leaves.c.ends_at > now,
            _there(leaves.c.deputy_id, now),
        )
        .correlate(raters, communities)
        .scalar_subquery()
    )


def _supervisor(now: Any) -> sa.ColumnElement[Any]:
    """One who is there, or else any."""
    theirs = sa.select(sa.func.min(roles.c.person_id)).where(
        roles.c.community_id == communities.c.id, roles.c.role == Role.SUPERVISOR
    )
    there = theirs.where(sa.not_(_on_leave(roles.c.person_id, now)))
    either = (each.correlate(communities).scalar_subquery() for each in (there, theirs))
    return sa.func.coalesce(*either)


def _in_charge(now: Any) -> sa.Subquery:
    """Who rates for each community at this moment: the one appointed, or the deputy to whom it was handed
    over; while that one is on leave or has left, the deputy, or who stands in for the whole leave; else a
    supervisor, and last whoever was appointed and will be back."""
    rater, deputy = raters.c.person_id, raters.c.deputy_id
    person = sa.func.coalesce(
        sa.case((sa.and_(raters.c.handed_over, _there(deputy, now)), deputy)),
        sa.case((_there(rater, now), rater)),
        sa.case((_there(deputy, now), deputy)),
        _stands_in(now),
        _supervisor(now),
        sa.case((_able(rater), rater)),
    )
    return (
        sa.select(communities.c.id.label("community_id"), person.label("person_id"))
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
    are as half-filled as they were, and they are invited to them; returns how many moved. Where nobody is
    left to rate they are nobody's. Without communities: wherever ratings run."""
    running = sa.and_(rounds.c.state == RoundState.OPEN, rounds.c.who == Who.RATER)
    if community_ids is None:
        found = await work.conn.scalars(sa.select(rounds.c.community_id).where(running).distinct())
        community_ids = found.all()
    now = _in_charge(work.now)
    state = sa.case(
        (ballots.c.state == BallotState.CONFIRMED, ballots.c.state),
        (now.c.person_id.is_(None), str(BallotState.NO_CHANNEL)),
        else_=str(BallotState.SAMPLED),
    )
    moved = await work.conn.execute(
        sa.update(ballots)
        .where(
            ballots.c.round_id == rounds.c.id,
            running,
            now.c.community_id == rounds.c.community_id,
            ballots.c.state != BallotState.DONE,
            ballots.c.person_id.is_distinct_from(now.c.person_id),
        )
        .values(person_id=now.c.person_id, state=state, asked=0, asked_at=None),
        {"places": community_ids},
    )
    return moved.rowcount
