"""The board of calls for help on a picture and in its tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from bot.render.help_board import board_picture
from bot.render.help_sheet import as_csv, as_workbook, tables
from domain.duty import DutyState, Outcome
from domain.help_board import Case
from domain.people import Language
from storage.help_board import Overseen, View
from wording import Phrases

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
PLACES = [Overseen(1, "海棠社区", ZONE), Overseen(2, "+名字很长很长的另一个社区", ZONE)]
ZH = Phrases.shipped()[Language.ZH]


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


VIEW = View(
    all_places=PLACES,
    places=PLACES,
    days=7,
    zone=ZONE,
    since=ago(600_000),
    now=NOW,
    cases=[
        Case(1, 1, DutyState.OPEN, ago(720)),
        Case(2, 1, DutyState.ON_THE_WAY, ago(300), ago(270), given_back=1),
        Case(3, 2, DutyState.CLOSED, ago(90_000), ago(89_960), ago(88_000), ago(87_000)),
        Case(4, 2, DutyState.CLOSED, ago(90_100), None, None, ago(90_080), Outcome.FALSE_ALARM),
    ],
)
NOTHING = replace(VIEW, cases=[])


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("view", [VIEW, NOTHING], ids=["calls", "nothing"])
def test_the_picture_is_as_wide_as_a_phone_and_repeats(view: View, language: Language) -> None:
    say = Phrases.shipped()[language]
    drawn = board_picture(view, say)
    image = Image.open(BytesIO(drawn)).convert("L")
    assert image.width == 1080
    assert image.width + image.height < 10_000, "Telegram refuses more"
    assert min(image.crop((0, image.height - 20, 1080, image.height)).tobytes()) == 255, "a margin"
    assert board_picture(view, say) == drawn


def test_the_tables_say_what_was_counted() -> None:
    found = {table.name: table.rows for table in tables(VIEW, ZH)}
    assert ("60 秒内有人接", 2, 3, "66.6%", "97.5%", "没达到") in found["快不快"]
    assert ("现在超时", 1) in found["总数"]
    assert [row[:4] for row in found["按社区"]] == [
        ["海棠社区", 2, 2, 1],
        ["+名字很长很长的另一个社区", 2, 0, 0],
    ]
    assert found["逐件"][2] == (3, PLACES[1].name, "2026-11-22 11:00:00", 40, 2000, "已结束", 0)
    assert found["逐件"][3][-2] == "按错了"


def test_files_repeat_and_nothing_in_them_is_a_formula() -> None:
    assert as_workbook(VIEW, ZH) == as_workbook(VIEW, ZH)
    text = as_csv(VIEW, ZH).decode("utf-8-sig")
    assert "'+名字很长很长的另一个社区" in text
    assert as_csv(NOTHING, ZH).startswith(b"\xef\xbb\xbf")
