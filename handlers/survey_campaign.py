"""One survey in all communities that a street or the bureau oversees: launch, hold, end, and who answered."""

from markupsafe import Markup

from domain.ballot import RUNS_FOR, Form, Standing, has_short
from domain.campaign import Whole
from domain.messages import Button, Message, Rows
from domain.people import OVERSEERS
from domain.sampling import HOMES_A_COMMUNITY, Who
from domain.survey import Questionnaire
from handlers.base import Answer, Services, Topic, Turn
from handlers.survey import chosen, has_changed, launch_button, open_in, wants, whom
from storage import help_board, questionnaires, sheets, survey, survey_campaign, survey_draw
from wording.survey import clock, content, day, figures, least
from wording.survey_campaign import scores, standing

topic = Topic("campaign")


async def _places(turn: Turn, services: Services) -> list[int]:
    return [one.id for one in await help_board.overseen(services.work, turn.who.id)]


@topic.action("campaign", roles=OVERSEERS)
async def home(turn: Turn, services: Services) -> Answer:
    """The questionnaires that can go to all communities, and how the newest stand."""
    places = await _places(turn, services)
    if len(places) < 2:  # one community has its own rounds
        return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)
    newest = await survey_campaign.newest(services.work, turn.who.id)
    rows: list[tuple[Button, ...]] = []
    for questionnaire in (await questionnaires.offered(services.work)).values():
        title = questionnaire.title.get(turn.language)
        form = Form.SHORT if has_short(questionnaire) else Form.FULL
        label = turn.say.plain("survey.home_new", title=title)
        rows.append((Button(label, f"campaign.plan:{questionnaire.id}:{form}"),))
        if last := newest.get(questionnaire.id):
            label = turn.say.plain("survey.results_button", title=title)
            rows.append((Button(label, f"campaign.show:{last.id}"),))
    text = turn.say("survey.city_home", count=len(places))
    return Answer.of(Message(text, buttons=tuple(rows), in_place=True), step=turn.step)


@topic.action("campaign.plan", roles=OVERSEERS)
async def plan(turn: Turn, services: Services) -> Answer:
    """What will be asked, of whom and until when, in all communities; nothing is sent yet."""
    questionnaire, form = await chosen(turn, services)
    places = await _places(turn, services)
    if questionnaire is None or form is None or len(places) < 2:
        return Answer.of(Message(turn.say("survey.unknown")), step=turn.step)
    who = whom(turn, questionnaire, 2)
    last = (await survey_campaign.newest(services.work, turn.who.id)).get(questionnaire.id)
    number = last.number + 1 if last else 1
    ends = turn.now + RUNS_FOR
    text = turn.say(
        "survey.city_plan",
        title=questionnaire.title.get(turn.language),
        number=number,
        content=content(turn.say, questionnaire, form),
        frame=await _frame_words(turn, services, questionnaire, who, places),
        places=len(places),
        day=day(turn.say, ends, services.policies.zone),
        time=clock(ends, services.policies.zone),
        least=least(turn.say, questionnaire),
    )
    launch = launch_button(turn, "campaign", questionnaire, f"{form}:{number}:{who[0]}")
    rows = ((launch,), *_other_ways(turn, questionnaire, form, who))
    back = (Button(turn.say.plain("survey.back"), "campaign"),)
    return Answer.of(Message(text, buttons=(*rows, back), in_place=True), step=turn.step)


def _other_ways(turn: Turn, questionnaire: Questionnaire, form: Form, who: Who) -> Rows:
    """Every home or some by lot; the short form or the full one."""
    if who is Who.RATER:
        return ()
    action = f"campaign.plan:{questionnaire.id}"
    other = Who.ALL if who is Who.DRAWN else Who.DRAWN
    label = turn.say.plain(f"survey.city_ask_{other}", homes=HOMES_A_COMMUNITY)
    rows: Rows = ((Button(label, f"{action}:{form}:{other}"),),)
    if not has_short(questionnaire):
        return rows
    longer = Form.FULL if form is Form.SHORT else Form.SHORT
    return (*rows, (Button(turn.say.plain(f"survey.take_{longer}"), f"{action}:{longer}:{who}"),))


async def _frame_words(
    turn: Turn, services: Services, questionnaire: Questionnaire, who: Who, places: list[int]
) -> str:
    if who is Who.RATER:
        return turn.say("survey.city_raters", subjects=len(questionnaire.subjects))
    found = (await survey_draw.frame(services.work, places)).values()
    return turn.say(
        f"survey.city_{who}",
        homes=HOMES_A_COMMUNITY,
        total=sum(one.total for one in found),
        reachable=sum(one.reachable for one in found),
    )


@topic.action("campaign.launch", roles=OVERSEERS)
async def launch(turn: Turn, services: Services) -> Answer:
    """The confirming tap; the button names the campaign it makes, so a second tap makes no other."""
    questionnaire, form = await chosen(turn, services)
    places = await _places(turn, services)
    if questionnaire is None or form is None or len(places) < 2:
        return Answer.of(Message(turn.say("survey.unknown")), step=turn.step)
    last = (await survey_campaign.newest(services.work, turn.who.id)).get(questionnaire.id)
    if last and last.number == turn.number(2):
        return await _shown(turn, services, last.id, "survey.launched_before")
    if turn.number(2) != (last.number + 1 if last else 1):
        return Answer.of(Message(turn.say("survey.old_button")), step=turn.step)
    if has_changed(turn, questionnaire):
        return Answer.of(Message(turn.say("survey.new_version")), step=turn.step)
    who = whom(turn, questionnaire, 3)
    wanted = wants(turn, questionnaire, form, who)
    begun = await survey_campaign.begin(services.work, wanted, turn.number(2))
    if begun is None:
        return Answer.of(Message(turn.say("survey.old_button")), step=turn.step)
    wanted = wants(turn, questionnaire, form, who, campaign_id=begun.id)
    await open_in(services, wanted, places, questionnaire)
    return await _shown(turn, services, begun.id, "survey.city_launched")


@topic.action("campaign.show", roles=OVERSEERS)
async def show(turn: Turn, services: Services) -> Answer:
    """Who answered so far, over all communities."""
    return await _shown(turn, services, turn.number())


async def _shown(turn: Turn, services: Services, campaign_id: int, first: str = "") -> Answer:
    whole = await own(turn, services, campaign_id)
    if whole is None:
        return Answer.of(Message(turn.say("survey.city_not_yours")), step=turn.step)
    zone = services.policies.zone
    campaign = whole.campaign
    asked = await questionnaires.get(services.work, campaign.questionnaire, campaign.version)
    said = await _said(turn, services, whole)
    return Answer.of(standing(turn.say, asked, whole, zone, first, said), step=turn.step)


async def _said(turn: Turn, services: Services, whole: Whole) -> list[Markup]:
    """What the communities say of the departments: as far as it is counted, or when all is over; and why
    nothing is set beside the campaign before."""
    if whole.open:
        rated = whole.who is Who.RATER
        return figures(turn.say, await _rated(services, whole)) if rated else []
    return scores(turn.say, *await survey_campaign.scores(services.work, whole))


async def _rated(services: Services, whole: Whole) -> Standing:
    """The departments as all communities rate them together."""
    some = whole.open[0]
    asked = await questionnaires.asked(services.work, some)
    return await sheets.campaign_standing(services.work, some, asked, whole.turnout)


async def own(turn: Turn, services: Services, campaign_id: int) -> Whole | None:
    """The campaign in a tap, if it is this person's."""
    whole = await survey_campaign.whole(services.work, campaign_id)
    if whole is None or not await survey_campaign.is_theirs(services.work, whole, turn.who.id):
        return None
    return whole


@topic.action("campaign.pause", roles=OVERSEERS)
async def pause(turn: Turn, services: Services) -> Answer:
    """暂停, in all communities."""
    return await _hold(turn, services, on=True)


@topic.action("campaign.resume", roles=OVERSEERS)
async def resume(turn: Turn, services: Services) -> Answer:
    """继续, in all communities."""
    return await _hold(turn, services, on=False)


async def _hold(turn: Turn, services: Services, *, on: bool) -> Answer:
    whole = await own(turn, services, turn.number())
    if whole is not None:
        await survey.pause(services.work, [one.id for one in whole.open], on=on)
    return await _shown(turn, services, turn.number(), "survey.paused" if on else "survey.resumed")


@topic.action("campaign.end", roles=OVERSEERS)
async def end(turn: Turn, services: Services) -> Answer:
    """提前结束 cannot be taken back, so it is asked once more."""
    rows = (
        (Button(turn.say.plain("survey.end_yes"), f"campaign.close:{turn.number()}"),),
        (Button(turn.say.plain("survey.back"), f"campaign.show:{turn.number()}"),),
    )
    message = Message(turn.say("survey.end_sure"), buttons=rows, in_place=True)
    return Answer.of(message, step=turn.step)


@topic.action("campaign.close", roles=OVERSEERS)
async def close(turn: Turn, services: Services) -> Answer:
    """Take no more answers anywhere; the rounds are counted within minutes."""
    whole = await own(turn, services, turn.number())
    if whole is not None:
        await survey_campaign.end_now(services.work, [one.id for one in whole.open])
    return await _shown(turn, services, turn.number(), "survey.city_ended")
