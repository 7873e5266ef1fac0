"""Posted hours: understood whole or not at all, and open or not by the official calendar."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WorkCalendar
from domain.opening import Now, Openness, read_hours

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar()
MON, SAT, SUN = (2026, 11, 23), (2026, 11, 28), (2026, 11, 29)
NATIONAL_DAY = (2026, 10, 1)
"""A Thursday, and a public holiday."""
SWAPPED = (2026, 10, 10)
"""A Saturday on which offices work."""


def at(posted: str, day: tuple[int, int, int], hour: int, minute: int = 0) -> Now:
    schedule = read_hours(posted)
    assert schedule is not None, posted
    return schedule.now(datetime(*day, hour, minute, tzinfo=ZONE), CALENDAR)


@pytest.mark.parametrize(
    ("posted", "day", "hour", "is_open"),
    [
        ("工作日 08:30-17:00", MON, 9, True),
        ("工作日 08:30-17:00", MON, 17, False),
        ("工作日 08:30-17:00", SAT, 9, False),
        ("工作日 08:30-17:00", NATIONAL_DAY, 9, False),
        ("工作日 08:30-17:00", SWAPPED, 9, True),
        ("工作日 08:30-11:30 13:30-17:00", MON, 12, False),
        ("工作日 08:30-11:30 13:30-17:00", MON, 14, True),
        ("每天 08:00-16:30", SUN, 9, True),
        ("周一至周六 10:30-12:30 16:30-18:00", SAT, 11, True),
        ("周一至周六 10:30-12:30 16:30-18:00", SUN, 11, False),
        ("周一到周五上午9点-11点半，周末 9：00—16：00", SAT, 15, True),
        ("周一到周五上午9点-11点半，周末 9：00—16：00", MON, 11, True),
        ("周一、周三、周五 14:00-16:00", MON, 15, True),
        ("周一、周三、周五 14:00-16:00", SAT, 15, False),
        ("下午1点到5点", MON, 16, True),
        ("每天 9:00-17:00，周一休息", MON, 10, False),
        ("每天 9:00-17:00；节假日休息", SUN, 10, False),
        ("24小时", SUN, 3, True),
        ("全天开放", MON, 23, True),
        ("9:00-24:00", MON, 23, True),
        ("周六至周一 9:00-10:00", SUN, 9, True),
    ],
)
def test_open_or_not(posted: str, day: tuple[int, int, int], hour: int, is_open: bool) -> None:
    assert at(posted, day, hour).is_ is (Openness.OPEN if is_open else Openness.CLOSED)


@pytest.mark.parametrize(
    "posted",
    ["台风、暴雨预警期间全天", "电话预约", "", "周一", "工作日", "17:00-9:00", "以公示为准",
     "工作日 8:30-17:00（午休另计）"],
)  # fmt: skip
def test_what_is_not_understood_whole_is_not_guessed_at(posted: str) -> None:
    assert read_hours(posted) is None


def test_until_when_and_when_again() -> None:
    posted = "工作日 08:30-11:30 13:30-17:00"
    assert at(posted, MON, 9).until == time(11, 30)
    assert at(posted, MON, 12).opens == datetime(2026, 11, 23, 13, 30, tzinfo=ZONE)
    assert at(posted, SAT, 9).opens == datetime(2026, 11, 30, 8, 30, tzinfo=ZONE)
    assert at(posted, NATIONAL_DAY, 9).opens == datetime(2026, 10, 8, 8, 30, tzinfo=ZONE)


def test_a_weekday_that_is_a_public_holiday_is_not_promised() -> None:
    now = at("周一至周六 10:30-12:30", NATIONAL_DAY, 11)
    assert now.is_ is Openness.UNSURE
    assert at("每天 10:30-12:30", NATIONAL_DAY, 11).is_ is Openness.OPEN


@given(
    st.text(max_size=40)
    | st.text("周一二日末至到0123456789:-点半上下午工作日每天休息 ", max_size=30)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    schedule = read_hours(text)
    if schedule is not None:
        schedule.now(datetime(*MON, 9, tzinfo=ZONE), CALENDAR)
