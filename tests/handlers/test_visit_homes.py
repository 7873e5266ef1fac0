"""Which home a sentence means, and what is asked back where that is not clear."""

import pytest

from domain.address import parse_visit_sentence
from domain.people import Home
from handlers.visit_homes import by_address, by_name
from knowledge import Knowledge
from storage import enquiries
from storage.database import Database
from storage.visit_homes import Door
from tests.handlers.visit_talk import Place


@pytest.fixture
def place(peopled: Database, knowledge: Knowledge) -> Place:
    return Place(peopled, knowledge)


def door(number: int, building: str, room: str, *names: str, special: bool = False) -> Door:
    return Door(Home(number, 1, building, room, 1, special), names)


DOORS = [
    door(1, "3幢", "502", "陈秀英（示例）", special=True),
    door(2, "3幢", "503", "陈建国"),
    door(3, "12幢", "2-502", "李国强", "王芳"),
    door(4, "12幢", "3-502", "王芳"),
    door(5, "桃源小区7幢", "101", "赵敏"),
    door(6, "柳园小区7幢", "101", "孙杰"),
]


def address(text: str) -> list[int]:
    said = parse_visit_sentence(text)
    assert said is not None
    return [each.home.id for each in by_address(DOORS, said).doors]


@pytest.mark.parametrize(
    ("text", "homes"),
    [
        ("3幢502 好", [1]),
        ("三栋五零二 好", [1]),
        ("12幢2单元502 好", [3]),
        ("12幢502 好", [3, 4]),
        ("7幢101 好", [5, 6]),
        ("柳园小区7幢101 好", [6]),
        ("3幢520 好", [1]),
        ("3幢504 好", [1, 2]),
        ("8幢999 好", []),
    ],
)
def test_homes_by_their_address(text: str, homes: list[int]) -> None:
    assert address(text) == homes


@pytest.mark.parametrize(
    ("text", "homes", "sure", "note"),
    [
        ("陈秀英 今天精神不错", [1], True, "今天精神不错"),
        ("今天去了陈秀英家，血压正常", [1], True, "血压正常"),
        ("王芳 想找工作", [3, 4], False, "想找工作"),
        ("陈秀瑛 今天精神不错", [1], False, "今天精神不错"),
        ("陈阿姨 想吃助餐", [1, 2], False, "想吃助餐"),
        ("陈秀英", [1], False, ""),
    ],
)
def test_homes_by_who_lives_there(text: str, homes: list[int], sure: bool, note: str) -> None:
    meant = by_name(DOORS, text)
    assert meant is not None
    assert ([each.home.id for each in meant.doors], meant.sure, meant.note) == (homes, sure, note)


@pytest.mark.parametrize(
    "text",
    [
        "陈秀英能领高龄津贴吗",
        "老人满八十有什么补贴",
        "居住证 要带什么",
        "社保卡 丢了",
        "今天 开会",
        "周阿姨 要换药",
        "好的 谢谢",
    ],
)
def test_what_names_nobody_or_only_asks_is_no_visit(text: str) -> None:
    assert by_name(DOORS, text) is None


async def test_a_name_is_enough(place: Place) -> None:
    worker = await place.talk("w1")
    said = await worker.says("陈奶奶 今天精神不错")
    assert "记下了：3幢502 陈奶奶" in said
    assert (await place.rows())[0]["note"] == "今天精神不错"


async def test_an_unknown_home_keeps_what_was_typed_until_it_is_found(place: Place) -> None:
    worker = await place.talk("w1")

    said = await worker.says("33幢502 阿姨血压高 要换药")
    assert "没有找到33幢502" in said
    assert "“阿姨血压高 要换药”我留着" in said
    assert await place.rows() == []

    said = await worker.says("3幢502")
    assert "记下了：3幢502 陈奶奶" in said
    assert "阿姨血压高 要换药" in said
    assert (await place.rows())[0]["topics"] == ["health"]


async def test_a_near_home_is_one_tap_away(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("3幢520 送慰问品")

    said = await worker.taps("3幢502 陈奶奶")

    assert "记下了：3幢502" in said
    assert len(worker.shown) == 1
    assert [row["note"] for row in await place.rows()] == ["送慰问品"]


async def test_the_same_sentence_answered_twice_is_one_visit(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("3幢520 送慰问品")
    step, (ref, button) = worker.step, worker.button("3幢502")
    await worker.does(button.action, ref)
    worker.step = step
    await worker.does(button.action, ref)
    assert len(await place.rows()) == 1


async def test_another_workers_home_is_not_ones_own(place: Place) -> None:
    worker = await place.talk("w2")
    said = await worker.says("3幢502 阿姨血压高")
    assert "没有找到3幢502" in said
    assert "陈奶奶" not in str(worker.labels())


async def test_a_question_instead_of_the_address_is_answered(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("33幢502 阿姨血压高")

    said = await worker.says("老人满八十有什么补贴")

    assert "记下了" not in said
    assert worker.step is not None
    assert worker.step.action == "ask.last"


async def test_a_name_that_was_no_visit_becomes_a_question(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("陈阿姨 高龄津贴")
    assert worker.labels()[-1] == "不是走访，我要问事"

    await worker.taps("不是走访")

    assert await place.rows() == []
    async with place.database.reading() as work:
        asked = await enquiries.by_id(work, 1)
    assert asked is not None
    assert asked.text == "陈阿姨 高龄津贴"


async def test_an_emergency_comes_before_any_diary(place: Place) -> None:
    worker = await place.talk("w1")
    said = await worker.says("3幢502 着火了")
    assert "119" in said
    assert await place.rows() == []
