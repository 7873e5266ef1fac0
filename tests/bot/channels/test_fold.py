"""A message that is too long becomes several; nothing is lost, no tag or picture is broken."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from bot.channels.base import Abilities
from bot.channels.fold import fold, units, visible
from domain.messages import (
    Attachment,
    Button,
    Keyboard,
    Location,
    Media,
    MediaKind,
    Message,
)

SMALL = Abilities(max_text=20, max_caption=8, max_label=10)
YES = ((Button("好", "yes"),),)


def texts(message: Message, abilities: Abilities = SMALL) -> list[str]:
    return [str(piece.html) for piece in fold(message, abilities)]


def inked(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_a_message_that_fits_stays_as_it_is() -> None:
    message = Message(Markup("<b>您好</b>，王阿姨"), buttons=YES, in_place=True)
    assert fold(message, SMALL) == [message]


def test_only_what_is_visible_counts() -> None:
    message = Message(Markup('<a href="https://example.org/a-long-address">12345</a> &amp; ok'))
    assert fold(message, SMALL) == [message]


def test_an_emoji_counts_two() -> None:
    assert units("🌻a") == 3
    assert len(fold(Message("🌻" * 10), SMALL)) == 1
    assert texts(Message("🌻" * 11)) == ["🌻" * 10, "🌻"]


def test_lines_are_kept_together() -> None:
    assert texts(Message("第一行，有些话\n第二行，有些话\n第三行，也有话")) == [
        "第一行，有些话\n第二行，有些话",
        "第三行，也有话",
    ]


def test_a_paragraph_is_a_better_end_than_a_line() -> None:
    assert texts(Message("一二三四五六\n七八九十\n\n一二三\n四五六七八九十")) == [
        "一二三四五六\n七八九十",
        "一二三\n四五六七八九十",
    ]


def test_a_long_line_is_cut_behind_a_sentence() -> None:
    assert texts(Message("请带身份证原件。复印件不用带。周六上午也能办理手续。")) == [
        "请带身份证原件。复印件不用带。",
        "周六上午也能办理手续。",
    ]


def test_english_is_cut_between_words_and_prices_stay_whole() -> None:
    assert texts(Message("The fee is 1,234.50 yuan a year")) == [
        "The fee is 1,234.50",
        "yuan a year",
    ]


def test_a_line_without_any_break_is_cut_where_it_must_be() -> None:
    assert texts(Message("字" * 45)) == ["字" * 20, "字" * 20, "字" * 5]


def test_tags_that_are_open_at_a_cut_go_on_behind_it() -> None:
    message = Message(Markup("<b>一二三四五六七八九十\n<i>甲乙丙丁戊己庚辛壬癸子丑</i></b>寅"))
    assert texts(message) == [
        "<b>一二三四五六七八九十</b>",
        "<b><i>甲乙丙丁戊己庚辛壬癸子丑</i></b>寅",
    ]


def test_a_link_over_a_cut_leads_there_from_both_sides() -> None:
    link = '<a href="https://example.org/?a=1&amp;b=2">'
    message = Message(Markup(f"{link}{'字' * 25}</a>"))
    assert texts(message) == [f"{link}{'字' * 20}</a>", f"{link}{'字' * 5}</a>"]


def test_a_tag_that_nobody_closed_is_closed_and_a_stray_end_is_nothing() -> None:
    assert texts(Message(Markup("</i><b>" + "字" * 21))) == [f"<b>{'字' * 20}</b>", "<b>字</b>"]
    assert texts(Message(Markup("<b>a<i>b</b>" + "字" * 20)))[0].startswith("<b>a<i>b</i></b>字")


def test_what_a_person_typed_stays_escaped() -> None:
    typed = "<b>" + "&" * 20 + "</b>"
    assert "".join(texts(Message(typed))) == str(escape(typed))


@pytest.mark.parametrize("picture", ["👨‍👩‍👧", "👍🏽", "🇨🇳", "1️⃣", "é"])
def test_a_picture_of_several_characters_is_not_cut_apart(picture: str) -> None:
    size = units(picture)
    tight = Abilities(max_text=3 * size - 1, max_caption=3)
    assert texts(Message(picture * 4), tight) == [picture * 2, picture * 2]


def test_buttons_stand_under_the_last_and_the_keyboard_comes_with_the_first() -> None:
    keyboard = Keyboard(((Button("求助", "help.press"),),))
    message = Message(
        "字" * 45, buttons=YES, keyboard=keyboard, location=Location(29.8, 121.5), in_place=True
    )
    pieces = fold(message, SMALL)
    assert [p.buttons for p in pieces] == [(), (), YES]
    assert [p.keyboard for p in pieces] == [keyboard, None, None]
    assert [p.location is not None for p in pieces] == [True, False, False]
    assert [p.in_place for p in pieces] == [True, False, False]


@pytest.mark.parametrize(
    "filed",
    [
        {"attachment": Attachment("tally", "tally.png", picture=True)},
        {"media": Media(MediaKind.PHOTO, "telegram", "abc")},
    ],
)
def test_a_text_too_long_for_a_caption_follows_the_file(filed: dict[str, Attachment]) -> None:
    message = Message("字" * 25, buttons=YES, **filed)  # type: ignore[arg-type]
    bare, *pieces = fold(message, SMALL)
    assert (bare.attachment, bare.media) == (message.attachment, message.media)
    assert (bare.text, bare.buttons) == ("", ())
    assert [str(p.html) for p in pieces] == ["字" * 20, "字" * 5]
    assert all(p.attachment is None and p.media is None for p in pieces)
    assert pieces[-1].buttons == YES


def test_a_long_label_is_shortened_but_not_on_the_lasting_keyboard() -> None:
    long = Button("申请高龄津贴需要的全部材料", "ask.more:1")
    keyboard = Keyboard(((long,),))
    (piece,) = fold(Message("?", buttons=((long,),), keyboard=keyboard), SMALL)
    assert piece.buttons == ((Button("申请高龄津贴需要的…", "ask.more:1"),),)
    assert piece.keyboard == keyboard


def test_an_empty_message_stays_one() -> None:
    assert fold(Message(""), SMALL) == [Message("")]
    assert len(fold(Message(" \n" * 30), SMALL)) == 1


pieces_of_markup = st.sampled_from(
    ["<b>", "</b>", "<i>", "</i>", '<a href="https://e.org">', "</a>", "&amp;", "&lt;", "\n", " "]
)
words = st.text(st.sampled_from("字a。，🌻👍🏽‍é1️🇨🇳"), min_size=1, max_size=30)


@given(st.lists(st.one_of(pieces_of_markup, words), max_size=60))
def test_nothing_is_lost_and_everything_fits(parts: list[str]) -> None:
    html = Markup("".join(parts))
    pieces = fold(Message(html), SMALL)
    assert inked("".join(visible(p.html) for p in pieces)) == inked(visible(html))
    assert all(units(visible(p.html)) <= 20 for p in pieces)
    for piece in pieces if len(pieces) > 1 else []:
        assert_balanced(str(piece.html))


def assert_balanced(html: str) -> None:
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)[^<>]*>", html):
        if closing:
            assert opened.pop() == name
        else:
            opened.append(name)
    assert opened == []
