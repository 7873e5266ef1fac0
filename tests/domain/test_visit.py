"""The quota, the pace, the reminders and the honest counting of visits."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Month, WorkCalendar
from domain.visit import (
    Mode,
    Pace,
    Presence,
    Quota,
    ReminderKind,
    Topic,
    Visit,
    come_back_days,
    count_attempts,
    count_home_days,
    matching,
    moment_of,
    opened_by,
    pace,
    reminder_due,
)

CALENDAR = WorkCalendar()
NOVEMBER = Month(2026, 11)  # 21 working days, the 2nd to the 30th
MONDAY = date(2026, 11, 16)


def november(done: int, day: date, presence: Presence | None = None) -> Pace:
    return pace(done, day, NOVEMBER, CALENDAR, Quota(), presence or Presence())


def test_the_middle_of_the_month_expects_half_of_the_quota() -> None:
    stand = november(12, MONDAY)  # the 11th of 21 working days
    assert (stand.done, stand.target, stand.expected_by_now) == (12, 30, 15)
    assert stand.behind
    assert not stand.impossible
    assert (stand.missing, stand.remaining_workdays, stand.needed_a_day) == (18, 11, 2)


def test_rest_days_expect_nothing_more() -> None:
    friday, sunday = november(0, date(2026, 11, 13)), november(0, date(2026, 11, 15))
    assert friday.expected_by_now == sunday.expected_by_now
    assert sunday.remaining_workdays == friday.remaining_workdays - 1  # Friday itself is over


def test_the_last_day_expects_everything() -> None:
    assert november(29, date(2026, 11, 30)).behind
    assert november(30, date(2026, 11, 30)).kept
    assert not november(34, date(2026, 11, 30)).behind
    assert november(34, date(2026, 11, 30)).missing == 0


def test_before_and_after_the_month() -> None:
    assert november(0, date(2026, 10, 31)).expected_by_now == 0
    after = november(29, date(2026, 12, 1))
    assert (after.expected_by_now, after.remaining_workdays, after.impossible) == (30, 0, True)
    assert after.needed_a_day == 0


def test_a_month_that_cannot_be_kept_says_so_early() -> None:
    last_three = date(2026, 11, 26)  # Thursday, Friday and Monday the 30th remain: 24 visits at 8
    assert not november(6, last_three).impossible
    assert november(5, last_three).impossible


@pytest.mark.parametrize(
    ("presence", "target"),
    [
        (Presence(first=MONDAY), 16),  # joined in the middle: 11 of 21 days
        (Presence(last=date(2026, 11, 13)), 14),  # left: 10 of 21 days
        (Presence(share=Fraction(1, 2)), 15),  # half-time
        (Presence(away=frozenset(date(2026, 11, d) for d in range(2, 9))), 23),  # five days' leave
        (Presence(first=date(2026, 12, 1)), 0),  # not here yet
    ],
)
def test_the_quota_is_pro_rated(presence: Presence, target: int) -> None:
    assert november(0, MONDAY, presence).target == target


def test_leave_is_not_counted_as_being_behind() -> None:
    first_half = frozenset(date(2026, 11, d) for d in range(1, 16))
    assert november(0, date(2026, 11, 13), Presence(away=first_half)).expected_by_now == 0


def test_a_senseless_quota_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 a month"):
        Quota(monthly=-1)


def due(done: int, day: date, *sent: ReminderKind, since: date | None = None) -> object:
    return reminder_due(november(done, day), day, CALENDAR, sent, since)


def test_on_pace_there_is_silence_all_month() -> None:
    days = (date(2026, 11, 1) + timedelta(days=n) for n in range(30))
    assert {due(30, day) for day in days} == {None}


def test_behind_is_said_on_three_occasions_and_then_the_summary() -> None:
    said: dict[date, ReminderKind] = {}
    for day in (date(2026, 11, 1) + timedelta(days=n) for n in range(35)):
        kind = reminder_due(november(3, day), day, CALENDAR, tuple(said.values()))
        if kind:
            said[day] = kind
    assert said == {
        date(2026, 11, 16): ReminderKind.MID_MONTH,  # the 15th is a Sunday
        date(2026, 11, 24): ReminderKind.LAST_FIVE,
        date(2026, 11, 30): ReminderKind.LAST_DAY,
        date(2026, 12, 1): ReminderKind.MONTH_END,
    }


def test_falling_behind_within_the_last_five_days_is_said_then() -> None:
    assert due(27, date(2026, 11, 26)) is None
    assert due(25, date(2026, 11, 26)) is ReminderKind.LAST_FIVE


def test_the_summary_comes_to_those_on_pace_too_and_only_once() -> None:
    first = date(2026, 12, 1)
    assert due(30, first) is ReminderKind.MONTH_END
    assert due(30, first, ReminderKind.MONTH_END) is None
    assert due(30, date(2026, 12, 2)) is None


def test_a_milestone_missed_while_nothing_ran_is_caught_up() -> None:
    wednesday, friday_before = date(2026, 11, 18), date(2026, 11, 13)
    assert due(3, wednesday) is None
    assert due(3, wednesday, since=friday_before) is ReminderKind.MID_MONTH
    assert due(3, wednesday, ReminderKind.MID_MONTH, since=friday_before) is None
    assert due(3, date(2026, 12, 3), since=date(2026, 11, 30)) is ReminderKind.MONTH_END


def test_nobody_is_reminded_on_a_day_of_rest_or_leave() -> None:
    assert due(3, date(2026, 11, 29), since=date(2026, 11, 1)) is None  # a Sunday
    away = Presence(away=frozenset({MONDAY}))
    stand = november(3, MONDAY, away)
    assert reminder_due(stand, MONDAY, CALENDAR, (), presence=away) is None


def test_who_owes_nothing_hears_nothing() -> None:
    gone = Presence(last=date(2026, 10, 31))
    stand = november(0, date(2026, 12, 1), gone)
    assert reminder_due(stand, date(2026, 12, 1), CALENDAR, ()) is None


@given(st.integers(0, 60), st.integers(0, 30), st.integers(0, 40))
def test_pace_only_grows_with_days_and_shrinks_with_visits(done: int, n: int, quota: int) -> None:
    day = date(2026, 11, 1) + timedelta(days=n)
    today = pace(done, day, NOVEMBER, CALENDAR, Quota(quota))
    tomorrow = pace(done, day + timedelta(days=1), NOVEMBER, CALENDAR, Quota(quota))
    assert 0 <= today.expected_by_now <= tomorrow.expected_by_now <= today.target == quota
    assert today.remaining_workdays >= tomorrow.remaining_workdays
    assert today.impossible <= tomorrow.impossible
    assert today.needed_a_day * today.remaining_workdays >= today.missing or not (
        today.remaining_workdays
    )
    assert today.behind == (done < today.expected_by_now)


DAY = date(2026, 11, 3)


def test_one_home_on_one_day_counts_once_for_each_worker() -> None:
    visits = [
        Visit(1, 7, DAY),
        Visit(1, 7, DAY),  # back in the afternoon
        Visit(1, 7, DAY + timedelta(days=1)),
        Visit(1, 8, DAY),
        Visit(2, 7, DAY),  # a colleague at the same home
    ]
    assert count_home_days(visits) == 4


def test_nobody_in_is_an_attempt_and_a_call_is_no_household_visit() -> None:
    visits = [
        Visit(1, 7, DAY, Mode.NOBODY_IN),
        Visit(1, 7, DAY, Mode.NOBODY_IN),
        Visit(1, 8, DAY, Mode.NOBODY_IN),
        Visit(1, 8, DAY, Mode.HOME),  # in at last: a visit, and no attempt
        Visit(1, 9, DAY, Mode.PHONE),
        Visit(1, 10, DAY, Mode.PATROL),
    ]
    assert count_home_days(visits) == 1
    assert count_attempts(visits) == 1
    assert count_home_days(visits, {Mode.HOME, Mode.PHONE}) == 2  # an office that counts calls


many = st.lists(
    st.builds(
        Visit,
        st.integers(1, 2),
        st.integers(1, 4),
        st.dates(DAY, DAY + timedelta(days=3)),
        st.sampled_from(Mode),
    ),
    max_size=30,
)


@given(many)
def test_repeating_the_diary_never_raises_a_count(visits: list[Visit]) -> None:
    assert count_home_days(visits * 2) == count_home_days(visits)
    assert count_attempts(visits * 2) == count_attempts(visits)
    assert count_home_days(visits) <= len(visits)


def test_topics_are_guessed_from_words_given_as_data() -> None:
    words = {Topic.ELDERCARE: ["助餐"], Topic.HEALTH: ["血压", "换药"], Topic.HAZARDS: ["WIFI", ""]}
    assert matching("阿姨血压高，要助餐", words) == (Topic.ELDERCARE, Topic.HEALTH)
    assert matching("wifi坏了", words) == (Topic.HAZARDS,)
    assert matching("没事", words) == ()


NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent_at", "made_at"),
    [
        (None, NOON),
        (NOON - timedelta(hours=30), NOON - timedelta(hours=30)),
        (NOON - timedelta(days=8), NOON - timedelta(days=7)),
        (NOON + timedelta(minutes=5), NOON),
    ],
)
def test_a_visit_was_made_when_it_was_sent_within_reason(
    sent_at: datetime | None, made_at: datetime
) -> None:
    assert moment_of(sent_at, NOON) == made_at


def test_coming_back_falls_on_days_that_exist_and_are_worked() -> None:
    assert come_back_days(date(2026, 11, 23), CALENDAR) == (
        date(2026, 11, 24),
        date(2026, 11, 30),
        date(2026, 12, 23),
    )
    # The week after 24 September lies in the National Day holiday (1 to 7 October 2026).
    assert come_back_days(date(2026, 9, 24), CALENDAR)[1] == date(2026, 10, 8)
    assert come_back_days(date(2026, 1, 31), CALENDAR)[2] == date(2026, 2, 28)  # a swapped Saturday


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("没人", Mode.NOBODY_IN),
        ("没人，留了条子", Mode.NOBODY_IN),
        ("没人照顾", None),
        ("打电话问了血压", Mode.PHONE),
        ("阿姨说要打电话", None),
        ("", None),
    ],
)
def test_only_the_first_clause_says_how_the_home_was_reached(text: str, mode: Mode | None) -> None:
    words = {Mode.NOBODY_IN: ["没人"], Mode.PHONE: ["打电话*"]}
    assert opened_by(text, words) is mode
