"""Which home a row means, and what it says of the home itself."""

from datetime import date

from bot.roll.draft import Draft, Key
from bot.roll.headings import Field
from bot.roll.problems import Problems
from bot.roll.read import Kind, Row
from bot.roll.words import tier_of
from domain import roll
from domain.roll import Severity
from domain.visit_day import Tier
from knowledge.register import HouseholdEntry


class Doors:
    """The homes of a list. An empty address is that of the row above, and asked."""

    def __init__(self, draft: Draft, problems: Problems) -> None:
        self._draft = draft
        self._problems = problems
        self._above: tuple[str, Key] | None = None
        self._workers: dict[Key, tuple[str, Row]] = {}

    def of(self, row: Row, name: str) -> Key | None:
        """The home of a row, None where it cannot be told (and that has been said)."""
        found = self._by_code(row) or self._written(row) or self._left_out(row, name)
        if found is not None:
            self._above = row.sheet, found
        return found

    def _by_code(self, row: Row) -> Key | None:
        """Somebody who is named by a code and nothing else lives where they live."""
        silent = not any(row.text(at) for at in (Field.ADDRESS, Field.BUILDING, Field.ROOM))
        return self._draft.lives.get(row.text(Field.CODE)) if silent else None

    def _written(self, row: Row) -> Key | None:
        room = row.said(Field.ROOM)
        if row.text(Field.BUILDING):
            at = Field.ROOM if roll.plain(room) else Field.ADDRESS
            return self._apart(row, at)
        at = Field.ADDRESS if row.text(Field.ADDRESS) else Field.ROOM
        raw = row.said(at)
        if not roll.plain(raw) or isinstance(raw, date):
            return None
        pair = roll.address(raw)
        if pair is None:
            self._problems.add(
                Severity.REFUSED, row.place(at), "roll.address", said=roll.words(raw)
            )
            return None
        home = self._building(row, at, pair[0]), pair[1]
        if not roll.plain(raw).replace(" ", "").startswith(pair[0][:-1]):
            read = "".join(home)
            self._problems.add(
                Severity.REPAIRED,
                row.place(at),
                "roll.address_read",
                said=roll.words(raw),
                value=read,
            )
        return home

    def _apart(self, row: Row, at: Field) -> Key | None:
        """Building and room in columns of their own; the room's may hold the whole address."""
        written = row.text(Field.BUILDING)
        exact = roll.words(row.said(Field.BUILDING)), roll.words(row.said(at))
        if exact in self._draft.homes and not row.text(Field.UNIT):
            return exact
        whole = roll.address(row.said(at)) if at is Field.ADDRESS else None
        room = whole[1] if whole else roll.room(row.said(at), row.said(Field.UNIT))
        building = self._building(row, Field.BUILDING, written)
        if not room:
            self._problems.add(Severity.REFUSED, row.place(Field.BUILDING), "roll.no_room")
            return None
        if roll.building_key(building) == roll.building_key(written) and building not in (
            written,
            roll.building(written),
        ):
            self._problems.add(
                Severity.REPAIRED,
                row.place(Field.BUILDING),
                "roll.building",
                said=written,
                value=building,
            )
        return building, room

    def _building(self, row: Row, at: Field, written: str) -> str:
        """As it is called already; 3幢 is taken for the only 樱花苑3幢 there is, and asked."""
        likely = self._draft.likely(written)
        if not likely:
            return self._draft.building(written)
        if len(likely) > 1:
            told = "、".join(likely)
            self._problems.add(
                Severity.REFUSED, row.place(at), "roll.building_which", said=written, values=told
            )
            return written
        self._problems.add(
            Severity.ASKED, row.place(at), "roll.building_likely", said=written, value=likely[0]
        )
        return likely[0]

    def _left_out(self, row: Row, name: str) -> Key | None:
        """No address: an elder who is known by the name, or one more at the home of the row above."""
        if any(row.text(at) for at in (Field.ADDRESS, Field.BUILDING, Field.ROOM)):
            return None
        known = [home for code in self._draft.called(name) if (home := self._draft.lives[code])]
        if row.kind is Kind.ELDERS and len(known) == 1:
            return known[0]
        if row.kind is Kind.RESIDENTS and self._above and self._above[0] == row.sheet:
            home = self._above[1]
            self._problems.add(
                Severity.ASKED, row.place(Field.NAME), "roll.as_above", value="".join(home)
            )
            return home
        self._problems.add(Severity.REFUSED, row.place(Field.NAME), "roll.no_address")
        return None

    def keep(self, row: Row, home: Key) -> bool:
        """Put the home down with who looks after it and what is special; False where it cannot be."""
        old = self._draft.homes.get(home)
        worker = self._worker(row, home, old["worker"] if old else None)
        if worker is None:
            return False
        special = roll.truth(row.said(Field.SPECIAL))
        whole = (old or {"building": home[0], "room": home[1]}) | {"worker": worker}
        before = tuple(whole.get("tags", ()))
        raw = row.said(Field.CATEGORY)
        tags = before if roll.words(raw) == "、".join(before) else roll.several(raw)
        whole["tags"] = tuple(dict.fromkeys((*before, *tags)))
        if special is not None:
            whole["special"] = special
        elif set(tags) - set(before):
            whole["special"] = True
        if way := roll.said(row.said(Field.WAY)):
            whole["way"] = way
        if tier := self._tier(row):
            whole["tier"] = tier
        return self._valid(row, home, whole)

    def _tier(self, row: Row) -> Tier | None:
        raw = roll.said(row.said(Field.TIER))
        tier = tier_of(raw)
        if raw and tier is None:
            self._problems.add(Severity.ASKED, row.place(Field.TIER), "roll.tier", said=raw)
        return tier

    def _valid(self, row: Row, home: Key, whole: dict[str, object]) -> bool:
        if len(home[0]) > 60 or len(home[1]) > 30 or len(str(whole.get("way") or "")) > 200:
            self._problems.add(Severity.REFUSED, row.place(Field.NAME), "roll.too_long")
            return False
        self._draft.keep(home, HouseholdEntry.model_construct(**whole))  # type: ignore[arg-type]
        return True

    def _worker(self, row: Row, home: Key, old: str | None) -> str | None:
        """The code of who looks after the home; a building's only worker looks after its new homes, too."""
        at = Field.WORKER if row.text(Field.WORKER) else Field.GRID
        said = row.text(at)
        if not said:
            return self._usual(row, home) if old is None else old
        found = self._draft.staff(said)
        if len(found) != 1:
            key = "roll.worker_unknown" if not found else "roll.worker_several"
            self._problems.add(Severity.REFUSED, row.place(at), key, said=said)
            return None
        first, where = self._workers.setdefault(home, (found[0], row))
        if first != found[0]:
            self._problems.add(
                Severity.REFUSED, row.place(at), "roll.two_workers", row=where.number
            )
            return None
        return first

    def _usual(self, row: Row, home: Key) -> str | None:
        beside = self._draft.workers(home[0])
        if len(beside) == 1:
            return beside.pop()
        self._problems.add(Severity.REFUSED, row.place(), "roll.no_worker", home="".join(home))
        return None
