"""反映问题: a resident says what is wrong, and reads who sees to it and by when."""

from dataclasses import replace
from datetime import timedelta

from domain.case import CaseKind, Via, guess
from domain.messages import Button, Lane, Message, Rows
from domain.people import ANYONE
from handlers.base import PASS, Answer, Services, Topic, Turn
from handlers.case_open import LONGEST, Matter, Opened, open_matter, resident_owner
from handlers.emergency import emergency_message
from handlers.lasting import holds, lasting
from handlers.places import community_of, office_of, ring
from handlers.router import at_step
from knowledge.cases import shipped_cases
from storage import cases, enquiries
from storage.cases import Raised
from storage.people import Community
from wording.case import values

topic = Topic("case", keys={"case.key": "case"})

_TYPING = ("case.kind", "case.words")


@topic.action("case", roles=ANYONE, strangers=True, command="case.command")
async def choose(turn: Turn, services: Services) -> Answer:
    """Which kind; whoever types at once need not choose."""
    if turn.person is None:
        return await _stranger(turn, services)
    text = turn.say("case.which", other=_name(turn, shipped_cases()[-1]))
    own = ((Button(turn.say.plain("case.own_button"), "mycase"),),)
    buttons = (*_kinds(turn, shipped_cases(), "case.kind"), *own)
    step = lasting(turn, "case.kind", services.policies.context_for)
    return Answer.of(Message(text, buttons=buttons), step=step)


async def _stranger(turn: Turn, services: Services) -> Answer:
    community = await community_of(turn, services)
    button = Button(turn.say.plain("ask.ask_worker"), "question.ask:0")
    text = turn.say("case.stranger", ring=ring(turn.say, community))
    return Answer.of(Message(text, buttons=((button,),)), step=turn.step)


def _name(turn: Turn, kind: CaseKind) -> str:
    return kind.names[turn.say.language]


def _kinds(turn: Turn, kinds: tuple[CaseKind, ...], action: str) -> Rows:
    buttons = [Button(_name(turn, kind), f"{action}:{kind.id}") for kind in kinds]
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def _kind(kind_id: str) -> CaseKind | None:
    return next((kind for kind in shipped_cases() if kind.id == kind_id), None)


@topic.action("case.kind", roles=ANYONE)
async def write(turn: Turn, services: Services) -> Answer:
    """The kind is known; now what it is."""
    kind = _kind(turn.args[0] if turn.args else "")
    if kind is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    step = lasting(turn, "case.words", services.policies.context_for, kind=kind.id)
    drop = ((Button(turn.say.plain("question.drop"), "cancel"),),)
    return Answer.of(
        Message(turn.say("case.write", kind=_name(turn, kind)), buttons=drop), step=step
    )


def _typing(turn: Turn, services: Services) -> bool:
    return any(at_step(step)(turn, services) for step in _TYPING)


@topic.text(order=4, claim=_typing, roles=ANYONE)
async def said(turn: Turn, services: Services) -> Answer:
    """What it is, in words, or by a photo or voice alone. Where it sounds like an emergency, the numbers to
    ring come first, and it is kept all the same."""
    incoming = turn.incoming
    if turn.step is None or not holds(turn, *_TYPING):
        return PASS
    if not incoming.text and incoming.media is None:
        return Answer.of(Message(turn.say("menu.not_understood")), step=turn.step)
    kind = _kind(turn.step.data.get("kind", "")) or guess(shipped_cases(), incoming.text)
    words = incoming.text[:LONGEST] or turn.say.plain("case.media_only")
    answer = await _raise(turn, services, kind, words, f"turn:{turn.inbox_id}")
    found = services.knowledge.emergencies.recognise(incoming.text)
    if found is None:
        return answer
    first = emergency_message(turn.say, found, may_press=True)
    return replace(answer, messages=(first, *answer.messages), lane=Lane.EMERGENCY)


@topic.action("case.from", roles=ANYONE, strangers=True)
async def from_question(turn: Turn, services: Services) -> Answer:
    """这是反映问题: what was asked is a matter for somebody to see to; which kind, by one tap."""
    if turn.person is None:
        return await _stranger(turn, services)
    enquiry = await enquiries.own(services.work, turn.number(), turn.address_id)
    if enquiry is None:
        return await choose(turn, services)
    first = guess(shipped_cases(), enquiry.text)
    kinds = (first, *(kind for kind in shipped_cases() if kind != first))
    buttons = _kinds(turn, kinds, f"case.of:{enquiry.id}")
    text = turn.say("case.which_of", words=enquiry.text)
    return Answer.of(Message(text, buttons=buttons), step=turn.step)


@topic.action("case.of", roles=ANYONE)
async def of_question(turn: Turn, services: Services) -> Answer:
    """The kind of what was asked."""
    enquiry = await enquiries.own(services.work, turn.number(), turn.address_id)
    kind = _kind(turn.args[1] if len(turn.args) > 1 else "")
    if enquiry is None or kind is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    answer = await _raise(turn, services, kind, enquiry.text[:LONGEST], f"enquiry:{enquiry.id}")
    await enquiries.passed_on(services.work, enquiry.id)
    return answer


async def _raise(turn: Turn, services: Services, kind: CaseKind, words: str, key: str) -> Answer:
    person = turn.who
    community = await community_of(turn, services)
    assert community is not None, "whoever is known belongs somewhere"
    day = turn.now - timedelta(days=1)
    if await cases.count_from(services.work, turn.address_id, day) >= (
        services.policies.questions_a_day
    ):
        text = turn.say("case.too_many", ring=ring(turn.say, community))
        return Answer.of(Message(text), step=turn.step)
    matter = Matter(
        Raised(kind.id, Via.CHAT, words, address_id=turn.address_id),
        key=f"case:{key}",
        household_id=person.household_id,
        subject_id=person.id,
        owner_id=await resident_owner(services, person.household_id),
    )
    opened = await open_matter(turn, services, community.id, matter)
    if opened is None:
        return Answer.of(Message(turn.say("case.opened_before")))
    return await _told(turn, services, community, opened, words)


async def _told(
    turn: Turn, services: Services, community: Community, opened: Opened, words: str
) -> Answer:
    """Whose it is and by when."""
    case, duty = opened.case, opened.case.duty
    is_open = office_of(community, services).is_open(turn.now)
    key = "case.opened" if is_open else "case.opened_closed"
    known = values(turn.say, case, turn.now) | {"words": words}
    if not is_open:
        known |= {"ring": ring(turn.say, community)}
    buttons = (
        (Button(turn.say.plain("case.add_button"), f"mycase.add:{duty.id}"),),
        (Button(turn.say.plain("case.own_button"), "mycase"),),
    )
    message = Message(turn.say(key, **known), buttons=buttons)
    step = lasting(turn, "mycase.more", services.policies.help_listens, duty=duty.id)
    return Answer(messages=(message,), owed=opened.owed, step=step)
