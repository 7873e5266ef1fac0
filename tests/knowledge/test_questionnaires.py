"""The shipped questionnaires as they are asked, and mistakes told by line, survey and item."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import pytest

from domain.answering import next_item, progress, record
from domain.frozen import fingerprint, freeze, thaw
from domain.people import Language
from domain.survey import Answer, Kind, Questionnaire, Words, short_form
from knowledge.questionnaires import read_questionnaire, shipped_questionnaires
from knowledge.source import ContentError
from tests.support.canteen import OWN

RESIDENTS, DEPARTMENTS = "resident-rates-community", "community-rates-department"


DIGESTS = {
    (RESIDENTS, 1): "ff6c04528717123c773cc0991f5abdea",
    (RESIDENTS, 2): "5669f96feb3b0f17abc5ff1a47026529",
    (DEPARTMENTS, 1): "6951ee8a8eec4083e1f6f5444f4c417b",
}
"""What every version says that ever was shipped: offices have rounds that ask it."""


def content(name: str) -> str:
    path = resources.files("knowledge").joinpath("content", "surveys", f"{name}.yaml")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shipped() -> Mapping[str, Questionnaire]:
    return shipped_questionnaires()


def every_text(questionnaire: Questionnaire) -> list[Words]:
    texts = [questionnaire.title, *questionnaire.subjects]
    texts += [aspect.name for aspect in questionnaire.aspects]
    for item in questionnaire.items:
        marks = item.kind is Kind.SCALE and questionnaire.full == 10
        texts += [item.text]
        texts += [option.words for option in item.options if not (marks and option.code <= 10)]
    return texts


def test_residents_rate_seven_aspects_by_four_questions_each(
    shipped: Mapping[str, Questionnaire],
) -> None:
    questionnaire = shipped[RESIDENTS]
    kinds = [item.kind for item in questionnaire.items]
    assert kinds.count(Kind.CHOICE) == 5
    assert kinds.count(Kind.SCALE) == 28
    assert kinds.count(Kind.TEXT) == 2
    assert [len(questionnaire.items_of(a.id)) for a in questionnaire.aspects] == [4] * 7
    assert questionnaire.minimum_group == 10
    assert [option.code for option in questionnaire.scale] == [5, 4, 3, 2, 1, 0]
    assert [option.code for option in questionnaire.scale if option.satisfied] == [5, 4]
    assert [option.code for option in questionnaire.scale if option.dont_know] == [0]


def test_communities_give_each_department_ten_times_ten_marks(
    shipped: Mapping[str, Questionnaire],
) -> None:
    questionnaire = shipped[DEPARTMENTS]
    assert len(questionnaire.aspects) == 10
    assert [item.id for item in questionnaire.items][:2] == ["d01", "d02"]
    assert [option.code for option in questionnaire.scale] == [*range(10, -1, -1), 99]
    assert [option.code for option in questionnaire.scale if option.satisfied] == [10, 9, 8]
    assert questionnaire.full == 10
    assert questionnaire.subjects[0] == Words("民政局", "Civil Affairs Bureau")


@pytest.mark.parametrize("name", [RESIDENTS, DEPARTMENTS])
def test_everything_that_is_shown_is_in_english_too(
    shipped: Mapping[str, Questionnaire], name: str
) -> None:
    for words in every_text(shipped[name]):
        assert words.zh
        assert words.get(Language.EN) != words.zh
        assert words.en.isascii(), words.en


def test_the_short_form_has_seven_questions_and_a_free_text(
    shipped: Mapping[str, Questionnaire],
) -> None:
    items = short_form(shipped[RESIDENTS]).items
    assert [item.text.zh for item in items[:2]] == ["社区服务", "社区管理"]
    assert [item.kind for item in items] == [Kind.SCALE] * 7 + [Kind.TEXT]
    assert not items[-1].required


@pytest.mark.parametrize("name", [RESIDENTS, DEPARTMENTS])
def test_a_shipped_questionnaire_that_was_changed_has_a_new_version(
    shipped: Mapping[str, Questionnaire], name: str
) -> None:
    kept = freeze(shipped[name])
    assert fingerprint(kept) == DIGESTS[name, shipped[name].version], (
        "raise version, add its digest"
    )
    assert thaw(kept) == shipped[name]


def walk(**given: Answer) -> list[str]:
    """The questions that somebody is asked who answers so."""
    questionnaire, asked = read_questionnaire(OWN), []
    answers: dict[str, Answer] = {}
    while (item := next_item(questionnaire, answers)) is not None:
        asked.append(item.id)
        answers = record(questionnaire, answers, item.id, given.get(item.id, ""))
    return asked


def test_what_is_asked_follows_from_what_was_said() -> None:
    assert walk(kind=1, eats=2) == ["kind", "eats", "wish"], "nothing about meals never eaten"
    ate: dict[str, Answer] = {"kind": 1, "eats": 1, "times": 10, "which": [1], "taste": 3}
    assert walk(**ate) == ["kind", "eats", "times", "which", "taste", "wish"]
    assert "why" in walk(**ate | {"taste": 1})
    assert "why" not in walk(**ate | {"taste": 1, "times": 2})
    assert "why" in walk(**ate | {"which": [1, 2], "times": 2})
    assert "why" not in walk(**ate | {"taste": 0}), "don't know is not a bad mark"


def test_the_total_is_never_promised_too_small() -> None:
    questionnaire = read_questionnaire(OWN)
    far = [progress(questionnaire, answers) for answers in ({}, {"kind": 1, "eats": 2})]
    assert [(each.done, each.total, each.most) for each in far] == [(0, 2, 7), (2, 3, 3)]


def test_what_was_frozen_asks_the_same() -> None:
    questionnaire = read_questionnaire(OWN)
    assert thaw(freeze(questionnaire)) == questionnaire


def line_of(text: str, part: str) -> int:
    return text[: text.rindex(part)].count("\n") + 1


MISTAKES = [
    ("text: 味道}", "text: 7}", "taste", "must be a text, or zh and en with a text each, not 7"),
    ("text: 味道}", "txt: 味道}", "taste", "is missing"),
    ("{zh: 都一样, alone: true}", "{zh: ''}", "which", "must not be empty"),
    ("kind: number", "kind: amount", "times", "must be 'scale', 'choice', 'multiple', 'number'"),
    ("max: 90, ", "", "times", "a number needs min and max"),
    ("max: 90", "max: 0", "times", "0 is less than min, 1; turn them"),
    ("max: 2\n", "max: 9\n", "which", "lie between 0 and 3"),
    ("scale: three", "scale: five", "taste", "names one of scales: three"),
    ("aspect: food", "aspect: drink", "taste", "drink is not under aspects; add it there"),
    ("aspect: food, ", "", "taste", "a scale rates an aspect; name it"),
    ("unit: 次", "options: [是, 否]", "times", "stands with kind choice or multiple only"),
    ("[普通家庭, 特殊家庭]", "[普通家庭]", "kind", "needs options, at least two"),
    ("id: times", "id: eats", "eats", "eats is the id of a question; take another"),
    ("id: times", "id: answered", "answered", "is a word of conditions; take another"),
    ("eats == 2", "eats == 3", "eats", '"eats" has no option 3; its options are 1, 2'),
    ("eats == 2", "kind == 2", "eats", "a skip decides by eats, just answered; name it"),
    ("to: words", "to: who", "eats", '"who" is neither a later item or section nor end'),
    ("times > 3", "wish > 3", "why", '"wish" is not a question that stands earlier'),
    ("times > 3", "times in (3)", "why", "compare it with == < <= > >="),
    ("which has 2", "which == 2", "why", 'here should stand has, not "=="'),
    ("which has 2", "which has", "why", "here should stand more, but the condition ends"),
    ("which has 2", "__import__('os')", "why", "cannot be read"),
    ("which has 2", "answered why", "why", '"why" is not a question that stands earlier'),
    ("times > 3", "times > 3 5", "why", '"5" is not expected there'),
    ("times > 3", "times ~ 3", "why", "cannot be read; a condition looks like b2 == 3"),
]


@pytest.mark.parametrize(("old", "new", "entry", "reason"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_a_mistake_names_line_survey_and_item(
    old: str, new: str, entry: str, reason: str, tmp_path: Path
) -> None:
    file = tmp_path / "meals.yaml"
    file.write_text(broken := OWN.replace(old, new, 1), encoding="utf-8")
    assert broken != OWN
    with pytest.raises(ContentError) as refused:
        read_questionnaire(file)
    first = refused.value.problems[0]
    assert f"survey meals, item {entry}" in first
    assert reason in first
    line = int(first.removeprefix("meals.yaml line ").partition(":")[0])
    item = line_of(broken, f"id: {entry}")
    assert item <= line <= item + 8


LATE = "      - {id: late, kind: choice, stratum: true, text: 哪种家庭？, options: [甲, 乙]}\n"
TIMES, WISH = "      - {id: times", "      - {id: wish"


@pytest.mark.parametrize(
    "screened",
    [
        OWN.replace(TIMES, LATE + TIMES),
        OWN.replace("to: words", "to: end").replace(WISH, LATE + WISH),
        OWN.replace(WISH, LATE.replace("text:", "when: times > 3, text:") + WISH),
        OWN.replace("stratum: true\n", "stratum: true\n        required: false\n"),
        OWN.replace("title: 您家\n", "title: 您家\n    when: eats == 1\n"),
    ],
    ids=["behind a skip", "behind an end", "with a condition", "passed over", "section"],
)
def test_nobody_is_screened_out_before_the_stratum_is_known(screened: str) -> None:
    with pytest.raises(ContentError, match=r"asked of everybody|stands earlier"):
        read_questionnaire(screened)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("linli-survey-1", "linli-survey-9", "line 1: survey meals, field"),
        ("id: meals\nversion", "id: Our Meals\nversion", 'field "id": .*pattern'),
        ("minimum_group: 5", "minimum_group: 1", "greater than or equal to 2"),
        (
            "minimum_reason: 来吃饭的人家少\n",
            "",
            "line 5: .*fewer than 10 homes show no result; take it out, or say why 5 are enough",
        ),
        ("minimum_group: 5\n", "", "line 5: .*10 need no reason"),
        ("version: 2\n", "", '"version": is missing'),
        ("sections:", "parts:", '"sections": is missing'),
        (
            "code: 2, zh: 一般",
            "code: 3, zh: 一般",
            "code 3 is used twice; give each option its own",
        ),
    ],
)
def test_a_questionnaire_that_does_not_hold_together_is_refused(
    old: str, new: str, reason: str
) -> None:
    assert old in OWN
    with pytest.raises(ContentError, match=reason):
        read_questionnaire(OWN.replace(old, new, 1))


def test_chinese_alone_will_do() -> None:
    assert read_questionnaire(OWN).items[0].text == Words("您家是哪种情况？")


def test_what_is_not_yaml_is_refused() -> None:
    with pytest.raises(ContentError, match="not YAML"):
        read_questionnaire("sections: [")
