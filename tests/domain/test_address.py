"""What workers type and say about a home, read or honestly not read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.address import VisitSentence, floor_of, parse_visit_sentence

CHINESE = "零一二三四五六七八九"


def home(
    building: str, room: str, note: str = "", unit: str | None = None, estate: str = ""
) -> VisitSentence:
    return VisitSentence(building, room, note, unit, estate)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("3幢502 阿姨血压高 要换药", home("3", "502", "阿姨血压高 要换药")),
        ("3号楼502室", home("3", "502")),
        ("3-502 换药", home("3", "502", "换药")),
        ("3-2-502老人独居", home("3", "502", "老人独居", unit="2")),
        ("3栋2单元502", home("3", "502", unit="2")),
        ("3幢2-502 低保", home("3", "502", "低保", unit="2")),
        ("3号楼 三单元 四零二", home("3", "402", unit="3")),
        ("3幢东单元502", home("3", "502", unit="东")),
        ("三幢五零二", home("3", "502")),
        ("３幢５０２，药吃完了", home("3", "502", "药吃完了")),
        ("３－５０２ 药吃完了", home("3", "502", "药吃完了")),
        ("3 幢 502 室 灯泡坏", home("3", "502", "灯泡坏")),
        ("三号楼五〇二", home("3", "502")),
        ("幺二号楼幺零幺", home("12", "101")),
        ("十二幢十二零三 孩子上学", home("12", "1203", "孩子上学")),
        ("十二幢一千零二", home("12", "1002")),
        ("三幢五百零二", home("3", "502")),
        ("三幢五百二", home("3", "520")),
        ("三幢五零二一家三口", home("3", "502", "一家三口")),
        ("3撞502血压高", home("3", "502", "血压高")),
        ("3#502有狗", home("3", "502", "有狗")),
        ("A座1203A WiFi坏", home("A", "1203A", "WiFi坏")),
        ("3幢502WiFi坏了", home("3", "502", "WiFi坏了")),
        ("03幢0502", home("3", "502")),
        ("甲幢302", home("甲", "302")),
        ("3幢2室漏水", home("3", "2", "漏水")),
        ("3號樓502", home("3", "502")),
        ("走访3号楼的502室老人", home("3", "502", "老人")),
        ("今天去了3幢502，阿姨血压高", home("3", "502", "阿姨血压高")),
        ("王阿姨血压高 3幢502", home("3", "502", "王阿姨血压高")),
        ("翠柏小区3幢502室 电瓶车进楼", home("3", "502", "电瓶车进楼", estate="翠柏小区")),
        ("翠柏小区3-502 电瓶车进楼", home("3", "502", "电瓶车进楼", estate="翠柏小区")),
        ("88弄3号502室 电费", home("3", "502", "电费", estate="88弄")),
        ("7号楼202 血压90-130", home("7", "202", "血压90-130")),
        ("3幢502 月底再去", home("3", "502", "月底再去")),
        ("3幢502人不在", home("3", "502", "人不在")),
    ],
)
def test_a_worker_is_understood(sentence: str, expected: VisitSentence) -> None:
    assert parse_visit_sentence(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "阿姨血压高",
        "3楼502",  # building 3, or the third floor? Ask.
        "502",
        "血压130-90",
        "血压90-130",
        "2026-11-23",
        "0574-87654321",
        "11月23号502元",
        "今天走访12家",
        "3幢12人开会",
        "3幢12户走访完",
        "5号12号都去了",
        "修灯花了3幢500元",
        "三幢",
        "三幢零零零",
    ],
)
def test_no_home_is_guessed(sentence: str) -> None:
    assert parse_visit_sentence(sentence) is None


buildings = st.integers(1, 199)
rooms = st.builds(lambda floor, door: floor * 100 + door, st.integers(1, 33), st.integers(1, 8))
notes = st.sampled_from(["", "阿姨血压高", "没人在家", "要换药，下周再来"])
marks = st.sampled_from(["幢", "栋", "号楼", "座", "#"])
gaps = st.sampled_from(["", " ", "　"])


@given(buildings, rooms, notes, marks, gaps, st.sampled_from(["", "室"]))
def test_any_home_written_with_its_word_is_read_back(
    building: int, room: int, note: str, mark: str, gap: str, tail: str
) -> None:
    said = f"{building}{gap}{mark}{gap}{room}{tail} {note}"
    assert parse_visit_sentence(said) == home(str(building), str(room), note)


@given(buildings, st.integers(1, 9), rooms, notes)
def test_any_home_written_with_dashes_is_read_back(
    building: int, unit: int, room: int, note: str
) -> None:
    assert parse_visit_sentence(f"{building}-{room} {note}") == home(str(building), str(room), note)
    with_unit = parse_visit_sentence(f"{building}-{unit}-{room} {note}")
    assert with_unit == home(str(building), str(room), note, unit=str(unit))


@given(st.integers(1, 99), rooms)
def test_any_home_spoken_digit_by_digit_is_read_back(building: int, room: int) -> None:
    spoken = "".join(CHINESE[int(digit)] for digit in f"{building}")
    door = "".join(CHINESE[int(digit)] for digit in f"{room}")
    assert parse_visit_sentence(f"{spoken}号楼{door}") == home(str(building), str(room))


@given(st.text(alphabet="0123456789-—幢栋号楼室单元门三五零〇十百千幺撞的，, 元人Aa", max_size=30))
def test_no_sentence_breaks_the_reader(text: str) -> None:
    found = parse_visit_sentence(text)
    if found is not None:
        assert found.building
        assert 1 <= len(found.room.rstrip("A")) <= 4
        assert found.note == found.note.strip()


@pytest.mark.parametrize(
    ("room", "floor"),
    [("502", 5), ("1502", 15), ("502A", 5), ("12", None), ("15020", None), ("A", None), ("", None)],
)
def test_the_floor_is_told_where_the_rooms_number_says_it(room: str, floor: int | None) -> None:
    assert floor_of(room) == floor
