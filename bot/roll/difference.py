"""What a list would change, counted as an office counts: homes, people, staff."""

from dataclasses import dataclass
from typing import Any

from knowledge.register import CommunityEntry


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are new, differ, and stay as they are."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def anything(self) -> bool:
        """Whether loading would do something."""
        return bool(self.new or self.changed)


@dataclass(frozen=True, slots=True)
class Difference:
    """Between a community as it stands and as a list would have it."""

    homes: Counts
    people: Counts
    staff: Counts

    @property
    def anything(self) -> bool:
        """Whether loading would do something."""
        return self.homes.anything or self.people.anything or self.staff.anything


def difference(before: CommunityEntry | None, after: CommunityEntry) -> Difference:
    """Everybody and every home of `after`, beside what there was."""
    return Difference(
        _count(_homes(before), _homes(after)),
        _count(_people(before), _people(after)),
        _count(_staff(before), _staff(after)),
    )


def differing(before: CommunityEntry | None, after: CommunityEntry) -> list[str]:
    """The names of what is not the same in both, either way: people, homes, the community itself."""
    found = []
    for kind in (_itself, _homes, _people, _staff):
        one, other = kind(before), kind(after)
        for key in one | other:
            if one.get(key) != other.get(key):
                found.append(str((other.get(key) or one[key]).get("name") or "".join(key)))
    return list(dict.fromkeys(found))


def _itself(entry: CommunityEntry | None) -> dict[Any, Any]:
    """Its places, hours and roster; its name stands for them."""
    if entry is None:
        return {}
    return {entry.code: entry.model_dump(mode="json", exclude={"staff", "households"})}


def _homes(entry: CommunityEntry | None) -> dict[Any, Any]:
    homes = entry.households if entry else ()
    return {(h.building, h.room): h.model_dump(mode="json", exclude={"members"}) for h in homes}


def _people(entry: CommunityEntry | None) -> dict[Any, Any]:
    return {
        person.code: person.model_dump(mode="json") | {"home": (home.building, home.room)}
        for home in (entry.households if entry else ())
        for person in home.members
    }


def _staff(entry: CommunityEntry | None) -> dict[Any, Any]:
    return {one.code: one.model_dump(mode="json") for one in (entry.staff if entry else ())}


def _count(before: dict[Any, Any], after: dict[Any, Any]) -> Counts:
    same = sum(before.get(key) == value for key, value in after.items())
    new = len(after.keys() - before.keys())
    return Counts(new, len(after) - same - new, same)
