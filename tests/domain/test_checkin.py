"""What silence may be taken for: only that of whom the question reached, in time, on that day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.checkin import (
    Arrival,
    Checkin,
    DayState,
    Delivery,
    ask_at,
    day_of,
    due_at,
    next_ask,
    verdict,
)
from domain.policies import Policies

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 24)
POLICIES = Policies(ladders={})


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


SENT = Delivery(Arrival.SENT, at(8))


@pytest.mark.parametrize(
    ("delivery", "now", "means"),
    [
        (SENT, at(8, 59), at(9)),
        (SENT, at(9), DayState.SILENT),
        (Delivery(Arrival.SENT, at(8, 40)), at(9), at(9, 40)),
        (Delivery(Arrival.UNDER_WAY), at(9), at(9, 5)),
        (Delivery(Arrival.UNDER_WAY), at(15), DayState.UNASKED),
        (Delivery(Arrival.NEVER), at(9), DayState.UNREACHED),
        (SENT, at(9, day=25), DayState.UNASKED),
    ],
)
def test_what_no_answer_means(
    delivery: Delivery, now: datetime, means: DayState | datetime
) -> None:
    assert verdict(TODAY, 9, ZONE, delivery, now) == means


def test_the_best_of_several_telephones_counts() -> None:
    rows = [("unreachable", at(8)), ("sent", at(8, 10)), ("sent", at(8, 5)), ("queued", at(8))]
    assert Delivery.of(rows) == Delivery(Arrival.SENT, at(8, 5))
    assert Delivery.of(rows[:1]) == Delivery(Arrival.NEVER)
    assert Delivery.of([]) == Delivery(Arrival.NEVER)
    assert Delivery.of([("failed", at(8)), ("sending", at(8))]).arrival is Arrival.UNDER_WAY
    assert Delivery.of([("unknown", at(8))]).arrival is Arrival.SENT


def test_the_question_comes_in_time_and_not_in_the_quiet_hours() -> None:
    assert ask_at(TODAY, 9, ZONE, POLICIES) == at(8)
    assert ask_at(TODAY, 11, ZONE, POLICIES) == at(9, 30)
    assert next_ask(at(7), 9, ZONE, POLICIES) == at(8)
    assert next_ask(at(8), 9, ZONE, POLICIES) == at(8, day=25)
    assert due_at(at(8), 9, ZONE) == at(9)
    assert due_at(at(8, 30), 9, ZONE) == at(9, 30)


def test_an_elders_day_begins_at_dawn() -> None:
    assert day_of(at(4, 59), ZONE) == TODAY - timedelta(days=1)
    assert day_of(at(5), ZONE) == TODAY


def test_who_is_away_is_asked_again_on_the_day() -> None:
    away = Checkin(1, 9, agreed=True, paused_until=TODAY)
    assert not away.is_on(TODAY - timedelta(days=1))
    assert away.is_on(TODAY)
    assert not Checkin(1, 9, agreed=False).is_on(TODAY)
