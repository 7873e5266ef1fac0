"""One survey in many communities: the campaign, and its rounds together."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from domain.ballot import Form, Round, RoundState
from domain.campaign import Campaign, Ended, Scores, Whole
from domain.people import OVERSEERS
from domain.sampling import Who
from storage import people, questionnaires, sheets
from storage.among import among
from storage.database import Work
from storage.inbox import insert_new
from storage.survey import read_round
from storage.survey_count import over_all
from storage.survey_draw import Launch
from storage.survey_waves import compared, why_apart
from storage.tables.people import roles
from storage.tables.survey import survey_campaigns as campaigns
from storage.tables.survey import survey_rounds as rounds


def _read(row: Any) -> Campaign:
    return Campaign(**{**row._mapping, "form": Form(row.form)})


async def begin(work: Work, wanted: Launch, number: int) -> Campaign | None:
    """A new campaign without rounds; None where that person has launched it before."""
    row = (
        await work.conn.execute(
            insert_new(work, campaigns)
            .values(
                questionnaire=wanted.questionnaire,
                version=wanted.version,
                form=wanted.form,
                number=number,
                launched_by=wanted.launched_by,
                opened_at=work.now,
                closes_at=work.now + wanted.runs_for,
            )
            .returning(campaigns)
        )
    ).one_or_none()
    return None if row is None else _read(row)


async def newest(work: Work, person_id: int) -> dict[str, Campaign]:
    """The newest campaign of each questionnaire that a person has launched."""
    rows = await work.conn.execute(
        sa.select(campaigns)
        .where(campaigns.c.launched_by == person_id)
        .order_by(campaigns.c.number)
    )
    return {row.questionnaire: _read(row) for row in rows}


async def every_over(work: Work) -> list[tuple[Campaign, int]]:
    """The campaigns of which no round takes answers any more, with how many communities each has."""
    still = sa.func.sum(sa.case((rounds.c.state == RoundState.OPEN, 1), else_=0))
    rows = await work.conn.execute(
        sa.select(rounds.c.campaign_id, sa.func.count())
        .where(rounds.c.campaign_id.is_not(None))
        .group_by(rounds.c.campaign_id)
        .having(still == 0)
    )
    counts: dict[int, int] = {row[0]: row[1] for row in rows}
    found = await work.conn.execute(
        sa.select(campaigns).where(among(campaigns.c.id)).order_by(campaigns.c.id),
        {"ids": list(counts)},
    )
    return [(_read(row), counts[row.id]) for row in found]


async def whole(work: Work, campaign_id: int) -> Whole | None:
    """A campaign with its rounds and its turnout, counted in the database."""
    row = (
        await work.conn.execute(sa.select(campaigns).where(campaigns.c.id == campaign_id))
    ).one_or_none()
    if row is None:
        return None
    rows = await work.conn.execute(
        sa.select(rounds).where(rounds.c.campaign_id == campaign_id).order_by(rounds.c.id)
    )
    found = tuple(read_round(one) for one in rows)
    return Whole(_read(row), found, await sheets.turnout(work, *(one.id for one in found)))


async def ended(work: Work, closed: Round) -> Ended | None:
    """The campaign of which this round was the last to close; None where there is none, and where its
    results are not for whoever launched it any more."""
    if closed.campaign_id is None or not await _is_over(work, closed.campaign_id):
        return None
    found = await whole(work, closed.campaign_id)
    if found is None or not await is_theirs(work, found, found.campaign.launched_by):
        return None
    campaign = found.campaign
    launcher = await people.person(work, campaign.launched_by)
    assert launcher is not None, "the database links campaigns to people"
    asked = await questionnaires.get(work, campaign.questionnaire, campaign.version)
    return Ended(found, asked, await scores(work, found), launcher)


async def _is_over(work: Work, campaign_id: int) -> bool:
    """Whether none of its rounds takes answers any more. Who closes another one meanwhile waits and asks
    after this transaction, so that one of them is the last."""
    if work.on_postgresql:
        this = sa.select(campaigns.c.id).where(campaigns.c.id == campaign_id)
        await work.conn.execute(this.with_for_update())
    found = await work.conn.scalar(
        sa.select(rounds.c.id)
        .where(rounds.c.campaign_id == campaign_id, rounds.c.state == RoundState.OPEN)
        .limit(1)
    )
    return found is None


async def is_theirs(work: Work, whole: Whole, person_id: int) -> bool:
    """Whether its results are for this person: they launched it, and oversee communities of it still."""
    if whole.campaign.launched_by != person_id:
        return False
    found = await work.conn.scalar(
        sa.select(roles.c.person_id)
        .where(
            roles.c.person_id == person_id,
            roles.c.role.in_(OVERSEERS),
            among(roles.c.community_id),
        )
        .limit(1),
        {"ids": [one.community_id for one in whole.rounds]},
    )
    return found is not None or not whole.rounds


async def scores(work: Work, whole: Whole) -> Scores:
    """What all communities say of those they rate, beside what they said before, or why it is not. Of what
    homes say there is nothing here: a city's takes seconds to count, and nobody in a conversation shall
    wait for it."""
    if whole.open or not whole.rounds:
        return [], (), None
    if whole.who is not Who.RATER:
        return [], (), await why_apart(work, whole.rounds)
    asked = await questionnaires.asked(work, whole.rounds[0])
    results = await over_all(work, whole.rounds, asked)
    return results, await compared(work, whole.rounds, results), None


async def end_now(work: Work, round_ids: Collection[int]) -> None:
    """No more answers from this moment on; the clock closes the rounds one after the other, for
    hundreds at once would keep everybody waiting."""
    await work.conn.execute(
        sa.update(rounds)
        .where(
            rounds.c.id.in_(round_ids),
            rounds.c.state == RoundState.OPEN,
            rounds.c.closes_at > work.now,
        )
        .values(closes_at=work.now)
    )
