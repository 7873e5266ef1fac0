"""What a device says for somebody who need not have a chat: the same request, by the same rules.

A device's address speaks for nobody and nothing is sent there, so it never counts as a way to reach its
owner; whose it is, is looked up at each turn.
"""

from dataclasses import replace

from domain.device import DeviceEvent
from domain.duty import Duty
from domain.help import HelpKind
from domain.messages import Lane, Message, Owed
from domain.people import ANYONE, Person, Role
from handlers import help, help_adds
from handlers.base import Answer, Services, Topic, Turn
from handlers.checkin_life import sign
from storage import device, duties, leave, people
from storage.device import Device

topic = Topic("device")


@topic.action("device.help", roles=ANYONE, strangers=True)
async def press(turn: Turn, services: Services) -> Answer:
    """The one press; what the device knows of it (a fall) is said like a tap under the answer."""
    found = await _owner(turn, services)
    if found is None:
        return _not_a_device(turn)
    its, elder = found
    answer = await help.press(_spoken_by(turn, elder), services)
    duty = await duties.open_help(services.work, elder.id)
    alive = await sign(_spoken_by(turn, elder), services) or ()
    owed = (*answer.owed, *_to_their_chat(elder, answer), *alive)
    if duty is not None and (kind := _kind(turn)):
        tapped = replace(_spoken_by(turn, elder), args=(str(duty.id), kind))
        owed += (await help_adds.say_kind(tapped, services)).owed
    await _note(turn, services, its, DeviceEvent.HELP, duty)
    return Answer(owed=owed, lane=Lane.EMERGENCY)


@topic.action("device.cancel", roles=ANYONE, strangers=True)
async def cancel(turn: Turn, services: Services) -> Answer:
    """按错了, said at the device: by the rules of the button of that name."""
    found = await _owner(turn, services)
    if found is None:
        return _not_a_device(turn)
    its, elder = found
    duty = await duties.open_help(services.work, elder.id)
    await _note(turn, services, its, DeviceEvent.CANCEL, duty)
    alive = await sign(_spoken_by(turn, elder), services) or ()
    if duty is None:
        return Answer(owed=alive)
    tapped = replace(_spoken_by(turn, elder), args=(str(duty.id),))
    answer = await help_adds.wrong(tapped, services)
    owed = (*answer.owed, *_to_their_chat(elder, answer), *alive)
    return Answer(owed=owed, lane=Lane.EMERGENCY)


@topic.action("device.battery_low", roles=ANYONE, strangers=True)
async def battery_low(turn: Turn, services: Services) -> Answer:
    """Before it falls silent the household's worker and the family hear of it, once a day."""
    found = await _owner(turn, services)
    if found is None:
        return _not_a_device(turn)
    its, elder = found
    await _note(turn, services, its, DeviceEvent.BATTERY_LOW, None)
    home = await people.home(services.work, elder.household_id)
    ids = set(await people.family_of(services.work, elder.id))
    worker_id = await leave.deputy(services.work, home.worker_id if home else None)
    ids |= {worker_id} if worker_id else set()
    place = home.place if home else ""
    key = f"battery:{its.id}:{turn.now:%Y%m%d}"
    return Answer(
        owed=tuple(
            Owed(
                one.id,
                Message(
                    services.phrases[one.language]("device.battery", name=elder.name, place=place)
                ),
                Lane.CONVERSATION,
                f"{key}:{one.id}",
            )
            for one in (await people.persons(services.work, ids)).values()
        )
    )


async def _owner(turn: Turn, services: Services) -> tuple[Device, Person] | None:
    """The device at this address and the person it calls for. Only the device channel has such
    addresses: what comes by any other is somebody's forged button."""
    if turn.incoming.channel != device.CHANNEL:
        return None
    its = await device.by_code(services.work, turn.incoming.address)
    elder = await people.person(services.work, its.person_id) if its else None
    return (its, elder) if its and elder else None


def _not_a_device(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)


def _spoken_by(turn: Turn, elder: Person) -> Turn:
    """The turn as if its owner had tapped. Whoever wears a pendant needs help themselves, so as nobody's
    family; their own chat's dialogue is left alone."""
    as_elder = replace(elder, roles=frozenset({Role.ELDER}))
    return replace(turn, person=as_elder, language=elder.language, step=None, args=())


def _kind(turn: Turn) -> str:
    kind = turn.args[1] if len(turn.args) > 1 else ""
    return kind if kind in list(HelpKind) else ""


def _to_their_chat(elder: Person, answer: Answer) -> tuple[Owed, ...]:
    """Who has a chat besides reads there what the button would have answered."""
    return tuple(Owed(elder.id, message, Lane.EMERGENCY) for message in answer.messages)


async def _note(
    turn: Turn, services: Services, its: Device, event: DeviceEvent, duty: Duty | None
) -> None:
    request = turn.args[0] if turn.args else ""
    await device.note(services.work, its, request, event, duty.id if duty else None)
