"""What the one who watches sees: over HTTP, from a whole running desk."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web

from bot.app import App
from bot.channels.memory import MemoryChannel
from bot.door import open_door
from bot.parts import Parts
from storage.tables.duties import duties
from tests.support.desk import Desk


class Watcher:
    """Asks as a load balancer and as Prometheus would."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http, self._base = http, base

    async def get(self, path: str) -> tuple[int, str]:
        async with self._http.get(self._base + path) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def watcher(desk: Desk) -> AsyncIterator[Watcher]:
    app = web.Application()
    app.router.add_routes(desk.app.health.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as http:
        yield Watcher(http, f"http://127.0.0.1:{port}")
    await runner.cleanup()


async def test_a_well_process_says_so(desk: Desk, watcher: Watcher) -> None:
    await desk.tick()
    assert (await watcher.get("/healthz"))[0] == 200
    assert (await watcher.get("/readyz"))[0] == 200
    await (await desk.person("granny")).does("help.press")
    await desk.app.health.count()
    status, text = await watcher.get("/metrics")
    assert status == 200
    assert 'linli_turns_total{outcome="done"} 1.0' in text
    assert 'linli_inbox_stored_total{channel="memory",new="true"} 1.0' in text
    assert 'linli_outbox_sent_total{lane="emergency",outcome="sent"} 1.0' in text
    assert "linli_scheduler_leading 1.0" in text
    assert "陈奶奶" not in text


async def test_calls_for_help_are_counted_while_they_are_open(desk: Desk, watcher: Watcher) -> None:
    await desk.app.health.count()
    assert 'linli_help_in_time{target="taken_60s"} NaN' in (await watcher.get("/metrics"))[1]
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await desk.later(minutes=4)
    await desk.app.health.count()
    _, text = await watcher.get("/metrics")
    assert 'linli_help_open{state="open"} 1.0' in text
    assert "linli_help_oldest_seconds 240.0" in text
    assert "linli_help_overdue 1.0" in text
    assert 'linli_help_in_time{target="taken_60s"} 0.0' in text
    await mine.taps("我来")
    await mine.taps("到了")
    await mine.taps("已处理")
    await mine.taps("帮好了")
    await desk.app.health.count()
    _, text = await watcher.get("/metrics")
    assert 'linli_help_open{state="open"} 0.0' in text
    assert "linli_help_oldest_seconds 0.0" in text
    assert 'linli_help_in_time{target="taken_180s"} 0.0' in text
    assert 'linli_help_in_time{target="door_2700s"} 1.0' in text
    assert "linli_help_calls 1.0" in text


async def test_a_duty_without_a_next_step_turns_it_red_and_tells_a_person(
    desk: Desk, watcher: Watcher
) -> None:
    granny, head = await desk.people("granny", "head")
    await granny.does("help.press")
    async with desk.database.writing() as work:
        await work.conn.execute(sa.update(duties).values(next_at=None))
    await desk.tick()
    status, text = await watcher.get("/healthz")
    assert status == 503
    assert "1 duties have no next step" in text
    head.hears("有 1 件求助没有下一步")

    said = len(head.messages)
    await desk.tick()
    assert len(head.messages) == said, "once an hour is enough"


async def test_a_watchdog_that_does_not_look_is_itself_reported(
    desk: Desk, watcher: Watcher
) -> None:
    await desk.tick()
    desk.clock.forward(seconds=89)
    assert (await watcher.get("/healthz"))[0] == 200
    desk.clock.forward(seconds=2)
    status, text = await watcher.get("/healthz")
    assert status == 503
    assert "watchdog has not looked" in text


async def test_a_watchdog_that_never_looked_at_all_is_reported_too(
    desk: Desk, watcher: Watcher
) -> None:
    desk.clock.forward(seconds=91)
    assert (await watcher.get("/healthz"))[0] == 503


async def test_who_does_not_lead_answers_for_nobodys_duties(desk: Desk, watcher: Watcher) -> None:
    desk.app.health.gauge("stuck_duties", 3)
    desk.clock.forward(seconds=500)
    assert (await watcher.get("/healthz"))[0] == 503
    desk.app.health.gauge("scheduler_leading", 0)
    assert (await watcher.get("/healthz"))[0] == 200


async def test_not_ready_before_the_start_nor_without_a_database(
    desk: Desk, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.app.health.ready = False
    assert (await watcher.get("/readyz"))[0] == 503
    desk.app.health.ready = True

    def away() -> None:
        raise ConnectionError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(desk.database, "reading", away)
        status, text = await watcher.get("/readyz")
    assert status == 503
    assert '"database": false' in text


async def test_a_busy_port_moves_up_and_the_app_mounts_its_pages(parts: Parts) -> None:
    with open_door(parts.settings) as taken:
        door = open_door(parts.settings)
        assert door.getsockname()[1] > taken.getsockname()[1]
    app = App(parts, [MemoryChannel()], door)
    from storage import migrate

    await migrate.upgrade(parts.database)
    await app.start()
    async with aiohttp.ClientSession() as http, http.get(app.address + "/readyz") as answer:
        assert answer.status == 200
    await app.stop()
