"""The synthetic request: the whole way every few minutes, seen by nobody, missed by everybody."""

import pytest
import sqlalchemy as sa
from prometheus_client import generate_latest

from bot.channels.base import Parcel, TryAgain
from bot.channels.probe import ProbeChannel
from domain.probe import Stage
from knowledge import Knowledge
from storage import people, probe
from storage.people import PROBE
from storage.tables.duties import duties, duty_log
from storage.tables.messaging import inbox, outbox
from storage.tables.people import addresses, communities, roles
from tests.support.desk import Desk, Outfit, running_desk


class Sink(ProbeChannel):
    """Can be stopped up."""

    stopped_up = False

    async def send(self, parcel: Parcel) -> str:
        if self.stopped_up:
            raise TryAgain("stopped up")
        return await super().send(parcel)


@pytest.fixture
def outfit() -> Outfit:
    return Outfit(lambda parts: [Sink()], {"probe_minutes": 5})


def sink(desk: Desk) -> Sink:
    channel = desk.app.channels["probe"]
    assert isinstance(channel, Sink)
    return channel


async def stage(desk: Desk) -> Stage:
    async with desk.database.reading() as work:
        run = await probe.latest(work)
    assert run is not None
    return run.stage


async def left(desk: Desk) -> list[int]:
    """What there is of it: duties, their logs, roles, stored updates, messages."""
    async with desk.database.reading() as work:
        here = sa.select(communities.c.id).where(communities.c.code == PROBE)
        theirs = sa.select(duties.c.id).where(duties.c.community_id.in_(here))
        chats = sa.select(addresses.c.id).where(addresses.c.channel == "probe")
        counts = (
            sa.select(sa.func.count()).where(duties.c.community_id.in_(here)),
            sa.select(sa.func.count()).where(duty_log.c.duty_id.in_(theirs)),
            sa.select(sa.func.count()).where(roles.c.community_id.in_(here)),
            sa.select(sa.func.count()).where(inbox.c.channel == "probe"),
            sa.select(sa.func.count()).where(outbox.c.address_id.in_(chats)),
        )
        return [int(await work.conn.scalar(one) or 0) for one in counts]


async def test_it_goes_the_whole_way_and_leaves_nothing(desk: Desk) -> None:
    mine, head = await desk.people("w1", "head")
    seen = []
    for _ in range(6):
        await desk.later(seconds=1)
        seen.append(await stage(desk))
        assert "没有没办完的求助" in await mine.does("helplist")
        assert "没有没办完的求助" in await head.does("helplist")
    assert seen[0] is Stage.PRESSED
    assert {Stage.AGAIN, Stage.TAKEN} <= set(seen)
    assert seen[-1] is Stage.DONE
    rest = await left(desk)
    assert rest[:3] == [0, 0, 0]
    assert max(rest) <= 1, "the newest row stays, from which the next is counted"
    assert desk.app.health.faults() == []
    shown = mine.transcript + head.transcript
    assert PROBE not in shown
    assert "求助\n" not in shown
    async with desk.database.reading() as work:
        assert PROBE not in {one.code for one in await people.all_communities(work)}
        run = await probe.latest(work)
    assert run is not None
    assert run.seconds is not None
    assert run.seconds <= 1

    started = run.started_at
    await desk.later(minutes=4)
    async with desk.database.reading() as work:
        assert (await probe.latest(work)) == run, "not before its time"
    await desk.later(minutes=1)
    async with desk.database.reading() as work:
        again = await probe.latest(work)
    assert again is not None
    assert again.started_at > started


async def test_what_does_not_come_through_turns_it_red_and_tells_a_person(desk: Desk) -> None:
    head = await desk.person("head")
    sink(desk).stopped_up = True
    await desk.tick()
    assert desk.app.health.faults() == []
    await desk.later(seconds=31)
    assert await stage(desk) is Stage.FAILED
    assert "did not come through" in desk.app.health.faults()[0]
    shown = generate_latest(desk.app.parts.metrics.registry).decode()
    assert "linli_probe_failed 1.0" in shown
    head.hears("自检求助没有走通：按下以后")

    await desk.later(seconds=61)
    await desk.later(seconds=31)
    assert head.transcript.count("没有走通") == 1, "once an hour is enough"

    sink(desk).stopped_up = False
    for seconds in (61, 1, 1, 1, 1, 1):
        await desk.later(seconds=seconds)
    assert await stage(desk) is Stage.DONE
    assert desk.app.health.faults() == []
    assert (await left(desk))[:3] == [0, 0, 0]


async def test_a_clock_that_does_not_climb_is_found_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = await desk.person("head")

    async def asleep(*_: object) -> tuple[object, ...]:
        return ()

    await desk.tick()
    with monkeypatch.context() as patch:
        patch.setattr("scheduler.duties._due_now", asleep)
        await desk.later(seconds=1)
        await desk.later(seconds=31)
    head.hears("没有按时往上找人")


async def test_one_that_is_missing_is_missed(desk: Desk) -> None:
    await desk.tick()
    desk.clock.forward(minutes=7)
    assert any("no synthetic request" in fault for fault in desk.app.health.faults())


async def test_only_who_leads_starts_one_and_the_next_leader_goes_on(
    desk: Desk, knowledge: Knowledge, outfit: Outfit
) -> None:
    if desk.database.url.get_backend_name() == "sqlite":
        return  # one process there is
    url = desk.database.url.render_as_string(hide_password=False)
    async with running_desk(url, knowledge, desk.clock, outfit) as second:
        await second.tick()
        async with desk.database.reading() as work:
            assert await probe.latest(work) is None
        await desk.tick()
        assert await stage(second) is Stage.PRESSED
        await desk.app.clockwork.stop()
        await second.app.clockwork._look_at_lease()
        for _ in range(6):
            await second.later(seconds=1)
            await desk.settles()
        assert await stage(second) is Stage.DONE
