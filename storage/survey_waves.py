"""The round before a round, or before the rounds of many communities, counted to be compared."""

from collections.abc import Sequence

import sqlalchemy as sa

from domain.ballot import Round, RoundState
from domain.sampling import Who
from domain.survey import Questionnaire
from domain.survey_compared import Apart, Wave, Waves, apart, same_subject
from domain.survey_result import Results
from storage import questionnaires, survey
from storage.among import among
from storage.database import Work
from storage.survey_count import gather
from storage.tables.survey import survey_campaigns as campaigns
from storage.tables.survey import survey_rounds as rounds


async def compared(
    work: Work, asked: Sequence[Round], results: Sequence[tuple[int, Results]]
) -> Waves:
    """Each of these results beside the one before it; empty where not every community has one."""
    earlier = await before(work, asked)
    if not earlier:
        return ()
    old = await questionnaires.asked(work, earlier[0])
    number = await _number(work, earlier)
    waves = []
    for subject, new in results:
        was = same_subject(old, new.questionnaire, subject)
        found = None if was is None else await _counted(work, earlier, old, was)
        if found is not None:
            waves.append((subject, Wave(number, found, new)))
    return waves


async def _counted(
    work: Work, earlier: Sequence[Round], old: Questionnaire, subject: int
) -> Results | None:
    gathered = await gather(work, earlier, old, subject)
    return await gathered.count() if gathered.units else None


async def before(work: Work, asked: Sequence[Round]) -> list[Round]:
    """The closed round before each of these, of the same questionnaire and form in the same community; none
    at all where one has none, for what is left out of a sum would follow by subtraction. Of ratings in a
    campaign the whole campaign before: whose sheets are whose nobody knows."""
    if _rated_together(asked):
        return await _campaign(work, asked)
    found = await _each(work, asked)
    return [] if apart([one.version for one in found], len(asked)) else found


async def why_apart(work: Work, asked: Sequence[Round]) -> Apart | None:
    """Why these rounds are not compared, where there is something that they might be compared with."""
    if _rated_together(asked):
        return None
    return apart([one.version for one in await _each(work, asked)], len(asked))


def _rated_together(asked: Sequence[Round]) -> bool:
    return asked[0].campaign_id is not None and asked[0].who is Who.RATER


async def _each(work: Work, asked: Sequence[Round]) -> list[Round]:
    """The last round before each, of those that have one."""
    old = rounds.alias("old")
    found = await work.conn.scalars(
        sa.select(sa.func.max(old.c.id))
        .join(rounds, _same(old, rounds))
        .where(
            among(rounds.c.id),
            old.c.number < rounds.c.number,
            old.c.state == RoundState.CLOSED,
        )
        .group_by(rounds.c.id),
        {"ids": [one.id for one in asked]},
    )
    earlier = (await survey.several(work, found.all())).values()
    return sorted(earlier, key=lambda one: one.id)


def _same(old: sa.FromClause, new: sa.FromClause) -> sa.ColumnElement[bool]:
    shared = ("community_id", "questionnaire", "form")
    return sa.and_(*(old.c[name] == new.c[name] for name in shared))


async def _campaign(work: Work, asked: Sequence[Round]) -> list[Round]:
    """The rounds of the last campaign before, if it is over and the same person's, or asked no other
    communities: its result is theirs to see who see this one."""
    this = await _launched(work, asked[0].campaign_id or 0)
    rows = await work.conn.execute(
        sa.select(rounds)
        .join(campaigns, campaigns.c.id == rounds.c.campaign_id)
        .where(
            campaigns.c.questionnaire == asked[0].questionnaire,
            campaigns.c.form == asked[0].form,
            campaigns.c.id < asked[0].campaign_id,
        )
        .order_by(campaigns.c.id.desc(), rounds.c.id)
    )
    theirs: dict[int, list[Round]] = {}
    for row in rows:
        theirs.setdefault(row.campaign_id, []).append(survey.read_round(row))
    places = {one.community_id for one in asked}
    for number, found in theirs.items():
        over = all(one.state is RoundState.CLOSED for one in found)
        inside = {one.community_id for one in found} <= places
        if over and (inside or await _launched(work, number) == this):
            return found
    return []


async def _launched(work: Work, campaign_id: int) -> int | None:
    found: int | None = await work.conn.scalar(
        sa.select(campaigns.c.launched_by).where(campaigns.c.id == campaign_id)
    )
    return found


async def _number(work: Work, earlier: Sequence[Round]) -> int:
    """What the rounds before are called by: their campaign's number, or their own."""
    theirs = {one.campaign_id for one in earlier}
    if len(earlier) > 1 and len(theirs) == 1 and earlier[0].campaign_id is not None:
        query = sa.select(campaigns.c.number).where(campaigns.c.id == earlier[0].campaign_id)
        return await work.conn.scalar(query) or 0
    return earlier[0].number
