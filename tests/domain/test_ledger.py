"""What a ledger counts, traces and appraises; what its readers see of people's lives."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from domain.appraisal import WORK, Measure, Reached, Weights, WeightsError, appraise
from domain.ledger import Cell, Column, Event, Kind, Ledger, Row, Source, trace
from domain.ledger_facts import Change, Made, Spot, corrections, home_days
from domain.ledger_sums import attempts_of, homes_of
from domain.privacy import HEALTH, Sight, name_for, place_for, without_health, words_for
from domain.visit import Mode


def a_line(number: int, home: int = 1, day: int = 1, mode: Mode = Mode.HOME, who: int = 1) -> Made:
    on = date(2026, 10, day)
    at = datetime(2026, 10, day, 2, number % 60, tzinfo=UTC)
    return Made(number, who, home, Spot("3幢", "502"), at, on, mode)


def test_a_home_gone_to_twice_a_day_counts_once_and_both_lines_are_behind_it() -> None:
    lines = [a_line(1), a_line(2), a_line(3, day=2), a_line(4, who=2), a_line(5, mode=Mode.PHONE)]
    counted = home_days(lines)
    assert [len(some) for some in counted.values()] == [2, 1, 1]
    assert homes_of([*lines, a_line(6, home=2)]) == 2, "two workers at one home make it no larger"


def test_nobody_in_is_no_attempt_where_somebody_was_later_that_day() -> None:
    lines = [a_line(1, mode=Mode.NOBODY_IN), a_line(2), a_line(3, day=2, mode=Mode.NOBODY_IN)]
    assert attempts_of(lines).count == 1
    assert attempts_of(lines).sources == (Source(Event.VISIT, 3),)


def test_what_became_of_a_closed_month_is_told_and_a_move_is_no_change() -> None:
    before = (a_line(1), a_line(2, home=2), a_line(3, home=3))
    moved = replace(before[0], spot=Spot("9幢", "101"))
    now = (moved, replace(before[1], note="补一句"), a_line(4, home=4))
    told = {late.change: late.line.id for late in corrections(before, now)}
    assert told == {Change.CHANGED: 2, Change.REMOVED: 3, Change.ADDED: 4}


def test_every_cell_leads_to_its_events() -> None:
    visits = (Source(Event.VISIT, 7), Source(Event.VISIT, 9))
    rows = (Row((Cell(1), Cell("甲"), Cell(2, visits))),)
    columns = tuple(Column(name, 9) for name in ("序号", "社工", "走访"))
    ledger = Ledger(
        Kind.SUMMARY, "汇总", "", (), columns, rows, Row.of(["", "", 2], visits), (), (), "", 1
    )
    assert [(t.row, t.column, t.sources) for t in trace(ledger, "合计")] == [
        ("甲", "走访", visits),
        ("合计", "", visits),
    ]
    with pytest.raises(ValueError, match="2 cells, 3 columns"):
        replace(ledger, rows=(Row.of([1, 2]),))


def reached(*pairs: tuple[int, int]) -> dict[Measure, Reached]:
    return {measure: Reached(*pair) for measure, pair in zip(WORK, pairs, strict=True)}


WEIGHTS = Weights(
    3,
    {
        Measure.VISITS: 25,
        Measure.SPECIAL: 15,
        Measure.ON_TIME: 15,
        Measure.RETURNS: 5,
        Measure.SATISFIED: 40,
    },
)


def test_points_are_shares_of_weights_and_more_than_all_is_all() -> None:
    done = appraise(WEIGHTS, reached((45, 30), (3, 3), (2, 4), (0, 1)), Fraction(88, 100))
    assert done.work == Fraction(25 + 15) + Fraction(15, 2)
    assert done.total == done.work + Fraction(352, 10)


def test_nobody_loses_by_what_there_was_none_of() -> None:
    done = appraise(WEIGHTS, reached((30, 30), (0, 0), (0, 0), (0, 0)), None)
    assert done.work == 60
    assert done.total is None
    assert done.points[Measure.SPECIAL] is None
    nothing = appraise(WEIGHTS, reached((0, 0), (0, 0), (0, 0), (0, 0)), Fraction(1))
    assert nothing.work == 0
    assert nothing.total == 40


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({Measure.VISITS: 30}, "add up to 105"),
        ({Measure.VISITS: -5, Measure.SPECIAL: 45}, "never negative"),
        (dict.fromkeys(WORK, 0) | {Measure.SATISFIED: 100}, "some of the points"),
    ],
)
def test_weights_that_cannot_be_used_say_why(changes: dict[Measure, int], why: str) -> None:
    with pytest.raises(WeightsError, match=why):
        Weights(1, {**WEIGHTS.points, **changes})


@pytest.mark.parametrize(
    ("said", "head_reads"),
    [
        ("阿姨血压高 要换药", HEALTH),
        ("血压偏高，送了药；问了助餐的事", f"{HEALTH}；问了助餐的事"),
        ("楼道堆物，老人头晕，已联系物业", f"楼道堆物，{HEALTH}，已联系物业"),
        ("医保怎么转到宁波？", "医保怎么转到宁波？"),
        ("反诈宣传，装了APP", "反诈宣传，装了APP"),
    ],
)
def test_a_supervisor_reads_no_word_of_anybodys_health(said: str, head_reads: str) -> None:
    assert words_for(Sight.HEAD, said) == without_health(said)
    assert without_health(said) == head_reads
    assert words_for(Sight.OWN, said) == said
    assert said not in words_for(Sight.FIGURES, said)


def test_street_and_bureau_read_neither_name_nor_room() -> None:
    assert name_for(Sight.FIGURES, "陈奶奶") == "陈＊＊"
    assert place_for(Sight.FIGURES, "3幢", "502") == "3幢＊＊＊"
    assert (name_for(Sight.HEAD, "陈奶奶"), place_for(Sight.OWN, "3幢", "502")) == (
        "陈奶奶",
        "3幢502",
    )
