"""What a board of calls for help counts and lists, for the communities somebody oversees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.duty import DutyKind, DutyState, Outcome
from domain.help_board import Case, period_start
from domain.people import OVERSEERS
from storage.among import among
from storage.database import AnyRow, Work
from storage.tables.duties import duties, duty_log
from storage.tables.people import communities, roles


@dataclass(frozen=True, slots=True)
class Overseen:
    """A community on somebody's board."""

    id: int
    name: str
    zone: ZoneInfo


_OVERSEEN = (
    sa.select(communities.c.id, communities.c.name, communities.c.timezone)
    .join(roles, roles.c.community_id == communities.c.id)
    .where(roles.c.person_id == sa.bindparam("person"), roles.c.role.in_(OVERSEERS))
    .distinct()
    .order_by(communities.c.id)
)


async def overseen(work: Work, person_id: int) -> list[Overseen]:
    """The communities that this person oversees, as the register says now; none for anybody else."""
    rows = await work.conn.execute(_OVERSEEN, {"person": person_id})
    return [Overseen(row.id, row.name, ZoneInfo(row.timezone)) for row in rows]


@dataclass(frozen=True, slots=True)
class View:
    """What one look counts: the communities looked at, of those somebody oversees, and their calls."""

    all_places: Sequence[Overseen]
    places: Sequence[Overseen]
    days: int
    zone: ZoneInfo
    since: datetime
    now: datetime
    cases: Sequence[Case]

    @property
    def ids(self) -> list[int]:
        return [place.id for place in self.places]

    @property
    def names(self) -> list[str]:
        return [place.name for place in self.places]


async def view(work: Work, person_id: int, days: int, only: int | None = None) -> View | None:
    """The calls of `days` days in all that this person oversees, or in one community of it; None for
    whoever may not look there. Days begin at the midnight of the first community shown."""
    every = await overseen(work, person_id)
    places = [place for place in every if only in (None, place.id)]
    return await counted(work, every, places, days) if places else None


async def counted(
    work: Work, every: Sequence[Overseen], places: Sequence[Overseen], days: int
) -> View:
    """The same for communities of which is known that they may be looked at."""
    zone = places[0].zone
    since = period_start(days, work.now, zone)
    found = await cases(work, [place.id for place in places], since)
    return View(every, places, days, zone, since, work.now, found)


OPEN = duties.c.state < sa.literal_column(str(int(DutyState.CLOSED)))
"""Values that partial indexes name are written out: of a parameter a prepared plan cannot know them."""

OF_THESE = sa.and_(
    among(duties.c.community_id, "here"), duties.c.kind == sa.literal_column(f"'{DutyKind.HELP}'")
)
SINCE = sa.bindparam("since", type_=duties.c.opened_at.type)


def _cases(*which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """In the order of `Case`'s fields."""
    return sa.select(
        duties.c.id,
        duties.c.community_id,
        duties.c.state,
        duties.c.opened_at,
        duties.c.held_at,
        duties.c.arrived_at,
        duties.c.closed_at,
        duties.c.outcome,
        duties.c.given_back,
    ).where(OF_THESE, *which)


_RECENT = _cases(duties.c.opened_at >= SINCE)
_OLDER = _cases(duties.c.opened_at < SINCE, OPEN)


async def cases(work: Work, community_ids: Collection[int], since: datetime) -> list[Case]:
    """The calls of these communities since then, and whatever is still open from before, oldest first."""
    values = {"here": community_ids, "since": since}
    older = (await work.conn.execute(_OLDER, values)).all()
    recent = (await work.conn.execute(_RECENT, values)).all()
    found = [_case(row) for row in (*older, *recent)]
    found.sort(key=attrgetter("opened_at", "id"))
    return found


_PLACES = sa.select(communities.c.id).where(communities.c.code.not_like("%:%"))
"""Every community of people: no register can write a colon into a code, so such are the desk's own."""


async def everywhere(work: Work, since: datetime) -> list[Case]:
    """The same for every community there is. Named one by one, they are found by the index; that of all
    duties since a moment there is none."""
    return await cases(work, list(await work.conn.scalars(_PLACES)), since)


_STATES = {int(state): state for state in DutyState}
_OUTCOMES: dict[str | None, Outcome | None] = {str(outcome): outcome for outcome in Outcome} | {
    None: None
}


def _case(row: AnyRow) -> Case:
    """A city's board reads thousands of them."""
    number, community, state, opened, held, arrived, closed, outcome, back = row
    return Case(
        number,
        community,
        _STATES[state],
        opened,
        held,
        arrived,
        closed,
        _OUTCOMES[outcome],
        back,
    )


_NEWEST = (
    sa.select(duty_log.c.id, duties.c.community_id)
    .join(duties, duties.c.id == duty_log.c.duty_id)
    .order_by(duty_log.c.id.desc())
    .limit(500)
)
"""More than can be written between two looks, so that a line is seen too that was numbered before others
and committed after them."""


async def newest_lines(work: Work) -> list[tuple[int, int]]:
    """The newest lines of all logs, by number, each with its community."""
    return [(row.id, row.community_id) for row in await work.conn.execute(_NEWEST)]
