"""A bot made of either library talks with people on the other side."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BotCommand, BotCommandScopeChat, MenuButtonCommands
from telegram import BotCommand as PtbBotCommand
from telegram.ext import ExtBot

from tests.botapi import BotApi, NotHeardError, png
from tests.botapi.clients import Client

WANG = 7
MENU = [
    [{"text": "一键求助", "callback_data": "help"}, {"text": "地图", "url": "https://map.cn/a"}]
]


async def test_a_person_hears_what_the_bot_says(api: BotApi, client: Client) -> None:
    wang = api.user(WANG, "王阿姨")
    wang.starts()
    message_id = await client.say(WANG, "<b>您好</b>，王阿姨 &amp; 家人 👵", MENU)
    heard = await wang.hears("您好")
    assert heard.message_id == message_id
    assert heard.text == "您好，王阿姨 & 家人 👵"
    assert heard.entity_text("bold") == ["您好"]
    assert [button.label for button in wang.buttons()] == ["一键求助", "地图"]
    assert str(wang).endswith("[一键求助] [地图]")


async def test_an_edit_is_seen_in_place_and_takes_the_buttons_away(
    api: BotApi, client: Client
) -> None:
    wang = api.user(WANG)
    wang.starts()
    message_id = await client.say(WANG, "正在通知社工", MENU)
    mark = wang.mark
    await client.edit(WANG, message_id, "社工<i>已出发</i>")
    heard = await wang.hears("已出发", after=mark)
    assert (heard.message_id, heard.edited, heard.buttons) == (message_id, True, [])
    assert heard.versions == ["正在通知社工", "社工已出发"]
    assert len(wang.heard) == 1


async def test_pictures_and_papers_arrive_whole_and_can_be_fetched(
    api: BotApi, client: Client
) -> None:
    wang = api.user(WANG)
    wang.starts()
    picture, paper = png(300, 200), b"PK\x03\x04\r\n--xlsx\r\n" * 50
    await client.picture(WANG, picture, "本月 <b>12</b>/30")
    await client.paper(WANG, "走访日志.xlsx", paper)
    shown, filed = wang.heard
    assert (shown.photo, shown.text, shown.entity_text("bold")) == (picture, "本月 12/30", ["12"])
    assert (filed.document, filed.filename) == (paper, "走访日志.xlsx")
    assert await client.download(shown.content["photo"][0]["file_id"]) == picture


async def test_what_a_person_sends_can_be_downloaded(api: BotApi, client: Client) -> None:
    update = api.user(WANG).sends_photo("漏水了", png(10, 10))
    photo = update.body["message"]["photo"][0]
    assert await client.download(photo["file_id"]) == png(10, 10)


async def test_a_tap_spins_until_it_is_answered_once(api: BotApi, client: Client) -> None:
    wang = api.user(WANG)
    wang.starts()
    await client.say(WANG, "需要帮忙吗", MENU)
    query = wang.taps("一键求助").body["callback_query"]
    assert query["data"] == "help"
    assert wang.spinning == 1
    await client.answer(query["id"], "已收到")
    assert (await wang.sees_toast("已收到")).alert is False
    assert wang.spinning == 0
    with pytest.raises(client.refused, match=r"(?i)query is too old"):
        await client.answer(query["id"], "又一次")


async def test_times_are_the_clocks_and_an_old_tap_is_too_late() -> None:
    now = 1_800_000_000.0
    async with BotApi(clock=lambda: now) as api:
        bot = Bot(api.token, AiohttpSession(api=TelegramAPIServer.from_base(api.url)))
        wang = api.user(WANG)
        wang.starts()
        sent = await bot.send_message(WANG, "一")
        assert sent.date == wang.heard[0].sent == datetime(2027, 1, 15, 8, tzinfo=UTC)
        tap = api.engine.state.tap(WANG, "help")
        now += 151
        with pytest.raises(TelegramBadRequest, match="query is too old"):
            await bot.answer_callback_query(tap.query_id)
        await bot.session.close()


async def test_a_deleted_message_is_gone(api: BotApi, client: Client) -> None:
    wang = api.user(WANG)
    wang.starts()
    message_id = await client.say(WANG, "验证码 1234")
    await client.delete(WANG, message_id)
    assert wang.heard == []
    with pytest.raises(client.refused, match=r"(?i)message to delete not found"):
        await client.delete(WANG, message_id)


async def test_the_reply_keyboard_stays_and_is_pressed(api: BotApi, client: Client) -> None:
    wang = api.user(WANG)
    wang.starts()
    await client.keyboard(WANG, "您好", [[{"text": "🆘 一键求助"}], [{"text": "办事"}]])
    await client.say(WANG, "还有别的吗")
    assert wang.keyboard == [["🆘 一键求助"], ["办事"]]
    assert wang.presses("求助").body["message"]["text"] == "🆘 一键求助"
    with pytest.raises(LookupError, match="no key '报修'"):
        wang.presses("报修")


async def test_a_missing_button_and_silence_say_what_the_chat_shows(
    api: BotApi, client: Client
) -> None:
    wang = api.user(WANG)
    wang.starts()
    await client.say(WANG, "需要帮忙吗", MENU)
    with pytest.raises(LookupError, match="需要帮忙吗"):
        wang.taps("投诉")
    with pytest.raises(LookupError, match=r"map\.cn"):
        wang.taps("地图")
    with pytest.raises(NotHeardError, match="需要帮忙吗"):
        await wang.hears("已到达", timeout=0.01)


async def test_an_old_button_can_still_be_tapped_on_a_slow_telephone(
    api: BotApi, client: Client
) -> None:
    wang = api.user(WANG)
    wang.starts()
    message_id = await client.say(WANG, "谁来？", [[{"text": "我来", "callback_data": "take:1"}]])
    asked = await wang.hears("谁来")
    await client.edit(WANG, message_id, "李社工已接")
    with pytest.raises(LookupError):
        wang.taps("我来", asked)
    assert wang.taps("我来", asked, stale=True).body["callback_query"]["data"] == "take:1"


async def test_commands_are_kept_by_scope_and_language(
    api: BotApi, aiogram_bot: Bot, ptb_bot: ExtBot[None]
) -> None:
    worker = api.user(8, "李社工")
    foreigner = api.user(9, "Ann", language_code="en")
    await ptb_bot.set_my_commands([PtbBotCommand("help", "求助")])
    await ptb_bot.set_my_commands([PtbBotCommand("help", "Help")], language_code="en")
    await aiogram_bot.set_my_commands(
        [BotCommand(command="visit", description="记走访")], BotCommandScopeChat(chat_id=8)
    )
    assert [c["command"] for c in worker.commands] == ["visit"]
    assert foreigner.commands == [{"command": "help", "description": "Help"}]
    assert [c.description for c in await ptb_bot.get_my_commands()] == ["求助"]
    await aiogram_bot.delete_my_commands(BotCommandScopeChat(chat_id=8))
    assert set(api.commands) == {("default", ""), ("default", "en")}
    assert await aiogram_bot.set_chat_menu_button(menu_button=MenuButtonCommands())


async def test_copies_forwards_places_and_polls(
    api: BotApi, aiogram_bot: Bot, ptb_bot: ExtBot[None]
) -> None:
    wang, worker = api.user(WANG, "王阿姨"), api.user(8)
    worker.starts()
    said = wang.says("楼道灯坏了").body["message"]
    copied = await aiogram_bot.copy_message(8, WANG, said["message_id"])
    forwarded = await ptb_bot.forward_message(8, WANG, said["message_id"])
    assert [m.text for m in worker.heard] == ["楼道灯坏了"] * 2
    assert copied.message_id == worker.heard[0].message_id
    assert forwarded.forward_origin is not None
    located = await ptb_bot.send_location(8, 29.87, 121.54)
    assert located.location is not None
    assert located.location.latitude == 29.87
    contact = await aiogram_bot.send_contact(8, "0574-81890", "求助中心")
    assert contact.contact is not None
    poll = await ptb_bot.send_poll(8, "满意吗？", ["满意", "一般"], is_anonymous=False)
    assert poll.poll is not None
    assert [option.text for option in poll.poll.options] == ["满意", "一般"]
    assert await aiogram_bot.send_chat_action(8, "typing")
    assert api.engine.state.actions == [(8, "typing")]


async def test_a_reply_names_the_message_it_answers(api: BotApi, ptb_bot: ExtBot[None]) -> None:
    wang = api.user(WANG)
    said = wang.says("几点开门？").body["message"]
    sent = await ptb_bot.send_message(WANG, "八点半", reply_to_message_id=said["message_id"])
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "几点开门？"
    answer = wang.says("谢谢", reply_to=wang.heard[0]).body["message"]
    assert answer["reply_to_message"]["text"] == "八点半"


async def test_the_ledger_counts_every_message(api: BotApi, client: Client) -> None:
    for person in (1, 2):
        api.user(person).starts()
    for text in ("一", "二", "三"):
        message_id = await client.say(1, text)
    await client.edit(1, message_id, "四")
    await client.say(2, "五")
    assert [(s.chat_id, s.text, s.edit) for s in api.sent][-2:] == [
        (1, "四", True),
        (2, "五", False),
    ]
    assert api.ledger.busiest_second() == 4
    assert api.ledger.busiest_chat() == api.ledger.busiest_second(1) == 3
    assert api.ledger.statuses("sendMessage") == {200: 4}
