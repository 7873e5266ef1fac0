"""A round, or the rounds of many communities, gathered and counted as pictures, pages and tables need it."""

from collections.abc import Sequence

from bot.render.survey import tally_picture
from bot.render.survey_book import Counted
from bot.render.survey_ranks import ranks_picture
from domain.ballot import Round, subjects
from domain.campaign import Whole
from domain.survey_paper import as_tally, departments
from domain.survey_ranks import places
from storage import people, questionnaires, sheets, survey_count, survey_result
from storage.database import Work
from storage.survey_waves import compared, why_apart
from wording import Say
from wording.survey import subject_name


async def of_one(work: Work, round_: Round, say: Say) -> Counted:
    """The closed round of one community."""
    asked = await questionnaires.asked(work, round_)
    papers = [
        await survey_result.paper(work, round_, asked, subject) for subject in subjects(asked)
    ]
    community = await people.community(work, round_.community_id)
    title = say.plain(
        "surveyed.web_one",
        title=asked.title.get(say.language),
        place=community.name,
        number=round_.number,
    )
    return Counted(
        title,
        asked,
        [(paper.subject, paper.results) for paper in papers],
        papers[0].turnout,
        community.zone,
        round_.closed_at or round_.closes_at,
        {community.id: community.name},
        departments(papers) if asked.subjects else papers[0].ranked,
        papers,
        [(paper.subject, paper.wave) for paper in papers if paper.wave is not None],
    )


async def of_many(work: Work, rounds: Sequence[tuple[Round, str]], say: Say) -> Counted:
    """The closed rounds of several communities, one each, of one questionnaire and form."""
    asked = await questionnaires.asked(work, rounds[0][0])
    each = [round_ for round_, _ in rounds]
    results = await survey_count.over_all(work, each, asked)
    _, first = results[0]
    if asked.subjects:
        ranked = places({subject: one.whole.index for subject, one in results})
    else:
        ranked = places({one.key: one.index for one in first.communities})
    title = asked.title.get(say.language)
    return Counted(
        say.plain("surveyed.web_many", title=title, count=len(rounds)),
        asked,
        results,
        await sheets.turnout(work, *(round_.id for round_ in each)),
        (await people.community(work, each[0].community_id)).zone,
        max(round_.closed_at or round_.closes_at for round_ in each),
        {round_.community_id: name for round_, name in rounds},
        ranked,
        waves=await compared(work, each, results),
        apart=await why_apart(work, each),
    )


async def of_whole(work: Work, whole: Whole, say: Say) -> Counted:
    """A campaign that is over."""
    names = {each.id: each.name for each in await people.all_communities(work)}
    rounds = [(one, names.get(one.community_id, "")) for one in whole.rounds]
    return await of_many(work, rounds, say)


def bars_drawn(counted: Counted, subject: int, say: Say) -> bytes:
    """How satisfied everybody is with each aspect of one of those who are rated."""
    results = dict(counted.results)[subject]
    title = subject_name(say, counted.questionnaire, subject)
    place = counted.papers[0].place if counted.papers else counted.title
    return tally_picture(
        as_tally(results, results.whole),
        title or counted.questionnaire.title.get(say.language),
        say.language,
        say.plain,
        place,
    )


def ranks_drawn(counted: Counted, say: Say, page: int = 1) -> bytes:
    """Who is above whom: aspects of a community, communities, or departments; a page of them."""
    place = counted.papers[0].place if counted.papers else say.plain("surveyed.web_places")
    many = "_departments" if counted.questionnaire.subjects else ""
    title = say.plain(f"surveyed.rank_title{many}", place=place)
    return ranks_picture(counted.places, counted.called(say), title, say.plain, page)
