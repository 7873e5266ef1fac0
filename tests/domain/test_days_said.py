"""Which day is meant: behind of what has happened, ahead of what is to come, else the nearer one."""

from datetime import date

import pytest

from domain.days_said import counted, day_ago, nearest, planned, read_day, read_to_come

TODAY = date(2026, 11, 26)
"""A Thursday."""


@pytest.mark.parametrize(
    ("said", "behind", "ahead"),
    [
        ("昨天", (11, 25), None),
        ("今天", (11, 26), None),
        ("11月20日", (11, 20), date(2027, 11, 20)),
        ("12.5", date(2025, 12, 5), (12, 5)),
        ("2026年12月5日", None, (12, 5)),
        ("下个月5号", None, (12, 5)),
        ("5号", (11, 5), (12, 5)),
        ("30日", (10, 30), (11, 30)),
        ("下个月31号", None, (12, 31)),
        ("20号", (11, 20), (12, 20)),
        ("本月5号", (11, 5), None),
        ("上个月31号", (10, 31), None),
        ("下周三", None, (12, 2)),
        ("下个星期三", None, (12, 2)),
        ("上周三", (11, 18), None),
        ("周三", (11, 25), (12, 2)),
        ("这周六", None, (11, 28)),
        ("星期天", (11, 22), (11, 29)),
        ("大后天", None, (11, 29)),
        ("2月30日", None, None),
        ("三", None, None),
        ("明年", None, None),
        ("2020-01-01", None, None),
    ],
)
def test_a_day_is_read(said: str, behind: object, ahead: object) -> None:
    def day(want: object) -> object:
        return date(2026, *want) if isinstance(want, tuple) else want

    assert read_day(said, TODAY) == day(behind)
    assert read_to_come(said, TODAY) == day(ahead)


def test_without_a_year_the_nearer_day_is_meant() -> None:
    assert nearest("12月5日", TODAY) == date(2026, 12, 5)
    assert nearest("11月20日", TODAY) == date(2026, 11, 20)
    assert nearest("12月30日", date(2027, 1, 3)) == date(2026, 12, 30)
    assert nearest("20号", TODAY) == date(2026, 11, 20), "who has moved out, six days ago"
    assert nearest("周三", TODAY) == date(2026, 11, 25)
    assert nearest("明年", TODAY) is None


def test_what_a_button_carries_is_looked_at_again() -> None:
    assert day_ago("2", TODAY) == date(2026, 11, 24)
    assert counted(date(2026, 11, 27), TODAY) is None
    assert counted(date(2025, 11, 1), TODAY) is None
    assert planned(TODAY, TODAY) is None
    assert planned(date(2026, 11, 27), TODAY) == date(2026, 11, 27)
    assert planned(date(2028, 1, 1), TODAY) is None
