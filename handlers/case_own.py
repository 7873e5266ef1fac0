"""我反映过的事: how it stands, more words, no longer needed, and whether it was solved."""

from datetime import timedelta

from markupsafe import Markup

from domain.case import Case
from domain.duty import Duty, DutyState, Outcome
from domain.messages import Button, Message, Owed, Rows
from domain.people import ANYONE
from handlers.base import PASS, Answer, Services, Topic, Turn
from handlers.case_again import not_solved
from handlers.case_open import LONGEST
from handlers.case_told import Dues, card_of, cards_now, lines
from handlers.lasting import holds, lasting
from handlers.pages import Page
from handlers.router import at_step
from knowledge.cases import kind_name
from storage import case_end, case_media, cases, leave, people
from wording.ask import LINE
from wording.case import asking, own_buttons, short, status, values

topic = Topic("mycase")

REMEMBERED = timedelta(days=30)
"""How long what has ended stays in the list."""


@topic.action("mycase", roles=ANYONE, strangers=True, command="case.own_command")
async def listed(turn: Turn, services: Services) -> Answer:
    """What they raised, the newest first, each with how it stands."""
    person_id = turn.person.id if turn.person else None
    since = turn.now - REMEMBERED
    found = await cases.own(services.work, person_id, turn.address_id, since)
    page = Page.of(sorted(found, key=lambda one: -one.duty.id), turn.number())
    if not found:
        button = ((Button(turn.say.plain("case.key"), "case"),),)
        return Answer.of(Message(turn.say("case.own_none"), buttons=button), step=turn.step)
    parts = [turn.say("case.own_head", count=len(found))]
    rows: Rows = ()
    for number, one in page.numbered():
        parts += [Markup(), _line(turn, number, one)]
        rows += own_buttons(turn.say, one, number if len(found) > 1 else None)
    rows += page.turns(turn.say, "mycase")
    message = Message(LINE.join(parts), buttons=rows, in_place=bool(turn.args))
    return Answer.of(message, step=turn.step)


def _line(turn: Turn, number: int, case: Case) -> Markup:
    return turn.say(
        "case.own_line",
        number=number,
        kind=kind_name(case.kind, turn.say.language),
        words=short(case.text),
        status=status(turn.say, case, turn.now),
    )


async def _own(turn: Turn, services: Services, duty_id: int | None = None) -> Case | Answer:
    """The case that a tap names, for whoever raised it or for whom it was raised."""
    case = await cases.get(services.work, turn.number() if duty_id is None else duty_id)
    mine = case is not None and _is_whose(turn, case)
    if case is None or not mine:
        return Answer.of(Message(turn.say("case.not_yours")), step=turn.step)
    return case


def _is_whose(turn: Turn, case: Case) -> bool:
    """A person's own; a chat alone speaks only for what is nobody's in the register."""
    if case.duty.subject_id is None:
        return case.address_id == turn.address_id
    return turn.person is not None and turn.person.id == case.duty.subject_id


@topic.action("mycase.add", roles=ANYONE, strangers=True)
async def add(turn: Turn, services: Services) -> Answer:
    """补充: the next words or photo join it."""
    case = await _own(turn, services)
    if isinstance(case, Answer):
        return case
    if case.duty.state is DutyState.CLOSED:
        return Answer.of(Message(turn.say("case.ended_before")), step=turn.step)
    step = lasting(turn, "mycase.words", services.policies.context_for, duty=case.duty.id)
    return Answer.of(Message(turn.say("case.add_now")), step=step)


def _more(turn: Turn, services: Services) -> bool:
    """After 补充 whatever is said; just after it was raised, a photo or voice without words."""
    if at_step("mycase.words")(turn, services):
        return True
    alone = turn.incoming.media is not None and not turn.incoming.text
    return alone and at_step("mycase.more")(turn, services)


@topic.text(order=50, claim=_more, roles=ANYONE, strangers=True)
async def added(turn: Turn, services: Services) -> Answer:
    """Kept, and whoever has it hears so."""
    if turn.step is None or not holds(turn, "mycase.words", "mycase.more"):
        return PASS
    text, media = turn.incoming.text[:LONGEST], turn.incoming.media
    case = await _own(turn, services, int(turn.step.data["duty"]))
    if isinstance(case, Answer) or (not text and media is None):
        return PASS
    if case.duty.state is DutyState.CLOSED:
        return Answer.of(Message(turn.say("case.ended_before")))
    if media is not None:
        await case_media.keep(services.work, case.duty.id, media, f"turn:{turn.inbox_id}")
    words = text or turn.say.plain("case.media_only")
    await cases.add(services.work, case.duty, words, turn.person.id if turn.person else None)
    owed = await _cards(turn, services, case.duty, "added")
    said = turn.say("case.added", worker=values(turn.say, case, turn.now)["worker"])
    step = lasting(turn, "mycase.more", services.policies.help_listens, duty=case.duty.id)
    return Answer(messages=(Message(said),), owed=owed, step=step)


async def _cards(turn: Turn, services: Services, duty: Duty, head: str) -> Dues:
    """The card anew, so that it rings, for whoever has it."""
    case = await cases.get(services.work, duty.id)
    hands = await leave.deputy(services.work, duty.owner_id)
    owner = await people.person(services.work, hands or -1)
    if case is None or owner is None:
        return ()
    return (Owed(owner.id, card_of(services, turn, case, owner, head), duty_id=duty.id),)


@topic.action("mycase.withdraw", roles=ANYONE, strangers=True)
async def withdraw(turn: Turn, services: Services) -> Answer:
    """不用办了: asked once whether that is meant."""
    case = await _own(turn, services)
    if isinstance(case, Answer):
        return case
    if case.duty.state is DutyState.CLOSED:
        return Answer.of(Message(turn.say("case.ended_before")), step=turn.step)
    if turn.args[1:] == ("no",):
        return Answer.of(Message(turn.say("case.kept_on"), in_place=True), step=turn.step)
    if turn.args[1:] != ("yes",):
        rows = tuple(
            (
                Button(
                    turn.say.plain(f"case.withdraw_{key}"), f"mycase.withdraw:{turn.number()}:{key}"
                ),
            )
            for key in ("yes", "no")
        )
        text = turn.say("case.withdraw_sure", words=short(case.text))
        return Answer.of(Message(text, buttons=rows), step=turn.step)
    return await _withdrawn(turn, services, case)


async def _withdrawn(turn: Turn, services: Services, case: Case) -> Answer:
    by = turn.person.id if turn.person else None
    closed = await case_end.close(services.work, case.duty.id, Outcome.CALLED_OFF, by, "")
    now = await cases.get(services.work, case.duty.id) or case
    if closed is None:
        return Answer.of(Message(turn.say("case.ended_before")), step=turn.step)
    text = turn.say("case.withdrawn", worker=values(turn.say, case, turn.now)["worker"])
    line = await lines(turn, services, now, [case.duty.owner_id], "line_withdrawn")
    owed = (*line, *await cards_now(turn, services, now))
    return Answer(messages=(Message(text, in_place=True),), owed=owed, step=turn.step)


async def _ended(turn: Turn, services: Services) -> Case | Answer:
    case = await _own(turn, services)
    if isinstance(case, Answer):
        return case
    if case.duty.state is not DutyState.CLOSED or case.duty.outcome is Outcome.CALLED_OFF:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    return case


@topic.action("mycase.solved", roles=ANYONE, strangers=True)
async def solved(turn: Turn, services: Services) -> Answer:
    """解决了."""
    case = await _ended(turn, services)
    if isinstance(case, Answer):
        return case
    by = turn.person.id if turn.person else None
    kept = await case_end.settle(services.work, case, solved=True, by=by)
    now = await cases.get(services.work, case.duty.id) or case
    asked = asking(turn.say, now, turn.now)
    if not kept:
        return Answer.of(asked, step=turn.step)
    line = await lines(turn, services, now, [case.duty.closed_by], "line_solved")
    owed = (*line, *await cards_now(turn, services, now))
    return Answer(messages=(asked, Message(turn.say("case.thanks"))), owed=owed, step=turn.step)


@topic.action("mycase.unsolved", roles=ANYONE, strangers=True)
async def unsolved(turn: Turn, services: Services) -> Answer:
    """没有: once it is opened again; twice unsolved it is for the supervisor to see to."""
    case = await _ended(turn, services)
    if isinstance(case, Answer):
        return case
    by = turn.person.id if turn.person else None
    if not await case_end.settle(services.work, case, solved=False, by=by):
        return Answer.of(asking(turn.say, case, turn.now), step=turn.step)
    now = await cases.get(services.work, case.duty.id) or case
    text, owed = await not_solved(turn, services, now, turn.say)
    anew = [one.person_id for one in owed if one.duty_id == case.duty.id]
    others = await cards_now(turn, services, now, *anew)
    kept = asking(turn.say, now, turn.now)
    return Answer(messages=(kept, text), owed=(*owed, *others), step=turn.step)
