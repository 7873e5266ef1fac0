"""Who hears of what becomes of a case: its resident in plain words, the staff by their card."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from markupsafe import Markup

from domain.case import Case, Gone, is_head_of
from domain.help import Saw, may_serve
from domain.messages import Message, Owed, OwedTo
from domain.people import Language, Person
from handlers.base import Answer, Services, Turn
from knowledge.cases import kind_name
from storage import cases, looks, people, told
from wording import Say
from wording.case import news, short
from wording.cases import staff_card

Dues = tuple[Owed | OwedTo, ...]


async def named(turn: Turn, services: Services) -> Case | Answer:
    """The case that a tap names, for whoever of the staff has to do with it."""
    case = await cases.get(services.work, turn.number())
    if case is None or not await may_see(services, turn.who, case):
        return Answer.of(Message(turn.say("cases.not_yours")), step=turn.step)
    return case


async def may_see(services: Services, person: Person, case: Case) -> bool:
    """The heads of the community, and the staff whom it concerns."""
    if not may_serve(person, case.duty):
        return False
    return is_head_of(person, case.duty) or await cases.concerns(services.work, person, case)


async def held(turn: Turn, services: Services) -> Case | Answer:
    """The same, if it is in the hands of whoever taps."""
    case = await named(turn, services)
    if isinstance(case, Answer):
        return case
    if case.duty.owner_id != turn.who.id or not case.duty.in_hand:
        return await stale(turn, services, case, "cases.not_in_hand")
    return case


async def stale(turn: Turn, services: Services, case: Case, key: str = "cases.too_late") -> Answer:
    """The card as it stands, for a button that is too old."""
    message = await card(turn, services, case.duty.id)
    return Answer(messages=(message,), notice=turn.say.plain(key), step=turn.step)


async def card(turn: Turn, services: Services, duty_id: int) -> Message:
    """The card for whoever taps, in the place of the one that was tapped."""
    case = await cases.get(services.work, duty_id)
    assert case is not None, "a case is never deleted"
    return replace(await card_for(turn, services, case), in_place=bool(turn.incoming.action))


async def card_for(turn: Turn, services: Services, case: Case, head: str = "card") -> Message:
    """The card with the buttons that are theirs; that they saw it is written down."""
    await looked(turn, services, [case], Saw.CARD)
    steps_in = is_head_of(turn.who, case.duty) or await cases.stands_in(
        services.work, turn.who.id, case.duty.owner_id
    )
    kind = kind_name(case.kind, turn.say.language)
    return staff_card(turn.say, case, turn.who.id, kind, turn.now, head, may_take=steps_in)


async def looked(turn: Turn, services: Services, seen: Sequence[Case], what: Saw) -> None:
    """Whoever taps was shown these; of what is nobody's in the register nobody can ask."""
    shown = [case.duty for case in seen if case.duty.subject_id is not None]
    await looks.note(services.work, [turn.who.id], shown, what)


async def home(turn: Turn, services: Services, case: Case, key: str, **more: str) -> Dues:
    """A sentence `case.news_…` for whose matter it is: the person, or the chat in which it was raised."""
    person = await people.person(services.work, case.duty.subject_id or -1)
    if case.gone is Gone.DIED or (person is not None and person.id == turn.who.id):
        return ()
    say = await say_of(services, case, person)
    if key == "sorted":
        more |= {"kind": kind_name(case.kind, say.language)}
    return to_home(case, person, news(say, case, key, turn.now, **more))


def reads(case: Case, key: str) -> str:
    """The sentence to whoever has it: where no message reaches its resident, the one that promises none."""
    return f"{key}_silent" if case.silent else key


def to_home(case: Case, person: Person | None, message: Message) -> Dues:
    """To whose matter it is; nobody where no chat is known."""
    if person is not None:
        return (Owed(person.id, message, duty_id=case.duty.id),)
    if case.address_id is not None:
        return (OwedTo(case.address_id, message, duty_id=case.duty.id),)
    return ()


async def say_of(services: Services, case: Case, person: Person | None) -> Say:
    """The language of whoever raised it."""
    if person is None and case.address_id is not None:
        person = await people.at_address(services.work, case.address_id)
    return services.phrases[person.language if person else Language.ZH]


async def cards_now(turn: Turn, services: Services, case: Case, *but: int) -> Dues:
    """Everybody else of the staff who was told sees how it stands now."""
    staff = await told.staff(services.work, case.duty)
    return tuple(
        Owed(
            one.id,
            replace(card_of(services, turn, case, one), in_place=True),
            duty_id=case.duty.id,
        )
        for one in staff
        if one.id not in (turn.person.id if turn.person else 0, *but)
    )


def card_of(
    services: Services,
    turn: Turn,
    case: Case,
    person: Person,
    head: str = "card",
    note: Markup | None = None,
) -> Message:
    """The card as a colleague reads it."""
    say = services.phrases[person.language]
    kind = kind_name(case.kind, say.language)
    steps_in = is_head_of(person, case.duty)
    return staff_card(say, case, person.id, kind, turn.now, head, note, may_take=steps_in)


async def lines(
    turn: Turn, services: Services, case: Case, ids: Iterable[int | None], key: str, **more: str
) -> Dues:
    """A line `cases.line_…` that rings, for some of the staff."""
    wanted = {one for one in ids if one is not None and one != (turn.person and turn.person.id)}
    persons = await people.persons(services.work, wanted)
    who = turn.person.name if turn.person else ""
    return tuple(
        Owed(
            person.id,
            Message(
                say(
                    f"cases.{key}",
                    who=who,
                    kind=kind_name(case.kind, say.language),
                    words=short(case.text),
                    **more,
                )
            ),
            duty_id=case.duty.id,
        )
        for person in persons.values()
        for say in [services.phrases[person.language]]
    )


async def changed(
    turn: Turn, services: Services, duty_id: int, said: str = "", owed: Dues = (), *but: int
) -> Answer:
    """The new card here and with all who know of it; `said` besides, where that is more than a note."""
    case = await cases.get(services.work, duty_id)
    assert case is not None, "a case is never deleted"
    messages = [await card(turn, services, duty_id)]
    if said:
        messages.append(Message(said))
    others = await cards_now(turn, services, case, *but)
    return Answer(messages=tuple(messages), owed=(*owed, *others))
