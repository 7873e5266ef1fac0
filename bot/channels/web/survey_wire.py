"""Survey results as the page shows them: words and tables ready to be put in, nothing to be counted."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.render.survey_book import Counted
from bot.render.survey_ranks import rank_words
from domain.survey_ranks import pages, tell_apart
from domain.survey_result import Results
from wording import Say
from wording.survey import subject_name
from wording.survey_result import index_line, order_line, percent, points, short_changes, why


def page(
    picks: Sequence[Sequence[str]],
    places: Sequence[Sequence[Any]],
    counted: Counted | None,
    say: Say,
) -> dict[str, Any]:
    """All that the page shows of what is chosen."""
    shown: dict[str, Any] = {"picks": picks, "places": places}
    if counted is None:
        return shown | {"title": say.plain("surveyed.title"), "lines": [_none(say)]}
    return shown | {
        "title": counted.title,
        "lines": list(_lines(counted, say)),
        "subjects": [
            [subject, subject_name(say, counted.questionnaire, subject)]
            for subject, results in counted.results
            if subject and results.whole.shown
        ],
        "bars": _bars(counted, say),
        "ranks": _ranks(counted, say),
        "alone": bool(counted.papers),
    }


def _none(say: Say) -> str:
    return say.plain("surveyed.web_none")


def _lines(counted: Counted, say: Say) -> Iterator[str]:
    turnout, asked = counted.turnout, counted.questionnaire
    yield say.plain(
        "surveyed.brief_asked_raters" if asked.subjects else "surveyed.brief_asked",
        sampled=turnout.sampled,
        answered=turnout.answered,
        rate=percent(turnout.rate),
    )
    _, first = counted.results[0]
    if not any(results.whole.shown for _, results in counted.results):
        yield say.plain("survey.too_few", minimum=first.least)
        return
    if not asked.subjects:
        yield index_line(say, first.whole).striptags()
    yield from short_changes(say, counted.waves)
    yield from (line.striptags() for line in why(say, counted.apart))
    if len(counted.places) > 1:
        yield order_line(say, counted.places, counted.called(say)).striptags()
    if first.left_out:
        yield say.plain("surveyed.web_left_out", count=len(first.left_out))


def _bars(counted: Counted, say: Say) -> list[dict[str, Any]]:
    """A table for each of those who are rated, beside its picture."""
    return [
        {
            "subject": subject,
            "title": subject_name(say, counted.questionnaire, subject),
            "heads": _heads(counted, say),
            "rows": list(_rows(counted, results, say)),
        }
        for subject, results in counted.results
        if results.whole.shown
    ]


def _heads(counted: Counted, say: Say) -> list[str]:
    named = [say.plain(f"surveyed.col_{name}") for name in ("aspect", "mean", "share", "n")]
    steps = [o.words.get(say.language) for o in counted.questionnaire.scale if not o.dont_know]
    return [*named, say.plain("surveyed.col_unknown"), *steps]


def _rows(counted: Counted, results: Results, say: Say) -> Iterator[list[str]]:
    options = [option for option in counted.questionnaire.scale if not option.dont_know]
    for aspect, figure in zip(results.questionnaire.aspects, results.whole.figures, strict=True):
        name = aspect.name.get(say.language)
        if figure.mean is None or figure.satisfied is None:
            yield [name, say.plain("surveyed.hidden")]
            continue
        steps = [percent((figure.steps or {}).get(option.code, 0)) for option in options]
        yield [
            name,
            points(figure.mean.value) + _interval(figure.mean.interval, points),
            percent(figure.satisfied.value) + _interval(figure.satisfied.interval, percent),
            str(figure.n),
            str(figure.unknown),
            *steps,
        ]


def _interval(interval: tuple[float, float] | None, words: Any) -> str:
    return "" if interval is None else f" ({words(interval[0])}–{words(interval[1])})"


def _ranks(counted: Counted, say: Say) -> dict[str, Any]:
    """Who is above whom, as a table; no rank where none can be told from another."""
    apart, called = tell_apart(counted.places), counted.called(say)
    return {
        "pages": pages(len(counted.places)),
        "heads": [
            say.plain(f"surveyed.col_{name}") for name in ("what", "mean", "interval", "rank")
        ],
        "rows": [
            [
                called[place.key],
                points(place.value),
                f"{points(place.low)}–{points(place.high)}",
                rank_words(place, say.plain) if apart else say.plain("surveyed.no_rank"),
            ]
            for place in counted.places
        ],
    }
