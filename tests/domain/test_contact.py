"""When a survey may knock."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import WorkCalendar
from domain.contact import ContactRules

ZONE, CALENDAR = ZoneInfo("Asia/Shanghai"), WorkCalendar()
RULES = ContactRules()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-11-23T08:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T19:59", True),
        ("2026-11-23T20:00", False),
        ("2026-11-23T03:00", False),
        ("2026-11-21T10:00", True),  # a Saturday: people are at home
        ("2026-10-01T10:00", False),  # National Day
        ("2026-10-05T10:00", False),
    ],
)
def test_by_day_and_not_on_holidays(moment: str, allowed: bool) -> None:
    assert RULES.allows(at(moment), ZONE, CALENDAR) is allowed


def test_an_hours_share_comes_in_quarters() -> None:
    assert ContactRules(homes_an_hour=100).at_once == 25
    assert ContactRules(homes_an_hour=1).at_once == 1


def test_hours_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="before they begin"):
        ContactRules(since=time(20), until=time(9))
