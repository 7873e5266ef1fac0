"""Updates on their way to the bot: by long poll and by webhook, as both libraries fetch them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.filters import CommandStart
from aiogram.methods import SendMessage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import Conflict
from telegram.ext import Application, ApplicationBuilder, ContextTypes, ExtBot, MessageHandler
from telegram.ext.filters import COMMAND

from tests.botapi import BotApi
from tests.botapi.outbound import Connection, DeliveryError

WANG, LI = 7, 8


async def test_an_update_is_confirmed_when_the_offset_passes_it(
    api: BotApi, aiogram_bot: Bot
) -> None:
    first, second = api.user(WANG).says("一"), api.user(WANG).says("二")
    updates = await aiogram_bot.get_updates(limit=1)
    assert [update.update_id for update in updates] == [first.update_id]
    assert api.confirmed == {}
    updates = await aiogram_bot.get_updates(offset=first.update_id + 1)
    assert [update.message.text for update in updates if update.message] == ["二"]
    await api.until_confirmed(first)
    assert second.update_id not in api.confirmed
    await aiogram_bot.get_updates(offset=second.update_id + 1)
    assert api.confirmed[second.update_id] >= api.confirmed[first.update_id]
    assert api.pending == []


async def test_unconfirmed_updates_come_again_and_a_wild_offset_is_ignored(
    api: BotApi, ptb_bot: ExtBot[None]
) -> None:
    for text in ("一", "二", "三"):
        api.user(WANG).says(text)
    for offset in (0, 0, 999_999_999):
        assert len(await ptb_bot.get_updates(offset)) == 3
    assert [u.message.text for u in await ptb_bot.get_updates(-1) if u.message] == ["三"]
    assert len(api.confirmed) == 2


async def test_a_long_poll_waits_for_news(api: BotApi, aiogram_bot: Bot) -> None:
    waiting = asyncio.create_task(aiogram_bot.get_updates(timeout=5))
    await _polling(api)
    api.user(WANG).starts("abc")
    (update,) = await waiting
    assert update.message is not None
    assert update.message.text == "/start abc"
    assert update.message.entities is not None
    assert (update.message.entities[0].type, update.message.entities[0].length) == (
        "bot_command",
        6,
    )
    assert await aiogram_bot.get_updates(offset=update.update_id + 1, timeout=1) == []


async def test_of_two_polls_the_first_is_thrown_out(
    api: BotApi, aiogram_bot: Bot, ptb_bot: ExtBot[None]
) -> None:
    first = asyncio.create_task(aiogram_bot.get_updates(timeout=5))
    await _polling(api)
    second = asyncio.create_task(ptb_bot.get_updates(timeout=5))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first
    api.user(WANG).says("还在吗")
    assert len(await second) == 1


async def test_only_the_kinds_asked_for_are_kept(api: BotApi, aiogram_bot: Bot) -> None:
    await aiogram_bot.get_updates(allowed_updates=["message"])
    wang = api.user(WANG)
    assert wang.starts().dropped is False
    assert wang.blocks().dropped is True
    assert [update.event_type for update in await aiogram_bot.get_updates()] == ["message"]


async def test_held_updates_come_out_of_order_and_confirmed_ones_again(
    api: BotApi, ptb_bot: ExtBot[None]
) -> None:
    api.hold()
    made = [api.user(WANG).says(text) for text in ("一", "二", "三")]
    assert await ptb_bot.get_updates() == ()
    api.release(reversed)
    ids = [update.update_id for update in await ptb_bot.get_updates()]
    assert ids == [update.update_id for update in reversed(made)]
    await ptb_bot.get_updates(offset=made[1].update_id)
    assert list(api.confirmed) == [made[0].update_id]
    api.redeliver(made[0])
    again = await ptb_bot.get_updates(offset=made[2].update_id + 1)
    assert [update.update_id for update in again] == [made[0].update_id]
    assert len(made[0].delivered) == 2


async def test_every_kind_of_update_is_read_by_both_libraries(
    api: BotApi, aiogram_bot: Bot, ptb_bot: ExtBot[None]
) -> None:
    wang = api.user(WANG, "王阿姨", last_name="王", username="wang")
    wang.starts()
    rows = InlineKeyboardMarkup.from_button(InlineKeyboardButton("好", callback_data="ok"))
    await ptb_bot.send_message(WANG, "好吗", reply_markup=rows)
    wang.sends_location(29.87, 121.54)
    wang.sends_contact("13800000000")
    wang.sends_photo("漏水")
    wang.sends_voice(5)
    wang.edits(wang.chat[0], "改了")
    wang.taps("好")
    wang.blocks()
    wang.unblocks()
    kinds = [update.event_type for update in await aiogram_bot.get_updates()]
    assert kinds == ["message"] * 5 + ["edited_message", "callback_query"] + ["my_chat_member"] * 2
    updates = await ptb_bot.get_updates()
    assert updates[1].message is not None
    assert updates[1].message.location is not None
    assert updates[2].message is not None
    assert updates[2].message.contact is not None
    assert updates[2].message.contact.user_id == WANG
    assert updates[6].callback_query is not None
    assert updates[6].callback_query.data == "ok"
    assert updates[7].my_chat_member is not None
    assert updates[7].my_chat_member.new_chat_member.status == "kicked"


async def test_malformed_updates_are_handed_over_as_they_are(api: BotApi) -> None:
    update = api.user(WANG).raw({"message": {"text": 5}})
    assert update.body == {"update_id": update.update_id, "message": {"text": 5}}
    assert api.user(WANG).raw({"update_id": "x"}).encoded == b'{"update_id": "x"}'


async def test_a_library_application_polls_and_answers(api: BotApi) -> None:
    """python-telegram-bot's own loop, not only its calls."""

    async def greet(update: Any, _: ContextTypes.DEFAULT_TYPE) -> None:
        await update.message.reply_text(f"您好，{update.message.from_user.first_name}")

    builder = ApplicationBuilder().token(api.token).base_url(f"{api.url}/bot")
    application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    application.add_handler(MessageHandler(COMMAND, greet))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        wang = api.user(WANG, "王阿姨")
        update = wang.starts()
        await wang.hears("您好，王阿姨", after=update)
        await api.until_confirmed(update)
        await application.updater.stop()
        await application.stop()


async def test_a_dispatcher_polls_and_answers(api: BotApi, aiogram_bot: Bot) -> None:
    """aiogram's own loop."""
    dispatcher = _greeter()
    polling = asyncio.create_task(
        dispatcher.start_polling(aiogram_bot, handle_signals=False, close_bot_session=False)
    )
    wang = api.user(WANG, "王阿姨")
    update = wang.starts()
    await wang.hears("您好，王阿姨", after=update)
    await api.until_confirmed(update)
    await dispatcher.stop_polling()
    await polling


def _greeter() -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart())
    async def greet(message: Message) -> SendMessage:
        assert message.from_user is not None
        return message.answer(f"您好，{message.from_user.first_name}")

    return dispatcher


# Webhooks


@dataclass
class Receiver:
    """A bot's webhook that notes what comes and answers as it is told."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)  # of the next answers, then 200
    answer: dict[str, Any] | None = None
    pause: float = 0.0  # seconds
    busy: int = 0
    busiest: int = 0

    async def take(self, request: web.Request) -> web.Response:
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        self.tokens.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.got.append(await request.json())
        await asyncio.sleep(self.pause)
        self.busy -= 1
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        return web.json_response(self.answer) if self.answer else web.Response()

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_a_webhook_gets_what_waited_and_what_comes(
    api: BotApi, aiogram_bot: Bot, receiver: Receiver
) -> None:
    api.user(WANG).says("一")
    await aiogram_bot.set_webhook(receiver.url, secret_token="s3cret_-")
    api.user(WANG).says("二")
    api.user(LI).says("三")
    await api.until_confirmed()
    assert sorted(receiver.texts) == sorted(["一", "二", "三"])
    assert set(receiver.tokens) == {"s3cret_-"}
    hook = await aiogram_bot.get_webhook_info()
    assert (hook.url, hook.pending_update_count) == (receiver.url, 0)


async def test_a_webhook_and_a_poll_exclude_each_other(
    api: BotApi, aiogram_bot: Bot, ptb_bot: ExtBot[None], receiver: Receiver
) -> None:
    poll = asyncio.create_task(ptb_bot.get_updates(timeout=5))
    await _polling(api)
    await aiogram_bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="terminated by setWebhook"):
        await poll
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook"):
        await aiogram_bot.get_updates()
    await ptb_bot.delete_webhook()
    api.user(WANG).says("一")
    assert len(await aiogram_bot.get_updates()) == 1


async def test_a_failing_webhook_gets_the_update_again_before_later_ones_of_the_chat(
    api: BotApi, aiogram_bot: Bot, receiver: Receiver
) -> None:
    receiver.statuses = [500, 503]
    await aiogram_bot.set_webhook(receiver.url)
    for text in ("一", "二"):
        api.user(WANG).says(text)
    await api.until_confirmed()
    assert receiver.texts == ["一", "一", "一", "二"]
    assert "503" in str((await aiogram_bot.get_webhook_info()).last_error_message)


async def test_other_chats_do_not_wait_for_a_slow_one(
    api: BotApi, ptb_bot: ExtBot[None], receiver: Receiver
) -> None:
    receiver.pause = 0.05
    await ptb_bot.set_webhook(receiver.url, max_connections=3)
    for person in range(1, 9):
        api.user(person).says("一")
        api.user(person).says("二")
    await api.until_confirmed()
    assert receiver.busiest == 3
    for person in range(1, 9):
        mine = [u["message"]["text"] for u in receiver.got if u["message"]["chat"]["id"] == person]
        assert mine == ["一", "二"]


async def test_a_method_in_the_webhooks_answer_is_called(
    api: BotApi, aiogram_bot: Bot, receiver: Receiver
) -> None:
    receiver.answer = {"method": "sendMessage", "chat_id": WANG, "text": "收到"}
    await aiogram_bot.set_webhook(receiver.url)
    wang = api.user(WANG)
    wang.says("在吗")
    await wang.hears("收到")


async def test_a_dispatcher_answers_inside_the_webhooks_answer(
    api: BotApi, aiogram_bot: Bot
) -> None:
    """aiogram packs the method it answers with into a multipart body."""
    app = web.Application()
    SimpleRequestHandler(_greeter(), aiogram_bot, handle_in_background=False).register(app, "/hook")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await aiogram_bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
    wang = api.user(WANG, "王阿姨")
    wang.starts()
    await wang.hears("您好，王阿姨")
    assert api.ledger.statuses("sendMessage") == {}
    await runner.cleanup()


async def test_a_webhook_that_does_not_answer_in_time_is_asked_again(
    api: BotApi, aiogram_bot: Bot, receiver: Receiver
) -> None:
    api.engine.webhook_answer = 0.05
    receiver.pause = 0.2
    await aiogram_bot.set_webhook(receiver.url)
    api.user(WANG).says("一")
    await api.until(lambda: len(api.updates[100_000_001].delivered) == 2)
    assert api.confirmed == {}
    receiver.pause = 0.0
    await api.until_confirmed()


async def test_a_webhook_may_be_redelivered_dropped_and_set_twice(
    api: BotApi, aiogram_bot: Bot, receiver: Receiver
) -> None:
    api.user(WANG).says("旧")
    await aiogram_bot.set_webhook(receiver.url, drop_pending_updates=True)
    assert await aiogram_bot.set_webhook(receiver.url)
    update = api.user(WANG).says("新")
    await api.until_confirmed(update)
    api.redeliver(update)
    await api.until(lambda: len(update.delivered) == 2)
    await api.until(lambda: receiver.texts == ["新", "新"], 1)


@pytest.mark.parametrize(
    ("url", "token", "reason"),
    [
        ("https://127.0.0.1/x", "a", "plain HTTP"),
        ("http://127.0.0.1/x", "秘", "unallowed"),
        ("http://127.0.0.1/x", "a" * 257, "too long"),
    ],
)
async def test_webhooks_that_are_refused(
    api: BotApi, aiogram_bot: Bot, url: str, token: str, reason: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=reason):
        await aiogram_bot.set_webhook(url, secret_token=token)


async def test_a_closed_door_is_reported(unused_tcp_port: int) -> None:
    with pytest.raises(DeliveryError):
        await Connection(f"http://127.0.0.1:{unused_tcp_port}/x").post(b"{}", "", 1)


async def _polling(api: BotApi) -> None:
    await api.until(lambda: api.polling)
