"""When the button is pressed in a year, in which home, and what is behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.simulation.assumed import Assumed, Typhoons
from bot.simulation.town import Town

_SEASON = ((6, 15), (10, 10))
"""First and last day on which a typhoon may begin."""


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """One press. `key` names it in every run with the same seed, whatever ladder is tried."""

    at: datetime
    key: str
    home: int
    mistake: bool
    by_family: bool
    storm: bool


@dataclass(frozen=True, slots=True)
class Year:
    """So many days from a first one on, by the wall clock of the zone."""

    first: date
    days: int
    zone: ZoneInfo

    def moment(self, day: date, hour: float) -> datetime:
        """An instant of a day."""
        midnight = datetime.combine(day, time(), self.zone).astimezone(UTC)
        return midnight + timedelta(hours=hour)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return self.moment(self.first + timedelta(days=self.days), 0)

    def all_days(self) -> list[date]:
        """Every day of it."""
        return [self.first + timedelta(days=number) for number in range(self.days)]


def storms(year: Year, typhoons: Typhoons, seed: int) -> frozenset[date]:
    """The days of a typhoon, the same for the whole city."""
    dice = Random(f"{seed}/storms")  # noqa: S311  (made-up weather)
    (m1, d1), (m2, d2) = _SEASON
    season = [
        day for day in year.all_days() if date(day.year, m1, d1) <= day <= date(day.year, m2, d2)
    ]
    begins = dice.sample(season, min(typhoons.a_year, len(season)))
    return frozenset(day + timedelta(n) for day in begins for n in range(typhoons.days))


def arrivals(town: Town, year: Year, assumed: Assumed, seed: int) -> list[Arrival]:
    """Every press of the year, in order."""
    dice = Random(f"{seed}/presses/{town.number}")  # noqa: S311  (made-up presses)
    stormy = storms(year, assumed.typhoons, seed)
    days = year.all_days()
    a_day = assumed.presses.a_home_a_year * len(town.homes) / 365
    more = assumed.typhoons.extra_a_home * len(town.homes) / assumed.typhoons.days
    found: list[Arrival] = []
    for day in days:
        for storm, rate in ((False, a_day), (True, more if day in stormy else 0.0)):
            for at in _moments(day, rate, year, assumed.presses.by_hour, dice):
                found.append(_arrival(at, len(found), day in stormy or storm, town, assumed, dice))
    return sorted(found)


def _moments(
    day: date, rate: float, year: Year, by_hour: tuple[float, ...], dice: Random
) -> Iterator[datetime]:
    """As many as a Poisson process makes of the rate, at hours by their weight."""
    passed = dice.expovariate(1.0)
    while passed < rate:
        hour = dice.choices(range(24), by_hour)[0] + dice.random()
        yield year.moment(day, hour)
        passed += dice.expovariate(1.0)


def _arrival(
    at: datetime, number: int, storm: bool, town: Town, assumed: Assumed, dice: Random
) -> Arrival:
    home = dice.randrange(len(town.homes))
    mistake = dice.random() < assumed.presses.by_mistake
    family = dice.random() < assumed.presses.by_family and bool(town.homes[home].family)
    return Arrival(at, f"{town.number}/{number}", home, mistake, family, storm)
