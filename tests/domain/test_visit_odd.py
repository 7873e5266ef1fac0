"""What strikes a supervisor, with its numbers; and what must not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.calendar import Month, WorkCalendar
from domain.visit_odd import Made, Odd, odd_patterns

LAST = WorkCalendar().last_workdays_of_month(Month(2026, 11), 5)
MORNING = datetime(2026, 11, 3, 1, 7, tzinfo=UTC)


def made(home: int, at: datetime, note: str = "") -> Made:
    return Made(at, at.date(), home, note)


def an_honest_month() -> list[Made]:
    """Two homes a day, at some time, each with words of its own, 一切都好 now and then."""
    return [
        made(
            n,
            MORNING + timedelta(days=n, minutes=n * 7 % 50),
            f"{n} 聊了聊" if n % 2 else "一切都好",
        )
        for n in range(20)
    ]


def test_an_honest_month_is_not_odd() -> None:
    assert odd_patterns(an_honest_month(), LAST) == []
    a_building_in_a_morning = [made(n, MORNING + timedelta(minutes=8 * n)) for n in range(12)]
    assert odd_patterns(a_building_in_a_morning, LAST) == []


@pytest.mark.parametrize(
    ("visits", "odd", "count"),
    [
        ([made(n, MORNING + timedelta(seconds=20 * n)) for n in range(30)], Odd.BURST, 30),
        ([made(n, MORNING + timedelta(days=n)) for n in range(9)], Odd.SAME_MINUTE, 9),
        (
            [
                made(n, MORNING + timedelta(days=n, minutes=3 * n), "宣传反诈，无异常")
                for n in range(5)
            ],
            Odd.SAME_NOTE,
            5,
        ),
        (
            [
                made(n, datetime(2026, 11, 24 + n % 3, 1 + n % 8, 11 * n % 60, tzinfo=UTC))
                for n in range(18)
            ],
            Odd.MONTH_END,
            18,
        ),
    ],
)
def test_each_pattern_is_seen_with_its_numbers(visits: list[Made], odd: Odd, count: int) -> None:
    found = {hint.odd: hint for hint in odd_patterns([*visits], LAST)}
    assert (found[odd].count, found[odd].of) == (count, len(visits))


def test_a_morning_written_down_at_noon_hides_no_minute_of_every_day() -> None:
    noon = [made(50 + n, MORNING + timedelta(hours=3)) for n in range(8)]
    visits = [*noon, *(made(n, MORNING + timedelta(days=n)) for n in range(5))]
    found = {hint.odd: hint.count for hint in odd_patterns(visits, LAST)}
    assert found == {Odd.SAME_MINUTE: 5}


def test_ten_homes_in_ten_minutes_with_a_day() -> None:
    visits = [
        *an_honest_month(),
        *(made(100 + n, MORNING + timedelta(minutes=n)) for n in range(11)),
    ]
    (hint,) = [each for each in odd_patterns(visits, LAST) if each.odd is Odd.BURST]
    assert (hint.count, hint.day) == (12, date(2026, 11, 3))
