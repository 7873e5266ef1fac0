"""Lettering and colours that do not depend on the machine, the thread or the reader's font."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from string import Formatter

from PIL import Image

from bot.render.fonts import STAND_IN, drawable, font_path
from bot.render.picture import WIDTH, Picture, lines
from tests.bot.render.conftest import papers


def test_the_chinese_font_ships_with_the_program() -> None:
    assert font_path().is_file()
    assert drawable("养老，走访：①3幢502㎡") == "养老，走访：①3幢502㎡"


def test_what_the_font_lacks_becomes_a_box_and_lines_stay_lines() -> None:
    assert drawable("张\U0003134a\n🙂") == f"张{STAND_IN} {STAND_IN}"


def test_lines_break_where_chinese_may_and_english_words_may_not() -> None:
    assert lines("一二三四，五", 10, 40) == ["一二三四，", "五"]
    assert lines("visits this month", 10, 80) == ["visits this", "month"]
    assert lines("", 10, 80) == []


def test_text_shrinks_to_its_place() -> None:
    picture = Picture(100)
    assert picture.text(0, 50, "字" * 100, 40, width=500) == 500
    assert 75 < picture.text(0, 50, "二字", 40) < 85


def drawn(words: str) -> bytes:
    picture = Picture(120)
    picture.text(48, 60, words, 40)
    return picture.png()


def test_a_dollar_is_a_dollar_and_a_box_is_where_it_was_put() -> None:
    assert drawn("$x$") != drawn("x")
    picture = Picture(100)
    picture.box(100, 20, 300, 40, "#2166ac")
    image = Image.open(BytesIO(picture.png())).convert("RGB")
    assert image.size == (WIDTH, 100)
    assert image.getpixel((250, 40)) == (0x21, 0x66, 0xAC)
    assert image.getpixel((90, 40)) == image.getpixel((250, 70)) == (255, 255, 255)


def test_threads_draw_the_same_picture_as_one() -> None:
    with ThreadPoolExecutor(4) as pool:
        pictures = set(pool.map(drawn, ["邻里社区走访"] * 12))
    assert pictures == {drawn("邻里社区走访")}


def test_drawing_leaves_matplotlibs_global_state_alone() -> None:
    code = (
        "import sys, matplotlib as m; before = m.rcParams.copy()\n"
        "import bot.render.visit, bot.render.survey\n"
        "from bot.render.picture import Picture\n"
        "p = Picture(50); p.text(0, 20, '字', 20); p.png()\n"
        "assert 'matplotlib.pyplot' not in sys.modules and 'zhplot' not in sys.modules\n"
        "assert m.rcParams.copy() == before\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_both_languages_say_the_same_with_the_same_gaps() -> None:
    chinese, english = papers("zh"), papers("en")
    assert chinese.keys() == english.keys()
    for key, sentence in chinese.items():
        gaps, others = (
            {name for _, name, _, _ in Formatter().parse(text) if name}
            for text in (sentence, english[key])
        )
        assert gaps == others, key
