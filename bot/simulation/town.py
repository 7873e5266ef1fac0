"""One made-up community of the city: who lives there, who works there, and its week of shifts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from random import Random

from bot.simulation.assumed import Assumed, Rota
from domain.people import Role
from domain.roster import WEEKDAYS, WeeklyShift
from knowledge.register import CommunityEntry, HouseholdEntry, PersonEntry, Register, ShiftEntry

_MORNING, _EVENING = time(8), time(20)


@dataclass(frozen=True, slots=True)
class Home:
    """A home with the button; `family` "" has no chat."""

    elder: str
    family: str
    worker: str


@dataclass(frozen=True, slots=True)
class Town:
    """A community. `staff` by code, with what they are; `enrolled` are those with a chat."""

    number: int
    staff: dict[str, Role]
    enrolled: frozenset[str]
    homes: tuple[Home, ...]
    shifts: tuple[WeeklyShift, ...]

    @property
    def people(self) -> Iterator[str]:
        """Everybody who has a chat."""
        yield from sorted(self.enrolled)
        for home in self.homes:
            yield home.elder
            if home.family:
                yield home.family


def town(number: int, assumed: Assumed, seed: int) -> Town:
    """The community of that number: the same for the same seed, whatever else is in the sample."""
    dice = Random(f"{seed}/town/{number}")  # noqa: S311  (a made-up town, no secret)
    city = assumed.city
    workers = [f"c{number}-w{i}" for i in range(_part(number, city.workers, city.communities))]
    staff = dict.fromkeys(workers, Role.WORKER)
    staff |= {f"c{number}-head": Role.SUPERVISOR, f"c{number}-street": Role.STREET}
    enrolled = [code for code in staff if dice.random() >= assumed.staff.never_enrolled]
    homes = tuple(
        Home(
            f"c{number}-h{i}",
            f"c{number}-f{i}" if dice.random() < city.family_with_a_chat else "",
            workers[i % len(workers)],
        )
        for i in range(_part(number, city.homes, city.communities))
    )
    return Town(number, staff, frozenset(enrolled), homes, _week(workers, assumed.rota, dice))


def _part(number: int, total: int, communities: int) -> int:
    """How many of the total fall to the community, as evenly as whole numbers can; at least one."""
    return max((number + 1) * total // communities - number * total // communities, 1)


def _week(workers: list[str], rota: Rota, dice: Random) -> tuple[WeeklyShift, ...]:
    """错时上下班: on each day one worker by day and another by night, each with a deputy."""

    def shift(day: int, since: time, until: time, first: int) -> WeeklyShift:
        deputy = workers[(first + 1) % len(workers)] if len(workers) > 1 else ""
        if dice.random() < rota.without_deputy:
            deputy = ""
        on_duty = workers[first % len(workers)]
        return WeeklyShift(frozenset({WEEKDAYS[day]}), since, until, (on_duty,), backup=deputy)

    whole = [
        made
        for day in range(7)
        for made in (shift(day, _MORNING, _EVENING, day), shift(day, _EVENING, _MORNING, day + 3))
    ]
    return tuple(each for each in whole if dice.random() >= rota.gaps)


def register(towns: list[Town]) -> Register:
    """The file that an office would load."""
    return Register(version=1, communities=tuple(_entry(town) for town in towns))


def _entry(town: Town) -> CommunityEntry:
    return CommunityEntry(
        code=f"c{town.number}",
        name=f"第{town.number + 1}社区",
        details={"phone": "0574-00000000"},
        staff=tuple(PersonEntry(code=c, name=c, roles=(role,)) for c, role in town.staff.items()),
        households=tuple(_household(i, home) for i, home in enumerate(town.homes)),
        roster=tuple(_shift(each) for each in town.shifts),
    )


def _household(number: int, home: Home) -> HouseholdEntry:
    living = [PersonEntry(code=home.elder, name=home.elder, roles=(Role.RESIDENT, Role.ELDER))]
    if home.family:
        relative = {home.elder: "女儿"}
        roles = (Role.RESIDENT, Role.FAMILY)
        living.append(PersonEntry(code=home.family, name=home.family, roles=roles, family=relative))
    return HouseholdEntry(
        building=f"{number // 10 + 1}幢",
        room=f"{number % 10 + 1}01",
        worker=home.worker,
        special=True,
        members=tuple(living),
    )


def _shift(shift: WeeklyShift) -> ShiftEntry:
    return ShiftEntry.model_validate(
        {
            "days": tuple(day for day in WEEKDAYS if day in shift.days),
            "from": f"{shift.since:%H:%M}",
            "to": f"{shift.until:%H:%M}",
            "person": shift.persons[0],
            "backup": shift.backup or None,
        }
    )
