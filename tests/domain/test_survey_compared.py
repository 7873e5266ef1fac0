"""Rounds side by side: the same words are compared, over versions too; other words are not."""

from dataclasses import replace

import pytest

from domain.sampling import Part
from domain.survey import Aspect, Item, Kind, Option, Questionnaire, Words
from domain.survey_compared import INDEX, Wave, changes, same_subject
from domain.survey_result import Results, results
from domain.survey_units import unit
from domain.survey_weights import Stratum

SCALE = (Option(2, Words("好"), 100, satisfied=True), Option(1, Words("不好"), 0))
ASKED = Questionnaire(
    "trial",
    1,
    Words("试卷"),
    (Aspect("a1", Words("服务")), Aspect("a2", Words("环境"))),
    tuple(Item(f"q{n}", Words(f"第{n}问"), Kind.SCALE, SCALE, f"a{n}") for n in (1, 2)),
    minimum_group=5,
    subjects=(Words("民政局"), Words("公安分局")),
)


def counted(asked: Questionnaire, good: int, of: int = 40) -> Results:
    """Of so many sheets these say 好 to both questions."""
    key = (1, Part.ALL)
    sheets = [unit(asked, key, {"q1": code, "q2": code}) for code in [2] * good + [1] * (of - good)]
    return results(asked, [Stratum(1, Part.ALL, 400, of)], sheets, 5)


def test_a_new_version_in_the_same_words_is_compared() -> None:
    newer = replace(ASKED, version=2, title=Words("新试卷"), minimum_group=10)
    wave = Wave(1, counted(ASKED, 10), counted(newer, 30))
    assert wave.otherwise == []
    found = changes([(0, wave)])
    assert set(found) == {(0, INDEX), (0, "a1"), (0, "a2")}
    assert found[0, INDEX].value == pytest.approx(50)
    assert found[0, INDEX].change == "up"


def test_what_is_asked_in_other_words_is_named_and_not_compared() -> None:
    one, other = ASKED.items
    newer = replace(ASKED, version=2, items=(one, replace(other, text=Words("环境好不好？"))))
    wave = Wave(1, counted(ASKED, 10), counted(newer, 30))
    assert [aspect.id for aspect in wave.otherwise] == ["a2"]
    assert set(changes([(0, wave)])) == {(0, "a1")}, "nor the score, which is made of both"


def test_who_is_rated_is_known_by_name_whatever_their_number() -> None:
    newer = replace(ASKED, subjects=(Words("司法局"), *ASKED.subjects))
    assert [same_subject(ASKED, newer, number) for number in (1, 2, 3)] == [None, 1, 2]
    homes = replace(ASKED, subjects=())
    assert same_subject(homes, homes, 0) == 0
    assert same_subject(homes, ASKED, 1) is None


def test_of_several_the_scores_are_read_together_and_each_ones_aspects_by_themselves() -> None:
    changed = Wave(1, counted(ASKED, 15), counted(ASKED, 24))
    assert changed.index is not None
    alone = changes([(1, changed)])
    assert alone[1, INDEX].p == pytest.approx(3 * changed.index.p), "a score and two aspects"
    same = Wave(1, counted(ASKED, 20), counted(ASKED, 20))
    found = changes([(1, changed), *((number, same) for number in range(2, 11))])
    assert found[1, INDEX].p == pytest.approx(min(1, 10 * changed.index.p)), "ten scores"
    assert found[1, "a1"].p == pytest.approx(2 * changed.aspects["a1"].p)
