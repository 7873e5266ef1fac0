"""Which homes are suggested, and why."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Month
from domain.people import Home
from domain.visit_plan import Why, suggest, unseen_special

TODAY = date(2026, 11, 23)


def home(number: int, building: str = "1幢", *, special: bool = False) -> Home:
    return Home(number, 1, building, f"{number}01", 7, special)


def test_promises_then_special_then_never_seen_then_longest_ago() -> None:
    homes = [home(1), home(2), home(3, special=True), home(4), home(5)]
    last = {1: date(2026, 9, 3), 3: date(2026, 10, 31), 4: date(2026, 11, 20), 5: TODAY}

    found = suggest(homes, last, {4: TODAY}, TODAY, 10)

    assert [(each.home.id, each.why) for each in found] == [
        (4, Why.FOLLOW_UP),
        (3, Why.SPECIAL),
        (2, Why.NEVER),
        (1, Why.LONGEST),
    ]
    assert [each.since for each in found] == [TODAY, date(2026, 10, 31), None, date(2026, 9, 3)]


def test_a_special_home_that_was_seen_this_month_waits_its_turn() -> None:
    homes = [home(1, special=True), home(2)]
    last = {1: date(2026, 11, 1), 2: date(2026, 10, 1)}
    assert [each.home.id for each in suggest(homes, last, {}, TODAY, 10)] == [2, 1]


def test_a_promise_for_later_is_none_for_today() -> None:
    found = suggest([home(1)], {}, {1: TODAY + timedelta(days=1)}, TODAY, 10)
    assert [each.why for each in found] == [Why.NEVER]


def test_homes_alike_stand_in_the_order_of_a_walk() -> None:
    homes = [home(1, "12幢"), home(2, "3幢"), home(1, "3幢"), home(10, "3幢")]
    places = [each.home.place for each in suggest(homes, {}, {}, TODAY, 10)]
    assert places == ["3幢101", "3幢201", "3幢1001", "12幢101"]


def test_unseen_special_homes_are_those_of_this_month() -> None:
    homes = [home(1, special=True), home(2, special=True), home(3), home(4, special=True)]
    last = {1: date(2026, 11, 1), 2: date(2026, 10, 31)}
    assert [each.id for each in unseen_special(homes, last, Month(2026, 11))] == [2, 4]


@given(
    st.dictionaries(st.integers(1, 40), st.dates(date(2026, 1, 1), TODAY)),
    st.sets(st.integers(1, 40)),
    st.integers(1, 50),
)
def test_nobody_seen_today_is_suggested_and_no_special_home_is_passed_over(
    last: dict[int, date], special: set[int], limit: int
) -> None:
    homes = [home(number, special=number in special) for number in range(1, 41)]

    found = suggest(homes, last, {}, TODAY, limit)

    waiting = [each for each in homes if last.get(each.id) != TODAY]
    assert len(found) == min(limit, len(waiting))
    assert len({each.home.id for each in found}) == len(found)
    urgent = {h.id for h in unseen_special(homes, last, Month(2026, 11))}
    first = {each.home.id for each in found[: len(urgent)]}
    assert first <= urgent
