"""Places near home: checked values, and the nearest of them, by arithmetic alone.

The places belong to a community and are loaded with it; nothing is shipped here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from knowledge.source import ContentError
from knowledge.value import Text, Value

EARTH_M = 6_371_008.8
"""Mean radius of the earth in metres (IUGG)."""
DETOUR = 1.3
"""Streets are longer than the straight line; 1.2 to 1.4 is usual in cities."""
ELDER_M_PER_MIN = 60.0
"""3.6 km/h, an unhurried older walker."""
REACH_M = 10 * ELDER_M_PER_MIN / DETOUR
"""As the crow flies, what such a walker reaches in ten minutes."""


def _served(value: object) -> object:
    """`11:00-12:30` as two times."""
    since, _, until = str(value).partition("-")
    hours = (time.fromisoformat(since), time.fromisoformat(until))
    if hours[0] >= hours[1]:
        raise ValueError("must end after it begins")
    return hours


class Meal(Value):
    """A meal that may be ordered: until when on the day itself or the day before, when it is served,
    on which days, and whether it is brought to people's homes."""

    meal: Literal["lunch", "dinner"]
    order_by: time
    served: Annotated[tuple[time, time], BeforeValidator(_served)]
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = (
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    )
    home: bool = False
    day_before: bool = False


class Facility(Value):
    """A place a resident can go to. Coordinates are WGS84 degrees; `hours` is text as posted, `address`
    what stands at the door. A dining point may state its `meals`, and by code the `person` of the staff
    who sees to their orders."""

    id: Text
    type: Text
    name: Text
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    hours: Text
    phone: Text
    accessible: bool
    address: Text | None = None
    sample: bool = False
    meals: tuple[Meal, ...] = ()
    person: Text | None = None


@dataclass(frozen=True, slots=True)
class Nearby:
    """A facility, the straight distance in metres, and minutes on foot."""

    facility: Facility
    metres: float

    @property
    def minutes(self) -> int:
        """Minutes an older person walks, rounded up, at least one."""
        return max(1, ceil(self.metres * DETOUR / ELDER_M_PER_MIN))

    @property
    def rounded(self) -> int:
        """Metres along the streets to the nearest ten, which is as exact as that can be told."""
        return max(10, round(self.metres * DETOUR / 10) * 10)


def check_facilities(rows: Iterable[Mapping[str, Any]]) -> tuple[Facility, ...]:
    """Rows of a community file as values; raises ContentError naming row and field."""
    problems: list[str] = []
    found: list[Facility] = []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(Facility.model_validate(row))
        except ValidationError as error:
            name = row.get("id", number)
            problems += [
                f'facility "{name}", field "{_field(e["loc"])}": {e["msg"]}' for e in error.errors()
            ]
    times = Counter(facility.id for facility in found)
    problems += [
        f'facility "{name}", field "id": is used {n} times' for name, n in times.items() if n > 1
    ]
    if problems:
        raise ContentError(problems)
    return tuple(found)


def nearest(
    facilities: Sequence[Facility],
    lat: float,
    lon: float,
    *,
    kind: str | None = None,
    limit: int = 3,
) -> tuple[Nearby, ...]:
    """The nearest facilities (of one type, if `kind` is given), nearest first."""
    fitting = (f for f in facilities if kind is None or f.type == kind)
    near = (Nearby(f, distance_m(lat, lon, f.lat, f.lon)) for f in fitting)
    return tuple(sorted(near, key=lambda n: (n.metres, n.facility.id))[:limit])


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Metres between two points along the ground (haversine)."""
    a, b = radians(lat1), radians(lat2)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(half))


def kinds(facilities: Iterable[Facility]) -> tuple[str, ...]:
    """The types there are, in order of first use."""
    return tuple(dict.fromkeys(facility.type for facility in facilities))


def _field(place: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in place)
