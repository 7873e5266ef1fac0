"""Attachments go to whom they were sent, and the personas exist only with the demonstration."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.messages import Attachment, Incoming, Message
from storage import people
from storage.database import Database
from tests.bot.channels.web_house import (
    PICTURE,
    House,
    a_config,
    a_house,
    a_visitor,
    an_elders_keyboard,
    make_database,
    people_of_the_demo,
)

CHART = Message("满意度 88%", attachment=Attachment("tally", "满意度 图.png", {"round": 3}, True))
SHEET = Message("走访日记", attachment=Attachment("diary", "走访日记.xlsx"))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await make_database(tmp_path)
    yield database
    await database.close()


async def test_a_picture_is_drawn_for_the_page_that_shows_it(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        await visitor.send(text="结果")
        await house.say(visitor.session, CHART)
        await house.say(visitor.session, SHEET)
        async with visitor.events() as events:
            _, history, _ = await events.next("history")
        assert not house.drawn, "nothing is drawn before somebody looks"
        chart, sheet = (one["file"] for one in history["entries"][1:])
        assert "round" not in json.dumps(history), "recipes stay at home"
        picture = await visitor.get(chart["url"])
        assert (picture.status, picture.body) == (200, PICTURE)
        assert picture.headers["Content-Type"] == "image/png"
        assert picture.headers["X-Content-Type-Options"] == "nosniff"
        assert picture.headers["Content-Disposition"].startswith("inline;")
        paper = await visitor.get(sheet["url"])
        assert paper.headers["Content-Disposition"] == (
            "attachment; filename=\"____.xlsx\"; filename*=UTF-8''"
            "%E8%B5%B0%E8%AE%BF%E6%97%A5%E8%AE%B0.xlsx"
        )
        assert house.drawn[0].params == {"round": 3}


async def test_nobody_else_gets_the_file(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as owner, a_visitor(house) as other:
        await owner.send(text="结果")
        await house.say(owner.session, CHART)
        await other.send(text="我也要")
        await house.say(other.session, "没有")
        url = "/files/2/%E6%BB%A1%E6%84%8F%E5%BA%A6%20%E5%9B%BE.png"
        assert (await owner.get(url)).status == 200
        assert (await other.get(url)).status == 404
        assert (await owner.get("/files/2/other.png")).status == 404
        assert (await owner.get("/files/99999999999999999999/x.png")).status == 404
        assert (await owner.get(url + "?as=elder")).status == 404
        async with a_visitor(house, greeted=False) as stranger:
            assert (await stranger.get(url)).status == 401
        assert len(house.drawn) == 1


async def test_what_the_viewer_may_not_see_is_not_drawn(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        await visitor.send(text="结果")
        await house.say(visitor.session, SHEET)
        house.refuses = PermissionError("not for strangers")
        answer = await visitor.get("/files/2/%E8%B5%B0%E8%AE%BF%E6%97%A5%E8%AE%B0.xlsx")
        assert answer.status == 404
        assert "strangers" not in answer.text


async def test_files_are_limited_too(database: Database) -> None:
    async with a_house(database, a_config(files_per_10s=1)) as house, a_visitor(house) as visitor:
        await visitor.send(text="结果")
        await house.say(visitor.session, SHEET)
        url = "/files/2/%E8%B5%B0%E8%AE%BF%E6%97%A5%E8%AE%B0.xlsx"
        assert [(await visitor.get(url)).status for _ in range(2)] == [200, 429]


async def test_without_the_demonstration_there_are_no_personas(database: Database) -> None:
    async with a_house(database) as house, a_visitor(house) as visitor:
        assert (await visitor.hello()).json() == {"new": False}
        assert (await visitor.get("/chat/events?as=elder")).status == 404
        assert (await visitor.send("/chat/send?as=elder", text="你好")).status == 404
        assert not house.stored


async def greet(house: House, incoming: Incoming) -> None:
    if incoming.action == "start":
        await house.say(incoming.address, Message("您好", keyboard=an_elders_keyboard()))
    if incoming.action == "help.press":
        await house.say(f"{incoming.address.split('.')[0]}.worker", "李奶奶求助")


async def test_each_persona_is_greeted_once_and_is_its_person(database: Database) -> None:
    config = a_config(personas=await people_of_the_demo(database))
    async with a_house(database, config, greet) as house, a_visitor(house) as visitor:
        offered = (await visitor.hello()).json()["personas"]
        assert offered == [
            ["elder", {"zh": "老人", "en": "Elder"}],
            ["worker", {"zh": "社工", "en": "Worker"}],
        ]
        for _ in range(2):
            async with visitor.events("?as=elder") as events:
                _, history, _ = await events.next("history")
                assert history["large"] is True
                if not history["entries"]:
                    assert (await events.lines(1))[0]["html"] == "您好"
        assert list(house.stored) == [f"{visitor.session}.elder:start"]
        async with database.reading() as work:
            reached = await people.reach(work, [1, 2])
        assert reached == {
            1: [await house.address_id(f"{visitor.session}.elder")],
            2: [await house.address_id(f"{visitor.session}.worker")],
        }
        assert (await visitor.get("/chat/events?as=mayor")).status == 404


async def test_a_help_press_lights_up_the_worker_at_once(database: Database) -> None:
    config = a_config(personas=await people_of_the_demo(database), poll=60)
    async with a_house(database, config, greet) as house, a_visitor(house) as visitor:
        async with visitor.events("?as=elder") as events:
            await events.next("line")
            await visitor.send("/chat/send?as=elder", action="help.press", label="🆘 一键求助")
            _, elsewhere, _ = await events.next("elsewhere")
            assert elsewhere == {"as": "worker", "seq": 1}
        async with visitor.events("?as=worker") as events:
            _, history, _ = await events.next("history")
            assert [one["html"] for one in history["entries"]] == ["李奶奶求助"]
            assert history["large"] is False
            assert (await events.lines(1))[0]["html"] == "您好", "greeted all the same"


async def test_sessions_do_not_see_each_other(database: Database) -> None:
    config = a_config(personas=await people_of_the_demo(database))
    async with a_house(database, config) as house, a_visitor(house) as one, a_visitor(house) as two:
        await one.send("/chat/send?as=elder", text="一")
        async with two.events("?as=elder") as events:
            _, history, _ = await events.next("history")
            assert history["entries"] == []
