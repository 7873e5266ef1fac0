"""Rules that an operator may set; handlers and jobs obey the same ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import WorkCalendar
from domain.contact import ContactRules
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
    questions_a_day: int = 10
    stranger_questions_a_day: int = 3
    strangers_an_hour: int = 20
    """Questions of all strangers together that a community's staff are asked in an hour."""
    reply_within: timedelta = timedelta(minutes=10)
    """How long what a worker types is taken for the answer they said they would give."""
    take_back_within: timedelta = timedelta(minutes=3)
    context_for: timedelta = timedelta(minutes=15)
    """How long "那要带什么？" is about the guide that was shown last."""
    answer_within: timedelta = timedelta(minutes=3)
    """Text is answered within three minutes of office time (GB/T 33358-2016)."""
    web_url: str = ""
    """Where people's browsers find the web chat and the console."""
    probe_every: timedelta = timedelta(0)
    """How often a synthetic request goes the whole way; never where it is nothing."""
    operator: str = ""
    """The code of the person who is told when the desk itself is in trouble; "": every supervisor."""
    survey_low: float = 70
    """An aspect that scores less, of 100, is a duty for the community's supervisor."""
    survey_due: timedelta = timedelta(days=14)
    """By when they write what was done about it."""
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    contact: ContactRules = field(default_factory=ContactRules)
    """When and how often a survey may knock."""

    def is_quiet(self, now: datetime) -> bool:
        """Whether routine messages wait now, by the wall clock. Help and talk never do."""
        return self._holds(now.astimezone(self.zone).time())

    def awake(self, at: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself, or the end of the quiet hours it falls into, by the clock of a place."""
        local = at.astimezone(zone)
        if not self._holds(local.time()):
            return at
        day = local.date() + timedelta(days=int(local.time() >= self.quiet_until))
        return datetime.combine(day, self.quiet_until, zone).astimezone(UTC)

    def _holds(self, hour: time) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until
