"""Starting and stopping, menus, links and the small answers to taps."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.channels.base import CommandLine, CommandMenu
from bot.channels.telegram import ChannelError, TelegramChannel
from domain.messages import Button, Incoming, Message
from domain.people import Language, Role
from tests.bot.channels.telegram_desk import Desk, Inbox, a_config, a_desk
from tests.botapi import TOKEN, BotApi

ROOT = Path(__file__).parents[3]


def a_menu(role: Role | None, language: Language, *names: str) -> CommandMenu:
    return CommandMenu(role, language, [CommandLine(n, f"{n} {language.value}") for n in names])


STRANGERS = [
    a_menu(None, Language.ZH, "start", "menu"),
    a_menu(None, Language.EN, "start", "menu"),
    a_menu(Role.WORKER, Language.ZH, "visit"),
]


async def test_the_link_that_opens_the_chat_with_a_code() -> None:
    async with BotApi() as api:
        assert TelegramChannel(a_config(api)).link("A7k") == ""
        async with a_desk(api) as desk:
            name = api.engine.state.bot["username"]
            assert desk.channel.link("A7k") == f"https://t.me/{name}?start=A7k"


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("", "No Telegram token"),
        ("not a token", "malformed"),
        ("42:AAunknown", "does not know this token"),
    ],
)
async def test_a_wrong_token_is_said_plainly_and_not_repeated(token: str, sentence: str) -> None:
    async with BotApi() as api:
        with pytest.raises(ChannelError, match=sentence) as fault:
            await TelegramChannel(a_config(api, token=token)).start(Inbox().store)
        assert not token or token not in str(fault.value)


def test_settings_do_not_show_the_token() -> None:
    config = a_config("https://api.example", webhook_secret="s3cret")
    assert TOKEN not in repr(config)
    assert "s3cret" not in repr(config)


async def test_both_libraries_use_the_given_server_with_or_without_a_slash() -> None:
    async with BotApi() as api, a_desk(api, api=f"{api.url}/") as desk:
        api.user(7).starts()
        await api.until_confirmed()
        await desk.says(7, "您好")
        used = {call.method.lower() for call in api.calls}
        assert used >= {"getme", "deletewebhook", "getupdates", "sendmessage"}


async def test_it_starts_while_the_platform_is_away_and_is_there_when_it_comes_back() -> None:
    async with BotApi() as api:
        api.faults.next("getMe", status=502, times=2)
        api.faults.next("deleteWebhook", lost="drop", times=1)
        with capture_logs() as logs:
            async with a_desk(api) as desk:
                assert desk.channel.link("x") == ""
                api.user(7).says("有人吗")
                await api.until_confirmed()
                assert desk.channel.link("x") != ""
        assert [log["event"] for log in logs].count("telegram_away") >= 3


async def test_nobody_at_the_other_end_at_all() -> None:
    channel = TelegramChannel(a_config("http://127.0.0.1:9"))
    started = time.monotonic()
    await channel.start(Inbox().store)
    await asyncio.sleep(0.1)
    await channel.stop()
    await channel.stop()
    assert time.monotonic() - started < 20


async def test_it_can_be_started_again() -> None:
    async with BotApi() as api:
        desk = Desk(TelegramChannel(a_config(api)), Inbox())
        for text in ("一", "二"):
            await desk.channel.start(desk.inbox.store)
            api.user(7).says(text)
            await api.until_confirmed()
            await desk.channel.stop_receiving()
            await desk.says(7, f"听到：{text}")
            await desk.channel.stop()
        assert [m.text for m in api.user(7).heard] == ["听到：一", "听到：二"]


async def test_a_tap_is_answered_with_or_without_words() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        await desk.says(7, Message("选", buttons=((Button("好", "yes:1"),),)))
        for notice in ("", "记下了", "字" * 300, "<b>好</b>"):
            wang.taps("好")
            await api.until_confirmed()
            await desk.channel.acknowledge(desk.heard[-1], notice)
        assert wang.spinning == 0
        assert [t.text for t in wang.toasts] == ["", "记下了", "字" * 200, "<b>好</b>"]


async def test_a_tap_that_has_expired_is_no_fault() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        for tap_id in ("", "404"):
            await desk.channel.acknowledge(Incoming("telegram", "7", tap_id=tap_id), "晚了")
        api.faults.next("answerCallbackQuery", status=429, retry_after=9)
        await desk.channel.acknowledge(Incoming("telegram", "7", tap_id="1"), "晚了")


async def test_strangers_see_the_menu_in_their_language_and_chinese_otherwise() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        await desk.channel.announce(STRANGERS)
        seen = {}
        for user, tag in enumerate(["zh", "en", "fr"], 7):
            person = api.user(user, language_code=tag)
            person.starts()
            seen[tag] = [c["description"] for c in person.commands]
        assert seen == {
            "zh": ["start zh", "menu zh"],
            "en": ["start en", "menu en"],
            "fr": ["start zh", "menu zh"],
        }


async def test_a_person_sees_the_menu_of_their_role_and_it_is_set_once() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        for _ in range(2):
            await desk.channel.greet("7", a_menu(Role.WORKER, Language.ZH, "visit"))
        assert [c["command"] for c in wang.commands] == ["visit"]
        assert api.ledger.statuses("setMyCommands") == {200: 1}
        await desk.channel.greet("7", a_menu(Role.WORKER, Language.EN, "visit"))
        assert [c["description"] for c in wang.commands] == ["visit en"]


async def test_a_menu_that_could_not_be_set_is_no_fault_and_is_set_next_time() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7)
        wang.starts()
        menu = a_menu(Role.ELDER, Language.ZH, "help")
        api.faults.next("setMyCommands", status=500)
        await desk.channel.greet("7", menu)
        assert wang.commands == []
        await desk.channel.greet("7", menu)
        assert [c["command"] for c in wang.commands] == ["help"]


UNBUILT = """
from bot.channels.telegram import TelegramChannel
from aiogram import types
from aiogram.methods import SendMessage, SetWebhook
built = [n for n in types.__all__ if getattr(getattr(types, n), "__pydantic_complete__", False)]
print(len(built))
types.Update.model_validate({"update_id": 1, "message": {"message_id": 1, "date": 1, "text": "hi",
    "chat": {"id": 1, "type": "private"}, "from": {"id": 1, "is_bot": False, "first_name": "A"}}})
types.User(id=1, is_bot=True, first_name="B")
SetWebhook(url="https://desk.example", allowed_updates=["message"])
SendMessage(chat_id=1, text="hi")
print(types.StarTransaction.model_rebuild(force=True))
"""


def test_a_start_builds_those_of_the_librarys_types_that_are_heard_and_any_other_when_it_is_used() -> (
    None
):
    """They are some three hundred, and took half of all the time that a desk needs to start."""
    said = subprocess.run(
        [sys.executable, "-c", UNBUILT], capture_output=True, text=True, check=True, cwd=ROOT
    )
    built, whole = said.stdout.split()
    assert 4 <= int(built) < 20
    assert whole == "True"
