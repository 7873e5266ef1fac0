"""What the desk says on Telegram, seen from the other side of the platform."""

import asyncio
import logging
import time
from dataclasses import replace
from typing import Any

import pytest
from markupsafe import Markup
from structlog.testing import capture_logs

from bot.channels.base import Refused, TryAgain, Unknown, Unreachable
from domain.messages import (
    Attachment,
    Button,
    Keyboard,
    Lane,
    Location,
    Media,
    MediaKind,
    Message,
)
from tests.bot.channels.telegram_desk import a_desk, a_parcel
from tests.botapi import BotApi, Limits, png

YES = ((Button("好的", "yes:1"), Button("网站", url="https://example.org/a")),)
HELP = Keyboard(((Button("🆘 一键求助", "help.press"),),))
TALLY = Attachment("tally", "tally.png", picture=True)
DIARY = Attachment("diary", "diary.xlsx")


async def test_text_with_markup_and_buttons_and_no_link_preview() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        ref = await desk.says(7, Message(Markup("<b>您好</b> &lt;王&gt;"), buttons=YES))
        seen = await wang.hears("您好")
        assert (str(seen.message_id), seen.text) == (ref, "您好 <王>")
        assert [e["type"] for e in seen.entities] == ["bold"]
        assert [(b.label, b.data, b.url) for b in wang.buttons()] == [
            ("好的", "yes:1", None),
            ("网站", None, "https://example.org/a"),
        ]


async def test_what_a_person_typed_is_never_markup() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        await desk.says(7, "<b>王</b> & <script>")
        assert (await wang.hears()).text == "<b>王</b> & <script>"


async def test_markup_that_is_refused_goes_as_plain_text() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        await desk.says(7, Message(Markup("<b>没有关上"), buttons=YES))
        assert (await wang.hears()).text == "没有关上"
        assert len(wang.buttons()) == 2


async def test_a_card_is_replaced_in_place() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        ref = await desk.says(7, Message("第1题", buttons=YES))
        assert await desk.says(7, Message("第2题", buttons=YES), edits=ref) == ref
        assert await desk.says(7, Message("第2题", buttons=YES), edits=ref) == ref  # not modified
        assert await desk.says(7, Message("谢谢"), edits=ref) == ref
        assert [(m.text, m.buttons) for m in wang.heard] == [("谢谢", [])]


async def test_what_cannot_be_edited_is_said_anew() -> None:
    async with BotApi() as api, a_desk(api, chat_burst=9) as desk:
        wang = api.user(7)
        wang.starts()
        picture = await desk.says(7, Message("图", attachment=TALLY), file=png())
        theirs = str(wang.chat[0].message_id)
        for ref in ("404", picture, theirs):
            assert await desk.says(7, f"代替{ref}", edits=ref) != ref
        assert [m.text for m in wang.heard] == ["图", "代替404", f"代替{picture}", f"代替{theirs}"]


async def test_the_lasting_keyboard_comes_changes_and_goes() -> None:
    async with BotApi() as api, a_desk(api, chat_burst=9) as desk:
        wang = api.user(7)
        wang.starts()
        await desk.says(7, Message("您好", keyboard=HELP))
        assert wang.keyboard == [["🆘 一键求助"]]
        markup = wang.heard[-1].markup
        assert markup is not None
        assert markup["is_persistent"]
        assert markup["resize_keyboard"]
        await desk.says(7, Message("再见", keyboard=Keyboard()))
        assert wang.keyboard == []
        assert [m.text for m in wang.heard] == ["您好", "再见"]


async def test_both_keyboards_take_two_messages_and_the_ref_is_the_one_with_buttons() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        ref = await desk.says(7, Message("选一个", buttons=YES, keyboard=HELP))
        assert wang.keyboard == [["🆘 一键求助"]]
        assert [m.text for m in wang.heard] == ["⌨️", "选一个"]
        assert str(wang.heard[-1].message_id) == ref
        assert [b.label for b in wang.buttons()] == ["好的", "网站"]


async def test_a_keyboard_that_comes_with_an_edit() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        ref = await desk.says(7, Message("语言", buttons=YES))
        assert await desk.says(7, Message("English it is", keyboard=HELP), edits=ref) == ref
        assert [m.text for m in wang.heard] == ["English it is", "⌨️"]
        assert wang.keyboard == [["🆘 一键求助"]]


async def test_pictures_and_papers() -> None:
    async with BotApi() as api, a_desk(api, chat_burst=9) as desk:
        wang = api.user(7)
        wang.starts()
        drawn = Message(Markup("<b>结果</b>"), attachment=TALLY, buttons=YES)
        await desk.says(7, drawn, file=png(300, 200))
        picture = wang.heard[-1]
        assert (picture.kind, picture.text, picture.data) == ("photo", "结果", png(300, 200))
        assert len(picture.buttons) == 2
        await desk.says(7, Message("三月", attachment=DIARY), file=b"PK\x03\x04")
        paper = wang.heard[-1]
        assert (paper.kind, paper.text, paper.data) == ("document", "三月", b"PK\x03\x04")
        assert paper.content["document"]["file_name"] == "diary.xlsx"


async def test_a_large_paper() -> None:
    async with BotApi() as api, a_desk(api, read_timeout=5) as desk:
        wang = api.user(7)
        wang.starts()
        content = bytes(range(256)) * 12_000
        await desk.says(7, Message("台账", attachment=DIARY), file=content)
        assert wang.heard[-1].data == content


async def test_a_picture_that_the_platform_cannot_show_goes_as_a_file() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        api.faults.next(
            "sendPhoto", status=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS"
        )
        await desk.says(7, Message("长图", attachment=TALLY), file=png())
        assert (wang.heard[-1].kind, wang.heard[-1].text) == ("document", "长图")


async def test_a_file_that_a_person_sent_goes_on_to_another() -> None:
    async with BotApi() as api, a_desk(api, chat_burst=9) as desk:
        wang, li = api.user(7), api.user(8)
        li.starts()
        wang.sends_photo("楼道灯坏了")
        wang.sends_voice()
        await api.until_confirmed()
        photo, voice = (i.media for i in desk.heard if i.media)
        await desk.says(8, Message("王阿姨：楼道灯坏了", media=photo))
        await desk.says(8, Message("", media=voice))
        assert [m.kind for m in li.heard] == ["photo", "voice"]
        assert li.heard[0].text == "王阿姨：楼道灯坏了"


async def test_media_of_another_channel() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        media = Media(MediaKind.PHOTO, "web", "u/1")
        await desk.says(7, Message("看图", media=media), file=png())
        await desk.says(7, Message("没有图", media=media))
        assert [(m.kind, m.text) for m in wang.heard] == [("photo", "看图"), ("text", "没有图")]


async def test_a_place_with_words() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        ref = await desk.says(7, Message("在这里", location=Location(29.87, 121.55), buttons=YES))
        assert [m.kind for m in wang.heard] == ["location", "text"]
        assert str(wang.heard[-1].message_id) == ref
        assert len(wang.heard[-1].buttons) == 2


async def test_a_long_text_comes_in_parts_with_the_buttons_under_the_last() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        lines = "\n".join(f"{i}. 材料<b>{'🌻' * 20}</b>" for i in range(200))
        ref = await desk.says(7, Message(Markup(lines), buttons=YES))
        parts = wang.heard
        assert len(parts) == 3
        assert "\n".join(m.text for m in parts) == lines.replace("<b>", "").replace("</b>", "")
        assert [len(m.buttons) for m in parts] == [0, 0, 2]
        assert str(parts[-1].message_id) == ref


async def test_a_long_caption_follows_its_picture() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        await desk.says(7, Message("字" * 1500, attachment=TALLY), file=png())
        assert [(m.kind, len(m.text)) for m in wang.heard] == [("photo", 0), ("text", 1500)]


async def test_links_that_telegram_refuses_are_written_out() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        phone = Button("打电话给张社工", url="tel:+8657487000000")
        local = Button("网页", url="http://localhost:8080/")
        await desk.says(7, Message("需要帮忙？", buttons=((phone, local), (Button("好", "ok"),))))
        assert wang.heard[-1].text == (
            "需要帮忙？\n打电话给张社工 +8657487000000\n网页 http://localhost:8080/"
        )
        assert [b.label for b in wang.buttons()] == ["好"]


# Refusals and lost lines


@pytest.mark.parametrize("lane", [Lane.EMERGENCY, Lane.ROUTINE])
@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ({"status": 500}, TryAgain),
        ({"status": 502}, TryAgain),
        ({"status": 403}, Unreachable),
        ({"status": 400, "description": "Bad Request: chat not found"}, Unreachable),
        ({"status": 400, "description": "Bad Request: BUTTON_DATA_INVALID"}, Refused),
        ({"status": 401}, TryAgain),
        ({"lost": "hang"}, Unknown),
        ({"lost": "hang", "when": "after"}, Unknown),
        ({"lost": "drop", "when": "after"}, Unknown),
        ({"status": 504}, Unknown),
    ],
)
async def test_what_a_fault_means(
    lane: Lane, fault: dict[str, Any], meaning: type[Exception]
) -> None:
    async with BotApi() as api, a_desk(api, read_timeout=0.3) as desk:
        wang = api.user(7)
        wang.starts()
        api.faults.next("sendMessage", **fault)
        with pytest.raises(meaning):
            await desk.says(7, "您好", lane=lane)
        arrived = fault.get("when") == "after"
        assert len(wang.heard) == arrived


async def test_the_real_refusals_of_the_platform() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        stranger, blocker = api.user(7), api.user(8)
        assert stranger.heard == []
        blocker.starts()
        blocker.blocks()
        for chat in (7, 8, 999):
            with pytest.raises(Unreachable):
                await desk.says(chat, "您好")
        blocker.unblocks()
        await desk.says(8, "又见面了")


async def test_an_address_that_is_no_chat() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        parcel = replace(a_parcel(7, Message("您好")), address="web-session")
        with pytest.raises(Unreachable):
            await desk.channel.send(parcel)


async def test_nobody_at_home_means_it_was_certainly_not_delivered() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        assert api._server is not None
        await api._server.stop()
        with pytest.raises(TryAgain):
            await desk.says(7, "您好")


async def test_an_edit_whose_answer_was_lost_may_simply_be_repeated() -> None:
    async with BotApi() as api, a_desk(api, read_timeout=0.3) as desk:
        wang = api.user(7)
        wang.starts()
        ref = await desk.says(7, "第1题")
        api.faults.next("editMessageText", lost="drop", when="after")
        with pytest.raises(TryAgain):
            await desk.says(7, "第2题", edits=ref)
        assert await desk.says(7, "第2题", edits=ref) == ref
        assert [m.text for m in wang.heard] == ["第2题"]


async def test_parts_that_have_arrived_are_not_said_again() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        message = Message("甲" * 4096 + "乙" * 100, buttons=YES)
        api.faults.next("sendMessage", delay=0)
        api.faults.next("sendMessage", status=500)
        with pytest.raises(TryAgain):
            await desk.says(7, message, id=10_000)
        await desk.says(7, message, id=10_000)
        assert [m.text for m in wang.heard] == ["甲" * 4096, "乙" * 100]


# Floods


async def test_a_refused_push_waits_as_told_and_holds_nobody_else() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        for chat in (7, 8):
            api.user(chat).starts()
        api.faults.next("sendMessage", status=429, retry_after=2)
        with pytest.raises(TryAgain) as told:
            await desk.says(7, "问卷", lane=Lane.ROUTINE)
        assert (told.value.after, told.value.everyone) == (2, True)
        with pytest.raises(TryAgain) as held:
            await desk.says(8, "问卷", lane=Lane.ROUTINE)
        assert 1 < (held.value.after or 0) <= 2
        assert api.ledger.statuses("sendMessage")[429] == 1, "the second was not even tried"
        await desk.says(8, "回答")
        await desk.says(8, "有人求助", lane=Lane.EMERGENCY)


async def test_what_waits_in_the_row_is_not_even_tried_after_a_refusal() -> None:
    """At five a second seven wait for their places while the first is refused: one refusal, not eight."""
    async with BotApi() as api, a_desk(api, routine_rate=5.0) as desk:
        for chat in range(8):
            api.user(chat + 1).starts()
        api.faults.next("sendMessage", status=429, retry_after=2)
        pushes = (desk.says(chat + 1, "问卷", lane=Lane.ROUTINE) for chat in range(8))
        ends = await asyncio.gather(*pushes, return_exceptions=True)
        assert {type(end) for end in ends} == {TryAgain}
        assert api.ledger.statuses("sendMessage") == {429: 1}
        await desk.says(1, "有人求助", lane=Lane.EMERGENCY)


async def test_a_chat_that_is_flooded_is_refused_for_itself() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        for chat in (7, 8):
            api.user(chat).starts()
        await desk.says(7, "一")
        api.faults.next("sendMessage", chat=7, status=429, retry_after=2)
        with pytest.raises(TryAgain) as told:
            await desk.says(7, "二")
        assert (told.value.after, told.value.everyone) == (2, False)
        await desk.says(8, "您好")


async def test_a_chat_gets_three_at_once_and_then_one_a_second() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        api.user(7).starts()
        started = time.monotonic()
        for i in range(3):
            await desk.says(7, f"{i}")
        assert time.monotonic() - started < 1.8, "not a second apart"
        await desk.says(7, "3")
        assert time.monotonic() - started > 0.8


async def test_under_the_platforms_limits_a_push_beside_replies_is_never_refused() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        for chat in range(1, 101):
            api.user(chat).starts()
        api.limits = Limits(window=0.9)  # the rest forgives a busy test machine
        push = [desk.says(chat, "问卷", lane=Lane.ROUTINE) for chat in range(1, 51)]
        pushing = asyncio.gather(*push)
        await asyncio.sleep(0.5)
        await asyncio.gather(*(desk.says(chat, "回答") for chat in range(51, 71)))
        assert not pushing.done(), "replies waited for the push"
        await pushing
        assert api.limits.refused == 0
        assert len(api.ledger.messages()) == 70


async def test_nothing_said_and_no_token_gets_into_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        async with BotApi() as api, a_desk(api, read_timeout=0.2) as desk:
            api.user(7).starts()
            for fault in ({"status": 500}, {"lost": "hang"}, {"status": 429, "retry_after": 1}):
                api.faults.next("sendMessage", **fault)
                with pytest.raises((TryAgain, Unknown)) as raised:
                    await desk.says(7, "我的秘密")
                logs.append({"event": repr(raised.value), "log_level": "test"})
    assert len(logs) >= 4
    for written in (str(logs), caplog.text):
        assert "秘密" not in written
        assert api.token not in written
