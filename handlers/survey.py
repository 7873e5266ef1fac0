"""The head of a community: choose a questionnaire, see what it means, launch it, read the result."""

from domain.ballot import RUNS_FOR, Form, Round, RoundState, as_asked, subjects
from domain.messages import Button, Message, Rows
from domain.people import Role
from domain.survey import Kind, Questionnaire
from handlers.base import Answer, Services, Topic, Turn
from storage import (
    people,
    questionnaires,
    sheets,
    survey,
    survey_low,
    survey_reply,
    survey_result,
)
from storage.survey import Frame, Launch
from wording.ballot import minutes
from wording.survey import clock, content, day, in_their_words, picture, result
from wording.survey_result import closed as closed_in_words

topic = Topic("survey", keys={"survey.key": "survey"})

_HEADS = frozenset({Role.SUPERVISOR, Role.STREET})
MOST_WORDS = 30
"""Free texts shown in a message for each question; a chat is no place for a thousand."""


@topic.action("survey", roles=_HEADS, command="survey.command")
async def home(turn: Turn, services: Services) -> Answer:
    """The questionnaires, and how their newest rounds stand."""
    rounds = await survey.newest(services.work, turn.who.community_id)
    rows: list[tuple[Button, ...]] = []
    for questionnaire in (await questionnaires.offered(services.work)).values():
        rows += _entry(turn, questionnaire, rounds.get(questionnaire.id))
    message = Message(turn.say("survey.home"), buttons=tuple(rows), in_place=True)
    return Answer.of(message, step=turn.step)


def _entry(turn: Turn, questionnaire: Questionnaire, round_: Round | None) -> Rows:
    title = questionnaire.title.get(turn.language)
    if round_ and round_.state is RoundState.OPEN:
        label = turn.say.plain("survey.home_open", title=title)
        return ((Button(label, f"survey.show:{round_.id}"),),)
    label = turn.say.plain("survey.home_new", title=title)
    rows: Rows = ((Button(label, f"survey.form:{questionnaire.id}"),),)
    if round_ is None:
        return rows
    last = turn.say.plain("survey.results_button", title=title)
    return (*rows, (Button(last, f"survey.show:{round_.id}"),))


@topic.action("survey.form", roles=_HEADS)
async def form(turn: Turn, services: Services) -> Answer:
    """Short or full, where there is a choice."""
    offered = await questionnaires.offered(services.work)
    questionnaire = offered.get(turn.args[0] if turn.args else "")
    if questionnaire is None:
        return _tell(turn, "survey.unknown")
    if not _has_short(questionnaire):
        return await _plan(turn, services, questionnaire, Form.FULL)
    rows = tuple((_form_button(turn, questionnaire, each),) for each in Form)
    text = turn.say("survey.form", title=questionnaire.title.get(turn.language))
    return Answer.of(Message(text, buttons=(*rows, _back(turn)), in_place=True), step=turn.step)


def _form_button(turn: Turn, questionnaire: Questionnaire, form: Form) -> Button:
    items = as_asked(questionnaire, form).items
    taps = sum(item.kind is not Kind.TEXT for item in items)
    label = turn.say.plain(f"survey.form_{form}", count=taps, minutes=minutes(taps))
    return Button(label, f"survey.plan:{questionnaire.id}:{form}")


def _back(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.say.plain("survey.back"), "survey"),)


@topic.action("survey.plan", roles=_HEADS)
async def plan(turn: Turn, services: Services) -> Answer:
    """What will be asked, of whom and until when; nothing is sent yet."""
    questionnaire, form = await _chosen(turn, services)
    if questionnaire is None or form is None:
        return _tell(turn, "survey.unknown")
    return await _plan(turn, services, questionnaire, form)


async def _chosen(turn: Turn, services: Services) -> tuple[Questionnaire | None, Form | None]:
    name, wanted = (*turn.args, "", "")[:2]
    questionnaire = (await questionnaires.offered(services.work)).get(name)
    if questionnaire is None or wanted not in list(Form):
        return None, None
    form = Form(wanted)
    return questionnaire, form if form is Form.FULL or _has_short(questionnaire) else None


def _has_short(questionnaire: Questionnaire) -> bool:
    """Whether one question an aspect is a questionnaire: not without aspects, nor of departments."""
    return bool(questionnaire.aspects) and not questionnaire.subjects


async def _plan(turn: Turn, services: Services, questionnaire: Questionnaire, form: Form) -> Answer:
    frame = await _frame(turn, services, questionnaire)
    last = (await survey.newest(services.work, turn.who.community_id)).get(questionnaire.id)
    number = last.number + 1 if last else 1
    community = await people.community(services.work, turn.who.community_id)
    ends = turn.now + RUNS_FOR
    text = turn.say(
        "survey.plan",
        title=questionnaire.title.get(turn.language),
        number=number,
        content=content(turn.say, questionnaire, form),
        frame=_frame_words(turn, questionnaire, frame),
        day=day(turn.say, ends, community.zone),
        time=clock(ends, community.zone),
        minimum=questionnaire.minimum_group,
    )
    launch = (
        Button(
            turn.say.plain("survey.launch"), f"survey.launch:{questionnaire.id}:{form}:{number}"
        ),
    )
    trial = (Button(turn.say.plain("survey.try"), f"trial.begin:{questionnaire.id}:{form}"),)
    rows = (launch, trial, _back(turn)) if frame.asked else (trial, _back(turn))
    return Answer.of(Message(text, buttons=rows, in_place=True), step=turn.step)


async def _frame(turn: Turn, services: Services, questionnaire: Questionnaire) -> Frame:
    draw = survey.raters if questionnaire.subjects else survey.homes
    return await draw(services.work, turn.who.community_id)


def _frame_words(turn: Turn, questionnaire: Questionnaire, frame: Frame) -> str:
    who = "raters" if questionnaire.subjects else "homes"
    words = turn.say(
        f"survey.plan_{who}",
        total=frame.total,
        asked=len(frame.asked),
        subjects=len(questionnaire.subjects),
    )
    return words if frame.asked else words + "\n" + turn.say("survey.plan_nobody")


@topic.action("survey.launch", roles=_HEADS)
async def launch(turn: Turn, services: Services) -> Answer:
    """The confirming tap. The button names the round it makes, so a second tap makes no other."""
    questionnaire, form = await _chosen(turn, services)
    if questionnaire is None or form is None:
        return _tell(turn, "survey.unknown")
    last = (await survey.newest(services.work, turn.who.community_id)).get(questionnaire.id)
    if turn.number(2) != (last.number + 1 if last else 1):
        return await _launched_before(turn, services, last, turn.number(2))
    frame = await _frame(turn, services, questionnaire)
    if not frame.asked:
        return _tell(turn, "survey.plan_nobody")
    wanted = Launch(
        turn.who.community_id,
        questionnaire.id,
        questionnaire.version,
        form,
        turn.number(2),
        turn.who.id,
    )
    opened = await survey.launch(services.work, wanted, frame.asked, subjects(questionnaire))
    if opened is None:  # one is open still, or a colleague's tap was faster
        return _tell(turn, "survey.still_running")
    community = await people.community(services.work, opened.community_id)
    text = turn.say(
        "survey.launched",
        day=day(turn.say, opened.closes_at, community.zone),
        time=clock(opened.closes_at, community.zone),
    )
    show = Button(turn.say.plain("survey.refresh"), f"survey.show:{opened.id}")
    return Answer.of(Message(text, buttons=((show,),), in_place=True), step=turn.step)


async def _launched_before(
    turn: Turn, services: Services, last: Round | None, number: int
) -> Answer:
    """A second tap on the button that launched the running round, or a button from long ago."""
    if last is None or last.number != number or last.state is not RoundState.OPEN:
        return _tell(turn, "survey.old_button")
    shown = await _result(turn, services, last)
    return Answer.of(Message(turn.say("survey.launched_before")), *shown, step=turn.step)


@topic.action("survey.show", roles=_HEADS)
async def show(turn: Turn, services: Services) -> Answer:
    """结果: who answered, the tally in words and as a picture, at any time."""
    round_ = await _own(turn, services)
    if round_ is None:
        return _tell(turn, "survey.not_here")
    return Answer.of(*await _result(turn, services, round_), step=turn.step)


async def _own(turn: Turn, services: Services) -> Round | None:
    """The round in the tap, if it is this community's."""
    round_ = await survey.get(services.work, turn.number())
    if round_ is None or round_.community_id != turn.who.community_id:
        return None
    return round_


async def _result(turn: Turn, services: Services, round_: Round) -> list[Message]:
    community = await people.community(services.work, round_.community_id)
    questionnaire = await questionnaires.asked(services.work, round_)
    counted = questionnaire.aspects and not questionnaire.subjects
    if round_.state is RoundState.OPEN or not counted:
        standing = await sheets.standing(services.work, round_, questionnaire)
        return result(turn.say, standing, community.zone)
    paper = await survey_result.paper(services.work, round_, questionnaire)
    due = await survey_reply.due(services.work, round_.id)
    return closed_in_words(turn.say, paper, community.zone, due, services.policies.survey_low)


@topic.action("survey.subject", roles=_HEADS)
async def subject(turn: Turn, services: Services) -> Answer:
    """One department's result as a picture."""
    round_ = await _own(turn, services)
    if round_ is None:
        return _tell(turn, "survey.not_here")
    questionnaire, wanted = await questionnaires.asked(services.work, round_), turn.number(1)
    if wanted not in subjects(questionnaire):
        return _tell(turn, "survey.old_button")
    standing = await sheets.standing(services.work, round_, questionnaire, [wanted])
    if not standing.shown:
        minimum = questionnaire.minimum_group
        return Answer.of(Message(turn.say("survey.too_few", minimum=minimum)), step=turn.step)
    return Answer.of(picture(turn.say, standing, wanted), step=turn.step)


@topic.action("survey.end", roles=_HEADS)
async def end(turn: Turn, services: Services) -> Answer:
    """提前结束 cannot be taken back, so it is asked once more."""
    round_ = await _own(turn, services)
    if round_ is None:
        return _tell(turn, "survey.not_here")
    rows = (
        (Button(turn.say.plain("survey.end_yes"), f"survey.close:{round_.id}"),),
        (Button(turn.say.plain("survey.back"), f"survey.show:{round_.id}"),),
    )
    message = Message(turn.say("survey.end_sure"), buttons=rows, in_place=True)
    return Answer.of(message, step=turn.step)


@topic.action("survey.close", roles=_HEADS)
async def close(turn: Turn, services: Services) -> Answer:
    """Take no more answers, count every sheet, show the result."""
    round_ = await _own(turn, services)
    if round_ is None:
        return _tell(turn, "survey.not_here")
    if await survey.close(services.work, round_.id):
        asked = await questionnaires.asked(services.work, round_)
        await sheets.count_all(services.work, round_.id, asked.minimum_group)
        await _see_to_what_is_low(services, round_, asked)
        before: tuple[Message, ...] = ()
    else:
        before = (Message(turn.say("survey.ended_before")),)
    closed = await survey.get(services.work, round_.id) or round_
    return Answer.of(*before, *await _result(turn, services, closed), step=turn.step)


async def _see_to_what_is_low(services: Services, round_: Round, asked: Questionnaire) -> None:
    if not asked.subjects:
        paper = await survey_result.paper(services.work, round_, asked)
        await survey_low.open_duties(services.work, paper, services.policies)


@topic.action("survey.words", roles=_HEADS)
async def words(turn: Turn, services: Services) -> Answer:
    """What people wrote, shuffled, once the round is over and enough have answered."""
    round_ = await _own(turn, services)
    if round_ is None:
        return _tell(turn, "survey.not_here")
    if round_.state is RoundState.OPEN:
        return _tell(turn, "survey.words_later")
    questionnaire = await questionnaires.asked(services.work, round_)
    said = [
        (subject, item, texts)
        for item in questionnaire.items
        if item.kind is Kind.TEXT
        for subject, texts in (await sheets.words(services.work, round_.id, item.id)).items()
        if len(texts) >= questionnaire.minimum_group
    ]
    message = in_their_words(turn.say, questionnaire, said, MOST_WORDS)
    return Answer.of(message, step=turn.step) if message else _tell(turn, "survey.words_none")


def _tell(turn: Turn, key: str) -> Answer:
    return Answer.of(Message(turn.say(key)), step=turn.step)
