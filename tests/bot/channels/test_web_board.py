"""Who may open the console, what they see there, and how they come in and out, on both databases."""

import csv
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from structlog.testing import capture_logs

from domain.duty import DutyEvent, DutyKind, DutyState
from knowledge.ladders import load_ladders
from storage import duties, enroll, facilities, help_board, looks, passes, people
from storage.database import Database
from storage.duties import Opening
from storage.tables.people import buildings, communities, roles
from tests.bot.channels.web_house import House, Visitor, a_config, a_house, a_visitor
from tests.support.clock import HandClock


@pytest.fixture
async def house(peopled: Database) -> AsyncIterator[House]:
    async with a_house(peopled, a_config()) as house:
        yield house


async def bind(house: House, visitor: Visitor, code: str) -> None:
    """The visitor's chat speaks for this person, as after enrolment."""
    await visitor.send(text="你好")
    address_id = await house.address_id(visitor.session)
    async with house.database.writing() as work:
        person = await people.person_by_code(work, code)
        assert person is not None
        await people.bind(work, address_id, person.id)


async def press(house: House, elder: str) -> int:
    """A call for help, its worker told and another not."""
    async with house.database.writing() as work:
        who = await people.person_by_code(work, elder)
        assert who is not None
        duty = await duties.open_duty(
            work,
            Opening(
                kind=DutyKind.HELP,
                community_id=who.community_id,
                ladder=load_ladders()["help"],
                source_key=f"test:{elder}",
                household_id=who.household_id,
                subject_id=who.id,
                raised_by=who.id,
            ),
        )
        assert duty is not None
        worker = await people.person_by_code(work, "w1")
        assert worker is not None
        told = [
            (DutyEvent.TOLD, worker.id, "household_worker"),
            (DutyEvent.NOT_TOLD, worker.id, "duty_worker: no channel"),
        ]
        await duties.log_all(work, duty.id, told)
        return duty.id


async def take(house: House, duty_id: int) -> None:
    async with house.database.writing() as work:
        duty = await duties.get(work, duty_id, DutyKind.HELP)
        worker = await people.person_by_code(work, "w1")
        assert duty is not None
        assert worker is not None
        await duties.move(work, duty, DutyState.TAKEN, worker.id)


async def a_key(house: House, code: str) -> str:
    async with house.database.writing() as work:
        person = await people.person_by_code(work, code)
        assert person is not None
        return await passes.issue(work, person.id)


async def test_the_board_is_theirs_who_oversee_and_nobody_elses(house: House) -> None:
    ours, theirs = await press(house, "granny"), await press(house, "other-elder")
    async with a_visitor(house, greeted=False) as nobody:
        answer = await nobody.get("/board/data")
        assert answer.status == 401
        assert "打开看板" in answer.json()["zh"]
        assert "Open the board" in answer.json()["en"]
    for code in ("w1", "granny", "daughter", "resident"):
        async with a_visitor(house) as visitor:
            await bind(house, visitor, code)
            assert (await visitor.get("/board/data")).status == 403
            assert (await visitor.get("/board/figures.csv")).status == 403
            assert (await visitor.get(f"/board/calls/{ours}")).status == 404
    async with a_visitor(house) as elsewhere:
        await bind(house, elsewhere, "other-head")
        answer = await elsewhere.get("/board/data")
        assert answer.json()["open"][0]["who"] == "别处奶奶"
        assert "陈奶奶" not in answer.text
        assert (await elsewhere.get("/board/data?place=1")).status == 403
        assert (await elsewhere.get(f"/board/calls/{ours}")).status == 404
        assert (await elsewhere.get(f"/board/calls/{theirs}")).status == 200
    async with a_visitor(house) as head:
        await bind(house, head, "head")
        [call] = (await head.get("/board/data")).json()["open"]
        assert (call["who"], call["where"], call["waits"]) == ("陈奶奶", "3幢502", True)
        assert (await head.get("/board/calls/999999999999999999")).status == 404


async def test_it_is_sent_again_only_when_it_changed_and_looks_are_noted(
    house: House, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.board_kept._PAUSE", 0)
    monkeypatch.setattr("bot.channels.web.board_kept._SHARE", 0)
    number = await press(house, "granny")
    async with a_visitor(house) as head:
        await bind(house, head, "head")
        with capture_logs() as logs:
            first = await head.get("/board/data?days=1&lang=zh")
            tag = first.headers["ETag"]
            clock.forward(seconds=30)
            again = await head.get("/board/data?days=1&lang=zh", **{"If-None-Match": tag})
            assert again.status == 304, "mere waiting changes nothing but what the page counts"
            assert again.headers["Linli-Now"] == clock().isoformat()
            await take(house, number)
            now = await head.get("/board/data?days=1&lang=zh", **{"If-None-Match": tag})
            assert now.json()["now"] == "现在还有 1 件没办完：1 件已接。"
            assert now.json()["targets"][0]["share"] == "1/1"
            log = await head.get(f"/board/calls/{number}?lang=zh")
        assert [line[1] for line in log.json()["lines"]] == [
            "按下求助",
            "通知 社工甲（包户社工）",
            "没能通知 社工甲（值班社工）：收不到消息",
            "社工甲：已接",
        ]
        noted = [(one["what"], one["duty"]) for one in logs if one["event"] == "looked"]
        assert noted == [("board", None), ("log", number)]
        async with house.database.reading() as work:
            [row] = [one for one in await looks.at_duty(work, number) if one.viewer_code == "head"]
        assert row.what == "log"
        assert "no-store" in now.headers["Cache-Control"]
        clock.forward(minutes=46)
        late = await head.get("/board/data?days=1&lang=en", **{"If-None-Match": tag})
        assert late.json()["open"][0]["late"]
        assert late.json()["late"].startswith("1 overdue")


async def test_a_board_is_counted_once_for_all_who_watch_until_something_happens(
    house: House, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.board_kept._PAUSE", 0)
    monkeypatch.setattr("bot.channels.web.board_kept._SHARE", 0)
    counts = 0
    count = help_board.counted

    async def counted(*args: Any) -> help_board.View:
        nonlocal counts
        counts += 1
        return await count(*args)

    monkeypatch.setattr(help_board, "counted", counted)
    number = await press(house, "granny")
    async with a_visitor(house) as one, a_visitor(house) as two:
        for visitor in (one, two):
            await bind(house, visitor, "head")
        await one.get("/board/data")
        clock.forward(seconds=1)
        for visitor in (one, two, one, two):
            assert (await visitor.get("/board/data")).json()["open"][0]["waits"]
        assert counts <= 2, "the press was seen, and counted once more at most"
        before = counts
        await take(house, number)
        for visitor in (one, two):
            assert not (await visitor.get("/board/data")).json()["open"][0]["waits"]
        assert counts > before
        clock.forward(seconds=1)
        await one.get("/board/data")
        now = counts
        clock.forward(seconds=5)
        await press(house, "other-elder")
        await two.get("/board/data")
        assert counts == now, "what happens elsewhere is not theirs"
        clock.forward(seconds=31)
        await two.get("/board/data")
        assert counts == now + 1


async def test_a_database_that_is_away_is_a_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_visitor(house) as head:
        await bind(house, head, "head")
        assert (await head.get("/board/data")).status == 200

        def away() -> None:
            raise ConnectionError("the database is away")

        monkeypatch.setattr(house.database, "reading", away)
        for path in ("/board/data", "/board/calls/1", "/board/figures.csv"):
            answer = await head.get(path)
            assert answer.status == 503
            assert "正忙" in answer.json()["zh"]


async def test_a_street_sees_all_its_communities_or_one(house: House) -> None:
    await press(house, "granny")
    await press(house, "other-elder")
    async with house.database.writing() as work:
        head = await people.person_by_code(work, "head")
        assert head is not None
        await work.conn.execute(
            sa.insert(roles), {"person_id": head.id, "community_id": 2, "role": "bureau"}
        )
    async with a_visitor(house) as street:
        await bind(house, street, "head")
        board = (await street.get("/board/data?lang=zh")).json()
        assert board["title"] == "2 个社区 求助看板 · 近 7 天"
        assert board["places"] == [[1, "测试社区"], [2, "别的社区"]]
        assert [row[:4] for row in board["by_place"]] == [
            ["测试社区", 1, 1, 0],
            ["别的社区", 1, 1, 0],
        ]
        assert {one["community"] for one in board["open"]} == {"测试社区", "别的社区"}
        assert board["map"] is None, "of one alone there is nothing to find"
        one = (await street.get("/board/data?place=2&days=30")).json()
        assert [call["who"] for call in one["open"]] == ["别处奶奶"]


async def test_communities_are_marked_where_they_lie(house: House) -> None:
    await press(house, "granny")
    async with house.database.writing() as work:
        head = await people.person_by_code(work, "head")
        assert head is not None
        places = [{"person_id": head.id, "community_id": 2, "role": "bureau"}]
        await work.conn.execute(sa.insert(roles), places)
        await work.conn.execute(
            sa.update(buildings).where(buildings.c.community_id == 2).values(lat=29.90, lon=121.60)
        )
    async with a_visitor(house) as street:
        await bind(house, street, "head")
        drawn = (await street.get("/board/data?lang=zh")).json()["map"]
    calm, waiting = drawn["marks"]
    assert (calm["name"], calm["count"], calm["words"]) == ("别的社区", 0, "")
    assert (waiting["name"], waiting["waits"]) == ("测试社区", True)
    assert waiting["words"] == "1 件没办完，1 件没人接"
    assert waiting["since"]
    assert waiting["at"][0] < calm["at"][0], "the other lies to the east"
    assert waiting["at"][1] > calm["at"][1], "and to the north"


async def test_where_no_building_is_known_the_facilities_say_where_it_is(house: House) -> None:
    async with house.database.writing() as work:
        await work.conn.execute(sa.update(buildings).values(lat=None, lon=None))
    async with house.database.reading() as work:
        found = await facilities.centres(work)
    assert found.keys() == {1}
    assert abs(found[1][0] - 29.8822) < 0.001


async def test_a_key_opens_once_and_what_it_opened_can_be_shut(house: House) -> None:
    await press(house, "granny")
    key = (await a_key(house, "head")).encode()
    async with a_visitor(house, greeted=False) as phone:
        foreign = await phone.post("/board/enter", key, Origin="https://evil.example")
        assert foreign.status == 403
        answer = await phone.post("/board/enter", key)
        assert answer.status == 204
        cookie = answer.cookies["linli-board"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert "陈奶奶" in (await phone.get("/board/data")).text
        async with a_visitor(house, greeted=False) as thief:
            assert (await thief.post("/board/enter", key)).status == 403
            assert (await thief.get("/board/data")).status == 401
        assert (await phone.post("/board/leave", b"")).status == 204
        assert (await phone.get("/board/data", Cookie=f"linli-board={cookie.value}")).status == 401


async def test_withdrawn_access_shuts_the_board_at_once(house: House) -> None:
    async with a_visitor(house, greeted=False) as one, a_visitor(house, greeted=False) as two:
        for visitor in (one, two):
            key = (await a_key(house, "head")).encode()
            assert (await visitor.post("/board/enter", key)).status == 204
            assert (await visitor.get("/board/data")).status == 200
        unused = await a_key(house, "head")
        async with house.database.writing() as work:
            head = await people.person_by_code(work, "head")
            assert head is not None
            assert await enroll.end_codes(work, head.id) == 1, "the key that nobody has used"
        assert (await one.get("/board/data")).status == 401
        assert (await one.post("/board/enter", unused.encode())).status == 403
        assert (await two.post("/board/enter", (await a_key(house, "head")).encode())).status == 204
        async with house.database.writing() as work:
            await people.retire(work, head.id)
        assert (await two.get("/board/data")).status == 403


async def test_guessing_keys_is_slow(house: House) -> None:
    async with a_visitor(house, greeted=False) as thief:
        statuses = [(await thief.post("/board/enter", b"K7QM")).status for _ in range(22)]
        assert statuses[:20] == [403] * 20
        assert statuses[20:] == [429] * 2


async def test_figures_are_taken_along_without_names_and_without_formulas(house: House) -> None:
    await press(house, "granny")
    async with house.database.writing() as work:
        await work.conn.execute(
            sa.update(communities).where(communities.c.id == 1).values(name="=2+5社区")
        )
    async with a_visitor(house) as head:
        await bind(house, head, "head")
        answer = await head.get("/board/figures.csv?days=30&lang=zh")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        rows = list(csv.reader(StringIO(answer.body.decode("utf-8-sig"))))
        assert ["求助", "1"] in rows
        assert ["'=2+5社区", "1", "1", "0", "0", "1", "0", "1", "0", "1"] in rows
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
        assert "陈奶奶" not in answer.body.decode("utf-8-sig")
        paper = await head.get("/board/figures.xlsx?days=30&lang=en")
        book = load_workbook(BytesIO(paper.body))
        place = book["By community"]["A3"]
        assert (place.value, place.data_type, place.quotePrefix) == ("=2+5社区", "s", True)
        assert (await head.get("/board/figures.exe")).status == 404


async def test_an_old_open_call_stays_on_todays_board(house: House, clock: HandClock) -> None:
    await press(house, "granny")
    clock.now += timedelta(days=40)
    async with a_visitor(house) as head:
        await bind(house, head, "head")
        board = (await head.get("/board/data?days=1&lang=zh")).json()
        assert board["targets"][0]["share"] == "0/1"
        assert board["open"][0]["late"]


async def test_the_chat_shows_the_way_to_who_oversees(house: House) -> None:
    for code, oversees in (("head", True), ("w1", False)):
        async with a_visitor(house) as visitor:
            await bind(house, visitor, code)
            async with visitor.events() as events:
                _, history, _ = await events.next("history")
            assert history["board"] is oversees


async def test_the_page_is_kept_to_itself(house: House) -> None:
    async with a_visitor(house, greeted=False) as visitor:
        page = await visitor.get("/board")
        assert page.status == 200
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert "求助看板" in page.text
        again = await visitor.get("/board", **{"If-None-Match": page.headers["ETag"]})
        assert again.status == 304
