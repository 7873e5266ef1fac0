"""Who rates the departments for a community: its supervisor appoints one and a deputy; the rater may hand
it over and take it back."""

from domain.messages import Button, Message
from domain.people import Role
from domain.rater import Raters
from handlers.base import Answer, Services, Topic, Turn
from handlers.roster_told import names
from handlers.visit_card import chunks
from storage import roster, survey_raters
from storage.survey_raters import ABLE
from wording.survey import LINE

topic = Topic("appoint")

_HEADS = frozenset({Role.SUPERVISOR})


@topic.action("appoint", roles=_HEADS)
async def show(turn: Turn, services: Services) -> Answer:
    """Who rates, and the buttons to appoint others."""
    found = await survey_raters.appointed(services.work, turn.who.community_id)
    if found is None:
        return await _choose(turn, services, "appoint.first", "survey.rater_none")
    called = await names(services, [found.person_id, found.deputy_id or found.person_id])
    key = "survey.rater_is" if found.deputy_id is None else "survey.rater_and_deputy"
    deputy = "" if found.deputy_id is None else called[found.deputy_id]
    parts = [turn.say(key, name=called[found.person_id], deputy=deputy)]
    if found.handed_over:
        parts.append(turn.say("survey.rater_handed_over", deputy=deputy))
    rows = (
        (Button(turn.say.plain("survey.rater_change"), "appoint.choose"),),
        (Button(turn.say.plain("survey.rater_deputy_button"), "appoint.vice"),),
    )
    return Answer.of(Message(LINE.join(parts), buttons=rows, in_place=True), step=turn.step)


@topic.action("appoint.choose", roles=_HEADS)
async def choose(turn: Turn, services: Services) -> Answer:
    """A button for everybody of the staff."""
    return await _choose(turn, services, "appoint.first", "survey.rater_choose")


@topic.action("appoint.vice", roles=_HEADS)
async def vice(turn: Turn, services: Services) -> Answer:
    """A button for everybody who could be the deputy."""
    return await _choose(turn, services, "appoint.second", "survey.rater_choose_deputy")


async def _choose(turn: Turn, services: Services, action: str, key: str) -> Answer:
    found = await survey_raters.appointed(services.work, turn.who.community_id)
    ids = await _staff(turn, services)
    if action == "appoint.second" and found is not None:
        ids = [one for one in ids if one != found.person_id]
    called = await names(services, ids)
    rows = chunks([Button(called[one], f"{action}:{one}") for one in ids], 2)
    return Answer.of(Message(turn.say(key), buttons=rows, in_place=True), step=turn.step)


async def _staff(turn: Turn, services: Services) -> list[int]:
    return list(await roster.may_stand(services.work, turn.who.community_id))


@topic.action("appoint.first", roles=_HEADS)
async def first(turn: Turn, services: Services) -> Answer:
    """This one rates from now on; a deputy who is the same person is deputy no more."""
    found = await survey_raters.appointed(services.work, turn.who.community_id)
    deputy = found.deputy_id if found else None
    return await _appoint(
        turn, services, turn.number(), None if deputy == turn.number() else deputy
    )


@topic.action("appoint.second", roles=_HEADS)
async def second(turn: Turn, services: Services) -> Answer:
    """This one is the deputy from now on."""
    found = await survey_raters.appointed(services.work, turn.who.community_id)
    if found is None or found.person_id == turn.number():
        return Answer.of(Message(turn.say("survey.old_button")), step=turn.step)
    return await _appoint(turn, services, found.person_id, turn.number())


async def _appoint(turn: Turn, services: Services, person: int, deputy: int | None) -> Answer:
    staff = await _staff(turn, services)
    if any(one not in staff for one in (person, deputy) if one is not None):
        return Answer.of(Message(turn.say("survey.old_button")), step=turn.step)
    await survey_raters.appoint(services.work, turn.who.community_id, person, deputy, turn.who.id)
    return await show(turn, services)


@topic.action("appoint.over", roles=ABLE)
async def over(turn: Turn, services: Services) -> Answer:
    """The rater asks the deputy to do it."""
    return await _hand(turn, services, on=True)


@topic.action("appoint.mine", roles=ABLE)
async def mine(turn: Turn, services: Services) -> Answer:
    """The rater does it after all."""
    return await _hand(turn, services, on=False)


async def _hand(turn: Turn, services: Services, *, on: bool) -> Answer:
    found = await survey_raters.appointed(services.work, turn.who.community_id)
    if found is None or found.person_id != turn.who.id:
        return Answer.of(Message(turn.say("survey.rater_not_you")), step=turn.step)
    if found.deputy_id is None:
        return Answer.of(Message(turn.say("survey.rater_no_deputy")), step=turn.step)
    await survey_raters.hand_over(services.work, turn.who.community_id, turn.who.id, on=on)
    return Answer.of(await _handed(turn, services, found, on=on), step=turn.step)


async def _handed(turn: Turn, services: Services, found: Raters, *, on: bool) -> Message:
    assert found.deputy_id is not None
    deputy = (await names(services, [found.deputy_id]))[found.deputy_id]
    back = (Button(turn.say.plain("survey.rater_take_back"), "appoint.mine"),)
    if on:
        return Message(turn.say("survey.rater_gave", deputy=deputy), buttons=(back,))
    return Message(turn.say("survey.rater_took_back", deputy=deputy))
