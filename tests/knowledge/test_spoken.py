"""In which language a text is written: letters are English or pinyin."""

import pytest

from domain.people import Language
from knowledge.spoken import written_in


@pytest.mark.parametrize(
    "text",
    [
        "help",
        "Can you help me",
        "my mother has fallen and can\u2019t get up",
        "I can't breathe",
        "fire!",
        "there is smoke in the corridor of building 3",
        "How do I get a residence permit?",
        "he fell",
    ],
)
def test_english(text: str) -> None:
    assert written_in(text) is Language.EN


@pytest.mark.parametrize(
    "text",
    ["wo ma die dao le", "laorenbutie", "shebao ka diule zenme ban", "ni can jia ma", "jiuming"],
)
def test_letters_that_spell_chinese_are_not_english(text: str) -> None:
    assert written_in(text) is None


@pytest.mark.parametrize("text", ["", "120", "3-502", "救命 help", "WIFI 密码", "…", "a", "🆘"])
def test_what_may_be_either_is_neither(text: str) -> None:
    assert written_in(text) is None


def test_characters_are_chinese() -> None:
    assert written_in("我妈摔倒了") is Language.ZH
