"""Closed rounds as they are shown, and to whom."""

import sqlalchemy as sa

from domain.ballot import Round, RoundState
from domain.people import OVERSEERS
from domain.sampling import Who
from domain.survey import Questionnaire
from domain.survey_paper import Paper
from storage import people, sheets, survey, survey_reply
from storage.database import Work
from storage.survey_count import gather
from storage.survey_waves import compared
from storage.tables.people import communities, roles
from storage.tables.survey import survey_rounds as rounds


async def paper(work: Work, round_: Round, questionnaire: Questionnaire, subject: int = 0) -> Paper:
    """A closed round of one community with the round before and what is promised."""
    found = await (await gather(work, [round_], questionnaire, subject)).count()
    waves = dict(await compared(work, [round_], [(subject, found)]))
    return Paper(
        round=round_,
        place=(await people.community(work, round_.community_id)).name,
        subject=subject,
        results=found,
        turnout=await sheets.turnout(work, round_.id),
        wave=waves.get(subject),
        promises=await survey_reply.promises(work, round_.id),
    )


async def newest_closed(work: Work, person_id: int) -> list[tuple[Round, str]]:
    """The newest closed round of each questionnaire and form in every community that this person
    oversees, with the community's name; of ratings the newest that all communities gave."""
    theirs = sa.select(roles.c.community_id).where(
        roles.c.person_id == person_id, roles.c.role.in_(OVERSEERS)
    )
    rated_by_all = sa.and_(rounds.c.who == Who.RATER, rounds.c.campaign_id.is_not(None))
    newest = (
        sa.select(
            sa.func.coalesce(
                sa.func.max(sa.case((rated_by_all, rounds.c.id))), sa.func.max(rounds.c.id)
            )
        )
        .where(rounds.c.state == RoundState.CLOSED, rounds.c.community_id.in_(theirs))
        .group_by(rounds.c.community_id, rounds.c.questionnaire, rounds.c.form)
    )
    rows = await work.conn.execute(
        sa.select(rounds, communities.c.name.label("place"))
        .join(communities, communities.c.id == rounds.c.community_id)
        .where(rounds.c.id.in_(newest))
        .order_by(rounds.c.community_id, rounds.c.id)
    )
    return _of_one_campaign([(survey.read_round(row), row.place) for row in rows])


def _of_one_campaign(found: list[tuple[Round, str]]) -> list[tuple[Round, str]]:
    """Ratings of a campaign are shown whole or not at all, so of those the newest campaign's alone: a
    community that was left out of it, or rated once more by itself, would hide everybody's."""
    newest: dict[tuple[str, str], int] = {}
    for one, _ in found:
        if one.who is Who.RATER and one.campaign_id:
            key = (one.questionnaire, one.form)
            newest[key] = max(newest.get(key, 0), one.campaign_id)
    return [
        (one, place)
        for one, place in found
        if one.who is not Who.RATER
        or newest.get((one.questionnaire, one.form), one.campaign_id) == one.campaign_id
    ]


async def every_closed(work: Work) -> list[tuple[Round, str]]:
    """Every closed round with its community's name, newest last."""
    rows = await work.conn.execute(
        sa.select(rounds, communities.c.name.label("place"))
        .join(communities, communities.c.id == rounds.c.community_id)
        .where(rounds.c.state == RoundState.CLOSED)
        .order_by(rounds.c.id)
    )
    return [(survey.read_round(row), row.place) for row in rows]


async def oversees(work: Work, person_id: int, community_id: int) -> bool:
    """Whether results of this community are for this person, by the register as it is now."""
    found = await work.conn.scalar(
        sa.select(roles.c.person_id).where(
            roles.c.person_id == person_id,
            roles.c.community_id == community_id,
            roles.c.role.in_(OVERSEERS),
        )
    )
    return found is not None


async def oversees_any(work: Work, person_id: int) -> bool:
    """Whether any community's results are for this person."""
    query = sa.select(roles.c.person_id).where(
        roles.c.person_id == person_id, roles.c.role.in_(OVERSEERS)
    )
    return await work.conn.scalar(query.limit(1)) is not None
