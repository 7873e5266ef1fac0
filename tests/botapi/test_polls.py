"""Groups and polls, as both libraries meet them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from aiogram import Bot
from telegram.error import ChatMigrated, Forbidden
from telegram.ext import ExtBot

from tests.botapi import BotApi
from tests.botapi.clients import AiogramClient, PtbClient

STREET = -1001
TITLE = "东门小区业主群"
Either = AiogramClient | PtbClient


def members(api: BotApi) -> Any:
    group = api.group(STREET, TITLE)
    group.takes_in(api.user(7, "王阿姨"))
    return group


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"question": "字" * 301}, "poll question length must not exceed 300"),
        ({"question": " "}, "text must be non-empty"),
        ({"options": []}, "poll must have at least one answer option"),
        ({"options": ["一"] * 13}, "poll_answers_too_much"),
        ({"options": ["一", "字" * 101]}, "poll options length must not exceed 100"),
        ({"options": ["一", " "]}, "text must be non-empty"),
        ({"open_period": 4}, "poll_close_date_invalid"),
        ({"close_date": 2_700_000}, "poll_close_date_invalid"),
        ({"open_period": 60, "close_date": 60}, "can't be used together"),
        ({"chat_id": -9}, "chat not found"),
    ],
)
async def test_polls_that_are_refused(
    api: BotApi, client: Either, wrong: dict[str, Any], reason: str
) -> None:
    group = members(api)
    if "close_date" in wrong:
        wrong = wrong | {"close_date": int(time.time()) + wrong["close_date"]}
    asked: dict[str, Any] = {"chat_id": STREET, "question": "哪天？", "options": ["周六", "周日"]}
    send: Callable[..., Any] = client.bot.send_poll
    with pytest.raises(client.refused) as refusal:
        await send(**(asked | wrong))
    assert reason in str(refusal.value).lower()
    assert group.polls == []


async def test_a_poll_is_asked_voted_on_and_stopped_once(api: BotApi, client: Either) -> None:
    group = members(api)
    granny, son = api.user(8, "陈奶奶"), api.user(9, "陈明")
    sent = await client.bot.send_poll(STREET, "字" * 300, ["周" * 100, "周日"])
    assert sent.poll is not None
    assert sent.poll.is_anonymous
    group.votes(granny, "周日")
    group.votes(granny, "周" * 100)
    told = group.votes(son, "周日")

    assert told.kind == "poll"
    assert [option["voter_count"] for option in told.body["poll"]["options"]] == [1, 1]
    with pytest.raises(client.refused) as not_one:
        await client.bot.stop_poll(STREET, sent.message_id - 1)
    assert "message is not a poll" in str(not_one.value).lower()
    stopped = await client.bot.stop_poll(STREET, sent.message_id)
    assert stopped.is_closed
    assert stopped.total_voter_count == 2
    with pytest.raises(client.refused) as again:
        await client.bot.stop_poll(STREET, sent.message_id)
    assert "poll has already been closed" in str(again.value).lower()
    with pytest.raises(client.refused) as gone:
        await client.bot.stop_poll(STREET, 10_000)
    assert "message with poll to stop not found" in str(gone.value).lower()


async def test_a_bot_hears_little_of_a_group_until_it_is_its_administrator(
    api: BotApi, aiogram_bot: Bot, ptb_bot: ExtBot[None]
) -> None:
    group, wang = members(api), api.user(7)
    assert group.says(wang, "今天停水吗") is None
    group.promotes(wang)
    assert group.says(wang, "今天停水吗") is not None

    updates = await aiogram_bot.get_updates()
    kinds = [update.event_type for update in updates]
    assert kinds == ["my_chat_member", "my_chat_member", "message"]
    joined = updates[0].my_chat_member
    assert joined is not None
    assert (joined.chat.title, joined.from_user.id) == (TITLE, 7)
    assert joined.new_chat_member.status == "member"
    heard = await ptb_bot.get_updates()
    assert heard[1].my_chat_member is not None
    assert heard[1].my_chat_member.new_chat_member.status == "administrator"


async def test_where_it_is_not_it_may_not_write(api: BotApi, ptb_bot: ExtBot[None]) -> None:
    group, wang = members(api), api.user(7)
    new = group.moves(-1002)
    with pytest.raises(ChatMigrated) as moved:
        await ptb_bot.send_message(STREET, "好")
    assert moved.value.new_chat_id == -1002
    await ptb_bot.send_message(-1002, "好")
    new.puts_out(wang)
    with pytest.raises(Forbidden, match="kicked from the supergroup"):
        await ptb_bot.send_message(-1002, "好")
