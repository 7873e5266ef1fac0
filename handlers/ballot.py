"""Answering a survey: one message edited in place, one tap an answer, paused and resumed at will."""

from dataclasses import dataclass, replace

from domain.answering import AnswerRefusedError, BadTextError, next_item, record
from domain.ballot import Ballot, BallotState, Round, as_asked, undone
from domain.messages import Button, Message
from domain.people import ANYONE
from domain.survey import Answer as Said
from domain.survey import Kind, Questionnaire
from handlers.base import Answer, Services, Step, Topic, Turn
from handlers.router import at_step
from knowledge.questionnaires import shipped_questionnaires
from storage import people, sheets, survey
from wording.ballot import card, departments, question
from wording.survey import day, subject_name

topic = Topic("ballot", keys={"ballot.word": "ballot"})

_WORDS = "ballot.words"


@dataclass(frozen=True, slots=True)
class _Open:
    """A ballot of this person in a round that still takes answers."""

    round: Round
    questionnaire: Questionnaire
    ballot: Ballot


@topic.action("ballot", roles=ANYONE, command="ballot.command")
async def mine(turn: Turn, services: Services) -> Answer:
    """What waits for this person: go on with it, or choose between several."""
    waiting = await survey.waiting_for(services.work, turn.who.id, turn.now)
    if not waiting:
        return _tell(turn, "ballot.none")
    if len(waiting) == 1:
        return await _enter(turn, services, waiting[0].id, in_place=False)
    shipped = shipped_questionnaires()
    rows = tuple(
        (Button(shipped[each.questionnaire].title.get(turn.language), f"ballot.go:{each.id}"),)
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
        return _outside(turn, same_home)
    if not round_.takes_answers(turn.now):
        return _tell(turn, "ballot.closed", in_place)
    questionnaire = _questionnaire(round_)
    if questionnaire.subjects:
        message = departments(turn.say, questionnaire, asked)
        return Answer.of(replace(message, in_place=in_place), step=_left(turn))
    return await _begin(turn, services, _Open(round_, questionnaire, asked[0]), in_place)


@topic.action("ballot.open", roles=ANYONE)
async def open_one(turn: Turn, services: Services) -> Answer:
    """A rater picks the department to rate."""
    found = await _find(turn, services, turn.number())
    return found if isinstance(found, Answer) else await _begin(turn, services, found)


async def _begin(turn: Turn, services: Services, found: _Open, in_place: bool = True) -> Answer:
    if found.ballot.state is BallotState.DONE:
        return _tell(turn, "ballot.already", in_place)
    await survey.begin(services.work, found.ballot.id)
    return _show(turn, found, in_place=in_place)


def _show(turn: Turn, found: _Open, note: str = "", *, in_place: bool = True) -> Answer:
    """The question the ballot has come to; where it wants words, the next thing typed is them."""
    item = next_item(found.questionnaire, found.ballot.draft)
    message = question(turn.say, found.questionnaire, found.ballot, note)
    words = item is not None and item.kind is Kind.TEXT
    step = Step(_WORDS, {"ballot": found.ballot.id, "at": found.ballot.position})
    return Answer.of(replace(message, in_place=in_place), step=step if words else _left(turn))


@topic.action("ballot.pick", roles=ANYONE)
async def pick(turn: Turn, services: Services) -> Answer:
    """One tap, one answer."""
    return await _answer(turn, services, turn.args[2] if len(turn.args) > 2 else "")


@topic.action("ballot.skip", roles=ANYONE)
async def skip(turn: Turn, services: Services) -> Answer:
    """Nothing to say in words."""
    return await _answer(turn, services, "")


async def _answer(turn: Turn, services: Services, said: Said) -> Answer:
    found = await _at(turn, services, turn.number(), turn.number(1))
    if isinstance(found, Answer):
        return found
    item = next_item(found.questionnaire, found.ballot.draft)
    if item is None or (said and item.kind is Kind.TEXT):  # no button of ours carries words
        return _show(turn, found, "ballot.no_such")
    try:
        draft = record(found.questionnaire, found.ballot.draft, item.id, said)
    except AnswerRefusedError:
        return _show(turn, found, "ballot.no_such")
    return await _keep(turn, services, found, draft)


@topic.text(order=10, claim=at_step(_WORDS), roles=ANYONE)
async def words(turn: Turn, services: Services) -> Answer:
    """What is typed while a question asks for words."""
    assert turn.step is not None, "the claim saw it"
    data = turn.step.data
    found = await _at(turn, services, int(data["ballot"]), int(data["at"]))
    if isinstance(found, Answer):
        return found
    said = turn.incoming.text.strip()
    item = next_item(found.questionnaire, found.ballot.draft)
    if not said or item is None:
        return Answer.of(Message(turn.say("ballot.only_text")), step=turn.step)
    try:
        draft = record(found.questionnaire, found.ballot.draft, item.id, said)
    except BadTextError:
        text = turn.say("ballot.too_long", most=item.max_chars)
        return Answer.of(Message(text), step=turn.step)
    return await _keep(turn, services, found, draft)


@topic.action("ballot.back", roles=ANYONE)
async def back(turn: Turn, services: Services) -> Answer:
    """The question before this one is asked again."""
    found = await _at(turn, services, turn.number(), turn.number(1))
    if isinstance(found, Answer):
        return found
    draft = undone(found.questionnaire, found.ballot.draft)
    return await _keep(turn, services, found, draft)


async def _keep(turn: Turn, services: Services, found: _Open, draft: dict[str, Said]) -> Answer:
    """Keep the draft if nobody was faster (a second device, a second finger); show what is next."""
    if await survey.keep(services.work, found.ballot, draft):
        return _show(turn, replace(found, ballot=replace(found.ballot, draft=draft)))
    fresh = await survey.ballot(services.work, found.ballot.id)
    return _show(turn, replace(found, ballot=fresh or found.ballot), "ballot.moved_on")


@topic.action("ballot.later", roles=ANYONE)
async def later(turn: Turn, services: Services) -> Answer:
    """以后再答: everything answered so far stays."""
    found = await _find(turn, services, turn.number())
    if isinstance(found, Answer):
        return found
    until = await _until(turn, services, found.round)
    resume = Button(turn.say.plain("ballot.resume"), f"ballot.go:{found.round.id}")
    text = turn.say("ballot.paused", day=until)
    message = Message(text, buttons=((resume,),), card=card(found.ballot), in_place=True)
    return Answer.of(message, step=_left(turn))


@topic.action("ballot.no", roles=ANYONE)
async def no(turn: Turn, services: Services) -> Answer:
    """这次不参加: noted as an outcome of its own; they may change their mind until the close."""
    round_ = await survey.get(services.work, turn.number())
    asked = await survey.ballots_of(services.work, turn.number(), turn.who.id)
    if round_ is None or not asked:
        same_home = await survey.home_is_asked(services.work, turn.number(), turn.who.household_id)
        return _outside(turn, same_home)
    if not round_.takes_answers(turn.now):
        return _tell(turn, "ballot.closed", in_place=True)
    if not await survey.decline(services.work, round_.id, turn.who.id):
        return _tell(turn, "ballot.already", in_place=True)
    text = turn.say("ballot.declined", day=await _until(turn, services, round_))
    again = Button(turn.say.plain("ballot.change_mind"), f"ballot.go:{round_.id}")
    return Answer.of(Message(text, buttons=((again,),), in_place=True), step=_left(turn))


@topic.action("ballot.done", roles=ANYONE)
async def done(turn: Turn, services: Services) -> Answer:
    """交上去: the draft becomes a sheet without a name, and counts."""
    found = await _at(turn, services, turn.number(), turn.number(1), lock=True)
    if isinstance(found, Answer):
        return found
    if next_item(found.questionnaire, found.ballot.draft) is not None:
        return _show(turn, found, "ballot.moved_on")
    minimum = found.questionnaire.minimum_group
    if not await sheets.hand_in(services.work, found.ballot, minimum):
        return _tell(turn, "ballot.already", in_place=True)
    if not found.questionnaire.subjects:
        thanks = Message(turn.say("ballot.thanks"), card=card(found.ballot), in_place=True)
        return Answer.of(thanks, step=_left(turn))
    name = subject_name(turn.say, found.questionnaire, found.ballot.subject)
    left = await survey.ballots_of(services.work, found.round.id, turn.who.id)
    first = turn.say("ballot.thanks_rater", subject=name)
    return Answer.of(departments(turn.say, found.questionnaire, left, first), step=_left(turn))


async def _find(
    turn: Turn, services: Services, ballot_id: int, lock: bool = False
) -> _Open | Answer:
    """The person's own ballot, open and begun; else the sentence that says why it is not."""
    ballot = await survey.ballot(services.work, ballot_id)
    if ballot is None:
        return _outside(turn)
    if ballot.person_id != turn.who.id:
        home = turn.who.household_id
        return _outside(turn, home is not None and home == ballot.household_id)
    round_ = await survey.get(services.work, ballot.round_id, lock=lock)
    if ballot.state is BallotState.DONE:
        return _tell(turn, "ballot.already", in_place=True)
    if round_ is None or not round_.takes_answers(turn.now):
        return _tell(turn, "ballot.closed", in_place=True)
    return _Open(round_, _questionnaire(round_), ballot)


async def _at(
    turn: Turn, services: Services, ballot_id: int, position: int, lock: bool = False
) -> _Open | Answer:
    """The ballot where the tapped message stood; an old message gets the question of now."""
    found = await _find(turn, services, ballot_id, lock)
    if isinstance(found, Answer):
        return found
    if found.ballot.state is not BallotState.BEGUN:  # declined since: a tap begins it anew
        return await _begin(turn, services, found)
    stale = found.ballot.position != position
    return _show(turn, found, "ballot.moved_on") if stale else found


def _outside(turn: Turn, same_home: bool = False) -> Answer:
    """Whose ballot it is stays untold, but a home that was asked learns that it was."""
    return _tell(turn, "ballot.other_member" if same_home else "ballot.not_asked")


def _tell(turn: Turn, key: str, in_place: bool = False) -> Answer:
    return Answer.of(Message(turn.say(key), in_place=in_place), step=_left(turn))


def _left(turn: Turn) -> Step | None:
    """A dialogue of somebody else's goes on; waiting for words of ours is over."""
    ours = turn.step is not None and turn.step.action == _WORDS
    return None if ours else turn.step


def _questionnaire(round_: Round) -> Questionnaire:
    return as_asked(shipped_questionnaires()[round_.questionnaire], round_.form)


async def _until(turn: Turn, services: Services, round_: Round) -> str:
    community = await people.community(services.work, round_.community_id)
    return day(turn.say, round_.closes_at, community.zone)
