"""Asking the way to the nearest of something, told from asking how a matter is done."""

import pytest

from domain.people import Language
from knowledge import Knowledge
from knowledge.circle import shipped_circle
from knowledge.questions import load_questions

WORDS = shipped_circle()


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("最近的老年食堂", "老年食堂"),
        ("3幢附近有什么", ""),
        ("我家附近有哪些设施？", ""),
        ("附近哪里能量血压", "社区卫生服务站"),
        ("离我家最近的食堂在哪儿？", "老年食堂"),
        ("哪里有厕所", "公共厕所"),
        ("派出所怎么走", "警务室"),
        ("避灾点在哪里", "避灾安置点"),
        ("附近有没有托老所", "日间照料中心"),
        ("社区服务中心在哪", "社区服务中心"),
        ("街道办事处怎么去", "便民服务中心"),
        ("where is the nearest clinic", "社区卫生服务站"),
        ("Where can I eat lunch", "老年食堂"),
        ("3幢附近哪里有食堂", "老年食堂"),
    ],
)
def test_asking_the_way(said: str, kind: str) -> None:
    assert WORDS.asked(said) == kind


@pytest.mark.parametrize(
    "said",
    [
        "我爸满八十了，高龄津贴怎么领？",
        "附近哪里能办老年卡",
        "老年食堂怎么申请",
        "附近有什么补贴",
        "附近有什么活动可以报名",
        "派出所能办身份证吗",
        "最近社区有什么活动",
        "血压高能不能办慢病证明",
        "食堂",
        "",
        "哪里有" + "食堂" * 40,
    ],
)
def test_asking_something_else(said: str) -> None:
    assert WORDS.asked(said) is None


def test_it_takes_few_questions_away_from_the_guides(knowledge: Knowledge) -> None:
    """Ways of asking for a guide must go on leading to it."""
    asked = [q for guide in knowledge.book.guides for q in guide.questions]
    taken = [q for q in asked if WORDS.asked(q) is not None]
    assert len(taken) <= 5, taken
    from bot.evaluating import QUESTIONS

    tested = [q.text for q in load_questions(QUESTIONS) if q.guides]
    assert len([q for q in tested if WORDS.asked(q) is not None]) <= 4


def test_a_kind_has_a_name_in_both_languages() -> None:
    assert WORDS.name("老年食堂", Language.EN) == "Dining room for older people"
    assert WORDS.name("老年食堂", Language.ZH) == "老年食堂"
    assert WORDS.name("新种类", Language.EN) == "新种类"
