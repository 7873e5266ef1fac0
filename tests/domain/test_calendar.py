"""Working days with their swaps, and wall-clock days and months in UTC."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    Month,
    NaiveTimeError,
    WorkCalendar,
    calendar_known,
    day_bounds,
    local_day,
    month_bounds,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICIAL = WorkCalendar()
months = st.builds(Month, st.integers(2004, 2035), st.integers(1, 12))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),  # National Day, a Thursday
        (date(2026, 10, 10), True),  # a Saturday worked in exchange, State Council notice for 2026
        (date(2026, 2, 14), True),  # a Saturday worked before Spring Festival
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2026, 11, 23), True),  # an ordinary Monday
        (date(2026, 11, 22), False),  # an ordinary Sunday
    ],
)
def test_official_days_follow_the_notice(day: date, works: bool) -> None:
    assert OFFICIAL.is_workday(day) is works


def test_a_year_without_notice_falls_back_to_the_week_and_says_so() -> None:
    assert calendar_known(2026)
    assert not calendar_known(2031)
    assert OFFICIAL.is_workday(date(2031, 10, 1))  # a Wednesday; nobody has decreed it yet
    assert not OFFICIAL.is_workday(date(2031, 10, 4))


def test_an_offices_own_dates_win_over_the_notice() -> None:
    typhoon, saturday = date(2026, 7, 10), date(2026, 7, 18)
    calendar = WorkCalendar(frozenset({typhoon}), frozenset({saturday}))
    assert OFFICIAL.is_workday(typhoon)
    assert not calendar.is_workday(typhoon)
    assert calendar.is_workday(saturday)


def test_one_date_cannot_be_rest_and_work() -> None:
    day = frozenset({date(2026, 7, 10)})
    with pytest.raises(ValueError, match="2026-07-10"):
        WorkCalendar(day, day)


def test_october_2026_has_eighteen_working_days_and_these_are_the_last_five() -> None:
    october = Month(2026, 10)
    assert len(OFFICIAL.workdays_of_month(october)) == 18
    assert [day.day for day in OFFICIAL.last_workdays_of_month(october, 5)] == [26, 27, 28, 29, 30]
    assert OFFICIAL.first_workday_from(date(2026, 10, 1)) == date(2026, 10, 8)


def test_last_workdays_need_a_count() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        OFFICIAL.last_workdays_of_month(Month(2026, 10), 0)


def test_the_day_turns_at_the_communitys_midnight_not_at_utc() -> None:
    assert local_day(datetime(2026, 11, 22, 15, 59, tzinfo=UTC), SHANGHAI) == date(2026, 11, 22)
    assert local_day(datetime(2026, 11, 22, 16, 0, tzinfo=UTC), SHANGHAI) == date(2026, 11, 23)


def test_naive_time_is_refused_in_words() -> None:
    with pytest.raises(NaiveTimeError, match="2026-11-22T10:00:00 has no time zone"):
        local_day(datetime(2026, 11, 22, 10), SHANGHAI)  # noqa: DTZ001  (the point of the test)


def test_an_instant_is_not_a_day() -> None:
    with pytest.raises(TypeError, match="local_day"):
        OFFICIAL.is_workday(datetime(2026, 11, 22, 20, tzinfo=UTC))


def test_a_month_in_utc() -> None:
    start, end = month_bounds(2026, 12, SHANGHAI)
    assert start == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert end == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert start.tzinfo is UTC


def test_a_day_with_a_clock_change_is_25_hours_long() -> None:
    start, end = day_bounds(date(2026, 10, 25), ZoneInfo("Europe/Berlin"))
    assert end - start == timedelta(hours=25)


def test_there_is_no_thirteenth_month() -> None:
    with pytest.raises(ValueError, match="13"):
        month_bounds(2026, 13, SHANGHAI)


@given(months)
def test_months_join_without_gap(month: Month) -> None:
    following = month.next()
    _, end = month_bounds(month.year, month.number, SHANGHAI)
    start, _ = month_bounds(following.year, following.number, SHANGHAI)
    assert end == start
    assert following.previous() == month
    assert month < following


@given(months)
def test_workdays_are_the_days_that_work(month: Month) -> None:
    days = OFFICIAL.workdays_of_month(month)
    assert days == OFFICIAL.workdays(month.first_day, month.last_day)
    assert all(Month.of(day) == month and OFFICIAL.is_workday(day) for day in days)
    every = month.last_day.day
    rest = sum(not OFFICIAL.is_workday(month.first_day + timedelta(days=n)) for n in range(every))
    assert len(days) + rest == every


def test_a_month_prints_like_a_date() -> None:
    assert str(Month(2026, 3)) == "2026-03"
