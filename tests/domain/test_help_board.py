"""How fast help is, counted so that nothing flatters: examples by hand, and what must always hold."""

from datetime import UTC, date, datetime, timedelta
from statistics import quantiles
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.duty import DutyState, Outcome
from domain.help_board import (
    STEPS,
    TARGETS,
    Case,
    End,
    Measure,
    Share,
    Wait,
    by_community,
    by_day,
    by_week,
    figures,
    is_overdue,
    next_overdue,
    period_start,
    quantile,
    share,
    spread,
    standing,
    wait,
)

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
MOMENTS = st.floats(0, 10_000)
WAITS = st.builds(Wait, MOMENTS, st.sampled_from(End))
MANY = st.lists(WAITS, max_size=40)


def after(seconds: float | None) -> datetime | None:
    return None if seconds is None else NOON + timedelta(seconds=seconds)


def a_case(
    number: int = 1,
    taken: float | None = None,
    arrived: float | None = None,
    closed: float | None = None,
    outcome: Outcome | None = None,
    opened: datetime = NOON,
    back: int = 0,
) -> Case:
    stamps = [(taken, DutyState.TAKEN), (arrived, DutyState.ARRIVED), (closed, DutyState.CLOSED)]
    reached = [state for moment, state in stamps if moment is not None]
    return Case(
        number,
        7,
        max(reached, default=DutyState.OPEN),
        opened,
        after(taken),
        after(arrived),
        after(closed),
        outcome or (Outcome.DONE if closed is not None else None),
        back,
    )


def shares(*cases: Case, now: float = 7200) -> list[tuple[int, int]]:
    return [(one.hit, one.of) for one in figures(cases, NOON + timedelta(seconds=now)).shares]


def test_who_still_waits_counts_from_the_first_second() -> None:
    quick, waiting = a_case(1, taken=20, arrived=600, closed=900), a_case(2)
    assert shares(quick) == [(1, 1), (1, 1), (1, 1)]
    assert shares(quick, waiting, now=5) == [(1, 2), (1, 2), (1, 2)]
    assert shares(quick, waiting, now=7200) == [(1, 2), (1, 2), (1, 2)]


def test_what_nobody_needed_leaves_only_the_limits_it_ended_before() -> None:
    wrong = a_case(closed=90, outcome=Outcome.FALSE_ALARM)
    assert shares(wrong) == [(0, 1), (0, 0), (0, 0)], "nobody had come within 60 s, and was needed"
    assert shares(a_case(closed=30, outcome=Outcome.FALSE_ALARM)) == [(0, 0)] * 3


def test_whoever_closes_it_at_once_has_had_it_then_but_was_not_at_the_door() -> None:
    by_telephone = a_case(closed=50)
    assert shares(by_telephone) == [(1, 1), (1, 1), (0, 0)]
    assert figures([by_telephone], NOON).not_visited == 1
    too_late = a_case(taken=50, closed=50 * 60)
    assert shares(too_late) == [(1, 1), (1, 1), (0, 1)]


def test_hands_that_let_go_do_not_count() -> None:
    given_back = a_case(back=1)
    assert wait(given_back, Measure.TAKEN, NOON + timedelta(minutes=9)) == Wait(540, End.WAITING)
    assert figures([given_back, a_case(taken=10)], NOON).given_back == 1


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    assert wait(a_case(taken=-30), Measure.TAKEN, NOON) == Wait(0, End.REACHED)


@pytest.mark.parametrize(
    ("case", "minutes", "overdue"),
    [
        (a_case(), 2, False),
        (a_case(), 3, True),
        (a_case(taken=20), 44, False),
        (a_case(taken=20), 46, True),
        (a_case(taken=20, arrived=600), 300, False),
        (a_case(taken=20, closed=900), 300, False),
    ],
)
def test_overdue_is_past_the_last_target(case: Case, minutes: int, overdue: bool) -> None:
    assert is_overdue(case, NOON + timedelta(minutes=minutes)) is overdue


def test_when_the_next_one_will_be_late() -> None:
    waiting, taken = a_case(1), a_case(2, taken=20, opened=NOON + timedelta(seconds=30))
    assert next_overdue([waiting, taken], NOON) == after(180)
    assert next_overdue([waiting, taken], NOON + timedelta(seconds=180)) == after(2700)
    assert next_overdue([a_case(3, taken=9, arrived=9), a_case(4, closed=9)], NOON) is None


def test_how_it_stands() -> None:
    earlier = a_case(3, opened=NOON - timedelta(hours=1))
    now = standing([a_case(1, taken=9), a_case(2, closed=9), earlier], NOON + timedelta(seconds=10))
    assert now.by_state == {DutyState.OPEN: 1, DutyState.TAKEN: 1}
    assert (now.total, now.oldest, now.overdue) == (2, earlier.opened_at, 1)
    assert standing([], NOON).oldest is None


def test_nothing_is_no_praise() -> None:
    assert Share(0, 0).meets(TARGETS[0]) is None
    assert Share(39, 40).meets(TARGETS[0]) is True
    assert Share(38, 40).meets(TARGETS[0]) is False
    assert quantile([], 0.5) is None


def test_kaplan_and_meier_by_hand() -> None:
    """Freireich's remission times of 21 patients on 6-MP (1963): the textbook's median is 23 weeks."""
    relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    patients = [Wait(t, End.REACHED) for t in relapsed] + [Wait(t, End.WAITING) for t in censored]
    assert quantile(patients, 0.5) == 23
    assert quantile(patients, 0.25) == 13
    assert quantile(patients, 0.9) is None, "fewer than nine in ten ever relapsed"


def test_days_weeks_and_communities_are_the_wall_clocks() -> None:
    late = a_case(1, opened=datetime(2026, 11, 22, 15, 59, tzinfo=UTC))  # Sunday 23:59 in Ningbo
    early = a_case(2, opened=datetime(2026, 11, 22, 16, 0, tzinfo=UTC))
    assert list(by_day([early, late], ZONE)) == [date(2026, 11, 22), date(2026, 11, 23)]
    assert list(by_week([early, late], ZONE)) == [date(2026, 11, 16), date(2026, 11, 23)]
    assert by_community([early, late]) == {7: [early, late]}
    assert period_start(1, NOON, ZONE) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert period_start(7, NOON, ZONE) == datetime(2026, 11, 16, 16, 0, tzinfo=UTC)


@given(MANY, st.floats(0, 9_000), st.floats(0, 9_000))
def test_another_one_waiting_never_makes_a_share_better(
    waits: list[Wait], so_far: float, within: float
) -> None:
    before, after_it = share(waits, within), share([*waits, Wait(so_far, End.WAITING)], within)
    assert after_it.of == before.of + 1
    assert (after_it.value or 0) <= (before.value or 0)
    assert 0 <= after_it.hit <= after_it.of


@given(MANY, st.floats(0, 9_000), st.floats(0, 9_000))
def test_a_longer_limit_is_never_reached_by_fewer(
    waits: list[Wait], one: float, other: float
) -> None:
    short, long = sorted((one, other))
    assert share(waits, short).hit <= share(waits, long).hit


@given(st.lists(MOMENTS, min_size=2, max_size=60))
def test_with_everything_over_it_is_the_plain_quantile(times: list[float]) -> None:
    waits = [Wait(time, End.REACHED) for time in times]
    in_order = sorted(times)
    assert quantile(waits, 0.5) == in_order[(len(times) + 1) // 2 - 1]
    assert quantile(waits, 1.0) == in_order[-1]
    low = quantile(waits, 0.1)
    assert low is not None
    assert low <= quantiles(times, n=10, method="inclusive")[0] + 1e-6


@given(MANY, st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_a_quantile_is_a_time_somebody_was_reached_and_grows(
    waits: list[Wait], one: float, other: float
) -> None:
    low, high = (quantile(waits, part) for part in sorted((one, other)))
    reached = {w.seconds for w in waits if w.end is End.REACHED}
    assert {low, high} - {None} <= reached
    assert high is None or (low is not None and low <= high)


@given(MANY, st.floats(10_001, 20_000), st.floats(0.05, 0.95))
def test_one_who_waits_longest_never_makes_it_look_quicker(
    waits: list[Wait], so_far: float, part: float
) -> None:
    before = quantile(waits, part)
    now = quantile([*waits, Wait(so_far, End.WAITING)], part)
    assert now is None or (before is not None and now >= before)


@given(MANY, st.sampled_from(Measure))
def test_every_call_stands_in_one_bar(waits: list[Wait], measure: Measure) -> None:
    bars = spread(waits, STEPS[measure])
    assert bars.total == len(waits)
    for number, step in enumerate(STEPS[measure], 1):
        assert sum(bars.reached[:number]) == sum(
            one.end is End.REACHED and one.seconds <= step for one in waits
        )
