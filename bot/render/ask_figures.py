"""What the pictures of a week of questions share: large figures in a row, and how questions ended."""

from collections.abc import Sequence

from bot.render import Saying
from bot.render.picture import FAINT, MARGIN, TRACK, WIDTH, Picture, line_height

SPAN = WIDTH - 2 * MARGIN
TITLE, BIG, LABEL, BODY = 50, 64, 36, 30
BAR = 46
FOUND, OFFERED, MISSED = "#2166ac", "#67a9cf", "#c2570c"
COLOURS = (FOUND, OFFERED, MISSED)
_PARTS = ("report.part_found", "report.part_offered", "report.part_missed")


def figures(picture: Picture, y: float, shown: Sequence[tuple[int, str]]) -> float:
    """Each count with its words under it, the counts centred at y; gives the y after them."""
    for number, (count, words) in enumerate(shown):
        x = MARGIN + number * SPAN / len(shown)
        picture.text(x, y, str(count), BIG)
        picture.text(x, y + BIG, words, BODY, FAINT, width=SPAN / len(shown) - 16)
    return y + BIG + line_height(BODY) + 16


def stacked(picture: Picture, y: float, height: float, counts: Sequence[int], most: int) -> None:
    """Found, offered, missed as one bar from y down; `most` questions are as long as the sheet is wide."""
    x, unit = float(MARGIN), SPAN / max(most, 1)
    picture.box(MARGIN, y, SPAN, height, TRACK)
    for count, colour in zip(counts, COLOURS, strict=True):
        picture.box(x, y, count * unit, height, colour)
        x += count * unit


def outcomes(picture: Picture, y: float, counts: Sequence[int], say: Saying) -> float:
    """Found, offered, missed: one bar over all, each with its words and count below."""
    stacked(picture, y, BAR, counts, sum(counts))
    y += BAR + line_height(BODY) * 0.8
    for number, (count, colour, key) in enumerate(zip(counts, COLOURS, _PARTS, strict=True)):
        left = MARGIN + number * SPAN / len(counts)
        picture.box(left, y - 12, 24, 24, colour)
        picture.text(left + 34, y, say(key, count=count), BODY, width=SPAN / 3 - 50)
    return y + line_height(BODY) * 1.2
