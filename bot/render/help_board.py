"""The board of calls for help as a picture: what is open, the targets, and how long people waited."""

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
from domain.help_board import TARGETS, Figures, Measure, Share, Target, figures, standing
from storage.help_board import View
from wording import Say
from wording.helpboard import (
    Bar,
    Tone,
    bars,
    head,
    now_line,
    oldest_line,
    overdue_line,
    percent,
    pressed_line,
    timing_line,
    verdict,
    what,
)

TITLE, LABEL, BODY = 50, 36, 30
SPAN = WIDTH - 2 * MARGIN
GOOD, BAD, OFF = "#2166ac", "#b2182b", "#8c959f"
COLOURS = {Tone.KEPT: GOOD, Tone.LATE: BAD, Tone.WAITING: BAD, Tone.DROPPED: OFF}
TARGET_ROW, BAR_ROW, BAR = 118, 52, 34
"""Heights in pixels of one target, of one bar of a distribution with its gap, and of a bar."""
NAMES, COUNTS = 300, 130
"""Widths in pixels of what stands before and behind the bars of a distribution."""


def board_picture(view: View, say: Say) -> bytes:
    """Everything on one sheet 1080 pixels wide; the chat says the same in words beside it."""
    sums = figures(view.cases, view.now)
    now = standing(view.cases, view.now)
    title = head(say, view.names, view.days)
    said = [
        (now_line(say, now), INK),
        (oldest_line(say, now, view.now), INK),
        (overdue_line(say, now), BAD),
        (pressed_line(say, sums), FAINT),
    ]
    spreads = [(each, bars(say, each, sums.timings[each])) for each in Measure if sums.pressed]
    picture = Picture(_height(title, [words for words, _ in said], [len(b) for _, b in spreads]))
    y = picture.paragraph(MARGIN + TITLE / 2, title, TITLE) + 12
    for words, colour in said:
        y = picture.paragraph(y, words, BODY, colour)
    y += 28
    for share, target in zip(sums.shares, TARGETS, strict=True) if sums.pressed else ():
        _target(picture, y, share, target, say)
        y += TARGET_ROW
    for measure, these in spreads:
        y = _heading(picture, y, measure, sums, say)
        y = _distribution(picture, y, these, say)
    return picture.png()


def _height(title: str, said: list[str], spreads: list[int]) -> float:
    """The height of all that `board_picture` puts below one another."""
    height = 2 * MARGIN + line_height(TITLE) * len(lines(title, TITLE))
    height += sum(line_height(BODY) * len(lines(words, BODY)) for words in said)
    if not spreads:
        return height
    heads = len(spreads) * (line_height(LABEL) + 2 * line_height(BODY) + 30)
    return height + len(TARGETS) * TARGET_ROW + sum(spreads) * BAR_ROW + heads


def _target(picture: Picture, y: float, share: Share, target: Target, say: Say) -> None:
    """What is to be kept, what was, and a bar with a line where the target is."""
    asked = say.plain("helpboard.target", target=percent(target.share))
    if share.value is None:
        nothing = say.plain("helpboard.share_none", what=what(say, target))
        picture.text(MARGIN, y, nothing, BODY, FAINT)
        return
    colour = GOOD if share.meets(target) else BAD
    kept = f"{share.hit}/{share.of}  {percent(share.value)}  {verdict(say, share, target)}"
    taken = picture.text(WIDTH - MARGIN, y, kept, BODY, colour, align="right", width=460)
    picture.text(MARGIN, y, f"{what(say, target)}  {asked}", BODY, width=SPAN - taken - 24)
    top = y + 30
    picture.box(MARGIN, top, SPAN, BAR, TRACK)
    picture.box(MARGIN, top, SPAN * share.value, BAR, colour)
    picture.box(MARGIN + SPAN * target.share - 2, top - 7, 5, BAR + 14, INK)


def _heading(picture: Picture, y: float, measure: Measure, sums: Figures, say: Say) -> float:
    y += LABEL * 0.6
    picture.text(MARGIN, y, say.plain(f"helpboard.waiting_{measure}"), LABEL)
    y += line_height(LABEL)
    return picture.paragraph(y, timing_line(say, measure, sums.timings[measure]), BODY, FAINT) + 8


def _distribution(picture: Picture, y: float, these: list[Bar], say: Say) -> float:
    most = max(bar.count for bar in these) or 1
    room = SPAN - NAMES - COUNTS
    for bar in these:
        colour = INK if bar.count else FAINT
        picture.text(MARGIN, y, bar.label, BODY, colour, width=NAMES - 16)
        picture.box(MARGIN + NAMES, y - BAR / 2, room, BAR, TRACK)
        picture.box(MARGIN + NAMES, y - BAR / 2, room * bar.count / most, BAR, COLOURS[bar.tone])
        counted = say.plain("helpboard.count", count=bar.count)
        picture.text(WIDTH - MARGIN, y, counted, BODY, colour, align="right")
        y += BAR_ROW
    return y
