"""Rules that an operator may set; handlers and jobs obey the same ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import WorkCalendar
from domain.ladder import Ladder


@dataclass(frozen=True, slots=True)
class Policies:
    """`ladders` by kind of duty; `zone` is that of communities without one of their own."""

    ladders: Mapping[str, Ladder]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    visits_a_month: int = 30
    false_alarm_within: timedelta = timedelta(minutes=5)
    help_listens: timedelta = timedelta(minutes=30)
    """How long after a press, and after each further word, what is said is meant for the request."""
    quiet_from: time = time(21)
    quiet_until: time = time(8)

    def is_quiet(self, now: datetime) -> bool:
        """Whether routine messages wait now, by the wall clock. Help and talk never do."""
        hour = now.astimezone(self.zone).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until
