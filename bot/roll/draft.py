"""The community as it is being put together: what stands, found again by how a list writes it."""

from collections.abc import Iterator
from typing import Any

from domain.people import STAFF, Role
from domain.roll import building, building_key
from knowledge.register import CommunityEntry, HouseholdEntry, PersonEntry

Key = tuple[str, str]
"""Building and room, as the register has them."""
ORDER = list(Role)


class Draft:
    """Homes by their place and people by their code, to be changed row by row."""

    def __init__(self, entry: CommunityEntry) -> None:
        self.entry = entry
        self.homes: dict[Key, dict[str, Any]] = {}
        self._beside: dict[str, list[Key]] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.lives: dict[str, Key | None] = {}
        self.grids: dict[str, str] = {}
        """What a grid is called, and the code of who looks after it."""
        self._buildings = {building_key(b.name): b.name for b in entry.buildings}
        self._names: dict[tuple[Key | None, str], list[str]] = {}
        self._everywhere: dict[str, list[str]] = {}
        self._staff: dict[str, str] | None = None
        for person in entry.staff:
            self.put(person.model_dump(), None)
        for home in entry.households:
            key = (home.building, home.room)
            self._buildings.setdefault(building_key(home.building), home.building)
            self.keep(key, home)
            for person in home.members:
                self.put(person.model_dump(), key)

    def keep(self, key: Key, home: HouseholdEntry) -> None:
        """A home, new or otherwise than it was; who lives there stays."""
        if key not in self.homes:
            self._beside.setdefault(key[0], []).append(key)
        self.homes[key] = home.model_dump(exclude={"members"})

    def workers(self, building: str) -> set[str]:
        """The codes of who looks after the homes of a building so far."""
        found = {str(self.homes[key]["worker"]) for key in self._beside.get(building, ())}
        return found - {""}

    def put(self, person: dict[str, Any], home: Key | None) -> None:
        """Somebody new, or who has moved, or is called otherwise."""
        code = str(person["code"])
        if home is None:
            self._staff = None
        if code in self.people:
            self._names[self.lives[code], self.people[code]["name"]].remove(code)
            self._everywhere[self.people[code]["name"]].remove(code)
        self.people[code] = person
        self.lives[code] = home
        self._names.setdefault((home, person["name"]), []).append(code)
        self._everywhere.setdefault(person["name"], []).append(code)

    def at(self, home: Key | None, name: str) -> list[str]:
        """The codes of people of that name in a home; staff have none."""
        return self._names.get((home, name), [])

    def called(self, name: str) -> list[str]:
        """The codes of all people of that name."""
        return self._everywhere.get(name, [])

    def building(self, written: str) -> str:
        """A building as it is called already, here or further up in the list."""
        return self._buildings.setdefault(building_key(written), building(written))

    def likely(self, written: str) -> list[str]:
        """Buildings of that number that can be meant, where one names its estate and the other none."""
        estate, number, mark = building_key(written)
        if building_key(written) in self._buildings or not number:
            return []
        return [
            name
            for (where, *rest), name in self._buildings.items()
            if rest == [number, mark] and not (where and estate)
        ]

    def staff(self, said: str) -> list[str]:
        """The codes of the staff who can be meant: by grid, by name, by a name within what is said."""
        if said in self.grids:
            return [self.grids[said]]
        if self._staff is None:
            self._staff = {code: person["name"] for code, person in self._able()}
        able = self._staff
        exactly = [code for code, name in able.items() if said in (name, code)]
        return exactly or [code for code, name in able.items() if name in said]

    def _able(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for code, home in self.lives.items():
            if home is None and STAFF.intersection(self.people[code]["roles"]):
                yield code, self.people[code]

    def whole(self) -> CommunityEntry:
        """What the community is now."""
        members: dict[Key | None, list[PersonEntry]] = {}
        for code, person in self.people.items():
            members.setdefault(self.lives[code], []).append(PersonEntry.model_validate(person))
        homes = tuple(
            HouseholdEntry.model_construct(**home | {"members": tuple(members.get(key, ()))})
            for key, home in self.homes.items()
        )
        return self.entry.model_copy(
            update={"staff": tuple(members.get(None, ())), "households": homes}
        )
