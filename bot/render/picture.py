"""A sheet of pixels for the pictures in the chat: boxes and lettering, nothing global, one font.

Uses matplotlib's object interface only, so that pictures can be drawn in several threads at once.
"""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Literal
from unicodedata import east_asian_width

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from bot.render.fonts import drawable, font

WIDTH = 1080
"""Pixels; a phone in the hand shows it one to one or smaller."""
MARGIN = 48
INK, FAINT, PAPER, TRACK = "#1f2328", "#57606a", "#ffffff", "#e8eaed"

_PIXELS_A_POINT = 72  # at 72 dots an inch a point is a pixel
_PIECES = re.compile(r"[A-Za-z0-9'’.,%–-]+ *|.")


class Picture:
    """Draws top down: x to the right and y downwards, both in pixels."""

    def __init__(self, height: float) -> None:
        self.height = height
        size = (WIDTH / _PIXELS_A_POINT, height / _PIXELS_A_POINT)
        self._figure = Figure(figsize=size, dpi=_PIXELS_A_POINT, facecolor=PAPER)
        self._canvas = FigureCanvasAgg(self._figure)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle whose upper left corner is (x, y)."""
        corner = (x / WIDTH, 1 - (y + height) / self.height)
        shape = Rectangle(
            corner,
            width / WIDTH,
            height / self.height,
            color=colour,
            linewidth=0,
            transform=self._figure.transFigure,
        )
        self._figure.add_artist(shape)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        colour: str = INK,
        align: Literal["left", "center", "right"] = "left",
        width: float | None = None,
    ) -> float:
        """One line whose middle is at y; shrunk to fit `width`. Gives the width it takes."""
        lettering = Text(
            x / WIDTH,
            1 - y / self.height,
            drawable(words),
            color=colour,
            fontproperties=font(size),
            horizontalalignment=align,
            verticalalignment="center_baseline",
            transform=self._figure.transFigure,
            parse_math=False,  # a "$" in a name is a "$"
        )
        self._figure.add_artist(lettering)
        taken = self._width(lettering)
        if width is not None and taken > width:
            lettering.set_fontsize(size * width / taken)
            taken = width
        return taken

    def paragraph(self, y: float, words: str, size: float, colour: str = INK) -> float:
        """Several lines between the margins, the first centred at y; gives the y after them."""
        for line in lines(words, size):
            self.text(MARGIN, y, line, size, colour, width=WIDTH - 2 * MARGIN)
            y += line_height(size)
        return y

    def png(self) -> bytes:
        """The picture as a PNG file; the same drawing gives the same bytes."""
        return png_of(self._figure)

    def _width(self, lettering: Text) -> float:
        renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        return float(lettering.get_window_extent(renderer).width)


def as_high_as(draw: Callable[[Picture], float]) -> bytes:
    """What is drawn from the top down, as a PNG; drawn once on a scrap to learn how high it is."""
    picture = Picture(draw(Picture(100)) + MARGIN)
    draw(picture)
    return picture.png()


def png_of(figure: Figure) -> bytes:
    """A figure as a PNG file, without a date or the name of who drew it."""
    out = BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def line_height(size: float) -> float:
    """From one line to the next, in pixels."""
    return size * 1.45


def lines(words: str, size: float, width: float = WIDTH - 2 * MARGIN) -> list[str]:
    """The words broken into lines of about `width` pixels, Latin words kept whole."""
    done, line = [], ""
    for piece in _PIECES.findall(drawable(words)):
        if line and _about(line + piece.rstrip(), size) > width and not _closes(piece):
            done.append(line.rstrip())
            line = ""
        line += piece
    return [*done, line.rstrip()] if line.strip() else done


def _about(words: str, size: float) -> float:
    """Roughly the width: a Chinese character is square, a Latin letter a good half of it."""
    return size * sum(1.0 if east_asian_width(char) in "WF" else 0.56 for char in words)


def _closes(piece: str) -> bool:
    return piece in "，。、；：！？）》”’"
