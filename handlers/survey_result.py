"""After a round: its pictures and papers, what will be done, and what was done about what is low."""

from dataclasses import replace
from datetime import timedelta

from domain.ballot import Round, RoundState
from domain.duty import Duty, DutyKind, Outcome
from domain.messages import Attachment, Button, Message
from domain.people import OVERSEERS, STAFF, Role
from domain.survey_paper import Paper
from domain.survey_ranks import pages
from handlers.base import PASS, Answer, Services, Topic, Turn
from handlers.lasting import holds, lasting
from handlers.router import at_step
from storage import duties, passes, questionnaires, survey, survey_reply, survey_result
from wording.survey_result import MOST, back, book_message, brief_message, desk, points

topic = Topic("surveyed")

_HEADS = frozenset({Role.SUPERVISOR, Role.STREET})
_WORDS, _DID = "surveyed.words", "surveyed.did_words"
_TYPING = timedelta(minutes=30)
"""How long what a head types is taken for the sentence they said they would write."""


async def _closed(turn: Turn, services: Services) -> Round | Answer:
    """The round in the tap, if it is this community's, closed, and its questionnaire still known."""
    round_ = await survey.get(services.work, turn.number())
    if round_ is None or round_.community_id != turn.who.community_id:
        return _tell(turn, "survey.not_here")
    return _tell(turn, "surveyed.not_closed") if round_.state is RoundState.OPEN else round_


def _tell(turn: Turn, key: str) -> Answer:
    return Answer.of(Message(turn.say(key)), step=turn.step)


@topic.action("surveyed.rank", roles=_HEADS)
async def rank(turn: Turn, services: Services) -> Answer:
    """📶: who is above whom, as a picture, or as several where there are many departments."""
    round_ = await _closed(turn, services)
    if isinstance(round_, Answer):
        return round_
    asked = await questionnaires.asked(services.work, round_)
    count = pages(len(asked.subjects or asked.aspects))
    said = turn.say("surveyed.rank_picture", title=asked.title.get(turn.language))
    drawn = (_ranks(turn, round_, page, count, said) for page in range(1, count + 1))
    return Answer.of(*drawn, step=turn.step)


def _ranks(turn: Turn, round_: Round, page: int, count: int, said: str) -> Message:
    number = f"{round_.number}-{page}" if count > 1 else round_.number
    name = turn.say.plain("surveyed.rank_file", number=number)
    params = {"round": round_.id, "page": page}
    picture = Attachment("survey.ranks", name, params, picture=True)
    return Message(said if page == 1 else "", attachment=picture)


@topic.action("surveyed.book", roles=_HEADS)
async def book(turn: Turn, services: Services) -> Answer:
    """📗: everything as a workbook."""
    round_ = await _closed(turn, services)
    if isinstance(round_, Answer):
        return round_
    asked = await questionnaires.asked(services.work, round_)
    return Answer.of(book_message(turn.say, round_, asked), step=turn.step)


@topic.action("surveyed.brief", roles=_HEADS)
async def brief(turn: Turn, services: Services) -> Answer:
    """📄: one page to print."""
    round_ = await _closed(turn, services)
    if isinstance(round_, Answer):
        return round_
    asked = await questionnaires.asked(services.work, round_)
    return Answer.of(brief_message(turn.say, round_, asked), step=turn.step)


@topic.action("surveyed.reply", roles=_HEADS)
async def reply(turn: Turn, services: Services) -> Answer:
    """✍️ 告诉大家怎么改: each aspect with what is promised so far."""
    paper = await _to_answer(turn, services)
    return paper if isinstance(paper, Answer) else Answer.of(desk(turn.say, paper), step=turn.step)


async def _to_answer(turn: Turn, services: Services) -> Paper | Answer:
    """The result of a round of residents that has not been sent back yet."""
    round_ = await _closed(turn, services)
    if isinstance(round_, Answer):
        return round_
    questionnaire = await questionnaires.asked(services.work, round_)
    if questionnaire.subjects or not questionnaire.aspects:
        return _tell(turn, "survey.old_button")
    if await survey_reply.is_sent(services.work, round_.id):
        return _tell(turn, "surveyed.reply_sent")
    return await survey_result.paper(services.work, round_, questionnaire)


@topic.action("surveyed.write", roles=_HEADS)
async def write(turn: Turn, services: Services) -> Answer:
    """One aspect: the next thing typed is what will be done about it."""
    paper = await _to_answer(turn, services)
    if isinstance(paper, Answer):
        return paper
    aspect = paper.results.questionnaire.aspect(turn.args[1] if len(turn.args) > 1 else "")
    if aspect is None:
        return _tell(turn, "survey.old_button")
    name = aspect.name.get(turn.language)
    step = lasting(turn, _WORDS, _TYPING, round=paper.round.id, aspect=aspect.id)
    text = turn.say("surveyed.write", name=name, most=MOST)
    return Answer.of(Message(text, buttons=_cancel(turn)), step=step)


def _cancel(turn: Turn) -> tuple[tuple[Button, ...], ...]:
    return ((Button(turn.say.plain("surveyed.cancel"), "surveyed.cancel"),),)


@topic.action("surveyed.cancel", roles=STAFF)
async def cancel(turn: Turn, services: Services) -> Answer:
    """先不写."""
    ours = turn.step is not None and turn.step.action in (_WORDS, _DID)
    step = None if ours else turn.step
    return Answer.of(Message(turn.say("surveyed.cancelled"), in_place=True), step=step)


def _typed(turn: Turn) -> str | Answer:
    """What was typed, fit to be kept."""
    said = turn.incoming.text.strip()
    if not said:
        return _tell(turn, "surveyed.only_text")
    if len(said) > MOST:
        return Answer.of(Message(turn.say("surveyed.too_long", most=MOST)), step=turn.step)
    return said


@topic.text(order=50, claim=at_step(_WORDS), roles=_HEADS)
async def words(turn: Turn, services: Services) -> Answer:
    """What will be done about an aspect."""
    if turn.step is None or not holds(turn, _WORDS):
        return PASS
    said = _typed(turn)
    if isinstance(said, Answer):
        return said
    at = replace(turn, args=(str(turn.step.data["round"]),))
    paper = await _to_answer(at, services)
    if isinstance(paper, Answer):
        return replace(paper, step=None)
    aspect = str(turn.step.data["aspect"])
    await survey_reply.promise(services.work, paper.round.id, aspect, said, turn.who.id)
    kept = replace(paper, promises={**paper.promises, aspect: said})
    return Answer.of(Message(turn.say("surveyed.kept")), desk(turn.say, kept))


@topic.action("surveyed.preview", roles=_HEADS)
async def preview(turn: Turn, services: Services) -> Answer:
    """👀: the very message that everyone will get."""
    paper = await _to_answer(turn, services)
    if isinstance(paper, Answer):
        return paper
    if not paper.promises:
        return _tell(turn, "surveyed.preview_none")
    send_it = Button(turn.say.plain("surveyed.send"), f"surveyed.send:{paper.round.id}")
    shown = replace(back(turn.say, paper), buttons=((send_it,),))
    return Answer.of(Message(turn.say("surveyed.preview_head")), shown, step=turn.step)


@topic.action("surveyed.send", roles=_HEADS)
async def send(turn: Turn, services: Services) -> Answer:
    """📨: once, to everyone who was asked; the clock sends it bit by bit."""
    paper = await _to_answer(turn, services)
    if isinstance(paper, Answer):
        return paper
    if not paper.promises:
        return _tell(turn, "surveyed.preview_none")
    if not await survey_reply.send_back(services.work, paper.round.id, turn.who.id):
        return _tell(turn, "surveyed.reply_sent")
    count = await survey_reply.who_hear(services.work, paper.round.id)
    return Answer.of(Message(turn.say("surveyed.sending", count=count)), step=turn.step)


@topic.action("surveyed.did", roles=_HEADS)
async def did(turn: Turn, services: Services) -> Answer:
    """✍️ 写做了什么: a low aspect is seen to by saying what was done."""
    duty = await _theirs(turn, services, turn.number())
    low = await survey_reply.low_of(services.work, turn.number())
    if isinstance(duty, Answer) or low is None:
        return duty if isinstance(duty, Answer) else _tell(turn, "surveyed.not_yours")
    questionnaire = await questionnaires.get(services.work, low.questionnaire, low.version)
    aspect = questionnaire.aspect(low.aspect)
    name = aspect.name.get(turn.language) if aspect else low.aspect
    text = turn.say("surveyed.write_low", name=name, score=points(low.score), most=MOST)
    step = lasting(turn, _DID, _TYPING, duty=duty.id, name=name)
    return Answer.of(Message(text, buttons=_cancel(turn)), step=step)


async def _theirs(turn: Turn, services: Services, duty_id: int) -> Duty | Answer:
    duty = await duties.get(services.work, duty_id, DutyKind.SURVEY)
    if duty is None or duty.community_id != turn.who.community_id:
        return _tell(turn, "surveyed.not_yours")
    return duty if duty.outcome is None else _tell(turn, "surveyed.duty_done_before")


@topic.text(order=50, claim=at_step(_DID), roles=_HEADS)
async def did_words(turn: Turn, services: Services) -> Answer:
    """What was done: it closes the duty, and stands in its log."""
    if turn.step is None or not holds(turn, _DID):
        return PASS
    said = _typed(turn)
    if isinstance(said, Answer):
        return said
    duty = await _theirs(turn, services, int(turn.step.data["duty"]))
    if isinstance(duty, Answer):
        return replace(duty, step=None)
    closed = await duties.close(services.work, duty.id, Outcome.DONE, turn.who.id, said)
    if closed is None:
        return replace(_tell(turn, "surveyed.duty_done_before"), step=None)
    text = turn.say(
        "surveyed.duty_done",
        name=turn.step.data["name"],
        worker=turn.who.name,
        text=said,
    )
    return Answer.of(Message(text, card=f"duty:{duty.id}", in_place=True))


@topic.action("surveyed.open", roles=OVERSEERS)
async def open_page(turn: Turn, services: Services) -> Answer:
    """🖥: a link for this person, once and soon; the key is behind the # and reaches no log."""
    if not await survey_result.oversees_any(services.work, turn.who.id):
        return _tell(turn, "surveyed.no_access")
    key = await passes.issue(services.work, turn.who.id)
    minutes = int(passes.KEY_LASTS.total_seconds() // 60)
    address = f"{services.policies.web_url}/surveys#key={key}"
    link = Button(turn.say.plain("surveyed.link_button"), url=address)
    message = Message(turn.say("surveyed.link", minutes=minutes), buttons=((link,),))
    return Answer.of(message, step=turn.step)
