"""What an elder can ask for now: meals of the points that serve the community, times of the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from domain.duty import DutyKind
from domain.people import Person
from domain.service import Point, Slot, meals, nearest_first, still, times
from handlers.base import Services, Turn
from knowledge.service import dining_points, shipped_service
from storage import facilities, service
from storage.people import Community

SOON = 2
"""Meals that are offered as large buttons at once."""


@dataclass(frozen=True, slots=True)
class Kitchen:
    """The meals of one dining point: those that can be ordered, and the one that is just missed."""

    point: Point
    offered: tuple[Slot, ...]
    missed: Slot | None
    others: tuple[Point, ...]
    every: tuple[Slot, ...] = ()


async def kitchen(
    turn: Turn, services: Services, elder: Person, community: Community, wanted: str = ""
) -> Kitchen | None:
    """The point that is asked for, else where the elder ate last, else the nearest one that cooks;
    None where no point takes orders."""
    points = await _points(services, elder, community)
    if not points:
        return None
    last = await service.last_point(services.work, elder.id)
    chosen = next((p for p in points if wanted and tag(p) == wanted), None)
    chosen = chosen or next((p for p in points if p.id == last), None)
    can = {p.id: still(_meals(turn, community, p), turn.now) for p in points}
    chosen = chosen or next((p for p in points if can[p.id]), points[0])
    every = _meals(turn, community, chosen)
    late = [slot for slot in every if slot.order_by < turn.now < slot.ends_at]
    return Kitchen(
        chosen,
        tuple(can[chosen.id][:SOON]),
        late[0] if late else None,
        tuple(p for p in points if p.id != chosen.id and can[p.id]),
        tuple(every),
    )


async def _points(services: Services, elder: Person, community: Community) -> Sequence[Point]:
    """Those that serve the community, the nearest to the elder's home first."""
    points = dining_points(community.details)
    home = await facilities.home_place(services.work, elder.household_id)
    return nearest_first(points, home[1] if home else None)


def _meals(turn: Turn, community: Community, point: Point) -> list[Slot]:
    return meals((point,), turn.now, community.zone, days=3)


def other_times(turn: Turn, services: Services, community: Community, kind: DutyKind) -> list[Slot]:
    """The parts of the coming days in which somebody may come along, or come by."""
    rule = shipped_service().rules[kind]
    return times(kind, rule, turn.now, community.zone, services.policies.calendar)


def every_slot(turn: Turn, services: Services, community: Community, kind: DutyKind) -> list[Slot]:
    """All that can be ordered of a kind at this moment; what is no longer here is too late."""
    if kind is DutyKind.MEAL:
        points = dining_points(community.details)
        return still(meals(points, turn.now, community.zone, days=3), turn.now)
    return other_times(turn, services, community, kind)


def tag(point: Point | None) -> str:
    """A dining point in the few letters that a button has room for."""
    return f"{crc32(point.id.encode()):08x}" if point else ""
