"""A case in somebody's hands: taken, told about, helped along by the supervisor, closed."""

from dataclasses import replace

from domain.case import ENDS, Case, Gone, is_head_of
from domain.duty import DutyState, Outcome
from domain.messages import Button, Message, Owed, Rows
from domain.people import STAFF
from handlers.base import PASS, Answer, Services, Step, Topic, Turn
from handlers.case_again import to_heads
from handlers.case_later import put_off
from handlers.case_open import LONGEST, office_for
from handlers.case_told import changed, held, home, lines, named, reads, stale
from handlers.lasting import holds, lasting
from handlers.router import at_step
from knowledge.cases import kind_name
from storage import case_end, cases, leave, people
from wording.case import end, short
from wording.cases import button

topic = Topic("casestep")

_STAFF = frozenset(STAFF)
_SAYINGS = ("contacted", "looked", "reported")
_TYPED = "casestep.words"


@topic.action("casestep.take", roles=_STAFF)
async def take(turn: Turn, services: Services) -> Answer:
    """我来办: from nobody; or out of another's hands, for who leads or stands in for them."""
    case = await named(turn, services)
    if isinstance(case, Answer):
        return case
    duty = case.duty
    if duty.state is DutyState.CLOSED or (duty.in_hand and duty.owner_id == turn.who.id):
        return await stale(turn, services, case)
    if duty.in_hand and not await _steps_in(turn, services, case):
        return await stale(turn, services, case, "cases.not_in_hand")
    _, office = await office_for(services, duty.community_id)
    taken = await cases.take(services.work, case, office, turn.who.id)
    now = await cases.get(services.work, duty.id)
    if taken is None or now is None:
        return await stale(turn, services, case)
    freed = await lines(turn, services, now, [duty.owner_id], "line_taken")
    told = await home(turn, services, now, "handed" if duty.in_hand else "taken")
    answer = await changed(turn, services, duty.id, "", (*told, *freed))
    return replace(answer, step=turn.step, notice=turn.say.plain(reads(now, "cases.took")))


async def _steps_in(turn: Turn, services: Services, case: Case) -> bool:
    if is_head_of(turn.who, case.duty):
        return True
    return await cases.stands_in(services.work, turn.who.id, case.duty.owner_id)


def typing(turn: Turn, services: Services, case: Case, what: str, **more: object) -> Step:
    """The next thing typed is said of this case, for some minutes."""
    within = services.policies.reply_within
    return lasting(turn, _TYPED, within, duty=case.duty.id, what=what, **more)


def _asks(turn: Turn, services: Services, case: Case, key: str, rows: Rows) -> Message:
    minutes = round(services.policies.reply_within.total_seconds() / 60)
    drop = (Button(turn.say.plain("cases.drop"), "cancel"),)
    return Message(turn.say(key, minutes=minutes), buttons=(*rows, drop))


@topic.action("casestep.say", roles=_STAFF)
async def say(turn: Turn, services: Services) -> Answer:
    """告诉居民进展: by one tap, or in words."""
    case = await held(turn, services)
    if isinstance(case, Answer):
        return case
    if case.gone is Gone.DIED:  # a card from before it was entered
        return await stale(turn, services, case)
    chosen = turn.args[1] if len(turn.args) > 1 else ""
    if chosen in _SAYINGS:
        return await _said(turn, services, case, turn.say.plain(f"cases.say_{chosen}"))
    rows = tuple(
        (Button(turn.say.plain(f"cases.say_{key}"), f"casestep.say:{case.duty.id}:{key}"),)
        for key in _SAYINGS
    )
    message = _asks(turn, services, case, reads(case, "cases.say_now"), rows)
    return Answer.of(message, step=typing(turn, services, case, "say"))


async def _said(turn: Turn, services: Services, case: Case, note: str) -> Answer:
    await cases.say(services.work, case.duty, note, turn.who.id)
    told = await home(turn, services, case, "progress", note=note)
    said = turn.say(reads(case, "cases.said"), note=note)
    return Answer(messages=(Message(said),), owed=told)


@topic.action("casestep.up", roles=_STAFF)
async def up(turn: Turn, services: Services) -> Answer:
    """请负责人协调: what is needed, in words or without."""
    case = await held(turn, services)
    if isinstance(case, Answer):
        return case
    if turn.args[1:] == ("go",):
        return await _raised(turn, services, case, "")
    plain = Button(turn.say.plain("cases.up_plain"), f"casestep.up:{case.duty.id}:go")
    message = _asks(turn, services, case, "cases.up_now", ((plain,),))
    return Answer.of(message, step=typing(turn, services, case, "up"))


async def _raised(turn: Turn, services: Services, case: Case, note: str) -> Answer:
    await cases.raise_up(services.work, case.duty, note, turn.who.id)
    now = await cases.get(services.work, case.duty.id) or case
    words = turn.say("cases.up_words", note=note) if note else None
    heads = await to_heads(turn, services, now, "raised", words)
    label = turn.say.plain("cases.reply", worker=turn.who.name)
    answers = Button(label, f"casestep.reply:{case.duty.id}")
    owed = tuple(replace(one, message=_with(one.message, answers)) for one in heads)
    told = await home(turn, services, now, "raised")
    said = turn.say("cases.up_sent" if owed else "cases.up_nobody")
    but = [one.person_id for one in owed]
    return await changed(turn, services, case.duty.id, said, (*owed, *told), *but)


def _with(message: Message, button: Button) -> Message:
    return replace(message, buttons=((button,), *message.buttons))


@topic.action("casestep.reply", roles=_STAFF)
async def reply(turn: Turn, services: Services) -> Answer:
    """What the supervisor says to whoever asked for help with it."""
    case = await named(turn, services)
    if isinstance(case, Answer):
        return case
    if not is_head_of(turn.who, case.duty) or not case.duty.in_hand:
        return await stale(turn, services, case)
    text = turn.say("cases.reply_now", worker=case.owner)
    return Answer.of(Message(text), step=typing(turn, services, case, "reply"))


async def _replied(turn: Turn, services: Services, case: Case, note: str) -> Answer:
    hands = await leave.deputy(services.work, case.duty.owner_id)
    owner = await people.person(services.work, hands or -1)
    if not is_head_of(turn.who, case.duty) or owner is None:
        return await stale(turn, services, case)
    say = services.phrases[owner.language]
    kind = kind_name(case.kind, say.language)
    about = {"who": turn.who.name, "kind": kind, "words": short(case.text), "note": note}
    line = Owed(owner.id, Message(say("cases.reply_line", **about)), duty_id=case.duty.id)
    said = Message(turn.say("cases.reply_sent", worker=case.owner))
    return Answer(messages=(said,), owed=(line,))


@topic.action("casestep.done", roles=_STAFF)
async def done(turn: Turn, services: Services) -> Answer:
    """办结: how it ended, and a word about it; what cannot be done is never closed without one."""
    case = await held(turn, services)
    if isinstance(case, Answer):
        return case
    duty_id, ended = case.duty.id, turn.args[1] if len(turn.args) > 1 else ""
    if ended not in ENDS:
        rows = tuple(
            (Button(turn.say.plain(f"case.end_{one}"), f"casestep.done:{duty_id}:{one}"),)
            for one in ENDS
        )
        back = (button(turn.say, "back", duty_id),)
        return Answer.of(
            Message(turn.say("cases.done_which"), buttons=(*rows, back)), step=turn.step
        )
    outcome = Outcome(ended)
    if turn.args[2:] == ("go",) and outcome is not Outcome.DECLINED:
        return await _closed(turn, services, case, outcome, "")
    return _note_of(turn, services, case, outcome)


def _note_of(turn: Turn, services: Services, case: Case, outcome: Outcome) -> Answer:
    step = typing(turn, services, case, "done", outcome=outcome)
    drop = (Button(turn.say.plain("cases.drop"), "cancel"),)
    if outcome is Outcome.DECLINED:
        why = turn.say(reads(case, "cases.done_note_why"))
        return Answer.of(Message(why, buttons=(drop,)), step=step)
    go = f"casestep.done:{case.duty.id}:{outcome}:go"
    plain = (Button(turn.say.plain("cases.done_plain"), go),)
    text = turn.say(reads(case, "cases.done_note"), outcome=end(turn.say, outcome))
    return Answer.of(Message(text, buttons=(plain, drop)), step=step)


async def _closed(
    turn: Turn, services: Services, case: Case, outcome: Outcome, note: str
) -> Answer:
    closed = await case_end.close(services.work, case.duty.id, outcome, turn.who.id, note)
    now = await cases.get(services.work, case.duty.id)
    if closed is None or now is None:
        return await stale(turn, services, case)
    resident = await people.person(services.work, closed.subject_id or -1)
    say = services.phrases[resident.language] if resident else turn.say
    told = await home(turn, services, now, "closed", note=note, outcome=end(say, outcome))
    return await changed(turn, services, closed.id, turn.say(_closed_key(case)), told)


def _closed_key(case: Case) -> str:
    """Whether its resident hears of the end, and will be asked: nobody is who has left, or died."""
    if case.gone is Gone.DIED:
        return "cases.done_closed_died"
    whom = "" if case.gone is Gone.HERE else "_gone"
    return reads(case, f"cases.done_closed{whom}")


@topic.action("casestep.over", roles=_STAFF)
async def over(turn: Turn, services: Services) -> Answer:
    """用不着办了: whoever it was for has died, and nobody else needs it."""
    case = await named(turn, services)
    if isinstance(case, Answer):
        return case
    may = case.duty.owner_id == turn.who.id or await _steps_in(turn, services, case)
    if case.gone is not Gone.DIED or not may:
        return await stale(turn, services, case)
    note = turn.say.plain("moves.ended_note")
    closed = await case_end.close(services.work, case.duty.id, Outcome.OTHER, turn.who.id, note)
    if closed is None:
        return await stale(turn, services, case)
    return await changed(turn, services, closed.id)


@topic.text(order=50, claim=at_step(_TYPED), roles=_STAFF)
async def words(turn: Turn, services: Services) -> Answer:
    """What was typed after one of the taps above."""
    step, note = turn.step, turn.incoming.text.strip()[:LONGEST]
    if step is None or not holds(turn, _TYPED):
        return PASS
    if not note:
        return Answer.of(Message(turn.say("menu.not_understood")), step=step)
    turn = replace(turn, args=(str(step.data["duty"]),))
    what = step.data["what"]
    case = await (named if what == "reply" else held)(turn, services)
    if isinstance(case, Answer):
        return replace(case, step=None)
    if what == "done":
        return await _closed(turn, services, case, Outcome(step.data["outcome"]), note)
    if what == "later":
        return await put_off(turn, services, case, int(step.data["days"]), note)
    speaks = {"say": _said, "up": _raised, "reply": _replied}[what]
    return await speaks(turn, services, case, note)
