"""Who may have what: every rule quotes its guide, every way through ends after three taps."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import Knowledge
from knowledge.conditions import (
    Check,
    Rule,
    asks_whether,
    check_of,
    load_conditions,
    shipped_conditions,
    unquoted,
)
from knowledge.source import ContentError

CHECKS = shipped_conditions().checks


def test_every_rule_quotes_its_guide_word_for_word(knowledge: Knowledge) -> None:
    assert unquoted(shipped_conditions(), knowledge.book) == []
    assert len(CHECKS) >= 70


@pytest.mark.parametrize("guide", sorted(CHECKS))
def test_every_way_through_ends_and_every_rule_is_reached(guide: str) -> None:
    check, reached = CHECKS[guide], set()
    for combination in product(*(fact.options for fact in check.facts.values())):
        answers = dict(zip(check.asks, combination, strict=True))
        rule, taps = walk(check, answers)
        assert taps <= 3
        reached.add(check.rules.index(rule))
    assert reached == set(range(len(check.rules)))


def walk(check: Check, answers: dict[str, str]) -> tuple[Rule, int]:
    known: dict[str, str] = {}
    while isinstance(found := check.next(known), str):
        known[found] = answers[found]
    return found, len(known)


@pytest.mark.parametrize(
    ("guide", "said", "known"),
    [
        ("gaoling-jintie", "我不是宁波人，爸爸85岁", {"hukou": "elsewhere", "age": "80"}),
        ("gaoling-jintie", "宁波户口九十岁", {"hukou": "ningbo", "age": "90"}),
        ("shiyejin", "我自己辞职的", {"left": "own"}),
        ("tuixiu-shenling", "社保没交满15年", {"years": "short"}),
        ("jumin-yibao", "外地户口没有居住证", {"hukou": "elsewhere"}),
        ("jumin-yibao", "外地的，有居住证", {"hukou": "permit"}),
        ("gaoling-jintie", "高龄津贴怎么领", {}),
        ("yangquan", "外地人没有居住证能养狗吗", {"hukou": "elsewhere"}),
        ("laonian-daxue", "我妈52岁能报老年大学吗", {"sex": "woman", "age": "50"}),
        ("canji-butie", "二级残疾能领补贴吗", {"disability": "severe"}),
        ("tekun", "无儿无女没有收入", {"means": "none", "keeper": "none"}),
    ],
)
def test_what_is_said_unasked_is_heard(guide: str, said: str, known: dict[str, str]) -> None:
    assert CHECKS[guide].stated_in(said) == known


@given(st.text(max_size=300))
def test_any_text_whatever_states_only_what_can_be_answered(said: str) -> None:
    for check in CHECKS.values():
        known = check.stated_in(said)
        assert all(option in check.facts[fact].options for fact, option in known.items())
        assert check.next(known) is not None


@pytest.mark.parametrize(
    ("said", "whether"),
    [
        ("我能领高龄津贴吗", True),
        ("外地人可以办吗", True),
        ("能网上办吗", False),
        ("要带什么", False),
    ],
)
def test_whether_it_is_about_being_entitled(said: str, whether: bool) -> None:
    assert asks_whether(said) is whether


def test_rules_rest_while_the_guide_no_longer_says_so(knowledge: Knowledge) -> None:
    guide = knowledge.guide("gaoling-jintie")
    assert guide is not None
    assert check_of(guide) is not None
    rewritten = guide.model_copy(update={"eligibility": ("年满70周岁",), "note": None})
    assert check_of(rewritten) is None


HEAD = """
version: 1
checked: '2026-11-26'
age_words: {under: {zh: 不到, en: u}, between: {zh: 到, en: b}, over: {zh: 以上, en: o}}
facts:
  hukou: {ask: {zh: 户口？, en: Hukou?}, options: {here: {zh: 本地, en: here}}}
  age: {ask: {zh: 年纪？, en: Age?}}
guides:
  some:
"""
END = "{finding: fits, because: 甲, text: {zh: 乙, en: b}}"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (f"    asks: [shoes]\n    rules: [{END}, {END}]", "no fact: shoes"),
        (f"    asks: [age]\n    rules: [{END}, {END}]", "with its limits"),
        (
            "    asks: [hukou]\n    rules: [{when: {hukou: [moon]}, finding: fits, because: 甲, "
            f"text: {{zh: 乙, en: b}}}}, {END}]",
            "rule 1 needs hukou: moon",
        ),
        (
            f"    asks: [hukou]\n    rules: [{END}, {{when: {{hukou: [here]}}, finding: fits, "
            "because: 甲, text: {zh: 乙, en: b}}]",
            "the last rule must fit everybody",
        ),
        (f"    asks: [a, b, c, d]\n    rules: [{END}, {END}]", "asks"),
        (
            "    asks: [hukou]\n    rules: [{finding: perhaps, because: 甲, text: {zh: 乙, en: b}}]",
            "finding",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_wrong(body: str, problem: str) -> None:
    with pytest.raises(ContentError, match=problem):
        load_conditions(HEAD + body)
