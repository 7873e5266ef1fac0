"""The picture of a tally: what it shows, and what it must not show."""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO

import pytest
from PIL import Image

from bot.render import Saying
from bot.render.survey import tally_picture
from domain.people import Language
from domain.survey import (
    Answers,
    Aspect,
    Item,
    Kind,
    Option,
    Questionnaire,
    Words,
    tally,
)

BLUE, RED = (0x21, 0x66, 0xAC), (0xB2, 0x18, 0x2B)
SCALE = (
    Option(5, Words("非常满意", "Very satisfied"), 100, satisfied=True),
    Option(3, Words("一般", "So-so"), 60),
    Option(1, Words("很不满意", "Very dissatisfied"), 0),
    Option(0, Words("不了解", "Don't know"), dont_know=True),
)
NAMES = ("社区服务", "社区管理", "社区民主")
TRIAL = Questionnaire(
    "trial",
    1,
    Words("试卷"),
    tuple(Aspect(f"a{n}", Words(name)) for n, name in enumerate(NAMES)),
    tuple(Item(f"a{n}", Words(name), Kind.SCALE, SCALE, f"a{n}") for n, name in enumerate(NAMES)),
    minimum_group=5,
    minimum_reason=Words("试卷"),
)


class Spoken:
    """Says the sentences and remembers them: words on a picture cannot be read back."""

    def __init__(self, say: Saying) -> None:
        self._say = say
        self.said: list[str] = []

    def __call__(self, key: str, /, **values: object) -> str:
        self.said.append(self._say(key, **values))
        return self.said[-1]


def colours(png: bytes) -> Counter[object]:
    return Counter(Image.open(BytesIO(png)).convert("RGB").get_flattened_data())


def drawn(sheets: Sequence[Answers], say: Saying) -> bytes:
    return tally_picture(tally(TRIAL, sheets), "居民评社区 · 翠柏社区", Language.ZH, say)


def test_n_mean_share_and_interval_are_printed(say: Saying) -> None:
    spoken = Spoken(say)
    sheets: list[dict[str, int]] = [{"a0": 5, "a1": 3, "a2": 0}] * 8 + [
        {"a0": 1, "a1": 5, "a2": 5}
    ] * 2
    drawn(sheets, spoken)
    assert "收回 10 份" in spoken.said
    assert "80.0 分" in spoken.said
    assert "满意 80%（95%区间 49%–94%）" in spoken.said  # Wilson, 8 of 10
    assert "n=10" in spoken.said
    assert "有效回答少于 5 份，不显示" in spoken.said  # a2: two opinions only
    assert "不了解 8" not in spoken.said


def test_dont_knows_are_printed_apart(say: Saying) -> None:
    spoken = Spoken(say)
    drawn([{"a0": 5}] * 6 + [{"a0": 0}] * 3, spoken)
    assert {"n=6", "不了解 3", "100.0 分"} <= set(spoken.said)


def test_bars_have_the_length_of_their_shares(say: Saying) -> None:
    good, bad = {"a0": 5, "a1": 5, "a2": 5}, {"a0": 1, "a1": 1, "a2": 1}
    assert RED not in colours(drawn([good] * 3 + [bad], say))  # a group of four is hidden
    seen = colours(drawn([good] * 6 + [bad] * 2, say))
    assert seen[BLUE] / seen[RED] == pytest.approx(3, rel=0.06)  # less the ink of the figures


def test_a_hidden_group_shows_no_bar_and_says_why(say: Saying) -> None:
    spoken = Spoken(say)
    seen = colours(drawn([{"a0": 5, "a1": 5, "a2": 5}] * 4, spoken))
    assert BLUE not in seen
    assert spoken.said[-1] == "只收回 4 份，少于 5 份。为保护填写的人，不显示结果。"
    assert not any("满意 " in said for said in spoken.said)


def test_the_same_tally_gives_the_same_portrait_picture(say: Saying, say_english: Saying) -> None:
    sheets: list[Answers] = [{"a0": 5, "a1": 3, "a2": 1}] * 9
    png = drawn(sheets, say)
    assert drawn(sheets, say) == png
    assert Image.open(BytesIO(png)).width == 1080
    long = tally_picture(tally(TRIAL, sheets), "word " * 30, Language.EN, say_english, "$2026$")
    assert Image.open(BytesIO(long)).height > Image.open(BytesIO(png)).height


def test_everybody_at_one_end_still_draws(say: Saying) -> None:
    for code in (5, 3, 1):
        assert drawn([{"a0": code, "a1": code, "a2": code}] * 5, say).startswith(b"\x89PNG")
