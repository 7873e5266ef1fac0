"""The day after: has it been solved? No is somebody's duty, silence is no yes, and it is asked once."""

from datetime import timedelta

import sqlalchemy as sa

from domain.duty import DutyKind, DutyState
from scheduler import help_after as job
from storage import duties, help_after, people
from storage.help_after import Heard
from storage.tables.help import help_after as rows
from tests.scheduler.test_duties import surroundings
from tests.support.desk import Desk, Someone


async def closed(desk: Desk, outcome: str = "settled") -> tuple[Someone, Someone]:
    """陈奶奶 pressed at ten, and 社工甲 closed it."""
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await mine.does("calls.take:1")
    await mine.does(f"calls.done:1:{outcome}")
    return granny, mine


async def next_morning(desk: Desk) -> None:
    """9:31 of the day after."""
    await desk.later(hours=23.52)


async def heard(desk: Desk) -> Heard:
    async with desk.database.reading() as work:
        return await help_after.heard(work, [1], work.now - timedelta(days=7))


async def test_the_morning_after_it_is_asked_once_and_a_yes_is_kept(desk: Desk) -> None:
    granny, _ = await closed(desk)
    daughter = await desk.person("daughter")
    await desk.later(hours=10)
    assert "解决了吗" not in granny.transcript, "not on the same day, nor in the night"
    await desk.later(hours=13.52)
    asked = granny.hears("昨天您的求助，社工甲说：帮好了，已安顿。")
    assert "事情解决了吗" in asked.plain
    assert daughter.messages == []
    assert await heard(desk) == Heard(silent=1), "silence is no success"

    await granny.taps("解决了")
    assert "您说：解决了" in granny.hears("昨天您的求助").plain
    assert granny.hears("昨天您的求助").buttons == ()
    await granny.does("after.unsolved:1")
    assert await heard(desk) == Heard(solved=1), "what was said first stands"
    await job.ask(surroundings(desk), desk.clock())
    await desk.later(hours=24)
    assert granny.transcript.count("事情解决了吗") == 1


async def test_a_no_is_a_duty_of_whoever_closed_it_and_then_of_the_head(desk: Desk) -> None:
    granny, mine = await closed(desk)
    head = await desk.person("head")
    await next_morning(desk)
    assert "已经转给社工甲" in await granny.taps("还没有")
    card = mine.hears("陈奶奶 说：上次的求助还没解决")
    assert "高血压" in card.plain
    assert head.messages == []
    await desk.later(hours=2)
    head.hears("上次的求助还没解决")
    assert "求助办结后还要去看看的（1 件）" in await head.does("helplist")
    assert "近 7 天办结后问过 1 件：解决了 0，还没有 1，没回音 0" in head.transcript
    log = await head.does("calls.log:2")
    assert "通知 社工甲（经办人）" in log

    await mine.taps("办好了")
    granny.hears("上次没解决的事，社工甲说办好了")
    assert "社工甲 办好了" in head.hears("上次的求助还没解决").plain
    await head.does("after.done:2")
    assert head.chat.notices[-1] == "社工甲 已经办好了。"
    async with desk.database.reading() as work:
        duty = await duties.get(work, 2, DutyKind.AFTER)
    assert duty is not None
    assert duty.state is DutyState.CLOSED


async def test_who_presses_by_mistake_again_and_again_is_looked_in_on(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    for _ in range(2):
        await granny.does("help.press")
        await granny.taps("按错了")
        await desk.later(hours=1)
    assert "按错了好几次" not in mine.transcript
    await granny.does("help.press")
    await granny.taps("按错了")

    card = mine.hears("陈奶奶 这阵子按错了好几次求助")
    assert "其中按错 3 次" in card.plain
    assert "陈奶奶 这阵子" in await mine.does("helplist")
    heard = len(granny.messages)
    await mine.taps("办好了")
    assert "社工甲 办好了" in mine.messages[-1].plain
    assert len(granny.messages) == heard, "nobody said that anything was unsolved"


async def test_help_again_is_a_press_whatever_was_said_before(desk: Desk) -> None:
    granny, mine = await closed(desk)
    await next_morning(desk)
    again = granny.button("又需要帮忙")[1].action
    await granny.taps("解决了")
    assert "收到了" in await granny.does(again)
    assert "以前求助 1 次；上次 11月23日：帮好了，已安顿" in mine.messages[-1].plain
    await granny.does(again)
    assert "又按了一次" in mine.messages[-1].plain


async def test_the_family_is_asked_where_the_elder_has_no_chat(desk: Desk) -> None:
    daughter, mine = await desk.people("daughter", "w1")
    await daughter.does("help.press")
    await mine.does("calls.take:1")
    await mine.does("calls.done:1:hospital")
    await next_morning(desk)
    daughter.hears("昨天陈奶奶的求助，社工甲说：送医院")
    await daughter.taps("还没有")
    mine.hears("上次的求助还没解决")


async def test_nothing_is_asked_of_mistakes_and_nobody_without_a_chat_is_forgotten(
    desk: Desk,
) -> None:
    granny, mine = await closed(desk, "all_well")
    await granny.does("help.press")
    await granny.taps("按错了")
    await granny.does("help.press")
    await mine.does("calls.done:3:settled")
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, "granny")
        assert person is not None
        await people.unbind(work, person.id)
    await next_morning(desk)
    async with desk.database.reading() as work:
        found = (await work.conn.execute(sa.select(rows.c.duty_id, rows.c.asked))).all()
    assert [tuple(row) for row in found] == [(3, 0)]
    assert await heard(desk) == Heard(silent=1)


async def test_a_desk_that_was_down_asks_later_and_names_the_day(desk: Desk) -> None:
    granny, _ = await closed(desk)
    desk.clock.forward(hours=48)
    await desk.later(minutes=1)
    granny.hears("11月23日您的求助，社工甲说")


async def test_in_quiet_hours_it_waits(desk: Desk) -> None:
    granny, _ = await closed(desk)
    desk.clock.forward(hours=36)
    await job.ask(surroundings(desk), desk.clock())
    await desk.tick()
    assert "解决了吗" not in granny.transcript
    await desk.later(hours=11)
    granny.hears("您的求助，社工甲说")


async def test_a_closer_who_left_is_followed_by_the_homes_worker(desk: Desk) -> None:
    granny, mine, third = await desk.people("granny", "w1", "w3")
    await granny.does("help.press")
    await third.does("calls.take:1")
    await third.does("calls.done:1:settled")
    async with desk.database.writing() as work:
        gone = await people.person_by_code(work, "w3")
        assert gone is not None
        await people.retire(work, gone.id)
    await next_morning(desk)
    assert "已经转给社工甲" in await granny.taps("还没有")
    mine.hears("上次的求助还没解决")


async def test_who_has_nothing_to_do_with_it_is_told_so(desk: Desk) -> None:
    await closed(desk)
    resident = await desk.person("resident")
    await next_morning(desk)
    for action in ("solved", "unsolved", "again"):
        assert "用不了" in await resident.does(f"after.{action}:1")
    assert await heard(desk) == Heard(silent=1)
