"""Faults and flood limits, as both libraries report them."""

from __future__ import annotations

import asyncio
import time

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.ext import AIORateLimiter, ExtBot

from tests.botapi import BotApi, Fault, Limits
from tests.botapi.calls import Call
from tests.botapi.clients import Client
from tests.botapi.ledger import busiest

WANG, LI = 7, 8


@pytest.fixture
def talking(api: BotApi) -> BotApi:
    for person in (WANG, LI):
        api.user(person).starts()
    return api


async def test_the_next_answers_fail_and_then_no_more(
    talking: BotApi, aiogram_bot: Bot, ptb_bot: ExtBot[None]
) -> None:
    talking.faults.next("sendMessage", status=500, times=2)
    with pytest.raises(TelegramServerError, match="Internal Server Error"):
        await aiogram_bot.send_message(WANG, "一")
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await ptb_bot.send_message(WANG, "二")
    await ptb_bot.send_message(WANG, "三")
    assert [m.text for m in talking.user(WANG).heard] == ["三"]
    assert talking.ledger.statuses("sendMessage") == {500: 2, 200: 1}


async def test_a_fault_may_mean_one_method_and_one_chat(talking: BotApi, client: Client) -> None:
    talking.faults.next("sendMessage", chat=WANG, status=403)
    await client.say(LI, "一")
    message_id = await client.say(LI, "二")
    await client.edit(LI, message_id, "三")
    with pytest.raises(client.refused, match=r"(?i)bot was blocked by the user"):
        await client.say(WANG, "四")


async def test_flood_waits_carry_their_seconds(
    talking: BotApi, aiogram_bot: Bot, ptb_bot: ExtBot[None]
) -> None:
    talking.faults.next("sendMessage", status=429, retry_after=17, times=2)
    with pytest.raises(TelegramRetryAfter) as aiogram_wait:
        await aiogram_bot.send_message(WANG, "一")
    with pytest.raises(RetryAfter) as ptb_wait:
        await ptb_bot.send_message(WANG, "一")
    assert aiogram_wait.value.retry_after == ptb_wait.value._retry_after.total_seconds() == 17


@pytest.mark.parametrize(("when", "visible"), [("after", ["一"]), ("before", [])])
async def test_a_hanging_answer_before_or_after_delivery(
    talking: BotApi, aiogram_bot: Bot, ptb_bot: ExtBot[None], when: str, visible: list[str]
) -> None:
    fault = Fault("sendMessage", lost="hang", when="after" if when == "after" else "before")
    talking.faults.active.append(fault)
    with pytest.raises(TimedOut):
        await ptb_bot.send_message(WANG, "一", read_timeout=0.1)
    assert [m.text for m in talking.user(WANG).heard] == visible
    fault.times = 1
    talking.faults.active.append(fault)
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await aiogram_bot.send_message(LI, "一", request_timeout=1)
    assert [m.text for m in talking.user(LI).heard] == visible
    assert talking.ledger.statuses("sendMessage") == {0: 2}


async def test_a_dropped_line_after_delivery(
    talking: BotApi, aiogram_bot: Bot, ptb_bot: ExtBot[None]
) -> None:
    talking.faults.next("sendMessage", lost="drop", when="after", times=2)
    with pytest.raises(TelegramNetworkError):
        await aiogram_bot.send_message(WANG, "一")
    with pytest.raises(NetworkError):
        await ptb_bot.send_message(WANG, "二")
    assert [m.text for m in talking.user(WANG).heard] == ["一", "二"]


async def test_an_error_after_delivery_and_a_late_answer(talking: BotApi, client: Client) -> None:
    talking.faults.next("sendMessage", status=502, when="after")
    with pytest.raises(client.refused, match=r"(?i)bad gateway"):
        await client.say(WANG, "一")
    talking.faults.next("sendMessage", delay=0.1)
    begun = time.monotonic()
    await client.say(WANG, "二")
    assert time.monotonic() - begun >= 0.1
    assert [m.text for m in talking.user(WANG).heard] == ["一", "二"]


async def test_an_answer_to_a_poll_can_be_lost_too(talking: BotApi, aiogram_bot: Bot) -> None:
    talking.faults.next("getUpdates", lost="drop", when="after")
    with pytest.raises(TelegramNetworkError):
        await aiogram_bot.get_updates()
    assert len(await aiogram_bot.get_updates()) == 2


async def test_random_faults_repeat_with_their_seed(client: Client) -> None:
    assert await _struck(7) == await _struck(7) != await _struck(8)


async def _struck(seed: int) -> list[int]:
    """Which of fifty getMe calls fail at a rate of one in five."""
    async with BotApi() as api:
        api.faults.randomly(0.2, seed, Fault("getMe", status=500))
        return [at for at in range(50) if api.faults.take(Call("getMe"))]


async def test_over_the_limit_every_chat_waits(talking: BotApi, client: Client) -> None:
    talking.limits = Limits(overall_per_second=3, per_chat_per_second=None, retry_after=2)
    for text in ("一", "二", "三"):
        await client.say(WANG, text)
    for person in (WANG, LI):
        with pytest.raises(client.refused, match=r"(?i)in 2 seconds|in 0:00:02"):
            await client.say(person, "四")
    assert talking.limits.refused == 2
    talking.limits = None
    await client.say(WANG, "五")


async def test_one_chat_over_its_limit_does_not_stop_another(
    talking: BotApi, client: Client
) -> None:
    talking.limits = Limits(retry_after=1, window=0.3)
    message_id = await client.say(WANG, "一")
    with pytest.raises(client.refused):
        await client.say(WANG, "二")
    await client.say(LI, "二")
    await client.edit(WANG, message_id, "三")
    await asyncio.sleep(1)
    await client.say(WANG, "四")


async def test_a_paced_sender_is_never_refused_and_a_hasty_one_is(
    talking: BotApi, ptb_bot: ExtBot[None]
) -> None:
    talking.limits = Limits(overall_per_second=30, per_chat_per_second=None)
    limiter = AIORateLimiter(overall_max_rate=1, overall_time_period=0.05)
    async with ExtBot(talking.token, base_url=f"{talking.url}/bot", rate_limiter=limiter) as bot:
        await asyncio.gather(*(bot.send_message(WANG, str(n)) for n in range(35)))
    assert talking.limits.refused == 0
    assert len(talking.user(WANG).heard) == 35
    hasty = [ptb_bot.send_message(WANG, str(n)) for n in range(35)]
    results = await asyncio.gather(*hasty, return_exceptions=True)
    refusals = [result for result in results if isinstance(result, RetryAfter)]
    assert len(refusals) == talking.limits.refused > 0
    assert talking.ledger.busiest_second() <= 30


def test_the_busiest_second_is_any_second() -> None:
    assert busiest([0.0, 0.6, 0.9, 1.0, 1.65, 5.0]) == 3
    assert busiest([]) == 0
