"""What is promised for a resident's matter, when who hears of it, and what a sentence is about."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import WorkCalendar
from domain.case import CaseKind, CaseLadders, first_due, guess, near, promised, put_off
from domain.ladder import Who
from domain.office import OfficeHours
from knowledge.cases import shipped_cases
from knowledge.ladders import load_ladders

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = OfficeHours(ZONE, WorkCalendar())
LADDERS = CaseLadders(load_ladders()["case"], load_ladders()["case_due"])


def at(day: int, hour: int = 10, month: int = 9) -> datetime:
    """An hour of the wall clock around the holidays of October 2026."""
    return datetime(2026, month, day, hour, tzinfo=ZONE).astimezone(UTC)


def told(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("raised", "days", "by"),
    [
        (at(21), 1, "09-22 17:00"),  # a Monday: its own day is not counted
        (at(21, 23), 1, "09-22 17:00"),
        (at(24), 1, "09-28 17:00"),  # 中秋 is Friday the 25th to Sunday
        (at(29), 3, "10-09 17:00"),  # 国庆: the 1st to the 7th
        (at(26), 1, "09-28 17:00"),  # raised on a day off
    ],
)
def test_working_days_are_counted_from_the_next_one_to_closing_time(
    raised: datetime, days: int, by: str
) -> None:
    calendar = WorkCalendar(
        extra_rest=frozenset([date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))]),
        extra_work=frozenset(),
    )
    assert told(promised(OfficeHours(ZONE, calendar), raised, days)) == by


def test_an_office_that_states_its_hours_promises_by_its_own_closing_time() -> None:
    hours = {"weekday": [{"from": "09:00", "to": "16:00"}], "staggered": []}
    office = OfficeHours.of(hours, ZONE, WorkCalendar())
    assert told(promised(office, at(21), 1)) == "09-22 16:00"
    assert told(near(office, at(21), promised(office, at(21), 3))) == "09-23 09:00"


def climbs(raised: datetime, days: int, *, owned: bool = True, quiet: bool = False) -> list[str]:
    ladder = LADDERS.laid_out(
        OFFICE, raised, promised(OFFICE, raised, days), owned=owned, quiet=quiet
    )
    return [f"{told(raised + r.after)} {'+'.join(r.who)}" for r in ladder.rungs]


def test_who_waits_is_called_and_what_falls_due_climbs_by_working_days() -> None:
    rungs = climbs(at(7), 5)
    assert rungs[:7] == [
        "09-07 10:00 owner",
        "09-07 14:00 owner",
        "09-07 16:00 owner+supervisor",
        "09-11 08:30 owner",
        "09-14 17:00 owner+supervisor",
        "09-17 08:30 owner+supervisor+street",
        "09-21 08:30 owner+supervisor+street",  # Sunday the 20th is worked, for 国庆
    ]


def test_what_is_promised_for_tomorrow_is_recalled_on_its_own_morning() -> None:
    assert climbs(at(7), 1)[3:5] == ["09-08 08:30 owner", "09-08 17:00 owner+supervisor"]


def test_at_night_nobody_is_woken_and_without_an_owner_the_roster_is_asked() -> None:
    first = climbs(at(7, 23), 5, owned=False, quiet=True)[0]
    assert first == "09-08 08:30 owner+duty_worker"


def test_rungs_are_in_order_and_the_last_one_repeats_for_ever() -> None:
    for hour in (0, 9, 16, 22):
        for day in range(1, 12):
            raised = at(day, hour)
            for kind in shipped_cases():
                due = promised(OFFICE, raised, kind.days)
                ladder = LADDERS.laid_out(OFFICE, raised, due, owned=True, quiet=hour in (0, 22))
                afters = [rung.after for rung in ladder.rungs]
                assert afters == sorted(afters)
                assert ladder.rungs[-1].repeat == timedelta(days=3)
                taken = ladder.rungs[first_due(ladder, raised, near(OFFICE, raised, due))]
                assert raised + taken.after == near(OFFICE, raised, due)
                assert taken.who == (Who.OWNER,)


def test_more_time_is_counted_from_what_was_promised() -> None:
    due = promised(OFFICE, at(7), 5)
    assert told(put_off(OFFICE, due, 3)) == "09-17 17:00"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("楼道灯坏了三天", "facilities"),
        ("楼下电瓶车飞线充电", "hazard"),
        ("和楼上吵架了，想请人调解", "dispute"),
        ("垃圾桶满了很臭", "environment"),
        ("想问点事情", "other"),
        ("", "other"),
    ],
)
def test_a_sentence_suggests_its_kind(text: str, kind: str) -> None:
    assert guess(shipped_cases(), text).id == kind


def test_a_community_may_promise_another_time() -> None:
    kind = CaseKind("property", {}, 5)
    assert kind.promised({"property": 7}) == 7
    assert kind.promised(None) == kind.promised({"other": 1}) == kind.promised("soon") == 5
