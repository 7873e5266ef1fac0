"""The ladder as data: what is written is checked, and comes back as it went in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.ladder import UNWRITTEN, Ladder, LadderError, Who
from knowledge.ladders import load_ladders

RUNG = {"after": 0, "who": ["family"]}


def test_the_shipped_ladders_come_back_as_they_went_in() -> None:
    for ladder in load_ladders().values():
        assert Ladder.from_data(ladder.to_json()) == ladder


def test_a_list_is_rungs_without_stays() -> None:
    assert Ladder.from_data([RUNG]) == Ladder.from_data({"rungs": [RUNG]})


def test_past_its_end_a_ladder_repeats_or_ends() -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    once = Ladder.from_data([RUNG])
    again = Ladder.from_data([{**RUNG, "repeat": 120}])
    assert once.next_at(1, now, now) is None
    assert again.next_at(1, now, now) == now + timedelta(seconds=120)


def test_a_clock_set_back_behind_the_start_counts_from_the_rung_climbed_last() -> None:
    opened = datetime(2026, 11, 26, 10, tzinfo=UTC)
    ladder = load_ladders()["help"]
    an_hour_back = opened - timedelta(hours=1)

    assert ladder.next_at(2, opened, opened) == opened + timedelta(seconds=180)
    assert ladder.next_at(2, opened, an_hour_back) == an_hour_back + timedelta(seconds=120)
    assert ladder.next_at(9, opened, an_hour_back) == an_hour_back + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "at least one rung"),
        ([{**RUNG, "colour": 1}], "rung 1: unknown field 'colour'"),
        ([{"after": 0, "who": ["mayor"]}], "rung 1: 'mayor'"),
        ([{"after": 0, "who": []}], "rung 1 reaches nobody"),
        ([{**RUNG, "after": -1}], "times must not be negative"),
        ([{**RUNG, "after": 60}, RUNG], "rung 2 comes before rung 1"),
        ([{**RUNG, "repeat": 5}, RUNG], "rung 1 repeats but is not the last one"),
        ({"rungs": [RUNG], "steps": 1}, "unknown field 'steps'"),
        ({"rungs": [RUNG], "stays": {"open": {}}}, "stays: 'open' is none of"),
        ({"rungs": [RUNG], "stays": {"taken": {"within": 5}}}, "stays, taken: 'again'"),
        (
            {"rungs": [RUNG], "stays": {"taken": {"within": 0, "again": 5}}},
            "stays, taken: times must be positive",
        ),
    ],
)
def test_a_ladder_that_cannot_be_used_says_why(data: Any, problem: str) -> None:
    with pytest.raises(LadderError, match=problem):
        Ladder.from_data(data)


def test_the_last_rung_calls_colleagues_only_and_what_is_asked_has_its_time() -> None:
    rungs = [
        {"after": 0, "who": ["household_worker", "family"]},
        {"after": 60, "who": ["all_workers", "family", "owner", "supervisor"], "repeat": 60},
    ]
    ladder = Ladder.from_data({"rungs": rungs, "stays": {"offer": {"within": 30, "again": 60}}})
    assert ladder.widest == (Who.ALL_WORKERS, Who.SUPERVISOR)
    assert ladder.wait("offer").within == timedelta(seconds=30)
    assert ladder.wait("support") == UNWRITTEN, "an older ladder forgets nobody"
    assert Ladder.from_data(ladder.to_json()) == ladder
