"""The ladder as data: what is written is checked, and comes back as it went in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.ladder import UNWRITTEN, Ladder, LadderError, Who
from knowledge.ladders import load_ladders

RUNG: dict[str, Any] = {"after": 0, "who": ["family"]}


def test_the_shipped_ladders_come_back_as_they_went_in() -> None:
    for ladder in load_ladders().values():
        for frozen in (ladder, ladder.in_surge):
            assert Ladder.from_data(frozen.to_json()) == replace(frozen, surge=None)


ORDINARY: dict[str, Any] = {
    "rungs": [RUNG, {"after": 60, "who": ["street"], "repeat": 120}],
    "stays": {"taken": {"within": 300, "again": 120}},
}


def test_surge_calls_more_people_and_sooner_and_bears_silence_no_longer() -> None:
    rungs = [{"after": 0, "who": ["family", "all_workers"]}, {**ORDINARY["rungs"][1], "after": 30}]
    ladder = Ladder.from_data(ORDINARY | {"surge": {"rungs": rungs}})
    assert ladder.in_surge.rungs[1].after == timedelta(seconds=30)
    assert ladder.in_surge.stays == ladder.stays
    assert Ladder.from_data(ORDINARY).in_surge == Ladder.from_data(ORDINARY)


@pytest.mark.parametrize(
    ("surge", "problem"),
    [
        ([RUNG], "rungs of its own"),
        ({"stays": {}}, "rungs of its own"),
        ({"rungs": [{"after": 0, "who": []}]}, "surge, rung 1 reaches nobody"),
        ({"rungs": [{"after": 0, "who": ["family"]}]}, "street later than without it, or not"),
        ({"rungs": [{**RUNG, "after": 5}, ORDINARY["rungs"][1]]}, "family later than"),
        ({"rungs": [{"after": 0, "who": ["family", "street"]}]}, "must end as the ladder does"),
        (
            {"rungs": [RUNG, {"after": 60, "who": ["street"], "repeat": 180}]},
            "must end as the ladder does",
        ),
        (
            ORDINARY | {"stays": {"taken": {"within": 400, "again": 120}}},
            "silence in 'taken' for longer",
        ),
    ],
)
def test_a_surge_that_protects_less_is_refused(surge: Any, problem: str) -> None:
    with pytest.raises(LadderError, match=problem):
        Ladder.from_data(ORDINARY | {"surge": surge})


def test_only_calls_for_help_have_a_ladder_for_surge_mode(tmp_path: Path) -> None:
    """A question's would be read and never used."""
    file = tmp_path / "ladders.yaml"
    rungs = "{rungs: [{after: 0, who: [supervisor]}]}"
    file.write_text(f"question: {{rungs: [{{after: 0, who: [supervisor]}}], surge: {rungs}}}")
    with pytest.raises(LadderError, match="'question', surge: only calls for help"):
        load_ladders(file)


def test_a_list_is_rungs_without_stays() -> None:
    assert Ladder.from_data([RUNG]) == Ladder.from_data({"rungs": [RUNG]})


def test_past_its_end_a_ladder_repeats_or_ends() -> None:
    now = datetime(2026, 11, 26, tzinfo=UTC)
    once = Ladder.from_data([RUNG])
    again = Ladder.from_data([{**RUNG, "repeat": 120}])
    assert once.next_at(1, now, now) is None
    assert again.next_at(1, now, now) == now + timedelta(seconds=120)


def test_a_rung_whose_time_has_passed_is_due_now_and_not_overdue() -> None:
    opened = datetime(2026, 11, 26, tzinfo=UTC)
    late = opened + timedelta(minutes=7)
    ladder = Ladder.from_data([RUNG, {**RUNG, "after": 60}])
    assert ladder.next_at(1, opened, opened) == opened + timedelta(seconds=60)
    assert ladder.next_at(1, opened, late) == late


def test_a_clock_set_back_behind_the_start_counts_from_the_rung_climbed_last() -> None:
    opened = datetime(2026, 11, 26, 10, tzinfo=UTC)
    ladder = load_ladders()["help"]
    an_hour_back = opened - timedelta(hours=1)

    assert ladder.next_at(2, opened, opened) == opened + timedelta(seconds=180)
    assert ladder.next_at(2, opened, an_hour_back) == an_hour_back + timedelta(seconds=120)
    assert ladder.next_at(9, opened, an_hour_back) == an_hour_back + timedelta(seconds=120)


def minutes_of_news(ladder: Ladder, hours: int) -> list[float]:
    """When, after the start, whoever waits reads that nobody has it."""
    opened = now = datetime(2026, 11, 26, tzinfo=UTC)
    told: list[float] = []
    rung = 0
    while now - opened < timedelta(hours=hours):
        if ladder.is_long(rung):
            told.append((now - opened) / timedelta(minutes=1))
        rung += 1
        later = ladder.next_at(rung, opened, now)
        assert later is not None
        now = later
    return told


def test_who_waits_hears_of_it_as_the_heads_are_called_often_at_first_and_seldom_all_night() -> (
    None
):
    ladder = load_ladders()["help"]
    assert minutes_of_news(ladder, 3) == [3, 13, 23, 33, 43, 53, 63, 93, 123, 153]
    assert minutes_of_news(ladder.in_surge, 2) == [2, 12, 22, 32, 42, 52, 62, 92]
    assert len(minutes_of_news(ladder, 10)) == 24, "not one of sixty a night, and never an end"
    headless = Ladder.from_data([RUNG, {**RUNG, "repeat": 60}])
    assert minutes_of_news(headless, 1)[:3] == [1, 11, 21], "nor is anybody forgotten there"


def test_how_often_who_waits_hears_is_the_ladders_own_and_frozen_with_it() -> None:
    news = {"every": 300, "first": 600, "then": 3600}
    ladder = Ladder.from_data({"rungs": [RUNG, {**RUNG, "after": 60, "repeat": 120}], "news": news})
    assert minutes_of_news(ladder, 3) == [3, 9, 13, 73, 133], "at the rung that comes next"
    assert Ladder.from_data(ladder.to_json()) == ladder
    assert "news" not in load_ladders()["help"].to_json(), "what every ladder says is not repeated"


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
        ({"rungs": [RUNG], "news": {"always": 60}}, "news: .*'always'"),
        ({"rungs": [RUNG], "news": {"every": "inf"}}, "news: cannot convert"),
        ({"rungs": [RUNG], "news": {"every": 0}}, "news: times must be positive"),
        ({"rungs": [RUNG], "surge": {"rungs": [RUNG], "news": {}}}, "none of its own"),
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
