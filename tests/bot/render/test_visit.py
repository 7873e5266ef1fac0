"""The board of all workers as a picture."""

from collections import Counter
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from bot.render import Saying
from bot.render.visit import MOST_ROWS, board_picture
from domain.calendar import Month, WorkCalendar
from domain.visit import BoardRow, Pace, pace

NOVEMBER = Month(2026, 11)


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
