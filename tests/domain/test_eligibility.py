"""Rules in their order, and ages as people state them."""

import pytest

from domain.eligibility import When, age_in, decide

ASKS = ("hukou", "age")
RULES: tuple[When, ...] = (
    {"hukou": frozenset({"elsewhere"})},
    {"age": frozenset({"0"})},
    {"hukou": frozenset({"ningbo"}), "age": frozenset({"80"})},
    {},
)


def test_the_first_rule_that_fits_decides() -> None:
    assert decide(ASKS, RULES, {"hukou": "elsewhere"}) == 0
    assert decide(ASKS, RULES, {"hukou": "ningbo", "age": "0"}) == 1
    assert decide(ASKS, RULES, {"hukou": "ningbo", "age": "80"}) == 2
    assert decide(ASKS, RULES, {"hukou": "ningbo", "age": "90"}) == 3


def test_what_could_still_decide_is_asked_in_order() -> None:
    assert decide(ASKS, RULES, {}) == "hukou"
    assert decide(ASKS, RULES, {"hukou": "ningbo"}) == "age"
    assert decide(ASKS, RULES, {"age": "90"}) == "hukou"


def test_rules_without_an_end_are_a_fault() -> None:
    with pytest.raises(ValueError, match="last rule"):
        decide(ASKS, RULES[:1], {"hukou": "ningbo"})


@pytest.mark.parametrize(
    ("said", "age"),
    [
        ("我爸85岁", 85),
        ("八十五周岁", 85),
        ("我爸满八十了，高龄津贴怎么领", 80),
        ("一百零二岁", 102),
        ("孩子满6个月", None),
        ("交满十五年", None),
        ("满80元", None),
        ("我70岁，我爸95岁", None),
        ("999岁", None),
        ("my mother is 72 years old", 72),
        ("老人补贴", None),
    ],
)
def test_an_age_is_read_and_nothing_else_is(said: str, age: int | None) -> None:
    assert age_in(said) == age
