"""家人: who is told and may press on an elder's behalf; asked in, taken out, and left, by taps."""

from collections.abc import Sequence

from markupsafe import Markup

from domain.duty import DutyState
from domain.family import MOST
from domain.messages import Attachment, Button, Lane, Message, Owed, Rows
from domain.people import ANYONE, Person, Role
from handlers.base import Answer, Services, Topic, Turn
from handlers.greeting import keyboard
from storage import duties, family, people
from storage.family import Tie
from storage.leave import deputy
from wording.help import STATE_KEYS

topic = Topic("family", keys={"family.key": "family"})

_KEEPERS = frozenset({Role.ELDER, Role.WORKER, Role.SUPERVISOR})
_FAMILY = frozenset({Role.FAMILY})
PAGE = 8
"""Elders in a worker's list at once."""


@topic.action("family", roles=ANYONE, command="family.command")
async def mine(turn: Turn, services: Services) -> Answer:
    """An elder's family; the elders of whoever is family; a worker's elders to choose from."""
    if turn.args:
        return Answer.of(await _homes(turn, services, turn.number()), step=turn.step)
    messages = []
    if turn.who.is_any(Role.ELDER):
        messages.append(await _page(turn, services, turn.who))
    if turn.who.is_any(Role.FAMILY):
        messages.append(await _elders(turn, services))
    if turn.who.is_any(Role.WORKER):
        messages.append(await _homes(turn, services, 0))
    return Answer.of(*(messages or [Message(turn.say("family.none_here"))]), step=turn.step)


async def _homes(turn: Turn, services: Services, first: int) -> Message:
    ids = await family.elders_of_worker(services.work, turn.who.id)
    shown = ids[max(first, 0) :][:PAGE]
    if not shown:
        return Message(turn.say("family.no_elders"))
    elders = await people.persons(services.work, shown)
    rows: list[tuple[Button, ...]] = []
    for elder in elders.values():
        home = await people.home(services.work, elder.household_id)
        label = f"{home.place if home else ''} {elder.name}".strip()
        rows.append((Button(label, f"family.page:{elder.id}"),))
    if left := len(ids) - max(first, 0) - len(shown):
        more = turn.say.plain("menu.more", count=left)
        rows.append((Button(more, f"family:{max(first, 0) + PAGE}"),))
    return Message(turn.say("family.whose"), buttons=tuple(rows), in_place=first > 0)


@topic.action("family.home", roles=frozenset({Role.WORKER}))
async def at_home(turn: Turn, services: Services) -> Answer:
    """The families of the elders of one home, from the visit that a worker is making there."""
    pages = []
    for elder_id in await family.elders_at(services.work, turn.number()):
        elder = await _kept(turn, services, elder_id)
        if elder is not None:
            pages.append(await _page(turn, services, elder))
    return Answer.of(*(pages or [Message(turn.say("family.no_elders"))]), step=turn.step)


@topic.action("family.page", roles=_KEEPERS)
async def page(turn: Turn, services: Services) -> Answer:
    """One elder's family."""
    elder = await _kept(turn, services, turn.number())
    if elder is None:
        return _not_yours(turn)
    return Answer.of(await _page(turn, services, elder, in_place=True), step=turn.step)


async def _kept(turn: Turn, services: Services, elder_id: int) -> Person | None:
    """The elder, where whoever is talking may say who their family is."""
    return await family.kept_by(services.work, turn.who, elder_id)


def _not_yours(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)


async def _page(
    turn: Turn, services: Services, elder: Person, *, in_place: bool = False
) -> Message:
    ties = await family.of_elder(services.work, elder.id)
    key = "yours" if elder.id == turn.who.id else "theirs"
    lines = [turn.say(f"family.{key}", name=elder.name, count=len(ties))]
    lines += [turn.say("family.line", relation=tie.relation, name=tie.name) for tie in ties]
    lines.append(turn.say("family.what" if ties else "family.nobody"))
    return Message(
        Markup("\n").join(lines),
        buttons=_buttons(turn, elder, ties),
        card=f"family:{elder.id}",
        in_place=in_place,
    )


def _buttons(turn: Turn, elder: Person, ties: Sequence[Tie]) -> Rows:
    add = (Button(turn.say.plain("family.add"), f"family.add:{elder.id}"),)
    drop = [
        (
            Button(
                turn.say.plain("family.drop", name=tie.name),
                f"family.drop:{elder.id}:{tie.person_id}",
            ),
        )
        for tie in ties
    ]
    return (*((add,) if len(ties) < MOST else ()), *drop)


@topic.action("family.add", roles=_KEEPERS)
async def add(turn: Turn, services: Services) -> Answer:
    """A code for one person, as a picture to scan, as links, and as letters to read out."""
    elder = await _kept(turn, services, turn.number())
    if elder is None:
        return _not_yours(turn)
    if len(await family.of_elder(services.work, elder.id)) >= MOST:
        return Answer.of(Message(turn.say("family.full", most=MOST)), step=turn.step)
    code = await family.invite(services.work, elder.id, turn.who.id)
    links = services.links(code)
    link = links.get(turn.incoming.channel) or next(iter(links.values()), "")
    text = turn.say("family.code", name=elder.name, code=code)
    text += Markup("").join(turn.say("family.code_link", link=one) for one in links.values())
    about = {"elder": elder.id, "link": link}
    picture = Attachment("family.code", "family.png", about, picture=True) if link else None
    return Answer.of(Message(text, attachment=picture), step=turn.step)


@topic.action("family.drop", roles=_KEEPERS)
async def ask_to_drop(turn: Turn, services: Services) -> Answer:
    """Asked once: a tap beside the mark would leave an elder without a child who is told."""
    elder = await _kept(turn, services, turn.number())
    tie = await _tie(services, elder.id, turn.number(1)) if elder else None
    if elder is None or tie is None:
        return _not_yours(turn)
    text = turn.say("family.sure", name=tie.name, relation=tie.relation)
    return Answer.of(
        Message(
            text,
            buttons=_yes_no(
                turn, f"family.gone:{elder.id}:{tie.person_id}", f"family.page:{elder.id}"
            ),
            in_place=True,
        ),
        step=turn.step,
    )


def _yes_no(turn: Turn, yes: str, no: str) -> Rows:
    return (
        (Button(turn.say.plain("family.sure_yes"), yes),),
        (Button(turn.say.plain("family.sure_no"), no),),
    )


async def _tie(services: Services, elder_id: int, relative_id: int) -> Tie | None:
    ties = await family.of_elder(services.work, elder_id)
    return next((tie for tie in ties if tie.person_id == relative_id), None)


@topic.action("family.gone", roles=_KEEPERS)
async def drop(turn: Turn, services: Services) -> Answer:
    """Taken out: they are told, and so are the elder and whoever looks after the home."""
    elder = await _kept(turn, services, turn.number())
    if elder is None:
        return _not_yours(turn)
    tie = await family.part(services.work, elder.id, turn.number(1), turn.who.id)
    if tie is None:
        return _not_yours(turn)
    shown = await _page(turn, services, elder, in_place=True)
    owed = (
        *await _to_relative(services, tie, elder),
        *await news(turn, services, elder, "removed", tie),
    )
    return Answer(messages=(shown,), owed=owed, step=turn.step)


async def _to_relative(services: Services, tie: Tie, elder: Person) -> tuple[Owed, ...]:
    """What they are now they see by their keys, too."""
    person = await people.person(services.work, tie.person_id)
    if person is None:
        return ()
    say = services.phrases[person.language]
    keys = keyboard(say, person if person.roles else None)
    text = say("family.you_are_out", name=elder.name)
    return (Owed(person.id, Message(text, keyboard=keys, menu=True)),)


async def news(
    turn: Turn, services: Services, elder: Person, what: str, tie: Tie
) -> tuple[Owed, ...]:
    """`joined`, `removed` or `left`: for the elder and whoever looks after the home, but for who did it.

    Somebody at the door may have talked an elder into it, so the worker hears of it each time.
    """
    home = await people.home(services.work, elder.household_id)
    worker_id = await deputy(services.work, home.worker_id if home else None)
    ids = {elder.id, worker_id} - {None, turn.who.id if turn.person else None}
    owed = []
    for person in (await people.persons(services.work, {i for i in ids if i})).values():
        say = services.phrases[person.language]
        key = f"family.{what}" + ("" if person.id == elder.id else "_theirs")
        if key == "family.removed_theirs" and turn.who.id != elder.id:
            key = "family.removed_by_staff"
        text = say(key, name=tie.name, relation=tie.relation, elder=elder.name, by=turn.who.name)
        if what == "removed" and not tie.by_chat and person.id != elder.id:
            text += "\n" + say("family.in_register")
        button = Button(
            say.plain("family.drop", name=tie.name), f"family.drop:{elder.id}:{tie.person_id}"
        )
        buttons: Rows = ((button,),) if what == "joined" else ()
        owed.append(Owed(person.id, Message(text, buttons=buttons), Lane.CONVERSATION))
    return tuple(owed)


async def _elders(turn: Turn, services: Services) -> Message:
    """How the elders stand for whom somebody is here, and the way out. Nothing about their health."""
    ties = await family.of_relative(services.work, turn.who.id)
    lines = [turn.say("family.you_are")]
    rows = []
    for tie in ties:
        how = await how_it_stands(turn, services, tie.person_id)
        lines.append(turn.say("family.elder", name=tie.name, relation=tie.relation, how=how))
        label = turn.say.plain("family.leave", name=tie.name)
        rows.append((Button(label, f"family.leave:{tie.person_id}"),))
    lines.append(turn.say("family.you_may"))
    return Message(Markup("\n").join(lines), buttons=tuple(rows))


async def how_it_stands(turn: Turn, services: Services, elder_id: int) -> Markup:
    """Whether a call for help is open, and who has it."""
    duty = await duties.open_help(services.work, elder_id)
    if duty is None:
        return turn.say("family.quiet")
    owner = await people.person(services.work, duty.owner_id) if duty.owner_id else None
    state = turn.say(f"help.state_{STATE_KEYS.get(duty.state, 'open')}")
    key = (
        "family.calls" if duty.state is DutyState.OPEN or owner is None else "family.calls_in_hand"
    )
    return turn.say(key, worker=owner.name if owner else "", state=state)


@topic.action("family.leave", roles=_FAMILY)
async def ask_to_leave(turn: Turn, services: Services) -> Answer:
    """Asked once."""
    tie = await _tie(services, turn.number(), turn.who.id)
    elder = await people.person(services.work, turn.number()) if tie else None
    if elder is None:
        return _not_yours(turn)
    buttons = _yes_no(turn, f"family.left:{elder.id}", "family.stay")
    text = turn.say("family.sure_to_leave", name=elder.name)
    return Answer.of(Message(text, buttons=buttons, in_place=True), step=turn.step)


@topic.action("family.stay", roles=_FAMILY)
async def stay(turn: Turn, services: Services) -> Answer:
    """Thought better of it."""
    return Answer.of(Message(turn.say("family.stayed"), in_place=True), step=turn.step)


@topic.action("family.left", roles=_FAMILY)
async def leave(turn: Turn, services: Services) -> Answer:
    """By themselves; the elder and whoever looks after the home are told."""
    elder = await people.person(services.work, turn.number())
    if elder is None:
        return _not_yours(turn)
    tie = await family.part(services.work, elder.id, turn.who.id, turn.who.id)
    if tie is None:
        return _not_yours(turn)
    now = await people.person(services.work, turn.who.id)
    keys = keyboard(turn.say, now if now and now.roles else None)
    text = turn.say("family.you_left", name=elder.name)
    return Answer(
        messages=(Message(text, keyboard=keys, menu=True),),
        owed=await news(turn, services, elder, "left", tie),
    )
