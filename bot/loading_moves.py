"""A register that was written before somebody moved does not turn the move back.

What staff entered in the chat stands against a file that still says what was before, and is said. Once a file
agrees with it, or says a third thing, the file is the last word again. Nobody's death is undone by a file.
"""

from dataclasses import dataclass

from bot.registered import registered
from domain.moves import Move, Verdict, verdict
from knowledge.register import CommunityEntry, HouseholdEntry, PersonEntry
from storage import moves, register
from storage.database import Work
from storage.moves import Open, Place

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

    def of(self, move: Open) -> tuple[Place, PersonEntry] | None:
        """Whom the file means: by the code; else, in a list without codes, by name where they were."""
        for place, living in self.members.items():
            for one in living:
                same = place == move.placed.before and one.name == move.name
                if one.code == move.code or (same and one.code not in self.people):
                    return place, one
        return None

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


async def up_to_date(work: Work, entry: CommunityEntry) -> tuple[CommunityEntry, tuple[str, ...]]:
    """The register as it would be, had it been written today; and what was not taken from it."""
    here = await register.community(work, entry.code)
    unsettled = await moves.unsettled(work, here.id) if here else []
    standing = await registered(work, entry.code) if unsettled else None
    if standing is None:
        return entry, ()
    file = _File(
        entry,
        {(h.building, h.room): h for h in entry.households},
        {(h.building, h.room): list(h.members) for h in entry.households},
        {(h.building, h.room): h for h in standing.households},
        {one.code: one for h in standing.households for one in h.members},
    )
    told, settled = [], []
    for move in unsettled:
        found = file.of(move)
        if verdict(move.placed, found and found[0]) is not Verdict.OLDER:
            settled.append(move.id)
        elif line := _stands(file, move, found):
            told.append(line)
    await moves.settle(work, settled)
    gone = {move.code for move in unsettled if move.placed.event is Move.DIED}
    return without(file.whole(), gone), tuple(told)


def _stands(file: _File, move: Open, found: tuple[Place, PersonEntry] | None) -> str:
    """The move holds: bring the file's homes up to date, and say so."""
    if found is not None:
        file.take_out(*found)
    person = file.people.get(move.code) or (found and found[1])
    if found is not None and person is not None and found[1].code == move.code:
        person = found[1]
    now = move.placed.now
    if now is not None and person is not None:
        file.put_in(now, person)
    if found is None and now is None:
        return ""
    where = f"is at {''.join(now)}" if now is not None else "does not live here"
    return (
        f"{move.code} {_WHY[move.placed.event]} on {move.day:%Y-%m-%d} and {where}:"
        " the file was written before that"
    )


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
