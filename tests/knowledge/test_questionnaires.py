"""The shipped questionnaires as they are asked, and mistakes told by line, survey and item."""

from collections.abc import Mapping
from importlib import resources

import pytest

from domain.people import Language
from domain.survey import Kind, Questionnaire, Words, short_form
from knowledge.questionnaires import load_questionnaires, shipped_questionnaires
from knowledge.source import ContentError

RESIDENTS, DEPARTMENTS = "resident-rates-community", "community-rates-department"


def content(name: str) -> str:
    return resources.files("knowledge").joinpath("content", name).read_text(encoding="utf-8")


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
    assert questionnaire.minimum_group == 5
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


def broken(old: str, new: str, name: str = "surveys.yaml") -> tuple[str, str]:
    """The shipped content, Chinese and English, with one mistake in it."""
    texts = {each: content(each) for each in ("surveys.yaml", "surveys.en.yaml")}
    assert old in texts[name]
    texts[name] = texts[name].replace(old, new, 1)
    return texts["surveys.yaml"], texts["surveys.en.yaml"]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "entry", "reason"),
    [
        ("text: 晚上出门觉得安全", "text: 7", "a4q1", "must be text, not 7"),
        ("text: 晚上出门觉得安全", "txt: 晚上", "a4q1", "is missing"),
        ("text: 您的年龄？", "text: ''", "b2", "must not be empty"),
        ("max_chars: 200", "max_chars: 0", "o1", "greater than or equal to 1"),
    ],
)
def test_a_mistake_names_line_survey_and_item(old: str, new: str, entry: str, reason: str) -> None:
    text, english = broken(old, new)
    with pytest.raises(ContentError) as refused:
        load_questionnaires(text, english)
    first = refused.value.problems[0]
    assert f"survey {RESIDENTS}, item {entry}" in first
    assert reason in first
    assert f"line {line_of(text, new)}" in first


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("id: a1q2", "id: a1q1", "id a1q1 is used twice"),
        ("items_total: 28", "items_total: 29", "28 items, not 29"),
        ("aspects_required: 7", "aspects_required: 8", "7 aspects, not 8"),
        ("少于5份", "份数少", "privacy"),
        ("code: 5", "code: five", "scale"),
        ("surveys:", "survey:", "surveys"),
    ],
)
def test_a_questionnaire_that_does_not_add_up_is_refused(old: str, new: str, reason: str) -> None:
    with pytest.raises(ContentError, match=reason):
        load_questionnaires(*broken(old, new))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("      a4q1: You feel safe going out at night\n", "", f"{RESIDENTS} texts: a4q1 has no"),
        ("  5: Very satisfied\n", "", "scale: 5 has no English"),
        ('["Yes", "No"]', '["Yes", "No", "?"]', "options b5: 3 in English, 2 in Chinese"),
        (f"  {RESIDENTS}:\n", "  another:\n", f"{RESIDENTS} has no English"),
        ("      - Justice Bureau\n", "", "subjects: 9 in English, 10 in Chinese"),
    ],
)
def test_a_missing_translation_is_told(old: str, new: str, reason: str) -> None:
    with pytest.raises(ContentError, match=reason):
        load_questionnaires(*broken(old, new, "surveys.en.yaml"))


def test_chinese_alone_will_do() -> None:
    alone = load_questionnaires(content("surveys.yaml"))[RESIDENTS]
    assert alone.title == Words("居民评社区满意度问卷")


def test_what_is_not_yaml_is_refused() -> None:
    with pytest.raises(ContentError, match="not YAML"):
        load_questionnaires("surveys: [")
