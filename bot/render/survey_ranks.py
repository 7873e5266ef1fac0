"""Who is above whom: a dot and its interval each, from the best down, on one scale."""

from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import Any

from bot.render import Saying
from bot.render.picture import (
    FAINT,
    INK,
    MARGIN,
    TRACK,
    WIDTH,
    Picture,
    line_height,
    lines,
)
from domain.survey_ranks import PAGE, Place, on_page, pages, tell_apart

TITLE, LABEL, BODY, SMALL = 50, 34, 30, 26
ROW = 104
"""Height in pixels of one group."""
SPAN = WIDTH - 2 * MARGIN
DOT, BLUE = 20, "#2166ac"


def ranks_picture(
    ranked: Sequence[Place], names: Mapping[Any, str], title: str, say: Saying, page: int = 1
) -> bytes:
    """The groups as a PNG 1080 pixels wide, at most `PAGE` of them, all pages on one scale. No rank is
    written where none can be told from another."""
    before, drawn = on_page(ranked, page)
    apart = tell_apart(ranked)
    notes = [say("surveyed.rank_note")]
    notes += [] if apart else [say("surveyed.rank_none")]
    notes += [_which(before, len(drawn), len(ranked), say)] if len(drawn) < len(ranked) else []
    picture = Picture(_height(title, notes, len(drawn)))
    y = picture.paragraph(MARGIN + TITLE / 2, title, TITLE)
    for note in notes:
        y = picture.paragraph(y, note, SMALL, FAINT)
    low, high = _scale(ranked)
    y = _axis(picture, y + SMALL, low, high, len(drawn))
    for place in drawn:
        _row(picture, y, place, names[place.key], (low, high), say if apart else None)
        y += ROW
    return picture.png()


def _which(before: int, drawn: int, count: int, say: Saying) -> str:
    """Which of the groups, in the order of their values, are on this page."""
    known = {"first": before + 1, "last": before + drawn, "count": count}
    page = {"page": before // PAGE + 1, "pages": pages(count)}
    return say("surveyed.rank_page", **known, **page)


def _height(title: str, notes: Sequence[str], rows: int) -> float:
    height = 2 * MARGIN + line_height(TITLE) * len(lines(title, TITLE))
    height += sum(line_height(SMALL) * len(lines(note, SMALL)) for note in notes)
    return height + SMALL + line_height(SMALL) + ROW * rows


def _scale(drawn: Sequence[Place]) -> tuple[float, float]:
    """Round numbers that hold every interval."""
    low = min((place.low for place in drawn), default=0)
    high = max((place.high for place in drawn), default=100)
    return max(0.0, 10 * floor(low / 10)), min(100.0, 10 * ceil(high / 10))


def _at(value: float, scale: tuple[float, float]) -> float:
    low, high = scale
    inside = min(high, max(low, value))
    return MARGIN + SPAN * (inside - low) / ((high - low) or 1)


def _axis(picture: Picture, y: float, low: float, high: float, rows: int) -> float:
    """A figure and a thin line at every tenth."""
    top = y + line_height(SMALL) / 2
    for mark in range(int(low), int(high) + 1, 10):
        x = _at(mark, (low, high))
        side = "left" if mark == low else "right" if mark == high else "center"
        picture.text(x, y, f"{mark}", SMALL, FAINT, align=side)  # type: ignore[arg-type]
        picture.box(x - 1, top, 2, ROW * rows, TRACK)
    return top + ROW * 0.36


def _row(
    picture: Picture,
    y: float,
    place: Place,
    name: str,
    scale: tuple[float, float],
    say: Saying | None,
) -> None:
    told = f"{place.value:.1f}"
    if say is not None:
        told = f"{told}  {rank_words(place, say)}"
    taken = picture.text(WIDTH - MARGIN, y, told, BODY, align="right")
    picture.text(MARGIN, y, name, LABEL, width=SPAN - taken - 24)
    line = y + 44
    start, end, dot = _at(place.low, scale), _at(place.high, scale), _at(place.value, scale)
    picture.box(start, line - 4, max(8, end - start), 8, BLUE)
    for edge in (start, end):
        picture.box(edge - 3, line - 13, 6, 26, BLUE)
    picture.box(dot - DOT / 2, line - DOT / 2, DOT, DOT, INK)


def rank_words(place: Place, say: Saying) -> str:
    """`第 2–5 名`."""
    if place.best == place.worst:
        return say("surveyed.rank_only", best=place.best)
    return say("surveyed.rank_range", best=place.best, worst=place.worst)
