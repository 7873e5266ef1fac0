"""已处理: a request ends when a named person says how; then they may write a line about it.

The first tap closes nothing. In a stairwell it would be easy to say what is not so by closing first and
asking after; so the card says that it is not over, offers how it may have ended, and one more tap ends it.
"""

from dataclasses import replace

from markupsafe import Markup

from domain.duty import Duty, DutyEvent, DutyState, Outcome
from domain.help import OUTCOMES, Call
from domain.messages import Button, Lane, Message, Rows
from domain.people import STAFF
from handlers import visit_said
from handlers.base import PASS, Answer, Services, Step, Topic, Turn
from handlers.emergency import emergency_message
from handlers.help_card import asks, changed, ended_as, news, served, too_late
from handlers.lasting import holds, lasting
from storage import duties, help, help_hands, told
from wording.help import cards_now
from wording.help_buttons import outcome_rows

topic = Topic("closing")

NOTE = "closing.words"
LONGEST = 1000
"""Characters of a note that are kept."""


async def end(turn: Turn, services: Services, duty: Duty) -> Answer:
    """已处理 with or without an outcome."""
    said = turn.args[1] if len(turn.args) > 1 else ""
    if said in OUTCOMES:
        return await _close(turn, services, duty, Outcome(said))
    if duty.state is DutyState.CLOSED:
        return await too_late(turn, services, duty)
    return await _ask(turn, services, duty)


async def _ask(turn: Turn, services: Services, duty: Duty) -> Answer:
    """How did it end? Who has it is reminded soon; who does not has only been asked."""
    waits = await help_hands.say_over(services.work, duty, turn.who.id)
    if waits is not None:
        return await changed(turn, services, await help.call(services.work, waits), notice="")
    question = turn.say("help.how_ended")
    return await asks(turn, services, duty, question, outcome_rows(turn.say, duty))


async def _close(turn: Turn, services: Services, duty: Duty, outcome: Outcome) -> Answer:
    closed = await duties.close(services.work, duty.id, outcome, turn.who.id)
    if closed is None:
        return await too_late(turn, services, duty)
    call = await help.call(services.work, closed)
    ended = turn.say.plain("help.ended", outcome=turn.say.plain(f"help.outcome_{outcome}"))
    answer = await changed(turn, services, call, ended)
    home = await news(turn, services, call, ended_as(closed))
    return replace(
        answer,
        messages=(*answer.messages, note_prompt(turn, services, call)),
        owed=(*home, *answer.owed),
        step=writing(turn, services, closed),
    )


def note_prompt(turn: Turn, services: Services, call: Call) -> Message:
    """A line about it, if they like; where none of the outcomes fits, they are asked for one."""
    outcome = call.duty.outcome or Outcome.DONE
    key = "help.note_ask_other" if outcome is Outcome.OTHER else "help.note_ask"
    minutes = round(services.policies.reply_within.total_seconds() / 60)
    text = _over(turn, call) + "\n" + turn.say(key, minutes=minutes)
    return Message(text, buttons=_none(turn, call.duty))


def _over(turn: Turn, call: Call) -> Markup:
    outcome = turn.say(f"help.outcome_{call.duty.outcome}")
    return turn.say("help.note_head", name=call.person.name, outcome=outcome)


def _none(turn: Turn, duty: Duty) -> Rows:
    return ((Button(turn.say.plain("help.note_none"), f"closing.none:{duty.id}"),),)


def writing(turn: Turn, services: Services, duty: Duty) -> Step:
    """The next thing typed is about this request, for some minutes."""
    return lasting(turn, NOTE, services.policies.reply_within, duty=duty.id)


@topic.action("closing.note", roles=frozenset(STAFF))
async def add(turn: Turn, services: Services) -> Answer:
    """📝 补一句, later."""
    duty = await served(turn, services)
    if isinstance(duty, Answer):
        return duty
    text = Message(turn.say("help.note_text"), buttons=_none(turn, duty))
    return Answer.of(text, step=writing(turn, services, duty))


@topic.action("closing.none", roles=frozenset(STAFF))
async def none(turn: Turn, services: Services) -> Answer:
    """不用补了."""
    duty = await served(turn, services)
    if isinstance(duty, Answer):
        return duty
    if duty.state is not DutyState.CLOSED:
        return await too_late(turn, services, duty)
    over = Message(_over(turn, await help.call(services.work, duty)), in_place=True)
    asked = turn.step is not None and turn.step.action == NOTE
    return Answer.of(over, step=None if asked else turn.step)


@topic.text(order=4, claim=lambda turn, _: holds(turn, NOTE), roles=frozenset(STAFF))
async def words(turn: Turn, services: Services) -> Answer:
    """The line, kept with the request, for the staff only; a visit is a visit, whenever it is typed.

    Words that may be a cry for help are kept, and answered as one.
    """
    assert turn.step is not None
    duty = await _noted_duty(turn, services, int(turn.step.data["duty"]))
    text = turn.incoming.text[:LONGEST].strip()
    if duty is None or not text or visit_said.says_address(turn, services):
        return PASS
    noted = DutyEvent.NOTED
    await duties.log(services.work, duty.id, noted, actor_id=turn.who.id, detail=text)
    call = await help.call(services.work, duty)
    said: Markup | str = turn.say("help.noted", note=text)
    alarm = services.knowledge.emergencies.recognise(text, noted=True)
    if alarm is not None:
        said = emergency_message(turn.say, alarm, may_press=False).text + "\n\n" + said
    staff = [one for one in await told.staff(services.work, duty) if one.id != turn.who.id]
    cards = cards_now(services.phrases, call, staff, Lane.CONVERSATION)
    return Answer(messages=(Message(said),), owed=cards)


async def _noted_duty(turn: Turn, services: Services, duty_id: int) -> Duty | None:
    """The request of the step, if whoever is talking may still write about it."""
    here = replace(turn, args=(str(duty_id),))
    duty = await served(here, services)
    return None if isinstance(duty, Answer) else duty
