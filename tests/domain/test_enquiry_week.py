"""The week's sums, and words that no guide uses."""

from dataclasses import replace
from datetime import UTC, date, datetime

from domain.enquiry import Enquiry, Reason, Verdict
from domain.enquiry_week import (
    PLACES_PAGE,
    Answers,
    PlaceWeek,
    Wrong,
    new_words,
    sum_up,
    week_of,
    who_asked,
)
from domain.paging import on_page

ONE = Enquiry(1, 7, 1, datetime(2026, 11, 23, tzinfo=UTC), "高龄津贴", "answer", "gaoling-jintie")
MONDAY = date(2026, 11, 23)


def test_a_week_begins_on_monday() -> None:
    assert week_of(date(2026, 11, 29)) == week_of(MONDAY) == MONDAY


def test_what_was_found_offered_and_missed() -> None:
    offered = replace(ONE, kind="choices", guide=None, text="补贴")
    week = sum_up(
        MONDAY,
        [
            ONE,
            replace(ONE, address_id=8, verdict=Verdict.UNSOLVED, text="津贴没到账"),
            replace(ONE, verdict=Verdict.WRONG, reason=Reason.AMOUNT),
            offered,
            replace(offered, guide="dibao"),
            replace(offered, passed_on=True, text="都不是"),
            replace(ONE, kind="handoff", guide=None, text="井盖松了"),
            replace(ONE, kind="handoff", guide=None, text="〔地址〕"),
            replace(ONE, kind="handoff", guide=None, text="井盖松了"),
        ],
        Answers(asked=2, answered=1, in_time=1),
    )
    assert (week.asked, week.chats, week.found, week.offered) == (9, 2, 3, 3)
    assert (week.chosen, week.missed, week.passed_on) == (1, 3, 1)
    assert week.guides == (("gaoling-jintie", 3), ("dibao", 1))
    assert dict(week.missed_texts) == {"井盖松了": 2, "津贴没到账": 1, "都不是": 1}
    assert week.wrong == (Wrong("gaoling-jintie", Reason.AMOUNT, "高龄津贴"),)
    assert week.last == date(2026, 11, 29)
    assert not week.is_empty
    assert sum_up(MONDAY, [], Answers()).is_empty


def test_new_words_are_whole_and_in_two_questions_at_least() -> None:
    said = [
        "充电桩装哪里",
        "楼下要充电桩",
        "充电桩坏了",
        "快递柜",
        "快递柜满了",
        "低保怎么办",
        "低保",
    ]
    assert dict(new_words(said, "低保 充电 电动车")) == {"充电桩": 3, "快递柜": 2}


def test_where_most_was_not_found_comes_first_and_each_that_asked_is_on_one_picture() -> None:
    first, wrong = PlaceWeek(9, "甲", asked=5, missed=3), PlaceWeek(8, "乙", asked=4, wrong=1)
    people, quiet = PlaceWeek(7, "丙", answers=Answers(asked=1)), PlaceWeek(6, "丁")
    assert who_asked([quiet, people, wrong, first]) == [first, wrong, people]
    everybody = [PlaceWeek(n, "", asked=1) for n in range(2 * PLACES_PAGE + 1)]
    drawn = [on_page(who_asked(everybody), page, PLACES_PAGE)[1] for page in (1, 2, 3, 9)]
    assert [*drawn[0], *drawn[1], *drawn[2]] == everybody
    assert drawn[3] == drawn[2]
