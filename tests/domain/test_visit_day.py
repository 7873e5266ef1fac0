"""The day's walk: what it takes first and why, and that it keeps whatever can be kept."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import WorkCalendar
from domain.visit_day import Ahead, Going, Span, Standing, Tier, plan, span_of, tier_of

MONDAY = date(2026, 11, 23)
AHEAD = Ahead(WorkCalendar().workdays(MONDAY, date(2026, 12, 31)))


def reasons(going: tuple[Going, ...]) -> list[tuple[int, str]]:
    return [(each.home, each.reason) for each in going]


def test_each_home_has_the_most_pressing_reason_and_the_earliest_goes_first() -> None:
    homes = [
        Standing(1, 1, last=date(2026, 9, 3)),
        Standing(2, 2, Tier.KEY, last=date(2026, 10, 31)),
        Standing(3, 3, Tier.HIGH, last=date(2026, 11, 20)),
        Standing(4, 4, promised=MONDAY),
        Standing(5, 5, shocked=MONDAY + timedelta(days=1)),
        Standing(6, 6),
        Standing(7, 7, Tier.HIGH, last=MONDAY),
        Standing(8, 8, Tier.HIGH, last=date(2026, 11, 2), asked=date(2026, 11, 20)),
    ]
    found = plan(homes, AHEAD, missing=6 * 8, most_a_day=8)
    assert reasons(found.going) == [
        (4, "promised"),
        (8, "asked"),
        (5, "shock"),
        (3, "high"),
        (2, "key"),
        (6, "never"),
        (1, "longest"),
    ]
    assert not found.lost


def test_a_promise_for_a_later_day_serves_the_month_and_waits_for_its_day() -> None:
    home = Standing(1, 1, Tier.KEY, promised=date(2026, 11, 26))
    assert plan([home], AHEAD, 0, 8).going == ()
    thursday = Ahead(tuple(day for day in AHEAD.days if day >= date(2026, 11, 26)))
    assert reasons(plan([home], thursday, 0, 8).going) == [(1, "promised")]


def test_only_what_the_pace_needs_is_suggested_and_more_where_a_list_is_wanted() -> None:
    homes = [Standing(number, number % 3) for number in range(30)]
    assert len(plan(homes, AHEAD, missing=12, most_a_day=8).going) == 2
    assert plan(homes, AHEAD, missing=0, most_a_day=8).going == ()
    assert len(plan(homes, AHEAD, missing=0, most_a_day=8, least=6).going) == 6


def test_each_building_is_walked_once_and_fillers_lie_on_the_way() -> None:
    homes = [Standing(1, 9, Tier.HIGH), *(Standing(n, n % 4 + 6) for n in range(2, 40))]
    found = plan(homes, AHEAD, missing=36, most_a_day=8).going
    assert [each.building for each in found] == [9] * 6
    mixed = plan(homes, AHEAD, missing=36, most_a_day=20, least=14).going
    walked = [each.building for each in mixed]
    assert walked == sorted(walked, key=walked.index)


def test_a_month_that_cannot_be_kept_is_known_at_once() -> None:
    keys = [Standing(number, 1, Tier.KEY) for number in range(50)]
    found = plan(keys, AHEAD, missing=60, most_a_day=8)
    assert (found.late, found.short) == (2, 12)
    assert len(found.going) == 8
    weekly = [Standing(number, 1, Tier.HIGH, last=date(2026, 11, 9)) for number in range(9)]
    one_day_a_week = Ahead((date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)))
    assert plan(weekly, one_day_a_week, missing=0, most_a_day=8).late == 2


def test_a_special_home_is_a_key_one_until_somebody_says_otherwise() -> None:
    assert tier_of(None, special=True) is Tier.KEY
    assert tier_of("high", special=True) is Tier.HIGH
    assert tier_of(None, special=False) is None
    assert span_of(Span.QUARTER, MONDAY) == (date(2026, 10, 1), date(2026, 12, 31))


# Every way of walking, tried one after the other: slow and obvious.

LAST = (date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 28), date(2026, 12, 30))
"""Some own days in the last two weeks of a month that ends a quarter."""


def spans(home: Standing, days: tuple[date, ...]) -> Iterator[tuple[date, date]]:
    """The days between which somebody must be at a home, once in each."""
    for day in {d for d in (home.promised, home.asked) if d is not None}:
        on = next((each for each in days if each >= day), days[-1])
        yield on, on
    if home.shocked is not None:
        yield days[0], max(home.shocked, days[0])
    if home.tier is Tier.HIGH:
        if home.last is None or home.last < date(2026, 12, 21):
            yield date(2026, 12, 21), date(2026, 12, 27)
        yield date(2026, 12, 28), date(2026, 12, 31)
    elif home.tier is not None:
        first = date(2026, 12, 1) if home.tier is Tier.KEY else date(2026, 10, 1)
        if home.last is None or home.last < first:
            yield first, date(2026, 12, 31)


def kept(
    homes: list[Standing], days: tuple[date, ...], missing: int, walked: list[tuple[int, ...]]
) -> bool:
    made = {(home, day) for day, some in zip(days, walked, strict=True) for home in some}
    return len(made) >= missing and all(
        any(home == each.home and first <= day <= last for home, day in made)
        for each in homes
        for first, last in spans(each, days)
        if any(first <= day <= last for day in days)
    )


def every_walk(
    homes: list[Standing], days: tuple[date, ...], most: int
) -> Iterator[list[tuple[int, ...]]]:
    if not days:
        yield []
        return
    free = [each.home for each in homes]
    for size in range(most + 1):
        for today in combinations(free, size):
            for rest in every_walk(homes, days[1:], most):
                yield [today, *rest]


def followed(
    homes: list[Standing], days: tuple[date, ...], missing: int, most: int
) -> list[tuple[int, ...]]:
    """A worker who goes where the plan says, day after day."""
    walked = []
    for n, day in enumerate(days):
        going = plan(homes, Ahead(days[n:]), max(0, missing), most).going
        some = tuple(each.home for each in going)
        missing -= len(some)
        walked.append(some)
        homes = [_after(home, day) if home.home in some else home for home in homes]
    return walked


def _after(home: Standing, day: date) -> Standing:
    """A visit keeps what was promised, asked and feared until its day."""

    def left(wanted: date | None) -> date | None:
        return wanted if wanted is not None and wanted > day else None

    return Standing(
        home.home, home.building, home.tier, day, left(home.promised), left(home.asked), None
    )


wanted_days = st.none() | st.sampled_from([date(2026, 12, 23), *LAST])
standings = st.builds(
    Standing,
    home=st.just(0),
    building=st.integers(1, 2),
    tier=st.sampled_from([None, None, *Tier]),
    last=st.none() | st.sampled_from([date(2026, 9, 30), date(2026, 11, 30), date(2026, 12, 22)]),
    promised=wanted_days,
    asked=st.none() | st.just(date(2026, 12, 25)),
    shocked=st.none() | st.just(date(2026, 12, 25)),
)


@settings(max_examples=120)
@given(
    st.lists(standings, min_size=3, max_size=4),
    st.sets(st.sampled_from(LAST), min_size=1, max_size=3),
    st.integers(0, 7),
    st.integers(1, 2),
)
def test_whoever_follows_the_plan_keeps_whatever_can_be_kept(
    made: list[Standing], some: set[date], missing: int, most: int
) -> None:
    days = tuple(sorted(some))
    homes = [
        Standing(n, h.building, h.tier, h.last, h.promised, h.asked, h.shocked)
        for n, h in enumerate(made)
    ]
    possible = any(kept(homes, days, missing, walk) for walk in every_walk(homes, days, most))
    first = plan(homes, Ahead(days), missing, most)
    assert first.lost is not possible
    if possible:
        assert kept(homes, days, missing, followed(homes, days, missing, most))
