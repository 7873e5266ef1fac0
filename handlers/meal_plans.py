"""每天都要: a meal every day on which it is cooked, until the elder or their family says otherwise."""

from domain.duty import DutyKind
from domain.messages import Message, Owed
from domain.service import Part
from handlers.base import Answer, Services, Topic, Turn
from handlers.service import AT_HOME, elder_of, elders
from storage import meal_plans, people, service

topic = Topic("daily")


@topic.action("daily.on", roles=AT_HOME)
async def begin(turn: Turn, services: Services) -> Answer:
    """Like the meal that was just ordered, every day."""
    order = await service.get(services.work, turn.number())
    known = await elders(turn, services)
    mine = order is not None and order.duty.subject_id in known
    if order is None or not mine or order.duty.kind is not DutyKind.MEAL:
        return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)
    await meal_plans.keep(services.work, order, turn.who.id)
    part = turn.say.plain(f"service.part_{order.slot.part}")
    text = turn.say("service.daily_on", part=part, point=order.point_name)
    owed = await _tell(turn, services, order.duty.subject_id or 0, "service.daily_on_told", part)
    return Answer(messages=(Message(text),), owed=owed, step=turn.step)


@topic.action("daily.off", roles=AT_HOME)
async def end(turn: Turn, services: Services) -> Answer:
    """No more of it; what is ordered already is called off by itself."""
    elder = await elder_of(turn, services)
    wanted = turn.args[1] if len(turn.args) > 1 else ""
    if elder is None or wanted not in list(Part):
        return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)
    part = turn.say.plain(f"service.part_{Part(wanted)}")
    ended = await meal_plans.stop(services.work, elder.id, Part(wanted))
    owed = await _tell(turn, services, elder.id, "service.daily_off_told", part) if ended else ()
    message = Message(turn.say("service.daily_off", part=part))
    return Answer(messages=(message,), owed=owed, step=turn.step)


async def _tell(
    turn: Turn, services: Services, elder_id: int, key: str, part: str
) -> tuple[Owed, ...]:
    """The elder hears what their family has settled for them."""
    if elder_id == turn.who.id:
        return ()
    elder = await people.person(services.work, elder_id)
    if elder is None:
        return ()
    text = services.phrases[elder.language](key, who=turn.who.name, part=part)
    return (Owed(elder.id, Message(text)),)
