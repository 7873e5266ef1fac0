"""How a member of the staff is placed at a moment, and what they draw from that: plain rules."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.simulation.assumed import Assumed, Manner, Situation
from bot.simulation.town import Town
from domain.calendar import WorkCalendar

_WAKES, _SLEEPS = 6.5, 23.0
_OFFICE = (8.5, 17.5)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a ring leads to: when its reader has read it, and whether that was because they heard it."""

    at: datetime
    heard: bool


class Manners:
    """The staff of one community. Everything is drawn under a name of its own, so that the same thing
    happens to the same person at the same hour whatever ladder is tried."""

    def __init__(self, town: Town, assumed: Assumed, zone: ZoneInfo, seed: int) -> None:
        self._town = town
        self._assumed = assumed
        self._zone = zone
        self._seed = seed
        self._calendar = WorkCalendar()

    def dice(self, *name: object) -> Random:
        """Dice for one purpose."""
        return Random("/".join(map(str, (self._seed, *name))))  # noqa: S311  (a simulation)

    def situation(self, code: str, at: datetime) -> Situation:
        """What somebody is doing at the moment."""
        local = at.astimezone(self._zone)
        if self._away(code, local.date()):
            return "away"
        hour = local.hour + local.minute / 60
        night = not _WAKES <= hour < _SLEEPS
        if self._on_duty(code, local):
            return "duty_night" if night else "duty_day"
        if night:
            return "asleep"
        at_office = _OFFICE[0] <= hour < _OFFICE[1] and self._calendar.is_workday(local.date())
        return "at_work" if at_office else "free"

    def manner(self, code: str, at: datetime) -> Manner:
        """How a message is met there and then."""
        return self._assumed.situations[self.situation(code, at)]

    def _away(self, code: str, day: date) -> bool:
        """On leave or ill: whole weeks, half of the year's share each, and single days."""
        share = self._assumed.staff.away
        week = day - timedelta(days=day.weekday())
        whole = self.dice("away", code, week).random() < share / 2
        return whole or self.dice("away", code, day).random() < share / 2

    def _on_duty(self, code: str, local: datetime) -> bool:
        return any(
            code in (*shift.persons, shift.backup) and shift.runs_at(local, self._calendar)
            for shift in self._town.shifts
        )

    def reaction(self, code: str, at: datetime, dice: Random) -> Reaction:
        """When they have read what came now."""
        manner, staff = self.manner(code, at), self._assumed.staff
        hour = at.astimezone(self._zone).strftime("%Y%m%d%H")
        silent = self.dice("silent", code, hour).random() < staff.silent
        heard = dice.random() < manner.notices * (staff.silent_notices if silent else 1.0)
        seconds = manner.looks.draw(dice) if heard else staff.later.draw(dice)
        if heard:
            return Reaction(at + timedelta(seconds=seconds), True)
        return Reaction(self._awake(code, at) + timedelta(seconds=seconds), False)

    def _awake(self, code: str, at: datetime) -> datetime:
        """The moment itself, or the morning after it for who is asleep."""
        if self.situation(code, at) != "asleep":
            return at
        local = at.astimezone(self._zone)
        day = local.date() + timedelta(days=1 if local.hour >= 12 else 0)
        morning = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        return (morning + timedelta(hours=_WAKES)).astimezone(at.tzinfo)

    def takes(self, code: str, at: datetime, own: bool, heard: bool, dice: Random) -> bool:
        """Whether somebody who reads that nobody has it takes it."""
        manner = self.manner(code, at)
        share = manner.own if own else manner.takes
        return dice.random() < (share if heard else self._assumed.staff.found_late)
