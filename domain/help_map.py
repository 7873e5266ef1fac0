"""Where communities lie beside each other: a schematic map from coordinates alone, without streets."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians

Point = tuple[float, float]
"""Latitude and longitude, WGS84 degrees."""

WIDE, HIGH, EDGE = 1000, 620, 70
"""The drawing in units of its own, and how far from its edge nothing is drawn: names stand there."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a community is drawn; y grows to the south."""

    x: int
    y: int


def laid_out(places: Mapping[int, Point]) -> dict[int, Spot]:
    """Each place by its number, north above, as large as the drawing allows, true to distances: a degree of
    longitude is as much shorter than one of latitude as it is there."""
    if not places:
        return {}
    lats, lons = zip(*places.values(), strict=True)
    shrink = cos(radians((min(lats) + max(lats)) / 2))
    wide, high = (max(lons) - min(lons)) * shrink, max(lats) - min(lats)
    fits = [room / size for room, size in zip(_ROOM, (wide, high), strict=True) if size > 0]
    scale = min(fits, default=0.0)
    left, top = (WIDE - wide * scale) / 2, (HIGH - high * scale) / 2
    return {
        number: Spot(
            round(left + (lon - min(lons)) * shrink * scale),
            round(top + (max(lats) - lat) * scale),
        )
        for number, (lat, lon) in places.items()
    }


_ROOM = (WIDE - 2 * EDGE, HIGH - 2 * EDGE)


def middle(points: list[Point]) -> Point:
    """The middle of some points that lie near each other."""
    lats, lons = zip(*points, strict=True)
    return sum(lats) / len(lats), sum(lons) / len(lons)
