"""The rounds of a survey that ended in a month, as far as results may be shown."""

import sqlalchemy as sa

from domain.ballot import Round, RoundState, subjects
from domain.ledger_facts import Asked, Rated
from domain.quantiles import student
from domain.survey import Questionnaire, Tally, Words, wilson
from domain.survey_estimate import LEVEL
from domain.survey_result import Figure, Results
from storage import questionnaires, sheets, survey, survey_count
from storage.database import Work
from storage.ledger_span import Span
from storage.people import Community
from storage.tables.survey import survey_rounds


def _words(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en or words.zh}


def _part(name: Words, figure: Figure) -> Rated:
    if figure.mean is None or figure.satisfied is None:
        return Rated(_words(name), hidden=True)
    low, high = figure.satisfied.interval or (None, None)
    mean, share = figure.mean.value, figure.satisfied.value
    return Rated(_words(name), figure.n, mean, share, low, high)


def _community(name: Words, found: Results) -> Rated:
    """The community as a whole, over the aspects that are shown, each weighted as everywhere: satisfied
    is the share of all their ratings, as careful as the one of them that is worth the fewest answers."""
    pairs = zip(found.questionnaire.aspects, found.whole.figures, strict=True)
    shown = [(a.weight, f.n, f.mean, f.satisfied) for a, f in pairs if f.mean and f.satisfied]
    if not shown:
        return Rated(_words(name), hidden=True)
    marks = sum(weight * mean.value for weight, _, mean, _ in shown)
    score = 100 / found.questionnaire.full * marks / sum(weight for weight, *_ in shown)
    opinions = sum(n for _, n, *_ in shown)
    share = min(1.0, sum(n * satisfied.value for _, n, _, satisfied in shown) / opinions)
    worth = min(satisfied.effective for *_, satisfied in shown)
    df = min(satisfied.df for *_, satisfied in shown)
    low, high = wilson(share * worth, worth, student(LEVEL, df)) if df else (None, None)
    return Rated(_words(name), found.whole.n, score, share, low, high)


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
    whole, parts = await (_rated if book.subjects else _own)(work, round_, book)
    turnout = await sheets.turnout(work, round_.id)
    return Asked(
        id=round_.id,
        questionnaire=round_.questionnaire,
        title=_words(book.title),
        opened_at=round_.opened_at,
        closed_at=round_.closed_at,
        sampled=turnout.sampled,
        answered=turnout.answered,
        least=book.minimum_group,
        whole=whole,
        parts=parts,
    )


async def _own(work: Work, round_: Round, book: Questionnaire) -> tuple[Rated, tuple[Rated, ...]]:
    """What residents say, counted as everywhere else: a plain count beside the weighted one would be a
    second truth, and give away by subtraction what the few special homes said."""
    found = await (await survey_count.gather(work, [round_], book)).count()
    figures = zip(book.aspects, found.whole.figures, strict=True)
    parts = tuple(_part(aspect.name, figure) for aspect, figure in figures)
    return _community(book.title, found), parts


async def _rated(work: Work, round_: Round, book: Questionnaire) -> tuple[Rated, tuple[Rated, ...]]:
    """What the community's raters say of the departments."""
    tallies = (await sheets.standing(work, round_, book)).tallies
    parts = tuple(
        _whole(name, tallies[number])
        for name, number in zip(book.subjects, subjects(book), strict=True)
    )
    return Rated(_words(book.title)), parts
