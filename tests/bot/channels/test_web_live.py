"""What reaches the page: once, in order, whatever breaks."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.base import Parcel, Refused
from domain.messages import Button, Incoming, Keyboard, Lane, Message
from storage.database import Database
from storage.tables.messaging import transcript
from tests.bot.channels.web_house import (
    House,
    a_config,
    a_house,
    a_visitor,
    an_elders_keyboard,
    make_database,
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await make_database(tmp_path)
    yield database
    await database.close()


async def echo(house: House, incoming: Incoming) -> None:
    await house.say(incoming.address, f"您说：{incoming.text or incoming.action}")


async def test_said_and_answered_in_order(database: Database) -> None:
    async with (
        a_house(database, script=echo) as house,
        a_visitor(house) as visitor,
        visitor.events() as events,
    ):
        _, history, number = await events.next("history")
        assert (history["entries"], history["last"], number) == ([], 0, "0")
        assert (await visitor.send(id="one", text="你好")).status == 202
        mine, answer = await events.lines(2)
        assert (mine["seq"], mine["mine"], mine["id"], mine["html"]) == (1, True, "one", "你好")
        assert (answer["seq"], answer["mine"], answer["html"]) == (2, False, "您说：你好")


async def test_saying_the_same_twice_says_it_once(database: Database) -> None:
    async with a_house(database, script=echo) as house, a_visitor(house) as visitor:
        answers = await asyncio.gather(
            *(visitor.send(id="one", action="help.press", label="🆘 一键求助") for _ in range(5))
        )
        assert {answer.status for answer in answers} == {202}
        await house.settled()
        async with visitor.events() as events:
            _, history, _ = await events.next("history")
            assert [one["seq"] for one in history["entries"]] == [1, 2]
        assert len(house.stored) == 1


async def test_when_the_inbox_fails_nothing_is_confirmed_and_a_repeat_heals(
    database: Database,
) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        failures = [OSError("the disk is full")]
        store = house.store

        async def failing(received: Any) -> bool:
            if failures:
                raise failures.pop()
            return await store(received)

        await house.channel.start(failing)
        answer = await visitor.send(id="one", text="帮帮我")
        assert answer.status == 503
        assert "120" in answer.text
        assert (await visitor.send(id="one", text="帮帮我")).status == 202
        assert len(house.stored) == 1
        async with visitor.events() as events:
            _, history, _ = await events.next("history")
            assert len(history["entries"]) == 1


async def test_after_stop_receiving_nothing_is_taken(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        await house.channel.stop_receiving()
        assert (await visitor.send(text="还在吗")).status == 503
        assert not house.stored


async def test_words_are_never_markup(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        await visitor.send(text="<img src=x onerror=alert(1)>")
        async with visitor.events() as events:
            _, history, _ = await events.next("history")
            assert history["entries"][0]["html"] == "&lt;img src=x onerror=alert(1)&gt;"


async def test_coming_back_loses_and_repeats_nothing_under_load(database: Database) -> None:
    """Sixty concurrent sends, and a line that breaks again and again, at any moment."""
    dice = random.Random(7)
    async with a_house(database) as house, a_visitor(house) as visitor:
        async with visitor.events() as events:
            await events.next("history")
        address, last = visitor.session, 0
        seen: list[tuple[int, str]] = []

        async def speak(number: int) -> None:
            await asyncio.sleep(dice.random() * 0.4)
            await house.say(address, f"第{number}条")

        speaking = asyncio.gather(*(speak(number) for number in range(60)))
        while len(seen) < 60:
            header = {"Last-Event-ID": str(last)} if last and dice.random() < 0.5 else {}
            query = "" if header else f"?after={last}"
            async with visitor.events(query, **header) as events:
                for _ in range(dice.randint(1, 7)):
                    if len(seen) == 60:
                        break
                    name, data, number = await events.next("history", "line")
                    new = data["entries"] if name == "history" else [data]
                    seen += [(one["seq"], one["html"]) for one in new]
                    last = int(number)
        await speaking
        assert [seq for seq, _ in seen] == list(range(1, 61))
        assert {html for _, html in seen} == {f"第{number}条" for number in range(60)}


async def test_two_processes_number_one_page_without_gaps(database: Database) -> None:
    async with (
        a_house(database) as one,
        a_visitor(one) as visitor,
        a_house(database) as two,
        visitor.events() as events,
    ):
        await events.next("history")
        address = visitor.session
        two.restart_at(1000)
        await asyncio.gather(
            *(house.say(address, str(i)) for i in range(20) for house in (one, two))
        )
        lines = await events.lines(40)
        assert [line["seq"] for line in lines] == list(range(1, 41))
        await two.say(address, "来自别的进程")
        _name, line, _ = await events.next("line")
        assert line["html"] == "来自别的进程"


async def test_a_parcel_sent_again_after_a_crash_stands_there_once(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        await visitor.send(text="你好")
        first = await house.say(visitor.session, "已经通知社工")
        again = await house.say(visitor.session, "已经通知社工", nr=1)
        assert first == again == "2"
        async with database.reading() as work:
            count = await work.conn.scalar(sa.select(sa.func.count()).select_from(transcript))
        assert count == 2


async def test_an_edit_takes_the_place_of_its_message(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        await visitor.send(text="你好")
        card = await house.say(
            visitor.session, Message("谁来？", buttons=((Button("我来", "calls.take:1"),),))
        )
        async with visitor.events() as events:
            await events.next("history")
            assert await house.say(visitor.session, "老王来了", edits=card) == card
            assert await house.say(visitor.session, "老王到了", edits=card) == card
            edits = await events.lines(2)
            assert [(one["seq"], one["ref"]) for one in edits] == [(3, 2), (4, 2)]
        async with visitor.events() as events:
            _, history, number = await events.next("history")
            assert [one["html"] for one in history["entries"]] == ["你好", "老王到了"]
            assert history["entries"][1]["ref"] == 2
            assert "buttons" not in history["entries"][1]
            assert (history["last"], number) == (4, "4")


async def test_what_cannot_be_edited_is_said_anew(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        await visitor.send(text="这是我的话")
        assert await house.say(visitor.session, "改", edits="1") == "2", "not the person's words"
        assert await house.say(visitor.session, "改", edits="99") == "3"
        assert await house.say(visitor.session, "改", edits="telegram-7") == "4"


async def test_the_first_load_shows_the_newest_and_the_keyboard_from_before(
    database: Database,
) -> None:
    config = a_config(history=10)
    async with a_house(database, config) as house, a_visitor(house) as visitor:
        await visitor.send(text="你好")
        keyboard = an_elders_keyboard()
        await house.say(visitor.session, Message("请按", keyboard=keyboard))
        for number in range(15):
            await house.say(visitor.session, str(number))
        async with visitor.events() as events:
            _, history, _ = await events.next("history")
            assert [one["html"] for one in history["entries"]] == [str(n) for n in range(5, 15)]
            assert history["keyboard"][0] == [["🆘 一键求助", "help.press", ""]]
            await house.say(visitor.session, Message("收起", keyboard=Keyboard()))
            _, line, _ = await events.next("line")
            assert line["keyboard"] == []


async def test_a_page_that_is_ahead_of_a_new_database_starts_anew(database: Database) -> None:
    async with a_house(database, script=echo) as house, a_visitor(house) as visitor:
        await visitor.send(text="你好")
        await house.settled()
        async with visitor.events("?after=500") as events:
            _, history, _ = await events.next("history")
            assert history["last"] == 2


async def test_a_tap_is_felt_only_where_it_was_made(database: Database) -> None:
    async with (
        a_house(database) as house,
        a_visitor(house) as one,
        a_visitor(house) as two,
        one.events() as ours,
        two.events() as theirs,
    ):
        await ours.next("history")
        await theirs.next("history")
        incoming = Incoming("web", one.session, action="calls.take:1", tap_id="x")
        await house.channel.acknowledge(incoming, "好的")
        assert (await ours.next("notice"))[1] == {"text": "好的"}
        with pytest.raises(TimeoutError):
            await theirs.next("notice", within=0.3)


async def test_a_silent_line_still_beats(database: Database) -> None:
    config = a_config(heartbeat=0.1)
    async with (
        a_house(database, config) as house,
        a_visitor(house) as visitor,
        visitor.events() as events,
    ):
        await events.next("history")
        await events.next("beat")
        await events.next("beat")


async def test_the_newest_window_displaces_the_oldest(database: Database) -> None:
    config = a_config(streams_per_session=2)
    async with (
        a_house(database, config) as house,
        a_visitor(house) as visitor,
        visitor.events() as oldest,
        visitor.events() as middle,
    ):
        await oldest.next("history")
        await middle.next("history")
        async with visitor.events() as newest:
            await newest.next("history")
            assert (await oldest.next("displaced"))[1] == {}
            await house.say(visitor.session, "在")
            assert (await middle.lines(1))[0]["html"] == "在"


async def test_stopping_ends_open_pages_at_once(database: Database) -> None:
    async with (
        a_house(database) as house,
        a_visitor(house) as visitor,
        visitor.events() as events,
    ):
        await events.next("history")
        await house.channel.stop()
        assert (await events.next("end"))[0] == "end"


async def test_an_address_that_is_gone_is_refused_and_others_are_served(
    database: Database,
) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        await visitor.send(text="你好")
        lost = Parcel(900, Lane.ROUTINE, 4711, "nobody", Message("没人"))
        good = house.say(visitor.session, "有人")
        results = await asyncio.gather(house.channel.send(lost), good, return_exceptions=True)
        assert isinstance(results[0], Refused)
        assert results[1] == "2"
