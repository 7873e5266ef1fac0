"""How many elders said that they are well, and how many did not."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from domain.checkin import DayState
from storage.database import Work
from storage.how_many import how_many
from storage.tables.checkin import checkin_days, checkins

_C, _D = checkins.c, checkin_days.c


@dataclass(frozen=True, slots=True)
class Count:
    """One day, or several, of a community. `silent` holds those who were found as well."""

    asked: int = 0
    safe: int = 0
    silent: int = 0
    still_silent: int = 0
    unasked: int = 0
    unreached: int = 0

    @property
    def waiting(self) -> int:
        """Who still have time."""
        return self.asked - self.safe - self.silent


async def count(work: Work, community_id: int, first: date, last: date) -> Count:
    """How it went in those days; a silence counts whether or not somebody was found later."""
    silent = _D.state == DayState.SILENT
    took_part = _D.state.in_([DayState.EARLY, DayState.ASKED, DayState.SILENT])
    query = sa.select(
        how_many(took_part),
        how_many(sa.and_(took_part, ~silent, _D.safe_at.is_not(None))),
        how_many(silent),
        how_many(sa.and_(silent, _D.safe_at.is_(None))),
        how_many(_D.state == DayState.UNASKED),
        how_many(_D.state == DayState.UNREACHED),
    ).where(_D.community_id == community_id, _D.day.between(first, last))
    return Count(*(await work.conn.execute(query)).one())


async def members(work: Work, community_id: int, today: date) -> tuple[int, int]:
    """How many elders of a community take part, and how many of them are away."""
    on = sa.and_(_C.agreed_at.is_not(None), _C.stopped_at.is_(None))
    away = sa.and_(on, _C.paused_until > today)
    query = sa.select(how_many(on), how_many(away)).where(_C.community_id == community_id)
    taking_part, travelling = (await work.conn.execute(query)).one()
    return taking_part, travelling
