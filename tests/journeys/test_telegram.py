"""The whole desk on Telegram: four people's main paths, by long poll and by webhook, over real HTTP."""

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.revoking import revoke
from knowledge import Knowledge
from storage import inbox, people
from tests.botapi.users import NotHeardError
from tests.support.clock import HandClock
from tests.support.prepared import Prepared, settled
from tests.support.street import Street, a_street

MODES = ["polling", "webhook"]


@pytest.fixture(params=MODES)
async def street(
    request: pytest.FixtureRequest,
    prepared: Prepared,
    tmp_path: Path,
    knowledge: Knowledge,
) -> AsyncIterator[Street]:
    mode = request.param
    request.param = "sqlite"
    async with (
        prepared.copy(request, tmp_path, settled) as url,
        a_street(url, knowledge, mode) as made,
    ):
        yield made


async def test_a_stranger_follows_a_link_and_is_known(street: Street) -> None:
    granny = street.api.user(7, "陈奶奶")
    granny.starts()
    await granny.hears("绑定码")
    strangers = {c["command"] for c in granny.commands}
    assert {"start", "sos", "menu"} <= strangers

    granny.starts(await street.code_for("granny"))

    await granny.hears("绑定好了，陈奶奶")
    await street.api.until(lambda: granny.keyboard[:1] == [["🆘 一键求助"]])  # first and alone
    assert strangers.isdisjoint({"visit", "helplist"})


async def test_a_son_scans_the_code_and_is_told_of_a_press(street: Street) -> None:
    granny, mine = await street.people("granny", "w1")
    granny.presses("家人")
    await granny.hears("您的家人")
    granny.taps("添加家人")
    asked = await granny.hears("用自己的手机扫这个码")
    assert asked.kind == "photo"
    link = re.search(r"https://t\.me/\w+\?start=([\w-]+)", asked.text)
    assert link

    son = street.api.user(77, "陈明")
    son.starts(link[1])
    await son.hears("您要成为陈奶奶的家人")
    son.taps("儿子")
    await son.hears("您现在是陈奶奶的家人")
    await granny.hears("成了您的家人")
    await mine.hears("新绑定了家人")
    son.says("陈明 13900000009")
    await son.hears("记下了")
    granny.presses("一键求助")
    await son.hears("陈奶奶 按了一键求助")
    await mine.hears("儿子 陈明 13900000009")


async def test_an_elder_presses_and_a_worker_takes_it_in_place(street: Street) -> None:
    granny, mine, on_duty = await street.people("granny", "w1", "w2")

    granny.presses("一键求助")
    await granny.hears("收到了（10:00）")
    card = await mine.hears("陈奶奶 求助")
    assert "3幢502" in card.text
    assert "高血压" in card.text
    await on_duty.hears("陈奶奶 求助")

    shown = len(mine.heard)
    mine.taps("我来")
    await granny.hears("社工甲接到了您的求助")
    await mine.sees_toast("您接下了")
    await street.api.until(lambda: "社工甲 已接" in card.text)
    assert len(mine.heard) == shown, "the card changes where it stands"
    await on_duty.hears("社工甲 已接")

    mine.taps("在路上")
    await granny.hears("您的求助：社工甲正在路上")
    mine.taps("到了")
    await granny.hears("已经到了")
    mine.taps("已处理")
    await street.api.until(lambda: "还没结束" in card.text)
    mine.taps("虚惊，人没事")
    await granny.hears("您的求助：社工甲说看过了，人没事")
    await street.api.until(lambda: "已处理：虚惊，人没事" in card.text)
    assert mine.spinning == 0


async def test_what_follows_a_press_reaches_the_worker_whatever_it_is(street: Street) -> None:
    granny, mine = await street.people("granny", "w1")
    granny.presses("一键求助")
    await granny.hears("收到了")
    granny.taps("摔倒")
    await granny.hears("正在转给社工")
    granny.says("在<卫生间> & 起不来")
    await mine.hears("在<卫生间> & 起不来")
    granny.sends_voice(5)
    granny.sends_location(29.88, 121.54)
    await street.api.until(
        lambda: {"voice", "location"} <= {message.kind for message in mine.heard}
    )


async def test_pressed_by_mistake(street: Street) -> None:
    granny, mine = await street.people("granny", "w1")
    granny.presses("一键求助")
    await granny.hears("收到了")
    granny.taps("按错了")
    await granny.hears("不怕按错")
    await mine.hears("按错了，不用过来")


async def test_a_resident_asks_and_leafs_through_the_answer(street: Street) -> None:
    resident = await street.person("resident")
    resident.says("我爸满八十了，高龄津贴怎么领？")
    answer = await resident.hears("高龄津贴")
    shown = len(resident.heard)
    for button, words in (("带什么", "社会保障卡"), ("打给谁", "12345"), ("返回", "高龄津贴")):
        asked = resident.taps(button, answer)
        await resident.hears(words, after=asked)
    assert len(resident.heard) == shown, "all of it in the place of the answer"


async def test_what_nobody_knows_goes_to_the_worker_and_comes_back(street: Street) -> None:
    resident, mine = await street.people("resident", "w1")
    resident.says("楼上空调滴水滴到我家衣服上三年了")
    await resident.hears("")
    await street.api.until(lambda: any("社工" in b.label for b in resident.buttons()))
    resident.taps("问社工")
    await resident.hears("已经交给社工甲")
    await mine.hears("楼上空调滴水")
    mine.taps("回答")
    await mine.hears("打字")
    mine.says("明天上午我上门看一看")
    await resident.hears("明天上午我上门看一看")


async def test_each_role_has_its_commands_in_its_language(street: Street) -> None:
    worker, head, granny = await street.people("w1", "head", "granny")
    await street.api.until(lambda: "visit" in {c["command"] for c in worker.commands})
    await street.api.until(lambda: "board" in {c["command"] for c in head.commands})
    assert "visit" not in {c["command"] for c in granny.commands}
    granny.says("/language")
    await granny.hears("English from now on")
    await street.api.until(lambda: all(c["description"].isascii() for c in granny.commands[:1]))


async def test_a_worker_logs_a_visit_in_a_sentence(street: Street) -> None:
    worker = await street.person("w1")
    worker.says("3幢502 阿姨血压高 要换药")
    await worker.hears("记下了")


async def test_a_worker_who_blocked_the_bot_is_written_down_and_heard_again(
    street: Street,
) -> None:
    granny, mine, on_duty = await street.people("granny", "w1", "w2")
    gone = mine.blocks()
    await street.api.until_confirmed(gone)
    granny.presses("一键求助")
    await on_duty.hears("陈奶奶 求助")
    back = mine.unblocks()
    await street.api.until_confirmed(back)
    granny.presses("一键求助")
    await granny.hears("就收到了，正在加紧找人")
    mine.says("/helplist")
    await mine.hears("没办完的求助")


async def test_what_cannot_be_read_stops_nobody_behind_it(street: Street) -> None:
    granny = await street.person("granny")
    odd: list[dict[str, object]] = [
        {"message": {"message_id": "x", "chat": {"id": granny.id}}},
        {"message": "nonsense"},
        {"something_new": {"chat": {"id": granny.id}}},
        {},
    ]
    made = [granny.raw(update) for update in odd]
    granny.presses("一键求助")
    await granny.hears("收到了")
    await street.api.until_confirmed(*made)
    async with street.app.parts.database.reading() as work:
        assert len(await inbox.dead_letters(work)) >= 2


async def test_an_update_that_comes_twice_is_one_press(street: Street) -> None:
    granny = await street.person("granny")
    press = granny.presses("一键求助")
    await granny.hears("收到了")
    street.api.redeliver(press)
    after = granny.says("/help")
    await granny.hears("怎么用", after=after)
    assert "又按了一次" not in str(granny)
    assert str(granny).count("收到了") == 1


async def test_a_flood_wait_and_a_server_error_lose_no_answer(street: Street) -> None:
    granny = await street.person("granny")
    street.api.faults.next("sendMessage", status=502)
    granny.presses("一键求助")
    clock = street.app.parts.database.clock
    assert isinstance(clock, HandClock)
    await street.api.until(lambda: street.api.ledger.statuses("sendMessage")[502] == 1)
    for _ in range(20):  # it is held for a moment from when the desk has heard of the error
        clock.forward(seconds=5)
        with suppress(NotHeardError):
            await granny.hears("收到了", 0.25)
            break
    await granny.hears("收到了")


async def test_a_revoked_chat_shows_the_commands_of_strangers(street: Street) -> None:
    (mine,) = await street.people("w1")
    await street.api.until(lambda: "helplist" in {c["command"] for c in mine.commands})
    async with street.app.parts.database.writing() as work:
        person = await people.person_by_code(work, "w1")
        assert person is not None
        await revoke(work, person, street.app.parts.phrases)
    await street.app.delivery.sweep()
    await mine.hears("绑定已经收回")
    await street.api.until(lambda: "helplist" not in {c["command"] for c in mine.commands})
    assert "sos" in {c["command"] for c in mine.commands}
