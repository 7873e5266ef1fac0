"""A small map without streets: you, what is near, ten minutes on foot, and a scale to measure by.

Drawn from coordinates alone, so it needs no network. Metres east and north of where you are; over a
neighbourhood the earth is flat enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from matplotlib.patheffects import withStroke

from bot.render import Saying
from bot.render.fonts import drawable, font
from bot.render.picture import FAINT, INK, PAPER, WIDTH, png_of
from knowledge.facilities import REACH_M, Nearby

M_PER_DEGREE = 111_195.0
"""Metres of a degree of latitude, on a sphere of the earth's mean radius."""
MARGIN = 1.18
"""How much wider the map is than what it must show."""
NARROWEST, WIDEST = REACH_M * MARGIN, 3_000.0
"""Half the width in metres: never less than the circle, never more than can be walked."""
SCALES = (50, 100, 200, 500, 1000)

GROUND, CIRCLE, EDGE, HOUSE = "#f6f5f0", "#dff0df", "#4c9a5b", "#cfcabd"
YOU, PLACE = "#c8321e", "#1f5fbf"

_HEAD, _LINE, _SPAN = 130, 84, WIDTH - 72
_DPI = 72
_ON_TOP = 8
"""Above all else, and with an edge, so that it is read over whatever lies there."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MapView:
    """What is to be seen: `here`, called `place`, and the buildings in degrees, what was found the nearest
    first."""

    title: str
    place: str
    here: Point
    found: Sequence[Nearby]
    buildings: Mapping[str, Point]


def circle_map(view: MapView, say: Saying) -> bytes:
    """The map as a PNG, a square with the names under it; the same view gives the same bytes."""
    height = _HEAD + WIDTH + _LINE * (len(view.found) + 1)
    figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    square = _LINE * (len(view.found) + 1) / height
    half = _half(view)
    axes = figure.add_axes((0.0, square, 1.0, WIDTH / height))
    axes.set_xlim(-half, half)
    axes.set_ylim(-half, half)
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.add_patch(Rectangle((-half, -half), 2 * half, 2 * half, color=GROUND, zorder=0))
    _ground(axes, view, half, say)
    _scale(axes, half, say)
    for number, near in enumerate(view.found, 1):
        _dot(axes, _metres(view.here, (near.facility.lat, near.facility.lon)), str(number), half)
    _you(axes, view, half)
    _words(figure, view, height, say)
    return png_of(figure)


def _half(view: MapView) -> float:
    farthest = max((near.metres for near in view.found), default=0.0)
    return min(max(NARROWEST, farthest * MARGIN), WIDEST)


def _metres(here: Point, there: Point) -> Point:
    """East and north of here."""
    east = (there[1] - here[1]) * M_PER_DEGREE * cos(radians(here[0]))
    return east, (there[0] - here[0]) * M_PER_DEGREE


def _ground(axes: Axes, view: MapView, half: float, say: Saying) -> None:
    """The circle, and the community's buildings as blocks with their names."""
    axes.add_patch(Circle((0, 0), REACH_M, facecolor=CIRCLE, edgecolor=EDGE, linewidth=3, zorder=1))
    _write(axes, (0, REACH_M - half * 0.1), say("circle.ten_minutes"), 40, EDGE)
    side = half * 0.075
    for name, place in view.buildings.items():
        east, north = _metres(view.here, place)
        if max(abs(east), abs(north)) < half - side:
            corner = (east - side / 2, north - side / 2)
            axes.add_patch(Rectangle(corner, side, side, color=HOUSE, zorder=2))
            _write(axes, (east, north), name, 22, FAINT)


def _scale(axes: Axes, half: float, say: Saying) -> None:
    """A bar of a round length about a fifth of the map, and which way is north."""
    metres = max((m for m in SCALES if m <= half * 0.45), default=SCALES[0])
    left, low = -half * 0.93, -half * 0.93
    axes.plot([left, left + metres], [low, low], color=INK, linewidth=6, solid_capstyle="butt")
    _write(
        axes, (left + metres / 2, low + half * 0.06), say("circle.scale", metres=metres), 40, INK
    )
    right = half * 0.92
    axes.annotate(
        "",
        xy=(right, half * 0.95),
        xytext=(right, half * 0.81),
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 3, "mutation_scale": 26},
    )
    _write(axes, (right, half * 0.77), say("circle.north"), 40, INK)


def _dot(axes: Axes, at: Point, number: str, half: float) -> None:
    if max(abs(at[0]), abs(at[1])) > half:
        return  # farther than can be walked: only its line under the map
    dot = Circle(at, half * 0.06, facecolor=PLACE, edgecolor=PAPER, linewidth=3, zorder=5)
    axes.add_patch(dot)
    _write(axes, at, number, 46, PAPER, above=6)


def _you(axes: Axes, view: MapView, half: float) -> None:
    near = view.found[0].facility if view.found else None
    axes.add_patch(
        Circle((0, 0), half * 0.04, facecolor=YOU, edgecolor=PAPER, linewidth=4, zorder=7)
    )
    nearest = _metres(view.here, (near.lat, near.lon)) if near else (0.0, 1.0)
    side = -1 if nearest[1] > 0 else 1  # where the nearest place is not
    _write(axes, (0, side * half * 0.09), view.place, 44, YOU, above=_ON_TOP)


def _write(axes: Axes, at: Point, words: str, size: float, colour: str, above: int = 3) -> None:
    axes.text(
        *at,
        drawable(words),
        color=colour,
        fontproperties=font(size),
        ha="center",
        va="center_baseline",
        zorder=above,
        parse_math=False,
        path_effects=[withStroke(linewidth=5, foreground=PAPER)] if above == _ON_TOP else None,
    )


def _words(figure: Figure, view: MapView, height: float, say: Saying) -> None:
    """The title above the map, and under it a line for each number on it."""
    _line(figure, 1 - _HEAD / 2 / height, view.title, 54, _SPAN)
    for number, near in enumerate(view.found, 1):
        y = (_LINE * (len(view.found) + 0.5) - _LINE * (number - 1) - _LINE / 2) / height
        far = say("circle.legend_far", metres=near.rounded, minutes=near.minutes)
        room = _SPAN - _line(figure, y, far, 44, _SPAN / 2, at_the_right=True) - 24
        name = say("circle.legend", number=number, name=near.facility.name)
        _line(figure, y, name, 44, room)


def _line(
    figure: Figure, y: float, words: str, size: float, width: float, *, at_the_right: bool = False
) -> float:
    """A line from one margin, shrunk to fit `width`; gives the width it takes, both in pixels."""
    left = (WIDTH - _SPAN) / 2 / WIDTH
    lettering = figure.text(
        1 - left if at_the_right else left,
        y,
        drawable(words),
        color=INK,
        fontproperties=font(size),
        ha="right" if at_the_right else "left",
        va="center_baseline",
        parse_math=False,
    )
    taken = float(lettering.get_window_extent().width)
    if taken > width:
        lettering.set_fontsize(size * width / taken)
    return min(taken, width)
