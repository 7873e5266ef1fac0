"""One-touch help when people do not answer: the clock goes on until a named person has it."""

from domain.duty import DutyState
from storage import duties, help, people
from tests.support.desk import Desk


async def test_silence_climbs_the_ladder_until_somebody_takes_it(desk: Desk) -> None:
    granny, head, third, _ = await desk.people("granny", "head", "w3", "w1")
    daughter = await desk.person("daughter")
    await granny.does("help.press")
    assert third.messages == []

    await desk.later(seconds=61)
    third.hears("陈奶奶 求助")
    assert head.messages == []
    assert "还没有人接" not in granny.transcript

    await desk.later(seconds=120)
    head.hears("陈奶奶 求助")
    granny.hears("您的求助：还没有人接（10:03），我们一直在找人")
    daughter.hears("陈奶奶的求助：还没有人接（10:03）")

    await desk.later(seconds=120)
    first = len(third.messages)
    await desk.later(seconds=121)
    assert len(third.messages) > first, "the last rung repeats"
    assert granny.transcript.count("还没有人接") == 1, "told now and then, not every two minutes"

    await third.taps("我来")
    taken = len(head.messages)
    await desk.later(seconds=600)
    assert len(head.messages) == taken, "nobody is called any more once a named person has it"


async def test_nobody_reachable_is_said_so_and_logged(desk: Desk) -> None:
    granny = await desk.person("granny")

    said = await granny.does("help.press")

    assert "收到了" in said
    async with desk.database.reading() as work:
        log = [line.event for line in await duties.history(work, 1)]
    assert "not_told" in log
    assert "told" not in log


async def test_a_blocked_worker_is_written_down_and_the_ladder_goes_on(desk: Desk) -> None:
    granny, mine, third = await desk.people("granny", "w1", "w3")
    await mine.blocks()

    await granny.does("help.press")
    await desk.later(seconds=61)

    third.hears("陈奶奶 求助")
    async with desk.database.reading() as work:
        lines = await duties.history(work, 1)
    lost = [line for line in lines if line.event == "undelivered"]
    assert [line.detail for line in lost] == ["unreachable:memory"]


async def test_taken_and_then_silent_is_reminded_and_given_back(desk: Desk) -> None:
    granny, daughter, mine, on_duty = await desk.people("granny", "daughter", "w1", "w2")
    await granny.does("help.press")
    await mine.taps("我来")

    await desk.later(minutes=5)
    assert "陈奶奶 的求助在您手上（已接，已经 5 分钟）" in mine.messages[-1].plain

    await desk.later(minutes=2)
    granny.hears("您的求助：还没等到社工甲的消息（10:07），正在另外找人")
    daughter.hears("陈奶奶的求助：还没等到社工甲的消息")
    mine.hears("没等到您的消息，已经另外找人")
    assert "还没有人接" in on_duty.messages[-1].plain, "the ladder goes on at once"

    await on_duty.taps("我来")
    granny.hears("社工乙接到了您的求助（10:07）")


async def test_a_request_given_back_late_is_no_fault_of_the_clock(desk: Desk) -> None:
    granny, mine, head = await desk.people("granny", "w1", "head")
    await granny.does("help.press")
    await mine.taps("我来")
    await desk.later(minutes=5)
    await desk.later(minutes=2)

    assert "没有下一步" not in head.transcript
    await desk.later(seconds=1)
    head.hears("陈奶奶 求助")


async def test_who_was_silent_can_still_go(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await mine.taps("我来")
    await desk.later(minutes=5)
    await desk.later(minutes=2)
    await mine.taps("我来")
    await mine.taps("到了")
    granny.hears("社工甲说已经到了")


async def test_at_the_door_nobody_is_taken_away_but_the_supervisor_asks(desk: Desk) -> None:
    granny, mine, head = await desk.people("granny", "w1", "head")
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.taps("到了")
    await desk.later(minutes=60)
    assert "已到，已经 60 分钟" in mine.messages[-1].plain
    assert head.messages == []
    await desk.later(minutes=60)
    head.hears("陈奶奶 的求助：社工甲 已到，已经 120 分钟没有新的消息")
    async with desk.database.reading() as work:
        duty = await help.get(work, 1)
    assert duty is not None
    assert duty.state is DutyState.ARRIVED


async def test_on_the_way_for_too_long_is_given_back(desk: Desk) -> None:
    granny, mine, on_duty = await desk.people("granny", "w1", "w2")
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.taps("在路上")
    await desk.later(minutes=40)
    await desk.later(minutes=5)
    granny.hears("正在另外找人")
    assert "还没有人接" in on_duty.messages[-1].plain


async def test_hands_that_are_nobodys_any_more_are_not_waited_for(desk: Desk) -> None:
    granny, mine, third, head = await desk.people("granny", "w1", "w3", "head")
    await granny.does("help.press")
    await third.does("calls.go:1")
    async with desk.database.reading() as work:
        leaver, stays = [await people.person_by_code(work, code) for code in ("w3", "w1")]
    assert leaver is not None
    assert stays is not None

    await head.does(f"give.left:{leaver.id}")
    await desk.later(seconds=15)
    await desk.later(seconds=1)

    granny.hears("还没等到社工丙的消息（10:00），正在另外找人")
    assert "社工丙 联系不上了" in await head.does("calls.log:1")
    await mine.taps("我来")
    await mine.taps("到了")
    async with desk.database.writing() as work:
        await people.unbind(work, stays.id)
    await desk.later(seconds=15)
    await desk.later(seconds=1)
    asked = head.hears("社工甲 已到，已经 0 分钟没有新的消息，人也联系不上。请派别人去看看")
    assert "📵 联系不上 社工甲" in asked.plain, "and the card says so, whoever opens it"
    await head.taps("已处理")
    await head.taps("人没事")
    assert "联系不上 社工甲" not in head.messages[-1].plain, "whoever ended it has it"


async def test_whoever_is_at_the_door_and_blocks_the_desk_is_asked_after_at_the_first_silence(
    desk: Desk,
) -> None:
    granny, mine, head = await desk.people("granny", "w1", "head")
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.taps("到了")
    await mine.blocks()
    await granny.does("help.press")

    await desk.later(minutes=60)

    head.hears("社工甲 已到，已经 60 分钟没有新的消息，人也联系不上")


async def test_a_press_while_a_silent_worker_has_it_reaches_all_who_know_of_it(desk: Desk) -> None:
    granny, mine, on_duty = await desk.people("granny", "w1", "w2")
    await granny.does("help.press")
    await mine.taps("我来")

    said = await granny.does("help.press")

    assert "社工甲已经接到您的求助，正在准备出发" in said
    mine.hears("又按了一次，已按 2 次。社工甲 已接，还没说出发")
    on_duty.hears("又按了一次，已按 2 次。社工甲 已接，还没说出发")
    await on_duty.taps("换我来")
    granny.hears("社工乙接到了您的求助")
    assert "社工乙 已接" in mine.hears("陈奶奶 求助").plain


async def test_a_second_press_makes_haste(desk: Desk) -> None:
    granny, _, third = await desk.people("granny", "w1", "w3")
    await granny.does("help.press")
    await desk.later(seconds=5)
    assert third.messages == []
    await granny.does("help.press")
    await desk.tick()
    third.hears("陈奶奶 求助")


async def test_a_rung_that_reaches_nobody_is_not_waited_for(desk: Desk) -> None:
    granny, head = await desk.people("granny", "head")
    await granny.does("help.press")
    head.hears("陈奶奶 求助")
