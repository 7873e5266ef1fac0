"""What all ledgers share: the words of their heads and feet, and how much their reader sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.ledger import Cell, Column, Kind, Ledger, Row, Source
from domain.ledger_facts import Facts, Spot, Staff
from domain.privacy import Sight, name_for, place_for
from storage.ledger import month_of
from wording import Say
from wording.ledger import told

LEFT = frozenset(
    {
        "worker",
        "address",
        "topics",
        "note",
        "follow_up",
        "remark",
        "raised",
        "source",
        "who",
        "words",
        "owner",
        "due",
        "closed",
        "result",
        "called",
        "name",
        "ended",
        "hands",
        "outcome",
        "asked",
        "asker",
        "question",
        "promised",
        "answered",
        "round",
        "part",
    }
)
"""Columns of words; numbers, times of day and yes or no are centred."""


@dataclass(frozen=True, slots=True)
class Form:
    """A month as somebody reads it: `worker` where it is one worker's alone."""

    facts: Facts
    sight: Sight
    speak: Say
    worker: Staff | None = None
    _said: dict[str, str] = field(default_factory=dict, compare=False)
    """Words without gaps: a ledger says them on every line."""

    def say(self, key: str, **values: object) -> str:
        """A word of the ledgers."""
        if values:
            return self.speak.plain(f"ledger.{key}", **values)
        if key not in self._said:
            self._said[key] = self.speak.plain(f"ledger.{key}")
        return self._said[key]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.facts.zone)

    def name(self, name: str, *, otherwise: str = "none") -> str:
        """A person, as far as the reader sees them."""
        return name_for(self.sight, name) or self.say(otherwise)

    def place(self, spot: Spot) -> str:
        return place_for(self.sight, spot.building, spot.room) or self.say("none")

    def words(self, text: str) -> str:
        """What somebody wrote, as far as the reader sees it."""
        return told(self.speak, self.sight, text)

    def day(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return self.say("day", month=local.month, day=local.day)

    def moment(self, at: datetime | None) -> str:
        """A day and a time of the month; a dash where there was none."""
        if at is None:
            return self.say("none")
        local = at.astimezone(self.zone)
        return self.say("moment", month=local.month, day=local.day, time=f"{local:%H:%M}")

    def stamp(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        clock = f"{local:%H:%M}"
        return self.say("stamp", year=local.year, month=local.month, day=local.day, time=clock)

    def columns(self, *widths: tuple[str, float]) -> tuple[Column, ...]:
        """Columns by the keys of their headings."""
        return tuple(
            Column(self.say("number" if key == "number" else f"col_{key}"), width, key not in LEFT)
            for key, width in widths
        )

    def ledger(
        self,
        kind: Kind,
        columns: tuple[Column, ...],
        rows: Iterable[Row],
        total: Sequence[str] | Row | None = None,
        sources: Iterable[Source] = (),
        notes: Iterable[str] = (),
    ) -> Ledger:
        """The whole sheet. A total of words stands in the second column, across the rest; beside a line
        that is one event stands its number in the records."""
        done = tuple(rows)
        if any(row.sources for row in done):
            columns = (*columns, Column(self.say("col_record"), 13, centred=True))
            done = tuple(self._recorded(row) for row in done)
        if total is not None and not isinstance(total, Row):
            blank = [""] * (len(columns) - 2)
            total = Row.of([self.say("total"), "    ".join(total), *blank], sources)
        title = "own" if kind is Kind.SUMMARY and self.worker else str(kind)
        return Ledger(
            kind=kind,
            name=self.say(f"name_{kind}"),
            title=self.say(f"title_{title}"),
            heads=self._heads(),
            columns=columns,
            rows=done,
            total=total if done or isinstance(total, Row) else None,
            notes=tuple(note for note in (*notes, self._sight_note()) if note),
            signed=self._signed(),
            nothing=self.say(f"nothing_{kind}"),
            named_by=1 if kind in (Kind.SUMMARY, Kind.APPRAISAL) else 0,
        )

    def _recorded(self, row: Row) -> Row:
        (source,) = row.sources
        number = self.say("event_ids", event=self.say(f"event_{source.event}"), ids=source.number)
        return Row((*row.cells, Cell(number)), row.sources)

    def _heads(self) -> tuple[str, ...]:
        month = month_of(self.facts.month)
        values = {"year": month.year, "month": month.number, "last": month.last_day.day}
        period = (
            self.say("period", **values)
            if self.facts.closed
            else self.say("period_open", **values, at=self.stamp(self.facts.made_at))
        )
        unit = self.say("unit", community=self.facts.community)
        whose = (self.say("worker", worker=self.worker.name),) if self.worker else ()
        closed = (self.say("closed_on", at=self.stamp(self.facts.made_at)),)
        return (unit, *whose, period, *(closed if self.facts.closed else ()))

    def _signed(self) -> tuple[str, ...]:
        """Whose hand goes where; who filled it in was nobody."""
        first = "worker_sign" if self.worker else "checked_by"
        keys = ("filled_by", first, "head_sign", "date")
        return tuple(self.say(key) for key in keys)

    def _sight_note(self) -> str:
        return "" if self.sight is Sight.OWN else self.say(f"note_sight_{self.sight}")
