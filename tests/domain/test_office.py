"""Office hours: open or not, when next, and time that counts only while somebody is there."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import WorkCalendar
from domain.ladder import Ladder, Who
from domain.office import OfficeHours
from domain.question import in_office_time

ZONE = ZoneInfo("Asia/Shanghai")
STATED = {
    "weekday": [{"from": "08:30", "to": "11:30"}, {"from": "13:30", "to": "17:00"}],
    "staggered": [
        {"from": "11:30", "to": "13:30"},
        {"from": "17:00", "to": "18:30", "days": ["mon", "wed", "fri"]},
    ],
}
SHORT = OfficeHours.of(None, ZONE, WorkCalendar())
LONG = OfficeHours.of(STATED, ZONE, WorkCalendar())


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026: the 23rd is a Monday, the 27th a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("office", "moment", "is_open"),
    [
        (SHORT, at(23, 9), True),
        (SHORT, at(23, 12), False),
        (LONG, at(23, 12), True),
        (LONG, at(23, 18), True),
        (LONG, at(24, 18), False),
        (LONG, at(28, 10), False),
        (SHORT, at(23, 17), False),
    ],
)
def test_whether_somebody_is_there(office: OfficeHours, moment: datetime, is_open: bool) -> None:
    assert office.is_open(moment) is is_open


def test_when_it_opens_next() -> None:
    assert SHORT.next_open(at(23, 9)) == at(23, 9)
    assert SHORT.next_open(at(23, 12)) == at(23, 13, 30)
    assert SHORT.next_open(at(27, 17)) == at(30, 8, 30)


def test_national_holidays_are_closed_and_swapped_days_open() -> None:
    in_the_holiday = datetime(2026, 10, 1, 10, tzinfo=ZONE)
    assert not LONG.is_open(in_the_holiday)
    assert LONG.next_open(in_the_holiday).astimezone(ZONE).date().day == 8


def test_office_time_stands_still_while_it_is_closed() -> None:
    assert SHORT.after(at(23, 11, 29), timedelta(minutes=3)) == at(23, 13, 32)
    assert LONG.after(at(23, 11, 29), timedelta(minutes=3)) == at(23, 11, 32)
    assert SHORT.after(at(27, 16, 50), timedelta(minutes=30)) == at(30, 8, 50)
    assert SHORT.after(at(27, 16), timedelta(days=1)) == at(30, 8, 30)


@pytest.mark.parametrize("stated", [None, "daily", {}, {"weekday": [{"from": "nine"}]}, [1]])
def test_hours_that_cannot_be_read_are_the_usual_ones(stated: object) -> None:
    assert OfficeHours.of(stated, ZONE, WorkCalendar()) == SHORT


def ladder(*times: int) -> Ladder:
    return Ladder.from_data([{"after": time, "who": ["household_worker"]} for time in times])


def test_a_ladder_is_climbed_in_office_time_only() -> None:
    friday = at(27, 16, 50)
    shifted = in_office_time(ladder(0, 90, 1800, 86400), SHORT, friday, owned=True)
    due = [friday + rung.after for rung in shifted.rungs]
    assert due == [friday, at(27, 16, 51) + timedelta(seconds=30), at(30, 8, 50), at(30, 8, 50)]
    assert Ladder.from_data(shifted.to_json()) == shifted


def test_nobody_is_reminded_on_a_day_of_rest() -> None:
    daily = Ladder.from_data(
        [
            {"after": 0, "who": ["household_worker"]},
            {"after": 86400, "who": ["supervisor"], "repeat": 86400},
        ]
    )
    thursday = at(26, 10)
    shifted = in_office_time(daily, SHORT, thursday, owned=True)
    due = [thursday + rung.after for rung in shifted.rungs]
    tuesday = datetime(2026, 12, 1, 10, tzinfo=ZONE)
    assert due[:4] == [thursday, at(27, 10), at(30, 8, 30), tuesday]
    assert all(SHORT.is_open(moment) for moment in due)
    assert [rung.repeat is None for rung in shifted.rungs] == [True] * (len(due) - 1) + [False]
    assert Ladder.from_data(shifted.to_json()["rungs"]).rungs == shifted.rungs


def test_only_the_night_keeps_a_question_from_its_worker() -> None:
    evening = at(23, 20)
    shifted = in_office_time(ladder(0, 90), SHORT, evening, owned=True)
    assert shifted.rungs[0].after == timedelta(0)
    night = in_office_time(ladder(0, 90), SHORT, evening, owned=True, quiet=True)
    assert evening + night.rungs[0].after == at(24, 8, 30)


def test_without_a_worker_of_their_own_whoever_is_on_duty_is_asked_first() -> None:
    shifted = in_office_time(ladder(0, 90), SHORT, at(23, 10), owned=False)
    assert shifted.rungs[0].who == (Who.HOUSEHOLD_WORKER, Who.DUTY_WORKER)
