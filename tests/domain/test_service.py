"""When a service can still be had, and how its ladder fits the day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import WorkCalendar
from domain.duty import DutyKind
from domain.ladder import Ladder
from domain.office import OfficeHours
from domain.policies import Policies
from domain.service import (
    Hour,
    Part,
    Point,
    Rule,
    Serving,
    laid_out,
    meals,
    nearest_first,
    still,
    times,
)

ZONE = ZoneInfo("Asia/Shanghai")
EVERY_DAY = frozenset(range(7))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def a_point(*servings: Serving, place: tuple[float, float] = (0, 0)) -> Point:
    return Point("p", "食堂", "1", servings, place=place)


def lunch(**values: object) -> Serving:
    hour = Hour(time(11), time(12, 30))
    return Serving(Part.LUNCH, time(9, 30), hour, EVERY_DAY, **values)  # type: ignore[arg-type]


def test_a_meal_can_be_ordered_until_its_very_minute() -> None:
    point = a_point(lunch())
    assert [s.day.day for s in still(meals((point,), at(23, 9, 30), ZONE), at(23, 9, 30))] == [
        23,
        24,
    ]
    late = at(23, 9, 30) + timedelta(seconds=1)
    assert [s.day.day for s in still(meals((point,), late, ZONE), late)] == [24]


def test_the_day_before_and_days_on_which_nobody_cooks() -> None:
    before = a_point(lunch(day_before=True))
    found = still(meals((before,), at(23, 9), ZONE, 3), at(23, 9))
    assert [s.day.day for s in found] == [24, 25]
    weekend = a_point(Serving(Part.LUNCH, time(9), Hour(time(11), time(12)), frozenset({5, 6})))
    assert meals((weekend,), at(23, 9), ZONE, 3) == []


def test_company_is_for_working_days_and_in_good_time() -> None:
    hours = {Part.AM: Hour(time(8, 30), time(11, 30)), Part.PM: Hour(time(13, 30), time(17))}
    rule = Rule(2, timedelta(hours=1), hours)
    found = times(DutyKind.ESCORT, rule, at(27, 7, 31), ZONE, WorkCalendar())
    assert [(s.day.day, s.part) for s in found] == [
        (27, Part.PM),
        (30, Part.AM),
        (30, Part.PM),
    ], "Friday's morning is too near, Saturday and Sunday are no working days"


def test_the_nearest_point_comes_first() -> None:
    far, near = a_point(place=(30.0, 121.0)), a_point(place=(29.9, 121.5))
    assert nearest_first((far, near), (29.88, 121.54)) == [near, far]
    assert nearest_first((far, near), None) == [far, near]


def a_ladder(hours: str) -> Ladder:
    rungs = [{"after": s, "who": ["household_worker"]} for s in (0, 3600, 4 * 3600)]
    return Ladder.from_data({"rungs": rungs, "hours": hours})


def climbed(hours: str, now: datetime, starts: datetime) -> list[datetime]:
    slot = meals((a_point(lunch()),), starts, ZONE, 1)[0]
    slot = type(slot)(slot.kind, slot.day, slot.part, starts, starts, starts)
    office = OfficeHours(ZONE, WorkCalendar())
    frozen = laid_out(a_ladder(hours), slot, now, office, Policies(ladders={}))
    return [now + rung.after for rung in frozen.rungs]


def test_office_hours_are_counted_and_the_night_is_quiet() -> None:
    assert climbed("office", at(23, 10), at(25, 9)) == [at(23, 10), at(23, 11), at(23, 16)]
    assert climbed("office", at(23, 22), at(25, 9)) == [at(24, 8), at(24, 9, 30), at(24, 14, 30)]
    assert climbed("day", at(23, 20, 30), at(25, 9)) == [at(23, 20, 30), at(24, 8), at(24, 8)]


def test_nobody_is_told_too_late_to_do_anything() -> None:
    assert climbed("office", at(23, 10), at(23, 12)) == [at(23, 10), at(23, 11), at(23, 11)]
    assert climbed("office", at(23, 10), at(23, 10, 30)) == [at(23, 10)] * 3


def test_a_frozen_ladder_keeps_its_hours() -> None:
    assert Ladder.from_data(a_ladder("day").to_json()) == a_ladder("day")
