"""Answering a survey: one message edited in place, one tap an answer, paused and resumed at will."""

from dataclasses import replace

from domain.answering import (
    AnswerRefusedError,
    BadTextError,
    NotANumberError,
    OutOfRangeError,
    TooFewError,
    TooManyError,
    before,
    handed_in,
    pending,
    record,
    ticked,
)
from domain.ballot import Round
from domain.messages import Button, Message, Rows
from domain.people import ANYONE
from domain.sampling import Who
from domain.survey import TYPED, Item, Kind
from domain.survey import Answer as Said
from handlers.ballot_open import (
    Open,
    all_departments,
    at,
    at_position,
    awaits_words,
    begin,
    find,
    keep,
    left,
    outside,
    paused,
    rates_no_more,
    show,
    step,
    tell,
    until,
)
from handlers.base import Answer, Services, Topic, Turn
from storage import questionnaires, sheets, survey
from wording.ballot import card, span, ticks
from wording.ballot_pages import listed

topic = Topic("ballot", keys={"ballot.word": "ballot"}, private=True)


@topic.action("ballot", roles=ANYONE, command="ballot.command")
async def mine(turn: Turn, services: Services) -> Answer:
    """What waits for this person: go on with it, or choose between several."""
    waiting = await survey.waiting_for(services.work, turn.who.id, turn.now)
    if not waiting:
        return tell(turn, "ballot.none")
    if len(waiting) == 1:
        return await _enter(turn, services, waiting[0].id, in_place=False)
    asked = await questionnaires.titles(services.work, waiting)
    rows = tuple(
        (Button(asked[each.id].title.get(turn.language), f"ballot.go:{each.id}"),)
        for each in waiting
    )
    return Answer.of(Message(turn.say("ballot.which"), buttons=rows), step=turn.step)


@topic.action("ballot.go", roles=ANYONE)
async def go(turn: Turn, services: Services) -> Answer:
    """From the invitation, or after a pause: where they left off."""
    return await _enter(turn, services, turn.number())


async def _enter(turn: Turn, services: Services, round_id: int, in_place: bool = True) -> Answer:
    round_ = await survey.get(services.work, round_id)
    asked = await survey.ballots_of(services.work, round_id, turn.who.id)
    if round_ is None or not asked:
        same_home = await survey.home_is_asked(services.work, round_id, turn.who.household_id)
        return outside(turn, same_home)
    if gone := await rates_no_more(turn, services, round_):
        return gone
    if not round_.takes_answers(turn.now):
        return tell(turn, "ballot.closed", in_place)
    questionnaire = await questionnaires.asked(services.work, round_)
    if questionnaire.subjects:
        return await all_departments(turn, services, round_, questionnaire, in_place=in_place)
    return await begin(turn, services, Open(round_, questionnaire, asked[0]), in_place)


@topic.action("ballot.open", roles=ANYONE)
async def open_one(turn: Turn, services: Services) -> Answer:
    """A rater picks the department to rate, or to correct."""
    found = await find(turn, services, turn.number())
    return found if isinstance(found, Answer) else await begin(turn, services, found)


@topic.action("ballot.pick", roles=ANYONE)
async def pick(turn: Turn, services: Services) -> Answer:
    """One tap, one answer to the question it has come to."""
    found = await at(turn, services)
    if isinstance(found, Answer):
        return found
    return await _tapped(turn, services, found, found.next, _arg(turn, 2))


@topic.action("ballot.fix", roles=ANYONE)
async def fix(turn: Turn, services: Services) -> Answer:
    """One tap, another answer to an earlier question."""
    found = await at(turn, services)
    if isinstance(found, Answer):
        return found
    return await _tapped(turn, services, found, found.item(turn.number(2)), _arg(turn, 3))


@topic.action("ballot.skip", roles=ANYONE)
async def skip(turn: Turn, services: Services) -> Answer:
    """Nothing to say to this one."""
    found = await at(turn, services)
    if isinstance(found, Answer):
        return found
    item = found.item(turn.number(2)) if len(turn.args) > 2 else found.next
    if item is None or item.required:
        return show(turn, found, "ballot.no_such")
    return await _record(turn, services, found, item, "")


def _arg(turn: Turn, index: int) -> str:
    return turn.args[index] if len(turn.args) > index else ""


async def _tapped(
    turn: Turn, services: Services, found: Open, item: Item | None, code: str
) -> Answer:
    if item is None or not code or item.kind in {*TYPED, Kind.MULTIPLE}:
        return show(turn, found, "ballot.no_such")  # no button of ours carries words
    return await _record(turn, services, found, item, code)


async def _record(turn: Turn, services: Services, found: Open, item: Item, said: Said) -> Answer:
    try:
        draft = record(found.questionnaire, found.ballot.draft, item.id, said)
    except AnswerRefusedError as refused:
        note = {TooFewError: "ballot.tick_more", TooManyError: "ballot.tick_fewer"}
        return show(turn, found, note.get(type(refused), "ballot.no_such"), item)
    draft.pop(pending(item), None)
    return await keep(turn, services, found, draft)


@topic.action("ballot.tick", roles=ANYONE)
async def tick(turn: Turn, services: Services) -> Answer:
    """Tick one of several, or take the tick away. The button says which, so that a second tap on it
    does nothing, and quick taps on different ones all count."""
    found = await at(turn, services)
    if isinstance(found, Answer):
        return found
    item = found.item(turn.number(2))
    if item is None or item.kind is not Kind.MULTIPLE or item.option(turn.number(3)) is None:
        return show(turn, found, "ballot.no_such")
    chosen = ticks(item, found.ballot.draft)
    now = ticked(item, chosen, turn.number(3), _arg(turn, 4) == "1")
    draft = {**found.ballot.draft, pending(item): now}
    if found.round is not None:
        await survey.keep(services.work, found.ballot, draft, step=0)
    return show(turn, replace(found, ballot=replace(found.ballot, draft=draft)), item=item)


@topic.action("ballot.ticked", roles=ANYONE)
async def all_ticked(turn: Turn, services: Services) -> Answer:
    """完成: what is ticked is the answer."""
    found = await at(turn, services)
    if isinstance(found, Answer):
        return found
    item = found.item(turn.number(2))
    if item is None or item.kind is not Kind.MULTIPLE:
        return show(turn, found, "ballot.no_such")
    return await _record(turn, services, found, item, ticks(item, found.ballot.draft))


@topic.text(order=10, claim=awaits_words, roles=ANYONE)
async def words(turn: Turn, services: Services) -> Answer:
    """What is typed while a question asks for words or a number."""
    assert turn.step is not None, "the claim saw it"
    data = turn.step.data
    found = await at_position(turn, services, int(data.get("ballot", 0)), int(data["at"]))
    if isinstance(found, Answer):
        return found
    said = turn.incoming.text.strip()
    item = found.item(int(data["item"])) if data.get("item") else found.next
    if not said or item is None or item.kind not in TYPED:
        return Answer.of(Message(turn.say("ballot.only_text")), step=turn.step)
    try:
        draft = record(found.questionnaire, found.ballot.draft, item.id, said)
    except AnswerRefusedError as refused:
        return Answer.of(Message(_why_not(turn, item, refused)), step=turn.step)
    return await keep(turn, services, found, draft)


def _why_not(turn: Turn, item: Item, refused: AnswerRefusedError) -> str:
    match refused:
        case BadTextError():
            return turn.say("ballot.too_long", most=item.max_chars)
        case OutOfRangeError():
            return turn.say("ballot.out_of_range", span=span(turn.say, item))
        case NotANumberError() if item.decimals:
            return turn.say("ballot.not_decimal", places=item.decimals)
        case _:
            return turn.say("ballot.not_a_number")


@topic.action("ballot.back", roles=ANYONE)
async def back(turn: Turn, services: Services) -> Answer:
    """The question before this one, with what was answered; the answers behind it stay."""
    found = await at(turn, services)
    if isinstance(found, Answer):
        return found
    here = found.item(turn.number(2)) if len(turn.args) > 2 else found.next
    return show(turn, found, item=before(found.questionnaire, found.ballot.draft, here))


@topic.action("ballot.see", roles=ANYONE)
async def see(turn: Turn, services: Services) -> Answer:
    """One question out of the list of answers, or (without one) where they are."""
    found = await at(turn, services)
    if isinstance(found, Answer):
        return found
    return show(turn, found, item=found.item(turn.number(2)))


@topic.action("ballot.list", roles=ANYONE)
async def answers(turn: Turn, services: Services) -> Answer:
    """改一题: every answer as a button, a few on a page."""
    found = await at(turn, services)
    if isinstance(found, Answer):
        return found
    message = listed(turn.say, found.questionnaire, found.ballot, turn.number(2))
    return Answer.of(message, step=step(turn, found))


@topic.action("ballot.later", roles=ANYONE)
async def later(turn: Turn, services: Services) -> Answer:
    """以后再答: everything answered so far stays."""
    found = await find(turn, services, turn.number())
    if isinstance(found, Answer):
        return found
    if found.round is None:
        return tell(turn, "ballot.trial_gone", in_place=True)
    message = await paused(turn, services, found.round, found.ballot)
    return Answer.of(message, step=left(turn))


@topic.action("ballot.no", roles=ANYONE)
async def no(turn: Turn, services: Services) -> Answer:
    """这次不参加: noted as an outcome of its own; they may change their mind until the close."""
    round_ = await _theirs(turn, services)
    if isinstance(round_, Answer):
        return round_
    if not await survey.decline(services.work, round_.id, turn.who.id):
        return tell(turn, "ballot.already", in_place=True)
    return await _out(
        turn, services, round_, "ballot.declined", may_have_moved=round_.who is not Who.RATER
    )


@topic.action("ballot.moved", roles=ANYONE)
async def moved(turn: Turn, services: Services) -> Answer:
    """我们已经不住这里了: the home is no longer one of those asked, unless they take it back."""
    round_ = await _theirs(turn, services)
    if isinstance(round_, Answer):
        return round_
    if round_.who is Who.RATER:
        return tell(turn, "ballot.no_such")
    if not await survey.have_moved(services.work, round_.id, turn.who.id):
        return tell(turn, "ballot.already", in_place=True)
    return await _out(turn, services, round_, "ballot.moved")


async def _theirs(turn: Turn, services: Services) -> Round | Answer:
    """The open round in the tap, in which this person is asked."""
    round_ = await survey.get(services.work, turn.number())
    asked = await survey.ballots_of(services.work, turn.number(), turn.who.id)
    if round_ is None or not asked:
        same_home = await survey.home_is_asked(services.work, turn.number(), turn.who.household_id)
        return outside(turn, same_home)
    if gone := await rates_no_more(turn, services, round_):
        return gone
    return round_ if round_.takes_answers(turn.now) else tell(turn, "ballot.closed", in_place=True)


async def _out(
    turn: Turn, services: Services, round_: Round, key: str, *, may_have_moved: bool = False
) -> Answer:
    """They are asked no more, and may come back until the close."""
    text = turn.say(key, day=await until(turn, services, round_))
    rows: Rows = ((Button(turn.say.plain("ballot.change_mind"), f"ballot.go:{round_.id}"),),)
    if may_have_moved:
        gone = Button(turn.say.plain("ballot.moved_button"), f"ballot.moved:{round_.id}")
        rows = (*rows, (gone,))
    return Answer.of(Message(text, buttons=rows, in_place=True), step=left(turn))


@topic.action("ballot.done", roles=ANYONE)
async def done(turn: Turn, services: Services) -> Answer:
    """交上去: the draft becomes a sheet without a name, and counts; a trial does not."""
    found = await at(turn, services, lock=True)
    if isinstance(found, Answer):
        return found
    if found.next is not None:
        return show(turn, found, "ballot.moved_on")
    if found.round is None:
        return tell(turn, "ballot.trial_done", in_place=True)
    if found.questionnaire.subjects:
        return await all_departments(turn, services, found.round, found.questionnaire)
    sheet = handed_in(found.questionnaire, found.ballot.draft)
    final = replace(found.ballot, draft=sheet)
    if not await sheets.hand_in(services.work, final, found.questionnaire.minimum_group):
        return tell(turn, "ballot.already", in_place=True)
    text, rows = turn.say("ballot.thanks"), await _next_one(turn, services)
    thanks = Message(text, buttons=rows, card=card(found.ballot), in_place=True)
    return Answer.of(thanks, step=left(turn))


async def _next_one(turn: Turn, services: Services) -> Rows:
    """The way to what else they are asked, one at a time; none who has finished everything."""
    waiting = await survey.begun_beside(services.work, 0, turn.who.id)
    rounds = [await survey.get(services.work, one.round_id) for one in waiting[:1]]
    asked = await questionnaires.titles(services.work, [one for one in rounds if one])
    return tuple(
        (_go_on(turn, each.title.get(turn.language), round_id),) for round_id, each in asked.items()
    )


def _go_on(turn: Turn, title: str, round_id: int) -> Button:
    return Button(turn.say.plain("ballot.next_one", title=title), f"ballot.go:{round_id}")
