"""A ballot as a turn finds it: somebody's own in a round that takes answers, or a trial of a head's.

A trial is kept in the step of the head's dialogue and nowhere else, so that nothing can count it.
"""

from dataclasses import dataclass, replace
from typing import Any

from domain.answering import answered, handed_in, next_item
from domain.ballot import IN_WORK, Ballot, BallotState, Form, Round, as_asked
from domain.messages import Button, Message, OwedTo
from domain.sampling import Who
from domain.survey import TYPED, Answers, Item, Questionnaire
from handlers.base import Answer, Services, Step, Turn
from storage import outbox, people, questionnaires, survey, survey_raters
from wording.ballot import card, question
from wording.ballot_pages import check, departments, rated
from wording.survey import day

WORDS, TRIAL = "ballot.words", "ballot.trial"
NO_ROUND = 0
"""The number of a trial, of its round and of its ballot: no row has it."""


@dataclass(frozen=True, slots=True)
class Open:
    """A ballot that may be answered; `round` is None for a trial."""

    round: Round | None
    questionnaire: Questionnaire
    ballot: Ballot

    @property
    def next(self) -> Item | None:
        """The question it has come to."""
        return next_item(self.questionnaire, self.ballot.draft)

    def item(self, number: int) -> Item | None:
        """The question with that place in the questionnaire, if it has come so far."""
        items = self.questionnaire.items
        if not 1 <= number <= len(items):
            return None
        item = items[number - 1]
        here = (*answered(self.questionnaire, self.ballot.draft), self.next)
        return item if item in here else None


async def find(turn: Turn, services: Services, ballot_id: int, lock: bool = False) -> Open | Answer:
    """The person's own ballot, open and begun; else the sentence that says why it is not."""
    if ballot_id == NO_ROUND:
        return await _trial(turn, services)
    ballot = await survey.ballot(services.work, ballot_id)
    if ballot is None:
        return outside(turn)
    if ballot.person_id != turn.who.id:
        home = turn.who.household_id
        return outside(turn, home is not None and home == ballot.household_id)
    round_ = await survey.get(services.work, ballot.round_id, lock=lock)
    if round_ is not None and (gone := await rates_no_more(turn, services, round_)):
        return gone
    if ballot.state is BallotState.DONE:
        return tell(turn, "ballot.already", in_place=True)
    if round_ is None or not round_.takes_answers(turn.now):
        return tell(turn, "ballot.closed", in_place=True)
    return Open(round_, await questionnaires.asked(services.work, round_), ballot)


async def rates_no_more(turn: Turn, services: Services, round_: Round) -> Answer | None:
    """The sentence for somebody who rated for a community and does not work there any more: whether they
    do is looked up at every tap."""
    if round_.who is not Who.RATER:
        return None
    if await survey_raters.may_rate(services.work, round_.community_id, turn.who.id):
        return None
    return tell(turn, "ballot.rates_no_more", in_place=True)


async def at(turn: Turn, services: Services, lock: bool = False) -> Open | Answer:
    """The ballot where the tapped message stood; an old message gets the question of now."""
    return await at_position(turn, services, turn.number(), turn.number(1), lock=lock)


async def at_position(
    turn: Turn, services: Services, ballot_id: int, position: int, lock: bool = False
) -> Open | Answer:
    """The ballot, if it has not moved on from there."""
    found = await find(turn, services, ballot_id, lock)
    if isinstance(found, Answer):
        return found
    if found.ballot.state not in IN_WORK:  # declined since: a tap begins it anew
        return await begin(turn, services, found)
    stale = found.ballot.position != position
    return show(turn, found, "ballot.moved_on") if stale else found


async def begin(turn: Turn, services: Services, found: Open, in_place: bool = True) -> Answer:
    """Where they left off, or the first question."""
    if found.ballot.state is BallotState.DONE:
        return tell(turn, "ballot.already", in_place)
    await survey.begin(services.work, found.ballot.id)
    shown = show(turn, found, in_place=in_place)
    return replace(shown, owed=await _set_aside(turn, services, found.ballot))


async def _set_aside(turn: Turn, services: Services, ballot: Ballot) -> tuple[OwedTo, ...]:
    """Never two questions at once: what was begun in other rounds waits, wherever its question is on the
    screen, with the way back to it."""
    others = await survey.begun_beside(services.work, ballot.round_id, turn.who.id)
    if not others:
        return ()
    chats = (await people.reach(services.work, [turn.who.id])).get(turn.who.id, [])
    owed = []
    for other in others:
        round_ = await survey.get(services.work, other.round_id)
        assert round_ is not None, "the database links ballots to rounds"
        message = replace(await paused(turn, services, round_, other), private=True)
        for chat in chats:
            if (await outbox.shown_as(services.work, chat, card(other)))[0]:
                owed.append(OwedTo(chat, message))
    return tuple(owed)


async def paused(turn: Turn, services: Services, round_: Round, ballot: Ballot) -> Message:
    """In the place of a ballot's question: it waits, and how to go on."""
    resume = Button(turn.say.plain("ballot.resume"), f"ballot.go:{round_.id}")
    text = turn.say("ballot.paused", day=await until(turn, services, round_))
    return Message(text, buttons=((resume,),), card=card(ballot), in_place=True)


def show(
    turn: Turn, found: Open, note: str = "", item: Item | None = None, *, in_place: bool = True
) -> Answer:
    """The question the ballot has come to, or an earlier one; behind the last, all answers to check.

    Where a question wants something typed, the next thing typed is it.
    """
    shown = item or found.next
    if shown is None:
        message = check(turn.say, found.questionnaire, found.ballot, note)
    else:
        message = question(turn.say, found.questionnaire, found.ballot, shown, note)
    return Answer.of(replace(message, in_place=in_place), step=step(turn, found, shown))


def step(turn: Turn, found: Open, shown: Item | None = None) -> Step | None:
    """Where the dialogue stands when that question is on the screen."""
    ballot, typed = found.ballot, shown is not None and shown.kind in TYPED
    number = found.questionnaire.items.index(shown) + 1 if shown and typed else 0
    if found.round is None and turn.step is not None:
        kept = {"draft": dict(ballot.draft), "at": ballot.position, "item": number}
        return Step(TRIAL, {**turn.step.data, **kept})
    place = {"ballot": ballot.id, "at": ballot.position, "item": number}
    return Step(WORDS, place) if typed else left(turn)


def awaits_words(turn: Turn, _services: Services) -> bool:
    """Claims what is typed while a question wants it."""
    if turn.step is None or turn.step.action not in (WORDS, TRIAL):
        return False
    return turn.step.action == WORDS or bool(turn.step.data.get("item"))


async def keep(turn: Turn, services: Services, found: Open, draft: Answers) -> Answer:
    """Keep the draft if nobody was faster (a second device, a second finger); show what is next."""
    ballot = found.ballot
    moved = replace(found, ballot=replace(ballot, draft=draft, position=ballot.position + 1))
    complete = moved.next is None
    if found.round is None:
        return show(turn, moved)
    rates = bool(found.questionnaire.subjects)
    if rates and complete:  # what a rater confirms is a sheet already
        draft = handed_in(found.questionnaire, draft)
    state = None if complete or ballot.state is BallotState.BEGUN else BallotState.BEGUN
    if not await survey.keep(services.work, ballot, draft, state=state):
        fresh = await survey.ballot(services.work, ballot.id)
        return show(turn, replace(found, ballot=fresh or ballot), "ballot.moved_on")
    if rates and complete:
        note = rated(turn.say, found.questionnaire, ballot.subject)
        return await all_departments(turn, services, found.round, found.questionnaire, note)
    return show(turn, moved)


async def all_departments(
    turn: Turn,
    services: Services,
    round_: Round,
    questionnaire: Questionnaire,
    note: Any = None,
    *,
    in_place: bool = True,
) -> Answer:
    """A rater's page: each department with what is given so far."""
    theirs = await survey.ballots_of(services.work, round_.id, turn.who.id)
    until_day = await until(turn, services, round_)
    message = departments(turn.say, questionnaire, theirs, until_day, note)
    return Answer.of(replace(message, in_place=in_place), step=left(turn))


async def _trial(turn: Turn, services: Services) -> Open | Answer:
    if turn.step is None or turn.step.action != TRIAL:
        return tell(turn, "ballot.trial_gone", in_place=True)
    data = turn.step.data
    asked = await questionnaires.get(services.work, data["survey"], data["version"])
    questionnaire = as_asked(asked, Form(data["form"]))
    ballot = Ballot(
        NO_ROUND,
        NO_ROUND,
        None,
        turn.who.id,
        1 if questionnaire.subjects else 0,
        BallotState.BEGUN,
        data["draft"],
        data["at"],
    )
    return Open(None, questionnaire, ballot)


def outside(turn: Turn, same_home: bool = False) -> Answer:
    """Whose ballot it is stays untold, but a home that was asked learns that it was."""
    return tell(turn, "ballot.other_member" if same_home else "ballot.not_asked")


def tell(turn: Turn, key: str, in_place: bool = False) -> Answer:
    """One sentence."""
    return Answer.of(Message(turn.say(key), in_place=in_place), step=left(turn))


def left(turn: Turn) -> Step | None:
    """A dialogue of somebody else's goes on; waiting for words of ours is over."""
    ours = turn.step is not None and turn.step.action in (WORDS, TRIAL)
    return None if ours else turn.step


async def until(turn: Turn, services: Services, round_: Round) -> str:
    """The day on which a round closes."""
    community = await people.community(services.work, round_.community_id)
    return day(turn.say, round_.closes_at, community.zone)
