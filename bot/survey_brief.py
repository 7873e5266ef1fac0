"""What stands on the one page about a round, put into words."""

from collections.abc import Sequence
from typing import Any

from bot.render.survey_book import Counted
from bot.render.survey_brief import Brief, brief_document
from bot.survey_view import bars_drawn, ranks_drawn
from domain.survey import Questionnaire
from domain.survey_paper import Paper
from wording import Say
from wording.survey import day, subject_name
from wording.survey_result import index_line, order_line, percent, points, rates, short_changes


def brief_page(counted: Counted, say: Say) -> bytes:
    """The page of one community's round."""
    papers, zone = counted.papers, counted.zone
    paper = papers[0]
    asked, round_ = paper.results.questionnaire, paper.round
    many = "_departments" if asked.subjects else ""
    closed = day(say, round_.closed_at or round_.closes_at, zone)
    page = Brief(
        title=say.plain(f"surveyed.brief_title{many}"),
        lead=say.plain("surveyed.brief_lead", place=paper.place, number=round_.number, day=closed),
        lines=_lines(counted, say),
        table=_department_rows(papers, say) if many else _aspect_rows(paper, say),
        doing_head=say.plain("surveyed.brief_doing"),
        doing=_doing(paper, asked, say),
        note=say.plain("surveyed.brief_note", minimum=paper.results.least),
        picture=_picture(counted, say),
        picture_says=say.plain("surveyed.web_picture_bars"),
        made=round_.closed_at or round_.closes_at,
    )
    return brief_document(page)


def _lines(counted: Counted, say: Say) -> list[str]:
    paper = counted.papers[0]
    unit = "_raters" if paper.results.questionnaire.subjects else ""
    rr1, rr2 = rates(paper)
    told = [
        say.plain(
            f"surveyed.brief_asked{unit}",
            sampled=paper.turnout.sampled,
            answered=paper.turnout.answered,
            rate=percent(rr1),
        )
        + say.plain("surveyed.rates", rr1=percent(rr1), rr2=percent(rr2))
    ]
    if not paper.results.questionnaire.subjects:
        told += [index_line(say, paper.whole).striptags(), *short_changes(say, counted.waves)]
    if len(counted.places) > 1:
        told.append(order_line(say, counted.places, counted.called(say)).striptags())
    return told


def _aspect_rows(paper: Paper, say: Say) -> list[list[str]]:
    rows = [[say.plain(f"surveyed.col_{name}") for name in ("aspect", "mean", "share", "n")]]
    asked = paper.results.questionnaire
    for aspect, figure in zip(asked.aspects, paper.whole.figures, strict=True):
        cells = [aspect.name.get(say.language)]
        if figure.mean is None or figure.satisfied is None:
            rows.append([*cells, say.plain("surveyed.hidden"), "", ""])
            continue
        mean = _with(points(figure.mean.value), figure.mean.interval, points)
        share = _with(percent(figure.satisfied.value), figure.satisfied.interval, percent)
        rows.append([*cells, mean, share, str(figure.n)])
    return rows


def _with(value: str, interval: tuple[float, float] | None, words: Any) -> str:
    return value if interval is None else f"{value} ({words(interval[0])}–{words(interval[1])})"


def _department_rows(papers: Sequence[Paper], say: Say) -> list[list[str]]:
    rows = [[say.plain(f"surveyed.col_{name}") for name in ("what", "mean", "n")]]
    for paper in papers:
        name = subject_name(say, paper.results.questionnaire, paper.subject)
        index = paper.whole.index
        if index is None:
            rows.append([name, say.plain("surveyed.hidden"), ""])
        else:
            value = _with(points(index.value), index.interval, points)
            rows.append([name, value, str(paper.whole.n)])
    return rows


def _doing(paper: Paper, asked: Questionnaire, say: Say) -> dict[str, str]:
    """What is promised, or a line to write it on for the three that need it most."""
    names = {aspect.id: aspect.name.get(say.language) for aspect in asked.aspects}
    if paper.promises:
        return {names[aspect]: text for aspect, text in paper.promises.items() if aspect in names}
    blank = say.plain("surveyed.brief_doing_none")
    return {names[aspect.id]: blank for aspect, _ in paper.low(101)[:3]} if names else {}


def _picture(counted: Counted, say: Say) -> bytes | None:
    if counted.questionnaire.subjects:
        return ranks_drawn(counted, say) if counted.places else None
    return bars_drawn(counted, 0, say) if counted.papers[0].whole.shown else None
