"""The head of a community: choose a questionnaire, see what it means, launch it, read the result."""

from secrets import token_hex

from domain.ballot import RUNS_FOR, Form, Round, RoundState, as_asked, has_short, subjects
from domain.messages import Button, Message, Rows
from domain.people import OVERSEERS, Role
from domain.sampling import HOMES_A_COMMUNITY, Part, Who, allot
from domain.survey import Kind, Questionnaire
from handlers.base import Answer, Services, Topic, Turn
from storage import (
    help_board,
    people,
    questionnaires,
    sheets,
    survey,
    survey_campaign,
    survey_draw,
    survey_low,
    survey_raters,
    survey_reply,
    survey_result,
)
from storage.survey_draw import Frame, Launch
from wording.ballot import minutes
from wording.survey import clock, content, day, in_their_words, least, picture, result
from wording.survey_campaign import over
from wording.survey_result import closed as closed_in_words

topic = Topic("survey", keys={"survey.key": "survey"})

_HEADS = frozenset({Role.SUPERVISOR, Role.STREET})
MOST_WORDS = 30
"""Free texts shown in a message for each question; a chat is no place for a thousand."""


@topic.action("survey", roles=OVERSEERS, command="survey.command")
async def home(turn: Turn, services: Services) -> Answer:
    """The questionnaires, and how their newest rounds stand; and the way to many communities at once."""
    rows: list[tuple[Button, ...]] = []
    if turn.who.is_any(*_HEADS):
        rounds = await survey.newest(services.work, turn.who.community_id)
        for questionnaire in (await questionnaires.offered(services.work)).values():
            rows += _entry(turn, questionnaire, rounds.get(questionnaire.id))
    if turn.who.is_any(Role.SUPERVISOR):
        rows.append((Button(turn.say.plain("survey.raters_button"), "appoint"),))
    if len(await help_board.overseen(services.work, turn.who.id)) > 1:
        rows.append((Button(turn.say.plain("survey.city_button"), "campaign"),))
    if turn.who.is_any(*_HEADS):
        rows.append((Button(turn.say.plain("poll.key"), "poll"),))
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
    if not has_short(questionnaire):
        who = whom(turn, questionnaire, 2)
        return await _plan(turn, services, questionnaire, Form.FULL, who)
    rows = tuple((_form_button(turn, questionnaire, each),) for each in Form)
    text = turn.say("survey.form", title=questionnaire.title.get(turn.language))
    return Answer.of(Message(text, buttons=(*rows, _back(turn)), in_place=True), step=turn.step)


def _form_button(turn: Turn, questionnaire: Questionnaire, form: Form) -> Button:
    taps = as_asked(questionnaire, form).taps
    label = turn.say.plain(f"survey.form_{form}", count=taps, minutes=minutes(taps))
    return Button(label, f"survey.plan:{questionnaire.id}:{form}")


def _back(turn: Turn) -> tuple[Button, ...]:
    return (Button(turn.say.plain("survey.back"), "survey"),)


@topic.action("survey.plan", roles=_HEADS)
async def plan(turn: Turn, services: Services) -> Answer:
    """What will be asked, of whom and until when; nothing is sent yet."""
    questionnaire, form = await chosen(turn, services)
    if questionnaire is None or form is None:
        return _tell(turn, "survey.unknown")
    return await _plan(turn, services, questionnaire, form, whom(turn, questionnaire, 2))


async def chosen(turn: Turn, services: Services) -> tuple[Questionnaire | None, Form | None]:
    """The questionnaire and form in a tap; None for what we do not have."""
    name, wanted = (*turn.args, "", "")[:2]
    questionnaire = (await questionnaires.offered(services.work)).get(name)
    if questionnaire is None or wanted not in list(Form):
        return None, None
    form = Form(wanted)
    return questionnaire, form if form is Form.FULL or has_short(questionnaire) else None


def whom(turn: Turn, questionnaire: Questionnaire, index: int) -> Who:
    """Whom a tap wants to ask: every home where it does not say, if only by a letter, that they are
    drawn."""
    if questionnaire.subjects:
        return Who.RATER
    wanted = turn.args[index] if len(turn.args) > index else ""
    return Who.DRAWN if wanted in (Who.DRAWN, Who.DRAWN[0]) else Who.ALL


async def _plan(
    turn: Turn, services: Services, questionnaire: Questionnaire, form: Form, who: Who
) -> Answer:
    last = (await survey.newest(services.work, turn.who.community_id)).get(questionnaire.id)
    number = last.number + 1 if last else 1
    community = await people.community(services.work, turn.who.community_id)
    frame, able = await _frame_words(turn, services, who)
    ends = turn.now + RUNS_FOR
    text = turn.say(
        "survey.plan",
        title=questionnaire.title.get(turn.language),
        number=number,
        content=content(turn.say, questionnaire, form),
        frame=frame,
        day=day(turn.say, ends, community.zone),
        time=clock(ends, community.zone),
        least=least(turn.say, questionnaire),
    )
    what = f"{questionnaire.id}:{form}"
    rows: Rows = ((launch_button(turn, "survey", questionnaire, f"{form}:{number}:{who[0]}"),),)
    rows = rows if able else ()
    if able and who is not Who.RATER:
        rows = (*rows, (_otherwise(turn, f"survey.plan:{what}", who),))
    trial = (Button(turn.say.plain("survey.try"), f"trial.begin:{what}"),)
    rows = (*rows, trial, _back(turn))
    return Answer.of(Message(text, buttons=rows, in_place=True), step=turn.step)


def launch_button(turn: Turn, topic: str, questionnaire: Questionnaire, what: str) -> Button:
    """发起, with the version that was shown: what is asked is what was read. A letter says whom, for with
    the longest names the action has 64 bytes."""
    version = questionnaire.version
    label = turn.say.plain("survey.launch", version=version)
    return Button(label, f"{topic}.launch:{questionnaire.id}:{what}:{version}")


def has_changed(turn: Turn, questionnaire: Questionnaire) -> bool:
    """Whether the tapped button launches another version than the one that would be asked now."""
    return len(turn.args) > 4 and turn.number(4) != questionnaire.version


def _otherwise(turn: Turn, action: str, who: Who) -> Button:
    """Every home instead of some, or the other way round."""
    other = Who.ALL if who is Who.DRAWN else Who.DRAWN
    label = turn.say.plain(f"survey.ask_{other}", homes=HOMES_A_COMMUNITY)
    return Button(label, f"{action}:{other}")


async def _frame_words(turn: Turn, services: Services, who: Who) -> tuple[str, bool]:
    """Whom it would ask, in words, and whether there is anybody to ask."""
    place = turn.who.community_id
    if who is Who.RATER:
        rater = (await survey_raters.in_charge(services.work, [place]))[place]
        person = await people.person(services.work, rater) if rater else None
        if person is None:
            return turn.say("survey.plan_nobody"), False
        return turn.say("survey.plan_raters", name=person.name), True
    frame = (await survey_draw.frame(services.work, [place]))[place]
    words = _homes_words(turn, frame, who)
    if frame.reachable:
        return words, True
    return words + "\n" + turn.say("survey.plan_nobody"), False


def _homes_words(turn: Turn, frame: Frame, who: Who) -> str:
    """How many homes there are, and how many of them are asked."""
    ordinary, special = allot(frame.homes, HOMES_A_COMMUNITY if who is Who.DRAWN else None)
    return turn.say(
        f"survey.plan_{who}",
        total=frame.total,
        reachable=frame.reachable,
        drawn=ordinary.drawn + special.drawn,
        ordinary=ordinary.drawn,
        special=special.drawn,
        of_special=frame.homes.get(Part.SPECIAL, 0),
    )


@topic.action("survey.launch", roles=_HEADS)
async def launch(turn: Turn, services: Services) -> Answer:
    """The confirming tap. The button names the round it makes, so a second tap makes no other."""
    questionnaire, form = await chosen(turn, services)
    if questionnaire is None or form is None:
        return _tell(turn, "survey.unknown")
    last = (await survey.newest(services.work, turn.who.community_id)).get(questionnaire.id)
    if turn.number(2) != (last.number + 1 if last else 1):
        return await _launched_before(turn, services, last, turn.number(2))
    if has_changed(turn, questionnaire):
        return _tell(turn, "survey.new_version")
    who = whom(turn, questionnaire, 3)
    if not (await _frame_words(turn, services, who))[1]:
        return _tell(turn, "survey.plan_nobody")
    wanted = wants(turn, questionnaire, form, who, number=turn.number(2))
    opened = await open_in(services, wanted, [turn.who.community_id], questionnaire)
    if not opened:  # one is open still, or a colleague's tap was faster
        return _tell(turn, "survey.still_running")
    community = await people.community(services.work, turn.who.community_id)
    text = turn.say(
        "survey.launched",
        day=day(turn.say, opened[0].closes_at, community.zone),
        time=clock(opened[0].closes_at, community.zone),
    )
    show = Button(turn.say.plain("survey.refresh"), f"survey.show:{opened[0].id}")
    return Answer.of(Message(text, buttons=((show,),), in_place=True), step=turn.step)


def wants(
    turn: Turn,
    questionnaire: Questionnaire,
    form: Form,
    who: Who,
    *,
    number: int | None = None,
    campaign_id: int | None = None,
) -> Launch:
    """The rounds that a tap launches, with a seed of their own."""
    return Launch(
        questionnaire.id,
        questionnaire.version,
        form,
        turn.who.id,
        seed="" if who is Who.RATER else token_hex(16),
        who=who,
        homes=HOMES_A_COMMUNITY if who is Who.DRAWN else None,
        number=number,
        campaign_id=campaign_id,
    )


async def open_in(
    services: Services, wanted: Launch, places: list[int], questionnaire: Questionnaire
) -> list[Round]:
    """Open the rounds in these communities, with whom they ask."""
    if wanted.who is Who.RATER:
        return await survey_raters.launch(services.work, wanted, places, subjects(questionnaire))
    return await survey_draw.launch(services.work, wanted, places)


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
    asked = await questionnaires.asked(services.work, round_)
    if await survey.close(services.work, round_.id, asked):
        await sheets.count_all(services.work, round_.id, asked.minimum_group)
        await _see_to_what_is_low(services, round_, asked)
        ended = await survey_campaign.ended(services.work, round_)
        before: tuple[Message, ...] = ()
    else:
        ended, before = None, (Message(turn.say("survey.ended_before")),)
    owed = (over(services.phrases, ended, services.policies.zone),) if ended else ()
    closed = await survey.get(services.work, round_.id) or round_
    return Answer.of(*before, *await _result(turn, services, closed), step=turn.step, owed=owed)


async def _see_to_what_is_low(services: Services, round_: Round, asked: Questionnaire) -> None:
    if not asked.subjects:
        paper = await survey_result.paper(services.work, round_, asked)
        await survey_low.open_duties(services.work, paper, services.policies)


@topic.action("survey.pause", roles=_HEADS)
async def pause(turn: Turn, services: Services) -> Answer:
    """暂停: nobody is invited or reminded for now; who wishes may answer all the same."""
    return await _pause(turn, services, on=True)


@topic.action("survey.resume", roles=_HEADS)
async def resume(turn: Turn, services: Services) -> Answer:
    """继续: invitations and reminders go on where they stopped."""
    return await _pause(turn, services, on=False)


async def _pause(turn: Turn, services: Services, *, on: bool) -> Answer:
    round_ = await _own(turn, services)
    if round_ is None:
        return _tell(turn, "survey.not_here")
    if not round_.takes_answers(turn.now):
        return _tell(turn, "survey.ended_before")
    await survey.pause(services.work, [round_.id], on=on)
    after = await survey.get(services.work, round_.id) or round_
    told = Message(turn.say("survey.paused" if on else "survey.resumed"))
    return Answer.of(told, *await _result(turn, services, after), step=turn.step)


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
        for subject, texts in (await sheets.words(services.work, round_, item.id)).items()
        if len(texts) >= questionnaire.minimum_group
    ]
    message = in_their_words(turn.say, questionnaire, said, MOST_WORDS)
    return Answer.of(message, step=turn.step) if message else _tell(turn, "survey.words_none")


def _tell(turn: Turn, key: str) -> Answer:
    return Answer.of(Message(turn.say(key)), step=turn.step)
