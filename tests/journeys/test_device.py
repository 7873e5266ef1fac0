"""One-touch devices: a platform's signed request becomes the same call for help, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.duty import DutyKind
from knowledge import Knowledge
from storage import device, duties
from storage.tables.device import devices
from tests.support.desk import Desk, Outfit, running_desk
from tests.support.platform import NAME, NUMBER, Platform, device_channel, platform_of


@pytest.fixture
def outfit() -> Outfit:
    return Outfit(device_channel)


@pytest.fixture
async def platform(desk: Desk) -> AsyncIterator[Platform]:
    async with platform_of(desk) as made:
        yield made


async def open_calls(desk: Desk) -> int:
    async with desk.database.reading() as work:
        return len(await duties.unclosed(work, 1, DutyKind.HELP))


async def test_a_press_goes_the_whole_way_for_an_elder_without_a_chat(
    desk: Desk, platform: Platform
) -> None:
    mine, daughter = await desk.people("w1", "daughter")

    status, said = await platform.post(id="r1", kind="fall")
    await desk.settles()

    assert (status, said["state"], said["presses"]) == (200, "open", 1)
    assert "已经在通知人过来" in said["say"]
    card = mine.hears("陈奶奶 求助").plain
    assert "3幢502" in card
    assert f"一键通：{NUMBER}" in card
    assert "收不到消息，请打电话" in card
    mine.hears("摔倒 / 急病，请快")
    told = daughter.hears("陈奶奶 按了一键求助").plain
    assert f"家里的一键通：{NUMBER}" in told
    assert "3幢502" in told
    assert "高血压" not in told

    await mine.taps("我来")
    status, said = await platform.asks("r1")
    assert (status, said["state"], said["worker"]) == (200, "taken", "社工甲")
    assert "社工甲接到了您的求助" in said["say"]
    await mine.taps("到了")
    await mine.taps("已处理")
    assert await swept(desk) == 0, "what is open is not forgotten"
    await mine.taps("送医院")
    _, said = await platform.asks("r1")
    assert (said["state"], said["outcome"]) == ("closed", "hospital")
    assert await swept(desk) == 1


async def swept(desk: Desk) -> int:
    """As the night does when what has been kept is old enough."""
    async with desk.database.writing() as work:
        return await device.sweep_out(work, work.now + timedelta(days=1))


async def test_the_same_request_twice_is_one_and_another_makes_haste(
    desk: Desk, platform: Platform
) -> None:
    mine, third = await desk.people("w1", "w3")
    answers = await asyncio.gather(*(platform.post(id="r1") for _ in range(4)))
    assert {(status, said["presses"]) for status, said in answers} == {(200, 1)}
    assert await open_calls(desk) == 1
    assert len({said["request"] for _, said in answers}) == 1

    _, said = await platform.post(id="r2")
    assert said["presses"] == 2
    assert await open_calls(desk) == 1
    mine.hears("又按了一次，已按 2 次")
    await desk.tick()
    third.hears("陈奶奶 求助")

    status, said = await platform.post(id="r1", event="cancel")
    assert (status, said["error"]) == (409, "id_used")


async def test_an_elder_with_a_chat_reads_there_what_is_done(
    desk: Desk, platform: Platform
) -> None:
    granny, mine = await desk.people("granny", "w1")
    await platform.post(id="r1")
    granny.hears("收到了（10:00）")
    assert "收不到消息" not in mine.hears("陈奶奶 求助").plain
    await granny.taps("按错了")
    _, said = await platform.asks("r1")
    assert (said["state"], said["outcome"]) == ("closed", "false_alarm")


async def test_called_off_at_the_device_by_the_rules_of_the_chat(
    desk: Desk, platform: Platform
) -> None:
    mine, daughter = await desk.people("w1", "daughter")
    _, said = await platform.post(id="r0", event="cancel")
    assert said["state"] == "none"
    await platform.post(id="r1")
    _, said = await platform.post(id="r2", event="cancel")
    assert (said["state"], said["outcome"]) == ("closed", "false_alarm")
    assert "不用过来" in mine.hears("陈奶奶 求助").plain
    daughter.hears("说是按错了")

    await platform.post(id="r3")
    await daughter.does("help.press")
    _, said = await platform.post(id="r4", event="cancel")
    assert said["state"] == "open"
    assert "会有人跟您核实" in said["say"]


async def test_a_battery_is_seen_to_before_the_device_falls_silent(
    desk: Desk, platform: Platform
) -> None:
    mine, daughter = await desk.people("w1", "daughter")
    _, said = await platform.post(id="b1", event="battery_low")
    assert said["state"] == "noted"
    await platform.post(id="b2", event="battery_low")
    await desk.settles()
    mine.hears("陈奶奶（3幢502）的一键通快没电了")
    assert daughter.transcript.count("快没电了") == 1
    assert await open_calls(desk) == 0


async def test_nobody_reachable_is_said_to_whoever_pressed(desk: Desk, platform: Platform) -> None:
    status, said = await platform.post(id="r1")
    assert status == 200
    assert "一时还没联系上人" in said["say"]
    assert "0574-00000000" in said["say"]

    desk.clock.forward(minutes=6)
    _, said = await platform.post(id="r2", event="cancel")
    assert "一时还没联系上人" in said["say"]


async def test_what_is_not_signed_well_is_refused_and_a_person_hears_of_it_once(
    desk: Desk, platform: Platform
) -> None:
    head, body = await desk.person("head"), b'{"id":"r1","device":"0574-87654321"}'

    async def refused(**wrong: object) -> tuple[int, str]:
        status, said = await platform.sends("POST", "/devices/help", body, **wrong)  # type: ignore[arg-type]
        return status, said["error"]

    assert await refused(secret="guessed") == (401, "bad_signature")
    assert await refused(headers={"Linli-Signature": "é"}) == (401, "bad_signature")
    assert await refused(headers={"Linli-Key": "nobody"}) == (401, "unknown_key")
    assert await refused(headers={"Linli-Key": ""}) == (401, "unsigned")
    assert await refused(late=301) == (401, "stale")
    assert await refused(late=-301) == (401, "stale")
    await desk.tick()
    assert head.transcript.count("签名对不上") == 1
    assert head.transcript.count("不认识或已停用的密钥") == 1
    assert head.transcript.count("时间和这里差得太多") == 1
    assert await open_calls(desk) == 0

    for _ in range(40):
        status, _ = await refused(secret="guessed")
    assert status == 429
    await desk.tick()
    assert head.transcript.count("签名对不上") == 1, "whoever guesses floods nobody"
    assert (await platform.post(id="r1"))[0] == 200, "who signs well is always heard"


async def test_a_device_not_on_record_may_be_somebody_who_waits(
    desk: Desk, platform: Platform
) -> None:
    head = await desk.person("head")
    for number in range(30):
        status, said = await platform.post(id=f"r{number}", device=f"0574-1234{number:04}")
        assert (status, said["error"]) == (404, "unknown_device")
    await platform.post(id="again", device="0574-12340000")
    await desk.tick()
    heard = [message.plain for message in head.messages if "没有登记" in message.plain]
    assert len(heard) == 20, "a fault of the platform is no flood"
    assert len(set(heard)) == 20
    assert "0574-12340000" in heard[0]


async def test_a_low_battery_or_a_device_that_repeats_hides_nobodys_press(
    desk: Desk, platform: Platform
) -> None:
    head = await desk.person("head")
    await platform.post(id="b", device="0574-99990000", event="battery_low")
    for number in range(25):
        await platform.post(id=f"c{number}", device="0574-88880000")
        desk.clock.forward(minutes=1)
    await platform.post(id="h", device="0574-99990000")
    await platform.post(id="o", device="0574-77770000")
    await desk.tick()
    heard = [message.plain for message in head.messages if "没有登记" in message.plain]
    assert sum("0574-99990000" in said for said in heard) == 2, "the battery, and the press"
    assert sum("0574-88880000" in said for said in heard) == 1
    assert sum("0574-77770000" in said for said in heard) == 1


async def test_what_is_malformed_is_told_by_its_field(desk: Desk, platform: Platform) -> None:
    for raw, why in (
        (b"{", "not JSON"),
        (b"[]", "not an object"),
        (b'{"id":"r 1","device":"0574-1"}', "id:"),
        (b'{"id":"r1","device":"\xe2\x80\xa6"}', "device:"),
        (b'{"id":"r1","device":"0574-1","event":"dance"}', "event: one of help, cancel"),
        (b'{"id":"r1","device":"0574-1","colour":"red"}', "colour"),
        (b'{"id":1,"device":"0574-1"}', "id: must be a string"),
    ):
        status, said = await platform.post(raw)
        assert (status, said["error"]) == (400, "malformed")
        assert why in said["why"]
    status, said = await platform.post(b" " * 5000)
    assert (status, said["error"]) == (413, "too_large")
    assert (await platform.asks("r1"))[1]["error"] == "unknown_request"


async def test_keys_are_changed_without_a_gap_and_ended_at_once(
    desk: Desk, platform: Platform
) -> None:
    old = platform.key
    async with desk.database.writing() as work:
        new = await device.new_key(work, NAME, timedelta(hours=1))
    assert (await platform.post(id="r1"))[0] == 200
    desk.clock.forward(hours=1)
    assert (await platform.asks("r1"))[1]["error"] == "revoked_key"
    platform.key = new
    assert (await platform.asks("r1"))[0] == 200
    async with desk.database.writing() as work:
        assert await device.revoke(work, NAME) == 1
    assert (await platform.asks("r1"))[1]["error"] == "revoked_key"
    async with desk.database.reading() as work:
        raw = (await work.conn.execute(sa.text("SELECT secret FROM device_keys"))).scalars().all()
        numbers = (await work.conn.execute(sa.select(devices.c.code))).scalars().all()
    assert all(old.secret.encode() not in bytes(one) for one in raw), "kept sealed"
    assert not any("87654321" in one for one in numbers)


async def test_another_platform_sees_nothing_and_a_forged_button_does_nothing(
    desk: Desk, platform: Platform
) -> None:
    await platform.post(id="r1")
    async with desk.database.writing() as work:
        platform.key = await device.new_key(work, "other", timedelta(0))
    assert (await platform.asks("r1"))[1]["error"] == "unknown_request"
    assert (await platform.post(id="r1"))[1]["error"] == "unknown_device"
    assert "用不了" in await desk.stranger().does("device.help:r9")
    assert "用不了" in await (await desk.person("granny")).does("device.cancel:r9")


async def test_two_processes_take_the_same_request_once(
    desk: Desk, platform: Platform, knowledge: Knowledge, outfit: Outfit
) -> None:
    if desk.database.url.get_backend_name() == "sqlite":
        return  # one process there is
    mine = await desk.person("w1")
    url = desk.database.url.render_as_string(hide_password=False)
    async with (
        running_desk(url, knowledge, desk.clock, outfit) as second,
        platform_of(second) as there,
    ):
        there.key = platform.key
        async with desk.database.writing() as work:
            platform.key = there.key = await device.new_key(work, NAME, timedelta(0))
        answers = await asyncio.gather(
            *(one.post(id="r1") for one in (platform, there, platform, there))
        )
        await desk.settles()
        await second.settles()
    assert {status for status, _ in answers} == {200}
    assert len({said["request"] for _, said in answers}) == 1
    assert {said["presses"] for _, said in answers} == {1}
    async with desk.database.reading() as work:
        (duty,) = await duties.unclosed(work, 1, DutyKind.HELP)
        told = [line for line in await duties.history(work, duty.id) if line.event == "told"]
    assert len(told) == len({line.actor_id for line in told})
    shown = [*mine.messages, *second.channel.chat("w1").messages]
    assert sum("陈奶奶 求助" in message.plain for message in shown) == 1
