"""Invitation sheets: A4 pages of cards to cut out, each with a QR code, a name, and the code in letters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import groupby

import segno
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from bot.render.fonts import drawable, font

PAGE = (210.0, 297.0)
"""A4, millimetres."""
ACROSS, DOWN = 2, 4
CARD = (PAGE[0] / ACROSS, PAGE[1] / DOWN)
QR, EDGE = 42.0, 8.0
"""The side of a code with its quiet zone, and what is kept free inside a card's cut line; millimetres."""
QUIET = 4
_INK, _FAINT = "#1f2328", "#57606a"


@dataclass(frozen=True, slots=True)
class Card:
    """What one card says. `group` is the building: each begins a page, for whoever brings them round."""

    group: str
    title: str
    home: str
    name: str
    link: str
    code: str
    lines: tuple[str, ...]


def sheets(cards: Sequence[Card], made: datetime) -> bytes:
    """A PDF, eight cards a page; the same cards and moment (UTC) give the same bytes."""
    out = BytesIO()
    stamp = {"CreationDate": made, "Creator": "", "Producer": ""}
    with PdfPages(out, metadata=stamp) as file:
        for page in _pages(cards):
            figure = Figure(figsize=(PAGE[0] / 25.4, PAGE[1] / 25.4))
            FigureCanvasAgg(figure)  # only to measure lettering with
            _cut_lines(figure)
            for at, card in enumerate(page):
                corner = (at % ACROSS) * CARD[0], PAGE[1] - (at // ACROSS) * CARD[1]
                _card(figure, card, *corner)
            file.savefig(figure)
    return out.getvalue()


def _pages(cards: Sequence[Card]) -> Iterator[Sequence[Card]]:
    for _, group in groupby(cards, key=lambda card: card.group):
        held = list(group)
        for start in range(0, len(held), ACROSS * DOWN):
            yield held[start : start + ACROSS * DOWN]


def _cut_lines(figure: Figure) -> None:
    for x in range(1, ACROSS):
        _cut(figure, (x / ACROSS, x / ACROSS), (0, 1))
    for y in range(1, DOWN):
        _cut(figure, (0, 1), (y / DOWN, y / DOWN))


def _cut(figure: Figure, x: tuple[float, float], y: tuple[float, float]) -> None:
    line = Line2D(x, y, color=_FAINT, linewidth=0.6, linestyle=(0, (4, 4)))
    line.set_transform(figure.transFigure)
    figure.add_artist(line)


def _card(figure: Figure, card: Card, left: float, top: float) -> None:
    """`left` and `top` of the card on the page, in millimetres from its lower left corner."""
    right = CARD[0] - 2 * EDGE - QR
    _write(figure, card.title, left + EDGE, top - 13, 11, CARD[0] - 2 * EDGE, _FAINT)
    _write(figure, card.home, left + EDGE, top - 25, 24, right)
    _write(figure, card.name, left + EDGE, top - 37, 20, right)
    for number, line in enumerate(card.lines):
        _write(figure, line, left + EDGE, top - 47 - 6 * number, 10.5, right)
    _write(figure, card.code, left + EDGE, top - 67, 17, CARD[0] - 2 * EDGE)
    _code(figure, card.link, left + CARD[0] - EDGE - QR, top - 17 - QR)


def _write(
    figure: Figure, words: str, x: float, y: float, size: float, most: float, colour: str = _INK
) -> None:
    """One line whose foot is at y; smaller where it would be wider than `most`."""
    lettering = Text(
        x / PAGE[0],
        y / PAGE[1],
        drawable(words),
        color=colour,
        fontproperties=font(size),
        transform=figure.transFigure,
        parse_math=False,
    )
    figure.add_artist(lettering)
    taken = lettering.get_window_extent().width / figure.dpi * 25.4
    if taken > most:
        lettering.set_fontsize(size * most / taken)


def _code(figure: Figure, link: str, x: float, y: float) -> None:
    """The dark modules as one shape: sharp at any size, unlike a picture of pixels."""
    rows = [
        bytes(row) for row in segno.make(link, error="m", micro=False, boost_error=False).matrix
    ]
    module = QR / (len(rows) + 2 * QUIET)
    corners = []
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                corners.append((across + QUIET, len(rows) - 1 - down + QUIET))
    shape = Path.make_compound_path(*(_square(*corner) for corner in corners))
    to_page = Affine2D().scale(module).translate(x, y).scale(1 / PAGE[0], 1 / PAGE[1])
    patch = PathPatch(shape, facecolor="#000000", linewidth=0)
    patch.set_transform(to_page + figure.transFigure)
    figure.add_artist(patch)


def _square(x: int, y: int) -> Path:
    return Path([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)], closed=True)
