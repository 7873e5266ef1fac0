"""Asking item by item, refusing what is not offered, and counting honestly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answering import (
    AnswerRefusedError,
    BadTextError,
    UnknownCodeError,
    UnknownItemError,
    next_item,
    progress,
    record,
)
from domain.people import Language
from domain.survey import (
    Answer,
    Answers,
    Aspect,
    Item,
    Kind,
    Option,
    Questionnaire,
    Score,
    Tally,
    Words,
    short_form,
    tally,
    wilson,
)

SCALE = (
    Option(5, Words("非常满意", "Very satisfied"), 100, satisfied=True),
    Option(4, Words("比较满意", "Fairly satisfied"), 80, satisfied=True),
    Option(3, Words("一般", "So-so"), 60),
    Option(2, Words("不太满意", "Not very satisfied"), 30),
    Option(1, Words("很不满意", "Very dissatisfied"), 0),
    Option(0, Words("不了解", "Don't know"), dont_know=True),
)
YES_NO = (Option(1, Words("办过", "Yes")), Option(2, Words("没办过", "No")))


def scale_item(name: str, aspect: str) -> Item:
    return Item(name, Words(name), Kind.SCALE, SCALE, aspect)


def a_questionnaire() -> Questionnaire:
    return Questionnaire(
        id="trial",
        version=1,
        title=Words("试卷", "A trial"),
        minimum_group=5,
        aspects=(Aspect("a1", Words("服务", "Services")), Aspect("a2", Words("环境"), weight=3)),
        items=(
            Item("b1", Words("办过事吗？"), Kind.CHOICE, YES_NO),
            scale_item("q1", "a1"),
            scale_item("q2", "a1"),
            scale_item("q3", "a2"),
            Item("o1", Words("最希望的事？"), Kind.TEXT, required=False, max_chars=10),
        ),
    )


TRIAL = a_questionnaire()


def sheets(*answers: tuple[int, int, int]) -> list[Answers]:
    return [{"b1": 1, "q1": a, "q2": b, "q3": c} for a, b, c in answers]


def scores(tally: Tally) -> dict[str, Score]:
    return {score.id: score for score in (*tally.aspects, *tally.items)}


def test_one_question_after_the_other_until_the_sheet_is_complete() -> None:
    answers: dict[str, Answer] = {}
    replies: list[Answer] = ["1", 5, 4, 0, ""]
    asked = []
    for reply in replies:
        item = next_item(TRIAL, answers)
        assert item is not None
        asked.append(item.id)
        answers = record(TRIAL, answers, item.id, reply)
    assert asked == ["b1", "q1", "q2", "q3", "o1"]
    assert next_item(TRIAL, answers) is None
    assert progress(TRIAL, answers).complete
    assert answers == {"b1": 1, "q1": 5, "q2": 4, "q3": 0, "o1": ""}


def test_an_answer_can_be_corrected_and_the_old_sheet_stays_as_it_was() -> None:
    before: dict[str, Answer] = {"q1": 1}
    assert record(TRIAL, before, "q1", 5) == {"q1": 5}
    assert before == {"q1": 1}
    assert (progress(TRIAL, before).done, progress(TRIAL, before).total) == (1, 5)


@pytest.mark.parametrize("code", [6, -1, "7", "５", "5; drop", "", True, "99999999999"])
def test_a_code_that_is_not_offered_is_refused(code: Answer) -> None:
    with pytest.raises(UnknownCodeError, match=r"item q1: .* is not one of 5, 4, 3, 2, 1, 0"):
        record(TRIAL, {}, "q1", code)


def test_an_item_that_is_not_asked_is_refused() -> None:
    with pytest.raises(UnknownItemError, match="item q9: trial has no such question") as refused:
        record(TRIAL, {}, "q9", 5)
    assert isinstance(refused.value, AnswerRefusedError)
    assert refused.value.item_id == "q9"


def test_free_text_has_a_length_and_may_be_required() -> None:
    assert record(TRIAL, {}, "o1", "  修路灯 ") == {"o1": "修路灯"}
    with pytest.raises(BadTextError, match="11 characters, at most 10"):
        record(TRIAL, {}, "o1", "一二三四五六七八九十一")
    must = Questionnaire("m", 1, Words("必答"), (), (Item("o", Words("说"), Kind.TEXT),))
    with pytest.raises(BadTextError, match="required"):
        record(must, {}, "o", "  ")


def test_words_speak_chinese_where_no_english_is_given() -> None:
    assert Words("服务", "Services").get(Language.EN) == "Services"
    assert Words("环境").get(Language.EN) == "环境"


def test_the_short_form_asks_each_aspect_once_and_one_free_text() -> None:
    short = short_form(TRIAL)
    assert [item.id for item in short.items] == ["a1", "a2", "o1"]
    assert [item.text.zh for item in short.items] == ["服务", "环境", "最希望的事？"]
    assert short.items[0].options == SCALE
    assert short.id == "trial.short"
    counted = tally(short, [{"a1": 5, "a2": 3}] * 5)
    assert [score.mean for score in counted.aspects] == [100, 60]


def test_dont_know_is_counted_apart_and_in_no_mean() -> None:
    counted = scores(tally(TRIAL, sheets((5, 4, 5), (5, 0, 5), (4, 3, 5), (1, 2, 5), (3, 3, 5))))
    services = counted["a1"]
    assert services.counts == {5: 2, 4: 2, 3: 3, 2: 1, 1: 1}
    assert (services.n, services.ratings, services.dont_know) == (5, 9, 1)
    assert services.mean == pytest.approx((2 * 100 + 2 * 80 + 3 * 60 + 30) / 9)
    assert services.satisfied == pytest.approx(4 / 9)
    assert counted["a2"].satisfied == 1
    assert counted["b1"].counts == {1: 5, 2: 0}
    assert counted["b1"].mean is None


def test_the_total_weighs_the_aspects() -> None:
    counted = tally(TRIAL, sheets(*[(3, 3, 5)] * 5))
    assert counted.score == pytest.approx((60 * 1 + 100 * 3) / 4)


def test_a_group_that_is_too_small_shows_nothing() -> None:
    counted = tally(TRIAL, sheets(*[(5, 5, 5)] * 4))
    assert counted.suppressed
    assert counted.score is None
    assert counted.n == 4
    for score in (*counted.aspects, *counted.items):
        assert score == Score(score.id, suppressed=True)
    assert not tally(TRIAL, sheets(*[(5, 5, 5)] * 4), minimum=4).suppressed


def test_an_item_few_know_is_held_back_with_its_neighbours() -> None:
    counted = scores(tally(TRIAL, sheets((5, 5, 5), *[(4, 0, 5)] * 5)))
    assert counted["q2"].suppressed  # one opinion only
    assert counted["q1"].suppressed  # else a1 minus q1 would give it away
    assert not counted["a1"].suppressed
    assert not counted["q3"].suppressed


def test_nobody_answered_and_nobody_asked() -> None:
    assert tally(TRIAL, [], minimum=0).score is None
    assert all(score.suppressed for score in tally(TRIAL, [{}] * 9).aspects)


codes = st.sampled_from([5, 4, 3, 2, 1, 0])
answered = st.fixed_dictionaries({}, optional={"q1": codes, "q2": codes, "q3": codes})


@given(st.lists(answered, max_size=30))
def test_counting_does_not_depend_on_order_and_loses_nobody(
    given_sheets: list[Answers],
) -> None:
    counted = tally(TRIAL, given_sheets, minimum=1)
    assert tally(TRIAL, given_sheets[::-1], minimum=1) == counted
    for name, items in (("a1", ("q1", "q2")), ("a2", ("q3",))):
        score = scores(counted)[name]
        given_answers = sum(item in sheet for sheet in given_sheets for item in items)
        if not score.suppressed:
            assert score.ratings + score.dont_know == given_answers
            assert score.counts is not None
            assert sum(score.counts.values()) == score.ratings
            assert score.mean is not None
            assert 0 <= score.mean <= 100


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_newcombes_table(
    successes: int, n: int, low: float, high: float
) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3 (score)."""
    assert wilson(successes, n) == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_contains_the_share_and_stays_a_share(case: tuple[int, int]) -> None:
    successes, n = case
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n + 1e-12
    assert successes / n - 1e-12 <= high <= 1


def test_wilson_of_nobody_says_nothing_and_refuses_nonsense() -> None:
    assert wilson(0, 0) == (0, 1)
    with pytest.raises(ValueError, match="6 of 5"):
        wilson(6, 5)
