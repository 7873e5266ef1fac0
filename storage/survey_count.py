"""What a result is counted from: the homes of each stratum, how many were drawn, and the sheets."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from domain.ballot import BallotState, Round, subjects
from domain.sampling import Part
from domain.survey import Questionnaire
from domain.survey_privacy import HOMES
from domain.survey_result import Results, results
from domain.survey_units import Unit, together, unit
from domain.survey_weights import Stratum, blurred
from storage import sheets
from storage.among import among
from storage.database import Work
from storage.tables.survey import survey_invitations as ballots
from storage.tables.survey import survey_rounds as rounds
from storage.tables.survey import survey_strata


@dataclass(frozen=True, slots=True)
class Gathered:
    """The closed rounds that are counted together, and what is counted."""

    questionnaire: Questionnaire
    strata: tuple[Stratum, ...]
    units: tuple[Unit, ...]
    least: int

    async def count(self) -> Results:
        """The result. For a whole city this takes seconds, and nobody waits for it meanwhile."""
        asked, strata, units, least = self.questionnaire, self.strata, self.units, self.least
        return await sheets.beside(len(units), lambda: results(asked, strata, units, least))


async def over_all(
    work: Work, asked: Sequence[Round], questionnaire: Questionnaire
) -> list[tuple[int, Results]]:
    """The results of these rounds together, one for each of those who are rated."""
    found = []
    for subject in subjects(questionnaire):
        gathered = await gather(work, asked, questionnaire, subject)
        found.append((subject, await gathered.count()))
    return found


async def strata(work: Work, asked: Collection[Round]) -> list[Stratum]:
    """Ordinary and special homes of each round's community as they were when the sample was drawn, and how
    many of those drawn turned out not to be lived in."""
    place = {round_.id: round_.community_id for round_ in asked}
    empty = await _empty(work, list(place))
    rows = await work.conn.execute(
        sa.select(survey_strata)
        .where(among(survey_strata.c.round_id))
        .order_by(survey_strata.c.round_id, survey_strata.c.stratum),
        {"ids": list(place)},
    )
    return [
        Stratum(
            place[row.round_id],
            Part(row.stratum),
            row.homes,
            row.drawn,
            empty.get((row.round_id, row.stratum), 0),
        )
        for row in rows
    ]


async def _empty(work: Work, round_ids: Collection[int]) -> dict[tuple[int, str], int]:
    rows = await work.conn.execute(
        sa.select(ballots.c.round_id, ballots.c.stratum, sa.func.count())
        .where(among(ballots.c.round_id), ballots.c.state == BallotState.INELIGIBLE)
        .group_by(ballots.c.round_id, ballots.c.stratum),
        {"ids": round_ids},
    )
    return {(round_id, stratum): count for round_id, stratum, count in rows}


async def _raters(work: Work, asked: Collection[Round], subject: int) -> list[Stratum]:
    """All raters of a community are asked, and are one stratum."""
    place = {round_.id: round_.community_id for round_ in asked}
    rows = await work.conn.execute(
        sa.select(ballots.c.round_id, sa.func.count())
        .where(among(ballots.c.round_id), ballots.c.subject == subject)
        .group_by(ballots.c.round_id),
        {"ids": list(place)},
    )
    return [Stratum(place[row[0]], Part.ALL, row[1], row[1]) for row in rows]


async def gather(
    work: Work, asked: Sequence[Round], questionnaire: Questionnaire, subject: int = 0
) -> Gathered:
    """All that is known of these closed rounds of one questionnaire, one round a community. Where
    several communities rate a department, each counts once."""
    if questionnaire.subjects:
        return await _ratings(work, asked, questionnaire, subject)
    units = await _units(work, asked, questionnaire, subject)
    # Beside others a community needs more than the questionnaire promises where it stands alone.
    least = questionnaire.minimum_group
    least = least if len(asked) == 1 else max(least, HOMES)
    return _homes(questionnaire, await strata(work, asked), units, least)


async def _units(
    work: Work, asked: Collection[Round], questionnaire: Questionnaire, subject: int
) -> list[Unit]:
    place = {round_.id: round_.community_id for round_ in asked}
    said = await sheets.labelled(work, list(place), subject)

    def made() -> list[Unit]:
        return [unit(questionnaire, (place[which], part), answers) for which, part, answers in said]

    return await sheets.beside(len(said), made)


async def _ratings(
    work: Work, asked: Sequence[Round], questionnaire: Questionnaire, subject: int
) -> Gathered:
    """What the communities say of one department, each once. The sheets of a campaign lie together and
    do not say whose they are: so they are shown for all its communities or not at all."""
    if await _whole_campaign(work, asked):
        pile = await sheets.pile_of(work, asked[0].id)
        said = await sheets.labelled(work, [pile], subject)
        once = [unit(questionnaire, (0, Part.ALL), answers) for _, _, answers in said]
    elif any(round_.campaign_id for round_ in asked):
        once = []
    elif len(asked) == 1:
        units = await _units(work, asked, questionnaire, subject)
        frame = await _raters(work, asked, subject)
        return Gathered(questionnaire, tuple(frame), tuple(units), questionnaire.minimum_group)
    else:
        units = await _units(work, asked, questionnaire, subject)
        each = [together(theirs) for theirs in _by_place(units).values()]
        once = [Unit((0, Part.ALL), one.said, one.unknown) for one in each]
    whole = Stratum(0, Part.ALL, len(asked), len(asked))
    return Gathered(questionnaire, (whole,), tuple(once), questionnaire.minimum_group)


async def _whole_campaign(work: Work, asked: Sequence[Round]) -> bool:
    campaigns = {round_.campaign_id for round_ in asked}
    if len(campaigns) != 1 or None in campaigns:
        return False
    in_all = await work.conn.scalar(
        sa.select(sa.func.count()).where(rounds.c.campaign_id == asked[0].campaign_id)
    )
    return in_all == len(asked)


def _by_place(units: Iterable[Unit]) -> Mapping[int, list[Unit]]:
    found: dict[int, list[Unit]] = {}
    for one in units:
        found.setdefault(one.key[0], []).append(one)
    return found


def _homes(
    questionnaire: Questionnaire, frame: Sequence[Stratum], units: Sequence[Unit], least: int
) -> Gathered:
    """Where a community's sheets do not say their stratum, its strata are one."""
    strata_now = tuple(frame)
    for community_id in {one.key[0] for one in units if one.key[1] is Part.ALL}:
        strata_now = blurred(strata_now, community_id)
    known = {one.key for one in strata_now}
    kept = (
        one if one.key in known else Unit((one.key[0], Part.ALL), one.said, one.unknown)
        for one in units
    )
    return Gathered(questionnaire, strata_now, tuple(kept), least)
