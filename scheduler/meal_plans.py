"""Every morning: the meals that elders have every day are ordered, and each kitchen is told once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.messages import Message, Owed
from domain.people import Person
from domain.service import Order, Point, Slot, meals
from knowledge.service import dining_points
from scheduler.base import Surroundings
from storage import meal_plans, outbox, people, service
from storage.database import Work
from storage.meal_plans import Plan
from storage.people import Community
from storage.service import Asked
from wording.service import named_day, ring_point

JOB = "meals"
A_DAY = timedelta(days=1)


async def order(around: Surroundings, due: datetime) -> None:
    """Order what closes before the next morning, a community at a time, each meal once by its key."""
    async with around.database.reading() as work:
        communities = await people.all_communities(work)
    for community in communities:
        points = dining_points(community.details)
        if not points:
            continue
        async with around.database.writing() as work:
            owed = await _order(around, work, community, points, due)
            dues = await outbox.owe(work, await outbox.address(work, owed))
        around.send(dues)


async def _order(
    around: Surroundings, work: Work, community: Community, points: Sequence[Point], due: datetime
) -> list[Owed]:
    closing = {
        (slot.point.id, slot.part): slot
        for slot in meals(points, due, community.zone, days=3)
        if slot.point is not None and due <= slot.order_by < due + A_DAY
    }
    plans = await meal_plans.of_community(work, community.id)
    elders = await people.persons(work, {plan.person_id for plan in plans})
    owed: list[Owed] = []
    ordered: list[Order] = []
    for plan in plans:
        slot, elder = closing.get((plan.point, plan.part)), elders.get(plan.person_id)
        if slot is None or elder is None or await service.same(work, elder.id, slot):
            continue
        if slot.order_by < work.now:
            owed.append(_missed(around, elder, plan, slot, community, work.now))
        elif (one := await _one(around, work, elder, plan, slot)) is not None:
            ordered.append(one)
    return [*owed, *await _kitchens(around, work, community, ordered, due)]


async def _one(
    around: Surroundings, work: Work, elder: Person, plan: Plan, slot: Slot
) -> Order | None:
    """Ordered as by a tap, but for the card: the kitchen is told of all of them together."""
    source = f"daily:{elder.id}:{slot.day}:{slot.part}"
    opening = await service.opening(work, around.policies, elder, slot, plan.by_id, source)
    duty = await service.order(work, opening, Asked(slot, plan.at_home and slot.home))
    if duty is None:
        return None
    await service.told_together(work, duty)
    return await service.get(work, duty.id)


def _missed(
    around: Surroundings, elder: Person, plan: Plan, slot: Slot, community: Community, now: datetime
) -> Owed:
    """The desk was down until it was too late: said, with whom to ring."""
    say = around.phrases[elder.language]
    phone = slot.point.phone if slot.point else ""
    ring = ring_point(say, phone, str(community.details.get("phone") or ""))
    day = named_day(say, slot.day, now.astimezone(community.zone).date())
    part = say.plain(f"service.part_{plan.part}")
    text = say("service.daily_missed", day=day, part=part, ring=ring)
    return Owed(elder.id, Message(text), key=f"daily-missed:{elder.id}:{slot.day}:{slot.part}")


async def _kitchens(
    around: Surroundings,
    work: Work,
    community: Community,
    ordered: Sequence[Order],
    due: datetime,
) -> list[Owed]:
    """One line for whoever sees to the orders: how many of each meal, to be accepted in one tap."""
    counted = Counter((one.duty.owner_id, one.point_name, one.slot.part) for one in ordered)
    keepers = await people.persons(work, {owner for owner, _, _ in counted if owner})
    owed = []
    for (owner, point, part), count in counted.items():
        keeper = keepers.get(owner or 0)
        if keeper is None:
            continue
        say = around.phrases[keeper.language]
        meal = say.plain(f"service.part_{part}")
        text = say("service.daily_kitchen", point=point, part=meal, count=count)
        key = f"daily:{community.id}:{due:%Y%m%d%H%M}:{point}:{part}:{keeper.id}"
        owed.append(Owed(keeper.id, Message(text), key=key[:120]))
    return owed
