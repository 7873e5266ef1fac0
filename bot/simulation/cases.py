"""What became of a request: plain values, from the duty's own log."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.simulation.cast import Case, Cast
from domain.duty import DutyEvent, DutyState, Outcome
from storage.database import Work
from storage.tables.duties import duties, duty_log
from storage.tables.messaging import outbox

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One request. Times are seconds since it began, None for what has not happened.

    `rung` is the rung (from 1) whose message led whoever took it first to the chat, None where it was
    another message, such as a second press; `late` says that they found it without having heard it.
    """

    town: int
    key: str
    storm: bool
    mistake: bool
    taken: float | None
    door: float | None
    closed: float | None
    outcome: str
    rung: int | None
    late: bool
    climbed: int
    presses: int
    reminded: int
    given_back: int
    nobody: bool
    named: bool
    """Whether a person stands beside its end."""

    @property
    def called_off(self) -> bool:
        """Whoever pressed took it back before anybody had taken it."""
        return self.outcome == Outcome.FALSE_ALARM and self.taken is None

    @property
    def by_telephone(self) -> bool:
        """Somebody took it, nobody was at the door, and it is over."""
        return self.taken is not None and self.door is None and self.closed is not None


async def told(work: Work, casts: Iterable[Cast]) -> list[Told]:
    """Every request that is in the database, in the order in which they began."""
    cases = {duty: case for cast in casts for duty, case in cast.cases.items()}
    rungs = await _rungs(work, [case.ring for case in cases.values() if case.ring is not None])
    logs: dict[int, list[sa.Row[Any]]] = defaultdict(list)
    for row in await work.conn.execute(sa.select(duty_log).order_by(duty_log.c.id)):
        logs[row.duty_id].append(row)
    rows = await work.conn.execute(sa.select(duties).order_by(duties.c.id))
    return [_told(row, cases[row.id], logs[row.id], rungs) for row in rows if row.id in cases]


async def _rungs(work: Work, rings: Sequence[int]) -> dict[int, int]:
    """The rung of each message by its number in the outbox; its key says so (`duty:7:0:12@3`)."""
    found: dict[int, int] = {}
    for start in range(0, len(rings), _CHUNK):
        rows = await work.conn.execute(
            sa.select(outbox.c.id, outbox.c.dedupe_key).where(
                outbox.c.id.in_(rings[start : start + _CHUNK])
            )
        )
        for row in rows:
            if row.dedupe_key.startswith("duty:"):
                found[row.id] = int(row.dedupe_key.split(":")[2]) + 1
    return found


def _told(row: Any, case: Case, log: Sequence[Any], rungs: dict[int, int]) -> Told:
    def since(at: datetime | None) -> float | None:
        return None if at is None else (at - row.opened_at).total_seconds()

    def first(*states: DutyState) -> float | None:
        names = {state.name for state in states}
        moved = (each.at for each in log if each.event == DutyEvent.MOVED and each.detail in names)
        return since(next(moved, None))

    def many(event: DutyEvent) -> int:
        return sum(each.event == event for each in log)

    return Told(
        town=case.town.number,
        key=case.arrival.key,
        storm=case.arrival.storm,
        mistake=case.arrival.mistake,
        taken=first(DutyState.TAKEN, DutyState.ON_THE_WAY, DutyState.ARRIVED),
        door=first(DutyState.ARRIVED),
        closed=since(row.closed_at),
        outcome=row.outcome or "",
        rung=rungs.get(case.ring) if case.ring is not None else None,
        late=bool(case.taken_by) and not case.heard,
        climbed=row.rung,
        presses=row.presses,
        reminded=many(DutyEvent.REMINDED),
        given_back=many(DutyEvent.GIVEN_BACK),
        nobody=many(DutyEvent.NOBODY) > 0,
        named=row.closed_by is not None,
    )
