"""The roster as a rule: patterns become shifts, and no exchange makes a gap or hides a double."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WorkCalendar
from domain.policies import Policies
from domain.roster import (
    Exchange,
    Post,
    Span,
    WeeklyShift,
    clashes,
    effect,
    exchanged,
    expand,
    notice_at,
    uncovered,
)

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 23, tzinfo=UTC)
CALENDAR = WorkCalendar()


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


@st.composite
def rosters(draw: st.DrawFn) -> list[Post]:
    """Up to eight shifts of up to twelve hours in two days, for four people."""
    spans = draw(
        st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), min_size=1, max_size=8)
    )
    people = st.integers(1, 4)
    return [
        Post(n, draw(people), hour(since), hour(since + long), draw(st.none() | people))
        for n, (since, long) in enumerate(spans, 1)
    ]


def hours_stood(posts: list[Post], able: frozenset[int]) -> set[int]:
    return {
        n
        for n in range(60)
        for post in posts
        if post.since <= hour(n) < post.until and {post.person, post.backup} & able
    }


@given(rosters(), st.frozensets(st.integers(1, 4)), st.integers(1, 4), st.data())
def test_an_exchange_that_says_no_gap_makes_none_and_every_double_is_said(
    posts: list[Post], able: frozenset[int], taker: int, data: st.DataObject
) -> None:
    given_ = data.draw(st.sampled_from(posts)).id
    theirs = [post.id for post in posts if post.person == taker and post.id != given_]
    back = data.draw(st.sampled_from([None, *theirs]))
    swap = Exchange(given_, taker, back)
    after = list(exchanged(posts, swap))
    said = effect(posts, swap, able)

    lost = hours_stood(posts, able) - hours_stood(after, able)
    assert {n for n in range(60) if any(g.since <= hour(n) < g.until for g in said.gaps)} == lost
    if able >= {post.person for post in posts} | {taker}:
        assert not said.gaps, "while everybody is able, somebody always stands each shift"
    pairs = {(one.id, other.id) for one, other in said.twice}
    known = {(one.id, other.id) for one, other in clashes(posts)}
    assert pairs == {(one.id, other.id) for one, other in clashes(after)} - known


def test_who_was_behind_a_shift_and_stands_it_leaves_nobody_behind() -> None:
    posts = [Post(1, 1, hour(0), hour(8), backup=2), Post(2, 3, hour(8), hour(16), backup=3)]
    said = effect(posts, Exchange(1, 2), {1, 2, 3})
    assert [post.id for post in said.bare] == [1], "the second was so before"
    assert not said.gaps
    assert not said.twice


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 12))))
def test_what_is_not_covered_is_what_no_span_touches(spans: list[tuple[int, int]]) -> None:
    found = uncovered([Span(hour(a), hour(a + long)) for a, long in spans], hour(5), hour(45))
    open_hours = {n for n in range(60) if any(gap.since <= hour(n) < gap.until for gap in found)}
    assert open_hours == {n for n in range(5, 45) if not any(a <= n < a + b for a, b in spans)}


def weekly(*days: str, persons: tuple[str, ...] = ("a",)) -> WeeklyShift:
    return WeeklyShift(frozenset(days), time(20), time(8), persons)


def test_rest_days_follow_the_official_calendar_and_turns_are_fair() -> None:
    """National Day 2026: 1 to 7 October rest, Saturday the 10th is worked for it."""
    shifts = list(
        expand([weekly("restday", persons=("a", "b", "c"))], date(2026, 10, 1), 14, ZONE, CALENDAR)
    )
    days = [shift.starts_at.astimezone(ZONE).day for shift in shifts]
    assert days == [1, 2, 3, 4, 5, 6, 7, 11]
    people = [shift.person for shift in shifts]
    assert max(Counter(people).values()) - min(Counter(people).values()) <= 1
    assert all(one != other for one, other in pairwise(people))
    longer = [weekly("restday", persons=("a", "b", "c"))]
    earlier = expand(longer, date(2026, 9, 28), 17, ZONE, CALENDAR)
    assert [s.person for s in earlier][-8:] == people, "a turn is the same whenever it is asked for"


def test_working_days_hold_the_swapped_saturday_and_weekdays_do_not_care() -> None:
    worked = expand([weekly("workday")], date(2026, 10, 5), 7, ZONE, CALENDAR)
    assert [s.starts_at.astimezone(ZONE).day for s in worked] == [8, 9, 10]
    saturday = expand([weekly("sat")], date(2026, 10, 5), 7, ZONE, CALENDAR)
    assert [s.starts_at.astimezone(ZONE).day for s in saturday] == [10]


def test_who_goes_on_duty_at_night_hears_it_before_the_quiet_hours() -> None:
    policies = Policies(ladders={})

    def told(day: int, hour: int, minute: int) -> str:
        at = datetime(2026, 11, day, hour, minute, tzinfo=ZONE)
        return f"{notice_at(at, policies, ZONE).astimezone(ZONE):%d %H:%M}"

    assert told(24, 8, 30) == "24 08:30"
    assert told(24, 20, 0) == "24 20:00"
    assert told(24, 22, 0) == "24 20:30"
    assert told(24, 6, 0) == "23 20:30"


@given(st.integers(0, 14 * 24 * 4 - 1))
def test_what_runs_at_a_moment_is_what_the_layout_has_then(quarters: int) -> None:
    """One pattern, asked in two ways, by day and over night, on swapped days too."""
    by_day = WeeklyShift(frozenset({"mon", "wed"}), time(8), time(20), ("a",))
    shifts = [by_day, weekly("restday")]
    local = datetime(2026, 10, 1, tzinfo=ZONE) + timedelta(minutes=15 * quarters)
    laid_out = list(expand(shifts, date(2026, 9, 30), 16, ZONE, CALENDAR))
    running = sum(one.starts_at <= local < one.ends_at for one in laid_out)
    assert sum(shift.runs_at(local, CALENDAR) for shift in shifts) == running
