"""Services in people's own words, and none heard where somebody only asks about the rules."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from domain.duty import DutyKind
from domain.service import Part, Wish
from knowledge.register import RegisterError, read_register
from knowledge.service import dining_points, load_service, shipped_service
from knowledge.source import ContentError, Source
from tests.support.prepared import COMMUNITY

MONDAY = date(2026, 11, 23)
MEAL, ESCORT, CHORE, VISIT = DutyKind.MEAL, DutyKind.ESCORT, DutyKind.CHORE, DutyKind.VISIT


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("明天中午给我送份饭", Wish(MEAL, date(2026, 11, 24), Part.LUNCH, True)),
        ("今晚帮我送点吃的来", Wish(MEAL, MONDAY, None, True)),
        ("给我妈订明天的晚饭", Wish(MEAL, date(2026, 11, 24), Part.DINNER, None)),
        ("我想明天去食堂吃中饭", Wish(MEAL, date(2026, 11, 24), Part.LUNCH, False)),
        ("bring me lunch tomorrow", Wish(MEAL, date(2026, 11, 24), Part.LUNCH, True)),
        ("后天想去医院有人陪吗", Wish(ESCORT, date(2026, 11, 25))),
        ("周三上午陪我去看病", Wish(ESCORT, date(2026, 11, 25), Part.AM)),
        ("下周三上午陪我去看病", Wish(ESCORT, date(2026, 12, 2), Part.AM)),
        ("给我送份饭到12号楼", Wish(MEAL, at_home=True)),
        ("叫食堂给我送份饭到家", Wish(MEAL)),
        ("12月3号想请人陪我去体检", Wish(ESCORT, date(2026, 12, 3))),
        ("3号下午有人陪我去医院吗", Wish(ESCORT, date(2026, 12, 3), Part.PM)),
        ("叫人来修一下水龙头", Wish(CHORE)),
        ("想请人打扫卫生", Wish(CHORE)),
        ("社工能来看看我吗", Wish(VISIT)),
    ],
)
def test_what_is_wanted_and_when(said: str, wish: Wish) -> None:
    assert shipped_service().wish(said, MONDAY) == wish


@pytest.mark.parametrize(
    "said",
    [
        "老年食堂怎么申请用餐",
        "陪诊服务多少钱",
        "政府送餐有补贴吗",
        "送餐",
        "女儿几年不来看我",
        "我想吃饭",
        "我要订机票",
        "2月31号",
        "给我送饭" + "啊" * 40,
        "",
    ],
)
def test_what_is_no_wish(said: str) -> None:
    assert shipped_service().wish(said, MONDAY) is None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def test_hardly_a_question_of_the_guides_is_taken_for_a_wish() -> None:
    """Else an elder who asks about a subsidy would be offered a lunch."""
    file = Path(__file__).with_name("questions.yaml")
    questions = list(_texts(yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)))
    assert len(questions) > 1000
    taken = [q for q in questions if shipped_service().wish(q, MONDAY)]
    assert len(taken) <= 2, "a few may mean either; the way back to the guide is one tap"


def test_all_is_well_only_where_nothing_else_is_said() -> None:
    words = shipped_service()
    assert words.is_fine("我很好！")
    assert words.is_fine("平安")
    assert not words.is_fine("我很好，就是饭还没到")
    assert not words.is_fine("不好")
    assert words.is_sign_of_life("每天报平安")
    assert not words.is_sign_of_life("报平安有补贴吗")


def test_a_dining_point_is_checked_with_its_community(tmp_path: Path) -> None:
    details = read_register(COMMUNITY).communities[0].details
    points = dining_points(details)
    assert [p.id for p in points] == ["f2", "f3"]
    assert points[1].servings[0].day_before
    text = COMMUNITY.read_text("utf-8")
    for wrong, word in (
        (text.replace('served: "11:00-12:30"', 'served: "12:30-11:00"'), "end after"),
        (text.replace("person: w3,", "person: granny,", 1), "is not in staff"),
    ):
        file = tmp_path / "register.yaml"
        file.write_text(wrong, "utf-8")
        with pytest.raises(RegisterError, match=word):
            read_register(file)


def test_a_file_of_words_is_checked() -> None:
    good = Source.shipped("services.yaml")
    assert load_service(good).rules[ESCORT].days > 0
    text = 'kinds: {escort: {days: 0, notice: 1, parts: {am: ["9:00", "08:00"]}}}'
    with pytest.raises(ContentError, match="escort"):
        load_service(Source(text, "services.yaml"))
