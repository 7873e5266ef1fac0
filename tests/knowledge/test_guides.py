"""The shipped guides are whole; a broken file is refused by a sentence that names the place."""

from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest
import yaml

from knowledge.blank import NO_PLACE
from knowledge.english import fixed_english
from knowledge.guides import GuideBook, load_guides
from knowledge.source import ContentError, Source


@pytest.fixture(scope="module")
def book() -> GuideBook:
    return load_guides(Source.shipped("guides.yaml"), Source.shipped("guides.en.yaml"))


def two_guides() -> dict[str, Any]:
    """The head of the shipped file with its first two guides."""
    text = files("knowledge").joinpath("content", "guides.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return data | {"guides": data["guides"][:2], "count": 2}


def refused(change: Callable[[dict[str, Any]], object]) -> str:
    """What is said of a file after a change."""
    data = two_guides()
    change(data)
    with pytest.raises(ContentError) as caught:
        load_guides(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
    return str(caught.value)


def test_all_ninety_two_guides_are_there(book: GuideBook) -> None:
    assert len(book.guides) == 92
    assert len(book.by_id) == 92
    assert len(book.categories) == 20
    assert book.categories[0] == "养老助老"
    assert book.retrieved == date(2026, 11, 23)
    assert sum(len(book.guides_in(category)) for category in book.categories) == 92


def test_every_guide_says_how_far_it_can_be_trusted(book: GuideBook) -> None:
    assert sum(guide.verified for guide in book.guides) == 81
    assert book.by_id["gaoling-jintie"].unverified_fields == ("hours", "materials")
    assert book.by_id["gaoling-jintie"].as_of == date(2023, 4, 1)


def test_every_guide_and_category_has_english(book: GuideBook) -> None:
    assert [guide.id for guide in book.guides if guide.english is None] == []
    assert set(book.english_categories) == set(book.categories)
    assert all(len(guide.in_language("en").questions) >= 2 for guide in book.guides)
    assert all(guide.in_language("en").summary.isascii() for guide in book.guides)
    assert book.by_id["dibao"].in_language("en").name == "Subsistence allowance (dibao)"
    assert book.by_id["dibao"].in_language("zh").name == "最低生活保障（低保）申请"
    assert book.category_name("住房", "en") == "Housing"
    assert book.category_name("住房", "zh") == "住房"


def test_amounts_are_the_same_in_both_languages(book: GuideBook) -> None:
    for guide_id, figures in {
        "yuer-butie": ["3,600"],
        "shiyejin": ["2,241", "2,034"],
        "shenfenzheng": ["40", "20"],
        "huimin-binzang": ["300"],
        "yanglao-xiaofei-butie": ["800"],
    }.items():
        guide = book.by_id[guide_id]
        assert all(figure.replace(",", "") in guide.summary for figure in figures)
        assert all(figure in guide.in_language("en").summary for figure in figures)


def test_remarks_for_editors_are_not_for_residents(book: GuideBook) -> None:
    for guide in book.guides:
        assert "未采信" not in (guide.note or "")
        assert "不要猜" not in (guide.note or "")
        assert "机器人" not in (guide.note or "")


def test_a_guide_is_stale_a_year_after_it_was_checked(book: GuideBook) -> None:
    guide = book.by_id["shenfenzheng"]
    assert not guide.is_stale(book.retrieved + timedelta(days=365))
    assert guide.is_stale(book.retrieved + timedelta(days=366))


def test_a_missing_field_is_named_with_its_guide_and_line() -> None:
    said = refused(lambda data: data["guides"][1].pop("summary"))
    assert 'guide "laonian-youdai", field "summary": is missing' in said
    assert "line " in said


def test_the_line_is_that_of_the_field() -> None:
    data = two_guides()
    data["guides"][0]["verified"] = "maybe"
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "verified: maybe" in row)
    with pytest.raises(ContentError, match=f'line {line}: guide "gaoling-jintie"'):
        load_guides(text)


def test_an_id_used_twice_is_refused() -> None:
    said = refused(lambda data: data["guides"][1].update(id="gaoling-jintie"))
    assert 'guide "gaoling-jintie", field "id": is used 2 times' in said


def test_an_unknown_kind_of_place_is_refused() -> None:
    said = refused(lambda data: data["guides"][0]["where"][0].update(type="castle"))
    assert 'guide "gaoling-jintie", field "where.0.type": must be \'community\'' in said
    assert "not 'castle'" in said


def test_unverified_fields_must_be_fields() -> None:
    said = refused(lambda data: data["guides"][0].update(unverified_fields=["hours", "price"]))
    assert 'guide "gaoling-jintie", field "unverified_fields"' in said
    assert "price" in said


def test_a_guide_nobody_can_ask_for_is_refused() -> None:
    said = refused(lambda data: data["guides"][0].update(questions=[]))
    assert 'guide "gaoling-jintie", field "questions": must have at least 1 entries' in said


@pytest.mark.parametrize("wrong", ["2023", "23.4.2023", "2023-02-30", 2023, ""])
def test_a_wrong_date_is_refused(wrong: object) -> None:
    said = refused(lambda data: data["guides"][0].update(as_of=wrong))
    assert 'guide "gaoling-jintie", field "as_of": must be a date' in said


def test_a_misspelt_field_is_refused() -> None:
    said = refused(lambda data: data["guides"][0].update(sumary="x"))
    assert 'field "sumary": is not a field that is known here' in said


def test_every_mistake_is_told_at_once() -> None:
    def two_mistakes(data: dict[str, Any]) -> None:
        data["guides"][0].pop("name")
        data["guides"][1].pop("fee")

    assert len(refused(two_mistakes).splitlines()) == 2


def test_a_field_given_twice_is_refused() -> None:
    with pytest.raises(ContentError, match='line 2: field "version" is given twice'):
        load_guides("version: 1\nversion: 2\n")


@pytest.mark.parametrize("text", ["", "[]", "guides: 3", "guides: [1]", "a: [", "just words"])
def test_what_is_no_guide_file_at_all_is_refused(text: str) -> None:
    with pytest.raises(ContentError):
        load_guides(text)


def test_a_wrong_count_is_noticed() -> None:
    said = refused(lambda data: data.update(count=93))
    assert "says 93, but the file has 2 guides" in said


def test_english_for_a_guide_that_is_not_there_is_refused() -> None:
    english = "categories: {}\nguides:\n  nobody: {name: a, summary: b, questions: [c]}\n"
    with pytest.raises(ContentError, match='guide "nobody": is in no guide file'):
        load_guides(Source.shipped("guides.yaml"), english)


def test_fixed_words_in_english_are_words_of_the_guides(book: GuideBook) -> None:
    """A guide that is rewritten must not leave its English behind."""
    papers = [paper for guide in book.guides for paper in guide.materials]
    said = {text for paper in papers for text in (paper.name, paper.form, paper.where)}
    said |= {where.text for guide in book.guides for where in guide.where}
    said |= {text for guide in book.guides for text in (guide.hours, guide.fee)}
    assert set(fixed_english()) <= said | {NO_PLACE}
