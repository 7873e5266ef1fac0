"""Long polling: stored first, confirmed after, and never stopped by anything."""

import asyncio
import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.base import Unreadable
from tests.bot.channels.telegram_desk import a_desk
from tests.botapi import BotApi


async def test_what_people_do_is_stored_and_then_confirmed() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        wang = api.user(7, "王阿姨")
        wang.starts("A7k")
        wang.says("您好")
        await api.until_confirmed()
        assert [(i.address, i.action, i.text) for i in desk.heard] == [
            ("7", "start:A7k", ""),
            ("7", "", "您好"),
        ]


async def test_while_the_database_is_away_nothing_is_confirmed_and_then_all_is_stored() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        desk.inbox.broken = {"*"}
        update = api.user(7).says("救命")
        key = str(update.update_id)
        await api.until(lambda: desk.inbox.asked.count(key) >= 3)
        assert update.update_id not in api.confirmed
        desk.inbox.broken.clear()
        await api.until_confirmed(update)
        assert desk.inbox.keys == [key]


async def test_one_that_cannot_be_stored_holds_its_own_chat_only() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        api.hold()
        wang, li = api.user(7), api.user(8)
        first, other, second = wang.says("一"), li.says("别的"), wang.says("二")
        desk.inbox.broken = {str(first.update_id)}
        api.release()
        await api.until(lambda: desk.inbox.keys == [str(other.update_id)])
        assert api.confirmed == {}
        desk.inbox.broken.clear()
        await api.until_confirmed()
        mine = [row.update_key for row in desk.inbox.rows if row.address == "7"]
        assert mine == [str(first.update_id), str(second.update_id)]
        assert len(desk.inbox.keys) == 3


@pytest.mark.parametrize(
    "odd",
    [
        {"message": {"chat": "nobody"}},
        {"message": {"message_id": "x", "chat": {"id": 7}}},
        {"teleport": {"to": "here"}},
        {},
        {"message": {"text": "半个\ud83d", "nul": "\x00"}},
    ],
)
async def test_an_update_of_unknown_shape_is_kept_and_stops_none_behind_it(
    odd: dict[str, Any],
) -> None:
    async with BotApi() as api, a_desk(api) as desk:
        api.hold()
        wang = api.user(7)
        bad = wang.raw(odd)
        good = wang.says("后面的话")
        api.release()
        await api.until_confirmed(bad, good)
        with pytest.raises(Unreadable):
            desk.channel.read(desk.inbox.rows[0].payload)
        assert desk.channel.read(desk.inbox.rows[1].payload).text == "后面的话"


async def test_an_update_that_comes_twice_is_offered_twice_with_the_same_key() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        update = api.user(7).says("一次")
        await api.until_confirmed(update)
        api.redeliver(update)
        await api.until(lambda: desk.inbox.asked == [str(update.update_id)] * 2)
        assert len(desk.inbox.rows) == 1


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (500, "telegram_poll_failed"),
        (502, "telegram_poll_failed"),
        (409, "telegram_conflict"),
        (401, "telegram_token_refused"),
    ],
)
async def test_faults_of_the_platform_are_logged_and_outlived(status: int, event: str) -> None:
    with capture_logs() as logs:
        async with BotApi() as api, a_desk(api, poll_seconds=1) as desk:
            api.faults.next("getUpdates", status=status, times=2)
            await api.until(lambda: not api.faults.active)
            api.user(7).says("还在吗")
            await api.until_confirmed()
            assert [i.text for i in desk.heard] == ["还在吗"]
    assert [log["event"] for log in logs if log["log_level"] != "info"] == [event, event]
    assert api.token not in str(logs)


async def test_a_lost_connection_is_outlived() -> None:
    async with BotApi() as api, a_desk(api, poll_seconds=1) as desk:
        api.faults.next("getUpdates", lost="drop", times=3)
        await api.until(lambda: not api.faults.active)
        api.user(7).says("还在吗")
        await api.until_confirmed()
        assert len(desk.inbox.rows) == 1


async def test_the_pause_that_the_platform_asks_for_is_kept() -> None:
    async with BotApi() as api, a_desk(api, poll_seconds=1) as desk:
        api.faults.next("getUpdates", status=429, retry_after=1)
        await api.until(lambda: not api.faults.active)
        started = time.monotonic()
        api.user(7).says("慢一点")
        await api.until_confirmed()
        assert time.monotonic() - started > 0.8
        assert len(desk.inbox.rows) == 1


async def test_it_stops_at_once_in_the_middle_of_a_long_poll() -> None:
    async with BotApi() as api, a_desk(api, poll_seconds=30) as desk:
        await api.until(lambda: api.polling)
        started = time.monotonic()
        await desk.channel.stop_receiving()
        assert time.monotonic() - started < 15, "half of the poll"
        api.user(7).says("没人在听")
        await asyncio.sleep(0.1)
        assert desk.inbox.rows == []


async def test_what_is_being_stored_when_it_stops_is_stored_to_the_end() -> None:
    async with BotApi() as api, a_desk(api) as desk:
        desk.inbox.slow.clear()
        update = api.user(7).says("最后一句")
        await api.until(lambda: desk.inbox.asked)
        stopping = asyncio.create_task(desk.channel.stop_receiving())
        await asyncio.sleep(0.05)
        assert not stopping.done()
        desk.inbox.slow.set()
        await stopping
        assert desk.inbox.keys == [str(update.update_id)]


async def test_a_process_that_starts_again_gets_what_was_not_confirmed() -> None:
    async with BotApi() as api:
        async with a_desk(api) as desk:
            desk.inbox.broken = {"*"}
            update = api.user(7).says("救命")
            await api.until(lambda: desk.inbox.asked)
        async with a_desk(api) as again:
            await api.until_confirmed(update)
            assert again.inbox.keys == [str(update.update_id)]
