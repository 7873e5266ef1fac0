"""The month's diary read back cell by cell, and the board of all workers."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from bot.render import Saying, sheet
from bot.render.visit import MOST_ROWS, board_picture, month_diary
from domain.calendar import Month, WorkCalendar
from domain.visit import BoardRow, DiaryLine, Mode, MonthDiary, Pace, Topic, pace

NOVEMBER = Month(2026, 11)


def a_line(day: int = 3, home: int = 7, mode: Mode = Mode.HOME, note: str = "血压高") -> DiaryLine:
    return DiaryLine(
        made_at=datetime(2026, 11, day, 1, 30, tzinfo=UTC),
        home=home,
        address=f"{home}幢502室",
        mode=mode,
        topics=(Topic.ELDERCARE, Topic.HEALTH),
        note=note,
        follow_up="11月20日回访",
        remark="子女在外地",
    )


def a_diary(*lines: DiaryLine) -> MonthDiary:
    zone = ZoneInfo("Asia/Shanghai")
    return MonthDiary("翠柏社区", "王芳", NOVEMBER, 30, zone, lines, date(2026, 12, 1))


def read(file: bytes) -> Worksheet:
    found = load_workbook(BytesIO(file)).active
    assert isinstance(found, Worksheet)
    return found


def texts(page: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row if cell.value is not None] for row in page.iter_rows()]


def test_the_diary_has_its_habitual_form(say: Saying) -> None:
    diary = a_diary(a_line(5), a_line(3), a_line(3), a_line(4, 8, Mode.NOBODY_IN, "敲门没应"))
    rows = texts(read(month_diary(diary, say)))
    assert rows[0] == ["社工走访日记"]
    assert rows[1] == ["单位（社区）：翠柏社区", "社工：王芳", "月份：2026年11月"]
    head = "序号 日期 时间 户址 走访方式 走访事项（主题） 走访记录 后续跟进 备注"
    assert rows[2] == head.split()
    assert rows[3] == [
        1, "11月3日（周二）", "09:30", "7幢502室", "上门", "养老服务、健康", "血压高",
        "11月20日回访", "子女在外地",
    ]  # fmt: skip
    assert [row[1] for row in rows[3:7]] == [
        "11月3日（周二）", "11月3日（周二）", "11月4日（周三）", "11月5日（周四）",
    ]  # fmt: skip
    assert rows[7] == [
        "合计",
        "走访户次：2    走访不重复户数：1    未遇：1    电话、巡查等：0    本月目标：30",
    ]
    assert rows[9] == ["社工签名：", "社区负责人签名：", "填表日期：2026年12月1日"]


def test_it_prints_on_a4_across_with_its_head_on_every_page(say: Saying) -> None:
    page = read(month_diary(a_diary(a_line()), say))
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == "$1:$3"
    assert page["G4"].alignment.wrap_text
    assert page["G4"].font.name == "宋体"
    assert page.oddFooter is not None
    assert page.oddFooter.center is not None
    assert page.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_a_long_note_gets_a_high_row(say: Saying) -> None:
    page = read(month_diary(a_diary(a_line(3), a_line(4, note="说了很多话" * 40)), say))
    short, long = page.row_dimensions[4].height, page.row_dimensions[5].height
    assert short is not None
    assert long is not None
    assert long > 3 * short


@pytest.mark.parametrize(
    "note",
    ["=1+1", "+8613800000000", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'],
)
def test_no_note_becomes_a_formula(note: str, say: Saying) -> None:
    file = month_diary(replace(a_diary(a_line(note=note)), worker=note, community=note), say)
    cell = read(file)["G4"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert str(cell.value).strip() == note.strip()
    with ZipFile(BytesIO(file)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_what_xml_cannot_hold_is_left_out_and_too_much_is_cut(say: Saying) -> None:
    diary = a_diary(a_line(3, note="好\x00\x0b\ud800\uffff的"), a_line(4, note="长" * 40_000))
    page = read(month_diary(diary, say))
    assert page["G4"].value == "好的"
    assert len(str(page["G5"].value)) == sheet.MOST_CHARS


def test_the_same_month_gives_the_same_bytes(say: Saying, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (a_line(3), a_line(4, 8), a_line(5, 9))
    first = month_diary(a_diary(*lines), say)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert month_diary(a_diary(*lines[::-1]), say) == first
    assert month_diary(a_diary(*lines[:2]), say) != first
    with ZipFile(BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-11-01T00:00:00Z" in parts.read("docProps/core.xml")


def test_an_empty_month_and_a_pen_for_the_date(say: Saying, say_english: Saying) -> None:
    diary = replace(a_diary(), filled_on=None)
    assert texts(read(month_diary(diary, say)))[3] == ["本月没有走访记录"]
    assert "Date: ____-__-__" in texts(read(month_diary(diary, say_english)))[6]


DAY = date(2026, 11, 16)
BLUE, ORANGE, RED = (0x21, 0x66, 0xAC), (0xC2, 0x57, 0x0C), (0xB2, 0x18, 0x2B)


def stand(done: int, day: date = DAY) -> Pace:
    return pace(done, day, NOVEMBER, WorkCalendar())


def board(*paces: Pace, say: Saying) -> Image.Image:
    rows = [BoardRow(f"社工{n}", each) for n, each in enumerate(paces)]
    return Image.open(BytesIO(board_picture(rows, "翠柏社区", DAY, say))).convert("RGB")


def colours(image: Image.Image) -> Counter[object]:
    return Counter(image.get_flattened_data())


def test_the_board_is_as_wide_as_a_phone_and_grows_with_its_rows(say: Saying) -> None:
    one, three = board(stand(15), say=say), board(stand(15), stand(3), stand(30), say=say)
    assert one.width == three.width == 1080
    assert three.height - one.height == 2 * 132


def test_a_bar_is_as_long_as_the_visits_made(say: Saying) -> None:
    seen = colours(board(stand(15), say=say))
    assert seen[BLUE] == pytest.approx(492 * 40, rel=0.06)  # half the width, and its words
    assert seen[ORANGE] == 0


def test_behind_kept_and_impossible_differ(say: Saying) -> None:
    assert colours(board(stand(10), say=say))[ORANGE] > 10_000
    assert colours(board(stand(30), say=say))[BLUE] > 30_000
    assert colours(board(stand(3, date(2026, 11, 30)), say=say))[RED] > 3_000


def test_many_workers_do_not_burst_what_a_chat_shows(say: Saying) -> None:
    image = board(*[stand(n % 40) for n in range(MOST_ROWS + 5)], say=say)
    assert image.height + image.width < 10_000


def test_a_board_of_nobody_says_so(say: Saying) -> None:
    assert board(say=say).height > 200
