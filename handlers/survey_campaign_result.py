"""After a campaign: its pictures and its workbook, for whoever launched it."""

from domain.ballot import subjects
from domain.campaign import Whole
from domain.messages import Attachment, Button, Message, Rows
from domain.people import OVERSEERS
from domain.survey import Questionnaire
from domain.survey_ranks import pages
from handlers.base import Answer, Services, Topic, Turn
from handlers.survey_campaign import own
from storage import questionnaires
from wording.survey import subject_name

topic = Topic("campaigned")


async def _over(turn: Turn, services: Services) -> tuple[Whole, Questionnaire] | Answer:
    """The campaign in the tap, if it is this person's and over, and what it asked."""
    whole = await own(turn, services, turn.number())
    if whole is None or not whole.rounds:
        return Answer.of(Message(turn.say("survey.city_not_yours")), step=turn.step)
    if whole.open:
        return Answer.of(Message(turn.say("surveyed.not_closed")), step=turn.step)
    return whole, await questionnaires.asked(services.work, whole.rounds[0])


def _sent(turn: Turn, said: str, made: Attachment, rows: Rows = ()) -> Answer:
    return Answer.of(Message(said, buttons=rows, attachment=made), step=turn.step)


@topic.action("campaigned.rank", roles=OVERSEERS)
async def rank(turn: Turn, services: Services) -> Answer:
    """📶: which community, or which department, is above which; a page at a time."""
    found = await _over(turn, services)
    if isinstance(found, Answer):
        return found
    whole, asked = found
    last = pages(len(asked.subjects or whole.rounds))
    page = min(max(1, turn.number(1)), last)
    following = f"campaigned.rank:{whole.campaign.id}:{page + 1}"
    more = Button(turn.say.plain("surveyed.rank_more"), following)
    said = turn.say("surveyed.rank_picture", title=asked.title.get(turn.language))
    name = turn.say.plain("surveyed.rank_file", number=f"{whole.campaign.number}-{page}")
    params = {"campaign": whole.campaign.id, "page": page}
    made = Attachment("survey.campaign_ranks", name, params, picture=True)
    return _sent(turn, said, made, ((more,),) if page < last else ())


@topic.action("campaigned.bars", roles=OVERSEERS)
async def bars(turn: Turn, services: Services) -> Answer:
    """📊: how satisfied all are together, with each aspect, of one of those who are rated."""
    found = await _over(turn, services)
    if isinstance(found, Answer):
        return found
    whole, asked = found
    subject = turn.number(1)
    if subject not in subjects(asked):
        return Answer.of(Message(turn.say("survey.old_button")), step=turn.step)
    title, named = asked.title.get(turn.language), subject_name(turn.say, asked, subject)
    key = "survey.picture_subject" if named else "survey.picture"
    said = turn.say(key, title=title, subject=named)
    name = turn.say.plain("survey.filename", number=f"{whole.campaign.number}-{subject}")
    params = {"campaign": whole.campaign.id, "subject": subject}
    return _sent(turn, said, Attachment("survey.campaign_bars", name, params, picture=True))


@topic.action("campaigned.book", roles=OVERSEERS)
async def book(turn: Turn, services: Services) -> Answer:
    """📗: everything as a workbook."""
    found = await _over(turn, services)
    if isinstance(found, Answer):
        return found
    whole, asked = found
    number = whole.campaign.number
    said = turn.say("surveyed.book", title=asked.title.get(turn.language), number=number)
    name = turn.say.plain("surveyed.book_file", number=number)
    return _sent(
        turn, said, Attachment("survey.campaign_book", name, {"campaign": whole.campaign.id})
    )
