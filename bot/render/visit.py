"""The board of all workers as a picture."""

from collections.abc import Sequence
from datetime import date

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
from domain.ledger_facts import Cover
from domain.visit import BoardRow, Pace

TITLE, NAME, BODY = 50, 38, 30
ROW, BAR = 132, 40
"""Heights in pixels of one worker and of the bar."""
MOST_ROWS = 60
"""More would make the picture higher than a chat shows (width and height over 10,000 pixels are
refused by Telegram); the rest is in the sheet."""
GOOD, BAD, WORST = "#2166ac", "#c2570c", "#b2182b"


AGES = ("#2166ac", "#67a9cf", "#d8b365", "#c2570c", "#b2182b")
"""Colours of homes by their last visit, from the last 30 days to never."""


def board_picture(
    rows: Sequence[BoardRow],
    community: str,
    day: date,
    say: Saying,
    homes: Cover | None = None,
    overdue: int = 0,
) -> bytes:
    """Every worker's visits against the pace as a PNG 1080 pixels wide, in the order given; below, all
    `homes` by their last visit, the special ones, and what is overdue."""
    shown = rows[:MOST_ROWS]
    title = say("papers.board_title", community=community)
    head = MARGIN + line_height(TITLE) * len(lines(title, TITLE)) + 2 * line_height(BODY)
    more = len(rows) > len(shown) or not rows
    foot = _COVER_ROOM + line_height(BODY) * len(homes.ages) if homes and homes.homes else 0
    picture = Picture(head + 40 + ROW * len(shown) + line_height(BODY) * more + foot)
    y = picture.paragraph(MARGIN + TITLE / 2, title, TITLE)
    y = picture.paragraph(
        y, say("papers.board_day", year=day.year, month=day.month, day=day.day), BODY, FAINT
    )
    y = picture.paragraph(y, say("papers.board_expected"), BODY, FAINT) + 28
    longest = max((max(row.pace.done, row.pace.target) for row in shown), default=0)
    for row in shown:
        _worker(picture, y, row, longest, say)
        y += ROW
    if more:
        rest = len(rows) - len(shown)
        key = "papers.board_more" if rows else "papers.board_empty"
        picture.text(MARGIN, y, say(key, count=rest), BODY, FAINT)
        y += line_height(BODY)
    if homes is not None and foot:
        _cover(picture, y + 12, homes, overdue, say)
    return picture.png()


_COVER_ROOM = 300
"""The height in pixels of the coverage but for its ages."""
_AGES = ("cover30", "cover90", "cover180", "cover_over", "cover_never")


def _cover(picture: Picture, y: float, homes: Cover, overdue: int, say: Saying) -> None:
    """One bar of all homes by their last visit, its parts in words, special homes and what is late."""
    y = picture.paragraph(y + NAME / 2, say("visitboard.homes"), NAME) + 8
    span, x = WIDTH - 2 * MARGIN, float(MARGIN)
    for count, colour in zip(homes.ages, AGES, strict=True):
        width = span * count / homes.homes
        picture.box(x, y, width, BAR, colour)
        x += width
    y += BAR + 40
    for count, colour, key in zip(homes.ages, AGES, _AGES, strict=True):
        picture.box(MARGIN, y - 14, 28, 28, colour)
        picture.text(MARGIN + 44, y, say(f"ledger.col_{key}"), BODY)
        share = say("papers.board_homes", count=count, percent=round(count * 100 / homes.homes))
        picture.text(WIDTH - MARGIN, y, share, BODY, align="right")
        y += line_height(BODY)
    y += 16
    special = (
        say("visitboard.special", hit=homes.special_seen, of=homes.special)
        if homes.special
        else say("visitboard.special_none")
    )
    y = picture.paragraph(y, special, BODY)
    late = say("visitboard.overdue", count=overdue) if overdue else say("visitboard.overdue_none")
    picture.paragraph(y, late, BODY, WORST if overdue else INK)


def _worker(picture: Picture, y: float, row: BoardRow, longest: int, say: Saying) -> None:
    status, colour = _status(row.pace, say)
    count = say("papers.board_count", done=row.pace.done, target=row.pace.target)
    right = WIDTH - MARGIN
    taken = picture.text(right, y, f"{count}  {status}", BODY, colour, align="right", width=620)
    picture.text(MARGIN, y, row.worker, NAME, width=right - MARGIN - taken - 24)
    unit = (right - MARGIN) / max(longest, 1)
    top = y + 32
    picture.box(MARGIN, top, row.pace.target * unit, BAR, TRACK)
    picture.box(MARGIN, top, row.pace.done * unit, BAR, colour)
    if row.pace.target:
        picture.box(MARGIN + row.pace.expected_by_now * unit - 2, top - 8, 5, BAR + 16, INK)


def _status(pace: Pace, say: Saying) -> tuple[str, str]:
    """How a month stands, in words as well as in colour."""
    if not pace.target:
        return say("papers.board_none"), FAINT
    if pace.kept:
        return say("papers.board_kept"), GOOD
    if pace.impossible:
        return say("papers.board_impossible"), WORST
    if pace.behind:
        return say("papers.board_behind", count=pace.expected_by_now - pace.done), BAD
    return say("papers.board_ahead"), GOOD
