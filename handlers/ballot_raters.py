"""A community's rater: "no dealings" in one tap, one page of all departments, confirmed and corrected."""

from domain.answering import handed_in, is_complete, no_dealings
from domain.ballot import BallotState
from domain.people import ANYONE
from handlers.ballot_open import all_departments, find, outside, rates_no_more, tell
from handlers.base import Answer, Services, Topic, Turn
from storage import questionnaires, survey
from wording.ballot_pages import rated

topic = Topic("rater", private=True)


@topic.action("rater.page", roles=ANYONE)
async def page(turn: Turn, services: Services) -> Answer:
    """Back to all departments."""
    round_ = await survey.get(services.work, turn.number())
    if round_ is None or not await survey.ballots_of(services.work, round_.id, turn.who.id):
        return outside(turn)
    if gone := await rates_no_more(turn, services, round_):
        return gone
    if not round_.takes_answers(turn.now):
        return tell(turn, "ballot.closed", in_place=True)
    asked = await questionnaires.asked(services.work, round_)
    return await all_departments(turn, services, round_, asked)


@topic.action("rater.none", roles=ANYONE)
async def none(turn: Turn, services: Services) -> Answer:
    """没往来: the whole sheet says "don't know"; it may be rated after all until the close."""
    found = await find(turn, services, turn.number())
    if isinstance(found, Answer):
        return found
    sheet = no_dealings(found.questionnaire)
    if found.round is None or sheet is None or found.ballot.subject == 0:
        return tell(turn, "ballot.no_such")
    if found.ballot.position == turn.number(1):  # else a second tap, or a tap on an old page
        await survey.begin(services.work, found.ballot.id)
        await survey.keep(services.work, found.ballot, handed_in(found.questionnaire, sheet))
    note = rated(turn.say, found.questionnaire, found.ballot.subject)
    return await all_departments(turn, services, found.round, found.questionnaire, note)


@topic.action("rater.confirm", roles=ANYONE)
async def confirm(turn: Turn, services: Services) -> Answer:
    """确认: what is complete counts, as it stands when the round closes."""
    round_ = await survey.get(services.work, turn.number(), lock=True)
    theirs = await survey.ballots_of(services.work, turn.number(), turn.who.id)
    if round_ is None or not theirs:
        return outside(turn)
    if gone := await rates_no_more(turn, services, round_):
        return gone
    if not round_.takes_answers(turn.now):
        return tell(turn, "ballot.closed", in_place=True)
    asked = await questionnaires.asked(services.work, round_)
    for ballot in theirs:
        if ballot.state is not BallotState.CONFIRMED and is_complete(asked, ballot.draft):
            sheet = handed_in(asked, ballot.draft)
            await survey.begin(services.work, ballot.id)  # the one before had rated it
            await survey.keep(services.work, ballot, sheet, state=BallotState.CONFIRMED)
    return await all_departments(turn, services, round_, asked, turn.say("ballot.confirmed"))
