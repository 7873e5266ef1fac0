"""The rounds of a survey that ended in a month, as far as results may be shown."""

import sqlalchemy as sa

from domain.ballot import RoundState, subjects
from domain.ledger_facts import Asked, Rated
from domain.survey import Score, Tally, Words, wilson
from storage import questionnaires, sheets, survey
from storage.database import Work
from storage.ledger_span import Span
from storage.people import Community
from storage.tables.survey import survey_rounds


def _words(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en or words.zh}


def _part(name: Words, score: Score) -> Rated:
    if score.suppressed:
        return Rated(_words(name), hidden=True)
    low, high = score.interval or (None, None)
    return Rated(_words(name), score.n, score.mean, score.satisfied, low, high)


def _whole(name: Words, tally: Tally) -> Rated:
    """A group as a whole: satisfied is the share of all its ratings, as careful as its people are few."""
    if tally.suppressed:
        return Rated(_words(name), hidden=True)
    shown = [one for one in tally.aspects if one.satisfied is not None]
    ratings = sum(one.ratings for one in shown)
    if not ratings:
        return Rated(_words(name), tally.n, tally.score)
    share = sum((one.satisfied or 0) * one.ratings for one in shown) / ratings
    low, high = wilson(share * tally.n, tally.n)
    return Rated(_words(name), tally.n, tally.score, share, low, high)


async def rounds(work: Work, community: Community, span: Span) -> tuple[Asked, ...]:
    """Every round of the community that ended in the month, in the order in which they began."""
    ids = await work.conn.scalars(
        sa.select(survey_rounds.c.id)
        .where(
            survey_rounds.c.community_id == community.id,
            survey_rounds.c.state == RoundState.CLOSED,
            survey_rounds.c.closed_at >= span.since,
            survey_rounds.c.closed_at < span.until,
        )
        .order_by(survey_rounds.c.id)
    )
    found = [await _round(work, round_id) for round_id in ids.all()]
    return tuple(one for one in found if one is not None)


async def _round(work: Work, round_id: int) -> Asked | None:
    round_ = await survey.get(work, round_id)
    if round_ is None or round_.closed_at is None:
        return None
    book = await questionnaires.asked(work, round_)
    standing = await sheets.standing(work, round_, book)
    tallies = [standing.tallies[number] for number in subjects(book)]
    own = not book.subjects
    parts = (
        [_part(a.name, s) for a, s in zip(book.aspects, tallies[0].aspects, strict=True)]
        if own
        else [_whole(name, one) for name, one in zip(book.subjects, tallies, strict=True)]
    )
    return Asked(
        id=round_.id,
        questionnaire=round_.questionnaire,
        title=_words(book.title),
        opened_at=round_.opened_at,
        closed_at=round_.closed_at,
        sampled=standing.turnout.sampled,
        answered=standing.turnout.answered,
        least=book.minimum_group,
        whole=_whole(book.title, tallies[0]) if own else Rated(_words(book.title)),
        parts=tuple(parts),
    )
