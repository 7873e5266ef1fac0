"""Who talks to the desk, and what they are to it."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may be in a community; one person may be several."""

    RESIDENT = "resident"
    ELDER = "elder"
    FAMILY = "family"
    WORKER = "worker"
    SUPERVISOR = "supervisor"
    STREET = "street"
    BUREAU = "bureau"


STAFF = frozenset({Role.WORKER, Role.SUPERVISOR, Role.STREET})
OVERSEERS = frozenset({Role.SUPERVISOR, Role.STREET, Role.BUREAU})
"""Who sees how calls for help stand in a community: its supervisor, its street, and whoever the register
names as overseeing it (the bureau, a street with several communities). The last look, and may switch
surge mode: nobody calls them, and they take nothing."""

ANYONE = frozenset(Role)
"""Everybody the desk knows by name."""


class Language(StrEnum):
    """What the desk can speak; Simplified Chinese first."""

    ZH = "zh"
    EN = "en"

    @classmethod
    def from_tag(cls, tag: str) -> "Language":
        """English for an English tag such as `en-GB`, else Chinese."""
        return cls.EN if tag.lower().startswith("en") else cls.ZH


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody enrolled. `community_id` is where they live or work."""

    id: int
    name: str
    community_id: int
    language: Language = Language.ZH
    household_id: int | None = None
    large_text: bool = False
    roles: frozenset[Role] = frozenset()

    def is_any(self, *roles: Role) -> bool:
        """Whether the person has one of the roles."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Home:
    """A household as its worker needs it: where it is and who looks after it."""

    id: int
    community_id: int
    building: str
    room: str
    worker_id: int | None = None
    special: bool = False

    @property
    def place(self) -> str:
        """The address inside the community, as people say it: `3幢502`."""
        return f"{self.building}{self.room}"


@dataclass(frozen=True, slots=True)
class Relative:
    """Someone linked to an elder."""

    person_id: int
    name: str
    relation: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a worker needs to know of a person before going to the door."""

    person_id: int
    name: str
    phone: str | None = None
    health: str | None = None
    key_holder: str | None = None
    place: str = ""
    family: tuple[Relative, ...] = ()
    floor: int | None = None
    way: str | None = None
    """How to get to the door: unit, lift, which door."""
