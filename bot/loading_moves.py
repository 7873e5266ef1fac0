"""A register that was written before somebody moved does not turn the move back.

What staff entered in the chat stands against a file that still says what was before, and is said. Once a file
agrees with it, or says a third thing, the file is the last word again. Nobody's death is undone by a file.
"""

from dataclasses import dataclass
from datetime import date

from bot.registered import registered
from domain.moves import Move, Verdict, verdict
from knowledge.register import CommunityEntry, HouseholdEntry, PersonEntry
from storage import moves, register
from storage.database import Work
from storage.moves import Open, Place
from wording import Say

_WHY = {
    Move.IN: "moved in",
    Move.WITHIN: "moved",
    Move.AWAY: "went to another community",
    Move.OUT: "moved out",
    Move.DIED: "died",
}


@dataclass(slots=True)
class _File:
    """The file's homes by their place, and who lives where, to be changed person by person; beside them the
    homes and people as they stand."""

    entry: CommunityEntry
    homes: dict[Place, HouseholdEntry]
    members: dict[Place, list[PersonEntry]]
    standing: dict[Place, HouseholdEntry]
    people: dict[str, PersonEntry]

    def of(self, code: str) -> tuple[Place, PersonEntry] | None:
        """Where the file has somebody."""
        every = ((place, one) for place, living in self.members.items() for one in living)
        return next((found for found in every if found[1].code == code), None)

    def namesake(self, move: Open) -> tuple[Place, PersonEntry] | None:
        """Whom a list without codes takes for somebody new where they were before."""
        place = move.placed.before
        living = self.members.get(place, ()) if place is not None else ()
        same = (one for one in living if one.name == move.name and one.code not in self.people)
        return next(((place, one) for one in same if place is not None), None)

    def take_out(self, place: Place, person: PersonEntry) -> None:
        """They live there no more; what made the home special went with the last of its people."""
        self.members[place].remove(person)
        if not self.members[place]:
            bare = {"special": False, "tier": None, "tags": ()}
            self.homes[place] = self.homes[place].model_copy(update=bare)

    def put_in(self, place: Place, person: PersonEntry) -> None:
        """They live there, with what made their home special."""
        new = self.standing[place]
        old = self.homes.get(place) or new.model_copy(update={"worker": self._worker(place)})
        came = {
            "special": old.special or new.special,
            "tier": old.tier or new.tier,
            "tags": tuple(dict.fromkeys([*old.tags, *new.tags])),
        }
        self.homes[place] = old.model_copy(update=came)
        self.members.setdefault(place, []).append(person)

    def _worker(self, place: Place) -> str:
        """Who looks after it by the file's own buildings, else as it stands."""
        for block in self.entry.homes:
            if block.building == place[0] and place[1] in block.rooms():
                return block.worker
        return self.standing[place].worker

    def whole(self) -> CommunityEntry:
        """The register with its homes as they are now."""
        homes = tuple(
            home.model_copy(update={"members": tuple(self.members.get(place, ()))})
            for place, home in self.homes.items()
        )
        return self.entry.model_copy(update={"households": homes})


@dataclass(frozen=True, slots=True)
class Stands:
    """A move that the file does not know of: what happened, when, and where they are."""

    code: str
    name: str
    event: Move
    day: date
    now: Place | None

    @property
    def told(self) -> str:
        """For the operator."""
        where = f"is at {''.join(self.now)}" if self.now is not None else "does not live here"
        return (
            f"{self.code} {_WHY[self.event]} on {self.day:%Y-%m-%d} and {where}:"
            " the file was written before that"
        )

    def said(self, say: Say) -> str:
        """For the office, in the preview of a list."""
        what = say.plain(f"roll.stands_{self.event}")
        return say.plain("roll.stands", name=self.name, what=what, day=f"{self.day:%Y-%m-%d}")


@dataclass(frozen=True, slots=True)
class Compared:
    """The register as it would be, had it been written today; what was not taken from it; and the moves
    with which it agrees, or than which it is newer."""

    entry: CommunityEntry
    stands: tuple[Stands, ...] = ()
    settled: tuple[int, ...] = ()


async def compared(work: Work, entry: CommunityEntry) -> Compared:
    """Beside the moves that no register has agreed with yet; nothing is changed."""
    here = await register.community(work, entry.code)
    unsettled = await moves.unsettled(work, here.id) if here else []
    standing = await registered(work, entry.code) if unsettled else None
    if standing is None:
        return Compared(entry)
    file = _File(
        entry,
        {(h.building, h.room): h for h in entry.households},
        {(h.building, h.room): list(h.members) for h in entry.households},
        {(h.building, h.room): h for h in standing.households},
        {one.code: one for h in standing.households for one in h.members},
    )
    stands, settled = [], []
    for move in unsettled:
        if (namesake := file.namesake(move)) is not None:
            file.take_out(*namesake)
            stands.append(_told(move))
        found = file.of(move.code)
        if verdict(move.placed, found and found[0]) is not Verdict.OLDER:
            settled.append(move.id)
        elif _hold(file, move, found) and namesake is None:
            stands.append(_told(move))
    gone = {move.code for move in unsettled if move.placed.event is Move.DIED}
    return Compared(without(file.whole(), gone), tuple(stands), tuple(settled))


def _told(move: Open) -> Stands:
    return Stands(move.code, move.name, move.placed.event, move.day, move.placed.now)


def _hold(file: _File, move: Open, found: tuple[Place, PersonEntry] | None) -> bool:
    """The move holds: bring the file's homes up to date; True where they said otherwise."""
    if found is not None:
        file.take_out(*found)
    person, now = found[1] if found else file.people.get(move.code), move.placed.now
    if now is not None and person is not None:
        file.put_in(now, person)
    return found is not None or now is not None


def without(entry: CommunityEntry, gone: set[str]) -> CommunityEntry:
    """The dead are not of the staff, and nobody is family to them."""
    if not gone:
        return entry

    def living(one: PersonEntry) -> PersonEntry:
        kept = {elder: kin for elder, kin in one.family.items() if elder not in gone}
        if len(kept) == len(one.family):
            return one
        roles = one.roles if kept else tuple(role for role in one.roles if role != "family")
        return one.model_copy(update={"family": kept, "roles": roles})

    homes = tuple(
        home.model_copy(update={"members": tuple(living(one) for one in home.members)})
        for home in entry.households
    )
    staff = tuple(living(one) for one in entry.staff if one.code not in gone)
    return entry.model_copy(update={"households": homes, "staff": staff})
