"""The week of questions on a picture and in a spreadsheet."""

from dataclasses import replace
from datetime import date
from io import BytesIO

from openpyxl import load_workbook
from PIL import Image

from bot.render.ask import WeekPaper, week_picture, week_sheet
from domain.enquiry import Reason, Verdict
from domain.enquiry_week import Answers, Week, Wrong
from domain.people import Language
from wording import Phrases

SAY = Phrases.shipped()[Language.ZH].plain
WEEK = Week(
    first=date(2026, 11, 16),
    asked=9,
    chats=4,
    found=5,
    offered=2,
    chosen=1,
    missed=2,
    passed_on=2,
    verdicts={Verdict.USEFUL: 3, Verdict.UNSOLVED: 1, Verdict.WRONG: 1},
    guides=(("dibao", 4), ("unknown-guide", 2)),
    missed_texts=(("=HYPERLINK(1)", 2), ("很长的问题" * 40, 1)),
    wrong=(Wrong("dibao", Reason.AMOUNT, "低保多少钱"), Wrong("dibao", None, "低保")),
    answers=Answers(2, 1, 1, 1, 0),
)
PAPER = WeekPaper(WEEK, "甬江湾社区", {"dibao": "最低生活保障"}, (("充电桩", 2),))


def test_the_picture_is_as_wide_as_a_phone_and_repeats() -> None:
    drawn = week_picture(PAPER, SAY)
    image = Image.open(BytesIO(drawn))
    assert image.width == 1080
    assert image.width + image.height < 10_000, "Telegram refuses more"
    assert week_picture(PAPER, SAY) == drawn


def test_a_week_without_anything_can_be_drawn() -> None:
    nothing = replace(
        WEEK, asked=0, found=0, offered=0, missed=0, guides=(), missed_texts=(), wrong=()
    )
    empty = replace(PAPER, week=nothing, words=())
    assert week_picture(empty, SAY).startswith(b"\x89PNG")
    book = load_workbook(BytesIO(week_sheet(empty, SAY)))
    assert book["没答上来"]["A3"].value == "没有"


def test_the_sheet_holds_everything_and_runs_nothing() -> None:
    book = load_workbook(BytesIO(week_sheet(PAPER, SAY)))
    cell = book["没答上来"]["A3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)
    assert book["问了什么"]["A4"].value == "unknown-guide"
    assert book["说答错了"]["C3"].value == "最低生活保障：钱数、时间不对"
    assert book["新词"]["B3"].value == 2
    assert week_sheet(PAPER, SAY) == week_sheet(PAPER, SAY)
