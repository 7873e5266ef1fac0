"""The file that brings a community in: who lives where, who works there, who looks after whom."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from domain.device import PLATFORM, number
from domain.people import STAFF, Language, Role
from domain.visit_day import Tier
from knowledge.cases import check_promises
from knowledge.facilities import check_facilities
from knowledge.source import ContentError, Source
from knowledge.value import Value, naming_entries, read_value

Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")]
Platform = Annotated[str, Field(pattern=f"^{PLATFORM.pattern}$")]
Day = Annotated[str, Field(pattern="^(mon|tue|wed|thu|fri|sat|sun|workday|restday)$")]
Hour = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class RegisterError(ValueError):
    """The file cannot be loaded; each line of the message names a place and says what is wrong."""


class PersonEntry(Value):
    """Somebody who works or lives in the community. `language` is theirs until they choose one in a chat.
    `family` maps an elder's code to the relation, `devices` a platform's name to the number of the device
    that calls for this person. Of staff, `share` is their part of full time in hundredths, `since` and
    `until` their first and last day here."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=60)]
    roles: tuple[Role, ...] = (Role.RESIDENT,)
    phone: str | None = None
    language: Language = Language.ZH
    large_text: bool = False
    health: str | None = None
    key_holder: str | None = None
    share: Annotated[int, Field(ge=1, le=100)] | None = None
    since: date | None = None
    until: date | None = None
    family: dict[Code, str] = Field(default_factory=dict)
    devices: dict[Platform, Annotated[str, Field(max_length=40)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _first_before_last(self) -> "PersonEntry":
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since {self.since} is after until {self.until}")
        return self

    @field_validator("devices")
    @classmethod
    def _numbers(cls, devices: dict[str, str]) -> dict[str, str]:
        bare = {platform: number(given) for platform, given in devices.items()}
        if wrong := [devices[platform] for platform, given in bare.items() if not given]:
            raise ValueError(f"{wrong[0]!r} is no number of a device")
        return bare


class HomesEntry(Value):
    """All homes of a building at once: `floors` and `doors` as [first, last], rooms like 502."""

    building: Annotated[str, Field(min_length=1, max_length=60)]
    floors: tuple[int, int]
    doors: tuple[int, int]
    worker: Code

    def rooms(self) -> Iterator[str]:
        for floor in range(self.floors[0], self.floors[1] + 1):
            for door in range(self.doors[0], self.doors[1] + 1):
                yield f"{floor}{door:02d}"


class BuildingEntry(Value):
    """Where a building stands, WGS84 degrees."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]


class HouseholdEntry(Value):
    """One home with what is special about it, how often it is owed a visit, and who lives there."""

    building: Annotated[str, Field(min_length=1, max_length=60)]
    room: Annotated[str, Field(min_length=1, max_length=30)]
    worker: Code
    way: Annotated[str, Field(max_length=200)] | None = None
    special: bool = False
    tier: Tier | None = None
    tags: tuple[str, ...] = ()
    members: tuple[PersonEntry, ...] = ()

    @property
    def place(self) -> str:
        """Building and room, which tell a home from another."""
        return f"{self.building}-{self.room}"


class ShiftEntry(Value):
    """A shift of the weekly roster: one person's, or several people's who take turns."""

    days: tuple[Day, ...]
    from_: Hour = Field(alias="from")
    to: Hour
    person: Code | None = None
    turns: tuple[Code, ...] = ()
    backup: Code | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "ShiftEntry":
        if bool(self.person) == bool(self.turns):
            raise ValueError("a shift has either a person or turns")
        return self

    def named(self) -> set[str]:
        """Everyone whom it names."""
        return {code for code in (self.person, self.backup, *self.turns) if code}


class CommunityEntry(Value):
    """A community. `details` may hold what the desk tells about it: phone, centre, hours, facilities.

    `overseers` are codes of people in another community's `staff` who may look at this one's board.
    """

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=120)]
    timezone: str = "Asia/Shanghai"
    sample: bool = False
    details: dict[str, Any] = Field(default_factory=dict)
    staff: tuple[PersonEntry, ...] = ()
    buildings: tuple[BuildingEntry, ...] = ()
    homes: tuple[HomesEntry, ...] = ()
    households: tuple[HouseholdEntry, ...] = ()
    roster: tuple[ShiftEntry, ...] = ()
    overseers: tuple[Code, ...] = ()

    def people(self) -> Iterator[PersonEntry]:
        """Everyone in the file, staff first."""
        yield from self.staff
        for household in self.households:
            yield from household.members

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone is called {name!r}") from None
        return name

    @field_validator("details")
    @classmethod
    def _facilities_are_whole(cls, details: dict[str, Any]) -> dict[str, Any]:
        try:
            check_facilities(details.get("facilities", []))
        except ContentError as error:
            raise ValueError("; ".join(error.problems)) from None
        check_promises(details.get("case_days", {}))
        return details

    @model_validator(mode="after")
    def _whole(self) -> "CommunityEntry":
        if told := dict.fromkeys((*self._doubled(), *self._unknown())):
            raise ValueError("; ".join(told))
        return self

    def _doubled(self) -> Iterator[str]:
        codes = Counter(person.code for person in self.people())
        yield from (f"the person code {code!r} stands twice" for code, n in codes.items() if n > 1)
        numbers = Counter(pair for person in self.people() for pair in person.devices.items())
        for (platform, device), times in numbers.items():
            if times > 1:
                yield f"the device {device!r} of {platform!r} stands twice"

    def _unknown(self) -> Iterator[str]:
        staff = {person.code for person in self.staff}
        able = {person.code for person in self.staff if STAFF.intersection(person.roles)}
        homes: tuple[HomesEntry | HouseholdEntry, ...] = (*self.homes, *self.households)
        for home in homes:
            if home.worker not in staff:
                yield f"{home.building}: the worker {home.worker!r} is not in staff"
            elif home.worker not in able:
                yield f"{home.building}: {home.worker!r} has no role of staff"
        for code in sorted({code for shift in self.roster for code in shift.named()} - able):
            why = "has no role of staff" if code in staff else "is not in staff"
            yield f"roster: {code!r} {why}"
        for place in self.details.get("facilities", ()):
            if (keeper := place.get("person")) and keeper not in able:
                yield f"{place['name']}: {keeper!r} is not in staff, or has no role of it"
        everybody = {person.code for person in self.people()}
        for person in self.people():
            for code in sorted(set(person.family) - everybody):
                yield f"{person.code}: family of {code!r}, who is not in the file"


class Register(Value):
    """The whole file."""

    version: int = Field(ge=1, le=1)
    communities: tuple[CommunityEntry, ...]


def read_register(path: Path) -> Register:
    """Read and check the file; raises RegisterError with a line for each fault."""
    try:
        source = Source.read(path)
        return read_value(Register, source, naming_entries(source, "communities", "community"))
    except ContentError as error:
        raise RegisterError(str(error)) from None
