"""人员变动: a lost phone, a move, a death, somebody new, homes that change worker; told in the chat."""

from datetime import UTC, datetime

import sqlalchemy as sa

from bot.merging import merge
from domain.calendar import Month
from domain.duty import DutyState, Outcome
from domain.messages import Lane, Message
from knowledge.appraisal import shipped_weights
from storage import ledger, outbox, people
from storage.ledger_span import Rules
from storage.outbox import Letter
from storage.tables.checkin import checkins
from storage.tables.duties import duties
from storage.tables.messaging import outbox as outbox_rows
from storage.tables.moves import moves
from storage.tables.people import addresses, families, households, roles
from storage.tables.people import people as person_rows
from tests.support.desk import Desk, Someone


async def number(desk: Desk, code: str) -> int:
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, code)
    assert person is not None
    return person.id


async def rows(desk: Desk, query: sa.Select) -> list:  # type: ignore[type-arg]
    async with desk.database.reading() as work:
        return list(await work.conn.execute(query))


async def log(desk: Desk) -> list[tuple[str, str]]:
    return [tuple(row) for row in await rows(desk, sa.select(moves.c.event, moves.c.state))]


async def finds(worker: Someone, who: str) -> str:
    await worker.does("people")
    return await worker.says(who)


async def test_a_lost_phone_is_unbound_and_the_other_chat_goes_on(desk: Desk) -> None:
    granny, mine, head = await desk.people("granny", "w1", "head")
    await granny.says("你好")
    tablet = await desk.also("granny", "tablet")
    await granny.says("👪 家人")
    ids = {
        r.address: r.id for r in await rows(desk, sa.select(addresses.c.id, addresses.c.address))
    }
    async with desk.database.writing() as work:
        for word in ("only there", "everywhere"):
            where = [ids["granny"]] + ([ids["tablet"]] if word == "everywhere" else [])
            await outbox.owe_in_bulk(
                work, [Letter(i, Message(word), Lane.ROUTINE, f"{word}@{i}") for i in where]
            )

            desk.clock.forward(seconds=1)

    said = await finds(mine, "陈奶")
    assert "3幢502" in said
    await mine.taps("陈奶奶（老人）")
    assert "最近用过" in mine.transcript
    assert "绑定后还没用过" in mine.transcript
    assert "granny" not in mine.transcript
    assert "tablet" not in mine.transcript
    assert "📵 手机丢了：解绑另一个聊天（还没用过的）" in mine.buttons(), "which of the two"
    assert "（11月23日 10:00 用过的）" in await mine.taps("📵 手机丢了")
    said = await mine.taps("📵 解绑")
    assert "还有 1 个聊天" in said
    assert "新码" in said
    await desk.tick()
    granny.hears("绑定已经收回")
    tablet.hears("社工甲解绑了陈奶奶")
    head.hears("社工甲解绑了陈奶奶")
    assert "everywhere" in tablet.transcript
    assert "only there" in tablet.transcript
    assert tablet.transcript.count("everywhere") == 1
    assert "only there" not in granny.transcript
    for action in ("family", "services"):
        assert "用不了" in await granny.does(action), action
    assert "我还不知道您住在哪里" in await granny.does("help.press")
    await tablet.does("help.press")
    mine.hears("陈奶奶 求助")
    assert await log(desk) == [("unbound", "done")]

    code = said.partition("新码：")[2].split("\n")[0].strip()
    new = desk.stranger("new phone")
    assert "绑定好了，陈奶奶" in await new.says(code)


async def test_only_who_looks_after_them_may(desk: Desk) -> None:
    granny, other, resident, foreign = await desk.people("granny", "w2", "resident", "other-head")
    elder, home = await number(desk, "granny"), await number(desk, "w2")
    chat = (await rows(desk, sa.select(addresses.c.id).where(addresses.c.address == "granny")))[
        0
    ].id
    for who in (other, foreign, resident, granny):
        for action in (
            f"people.of:{elder}",
            f"unbind:{chat}",
            f"unbind.yes:{chat}",
            f"unbind.code:{elder}",
            f"move:died:{elder}",
            f"move.sure:died:{elder}:0:20261123",
            f"move.yes:died:{elder}:0:20261123",
            f"move.yes:out:{elder}:0:20261123",
            f"away.ask:{elder}:2",
            "arrive:1",
            "people.home:1" if who is not other else f"people.of:{home}",
        ):
            said = await who.does(action)
            assert "不归您管" in said or "用不了" in said, (who.address, action, said)
    for action in ("give", "people.log", "give.yes:2:0:3", "away.take:1"):
        assert "用不了" in await other.does(action)
    assert await log(desk) == []


async def test_a_supervisor_unbinds_a_worker_and_a_worker_no_colleague(desk: Desk) -> None:
    mine, head = await desk.people("w1", "head")
    said = await finds(head, "社工甲")
    assert "社工甲" in said
    await head.taps("📵 手机丢了")
    await head.taps("📵 解绑")
    assert "用不了" in await mine.does("visit")
    async with desk.database.reading() as work:
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(outbox_rows))
        worker = await people.person_by_code(work, "w1")
    assert worker is not None
    assert worker.roles, "what they are stays"


async def test_a_move_takes_all_along_and_is_undone(desk: Desk) -> None:
    granny, mine, theirs, daughter = await desk.people("granny", "w1", "w2", "daughter")
    elder = await number(desk, "granny")
    await finds(mine, "3幢502")
    await mine.taps("陈奶奶")
    await mine.taps("搬到本社区另一户")
    assert "没有这一户" in await mine.says("9幢909")
    assert "哪天搬的" in await mine.says("5幢102")
    assert "没看懂" in await mine.says("明年")
    assert "11月20日" in await mine.says("11月20日")
    said = await mine.taps("确认搬家")
    assert "从 3幢502 搬到 5幢102" in said
    assert "对门 501" in said
    theirs.hears("陈奶奶 从 3幢502 搬到了 5幢102")
    granny.hears("负责您家的社工是社工乙")
    old, new = [
        (await rows(desk, sa.select(households).where(households.c.id == i)))[0]
        for i in (await rows(desk, sa.select(moves.c.from_home, moves.c.to_home)))[0]
    ]
    assert (old.special, old.tags, new.special, new.tags) == (False, [], True, ["高龄独居"])
    await granny.does("help.press")
    assert "5幢102" in theirs.hears("陈奶奶 求助").plain
    daughter.hears("陈奶奶 按了一键求助")
    assert "还没有结束" in await theirs.does(f"move:out:{elder}")
    assert "还没有结束" in await mine.does("move.undo:1"), "nor moved back under their hands"
    await theirs.taps("我来")
    await theirs.does("calls.done:1:all_well")
    assert "不归您管" in await theirs.does("people.of:1")

    said = await mine.taps("登记错了")
    assert "还在原来那一户" in said
    (back,) = await rows(desk, sa.select(households).where(households.c.id == old.id))
    assert (back.special, back.tags) == (True, ["高龄独居"])
    (person,) = await rows(desk, sa.select(person_rows).where(person_rows.c.id == elder))
    assert (person.household_id, person.key_holder) == (old.id, "对门 501")
    assert await log(desk) == [("within", "undone")]


async def test_nobody_hears_of_the_dead_but_staff(desk: Desk) -> None:
    granny, mine, head, daughter = await desk.people("granny", "w1", "head", "daughter")
    elder = await number(desk, "granny")
    async with desk.database.writing() as work:
        row = {"person_id": elder, "community_id": 1, "hour": 9, "agreed_at": work.now}
        await work.conn.execute(
            sa.insert(checkins), row | {"ask_at": work.now.replace(hour=23, minute=0)}
        )
    await granny.does("help.press")
    seen = len(daughter.messages), len(granny.messages)
    await mine.does(f"people.of:{elder}")
    await mine.taps("登记去世")
    await mine.taps("昨天")
    assert "没办完的事 1 件" in mine.transcript
    assert "报平安" in mine.transcript
    said = await mine.taps("确认登记")
    assert "已登记陈奶奶去世" in said
    head.hears("社工甲登记：3幢502 陈奶奶去世")
    await desk.tick()
    for _ in range(3):
        await desk.later(hours=12)
    assert (len(daughter.messages), len(granny.messages)) == seen
    (call,) = await rows(desk, sa.select(duties))
    assert (call.state, call.outcome) == (DutyState.CLOSED, Outcome.OTHER)
    assert await rows(desk, sa.select(families)) == []
    assert await rows(desk, sa.select(roles).where(roles.c.person_id == elder)) == []
    assert "我还不知道您住在哪里" in await granny.does("help.press")
    assert "这里只有老人" in await daughter.does("family"), "a resident, and nobody's family"

    assert "恢复原来的登记" in await mine.taps("登记错了")
    assert "女儿 小陈" in await mine.does(f"family.page:{elder}")
    (morning,) = await rows(desk, sa.select(checkins))
    assert morning.stopped_at is None
    assert morning.ask_at is not None


async def test_somebody_moves_in_and_out_and_comes_back(desk: Desk) -> None:
    mine = await desk.person("w1")
    await finds(mine, "3幢101")
    await mine.taps("有人搬进来")
    assert "没看懂" in await mine.says("13900000001")
    assert "登记为老人" in await mine.says("张桂芬 13900000001 老人")
    said = await mine.taps("今天")
    assert "张桂芬" in said
    assert "新码" in said
    newcomer = desk.stranger("newcomer")
    code = said.partition("新码：")[2].split("\n")[0].strip()
    await newcomer.says(code)
    await newcomer.does("help.press")
    mine.hears("张桂芬 求助")
    await mine.taps("我来")
    await mine.does("calls.done:1:all_well")
    await finds(mine, "张桂芬")
    await mine.taps("张桂芬（老人）")
    await mine.taps("搬走了")
    await mine.taps("今天")
    await mine.taps("确认搬走")
    newcomer.hears("登记您搬走了")
    assert "我还不知道您住在哪里" in await newcomer.does("help.press")
    await finds(mine, "3幢102")
    await mine.taps("有人搬进来")
    assert "是同一个人" in await mine.says("张桂芬 老人")
    await mine.taps("同一人，今天")
    assert "收到了" in await newcomer.does("help.press"), "the old chat speaks for them again"
    names = await rows(desk, sa.select(person_rows.c.id).where(person_rows.c.name == "张桂芬"))
    assert len(names) == 1


async def test_another_community_takes_them_in(desk: Desk) -> None:
    granny, mine, there, foreign = await desk.people("granny", "w1", "other-head", "other-worker")
    elder = await number(desk, "granny")
    await granny.does("help.press")
    await mine.does("calls.done:1:settled")
    await desk.later(hours=23.52)
    await granny.taps("还没有")
    unsolved = "陈奶奶 说：上次的求助还没解决"
    mine.hears(unsolved)
    await mine.does(f"move:away:{elder}")
    assert "没有找到" in await mine.says("天上社区")
    await mine.says("别的社区")
    await mine.taps("别的社区")
    there.hears("测试社区的社工甲登记：陈奶奶要搬到您这里")
    assert "高血压" not in there.transcript
    await there.taps("接收陈奶奶")
    await there.says("1幢201")
    await there.taps("1幢201")
    foreign.hears("从别的社区搬来，住 1幢201")
    mine.hears("已由别的社区接收")
    granny.hears("您的社区现在是别的社区")
    await desk.later(seconds=1)
    assert "1幢201" in foreign.hears(unsolved).plain
    assert "看不了" in await mine.does("after.done:2")
    calls = mine.transcript.count("陈奶奶 求助")
    await granny.does("help.press")
    foreign.hears("陈奶奶 求助")
    assert mine.transcript.count("陈奶奶 求助") == calls
    assert "不归您管" in await mine.does(f"people.of:{elder}")


async def test_homes_of_a_building_go_to_a_colleague_and_a_worker_leaves(desk: Desk) -> None:
    head, mine, theirs = await desk.people("head", "w1", "w2")
    await head.does("give")
    await head.taps("社工甲（")
    await head.taps("3幢（10 户）")
    await head.taps("社工乙（")
    assert "10 户（重点 1 户）" in head.transcript
    await head.taps("确认移交")
    mine.hears("书记把您的 10 户")
    theirs.hears("书记把社工甲的 10 户移交给您，其中重点 1 户")
    again = head.messages[-1]
    assert "移交好了" in again.plain
    await head.taps("社工甲还有什么要办")
    await head.taps("1幢（")
    await head.taps("社工乙（")
    await head.taps("确认移交")
    await head.taps("社工甲还有什么要办")
    await head.taps("他离职了")
    assert "已离职" in await head.taps("确认离职")
    assert "用不了" in await mine.does("visit")
    left = await rows(desk, sa.select(households.c.id).where(households.c.worker_id.is_(None)))
    assert left == []
    assert "社工甲离职" in await head.does("people.log")


async def test_ledgers_from_before_a_merger_are_still_read(desk: Desk) -> None:
    there, mine, stranger = await desk.people("other-head", "w1", "resident")
    async with desk.database.writing() as work:
        here = await people.community(work, 1)
        rules = Rules(desk.app.parts.policies, shipped_weights())
        made = await ledger.reckoned(work, here, Month(2026, 10), rules)
        assert await ledger.close(work, here.id, made)
        await merge(work, "test-place", "other-place")
    await there.does("ledger")
    await there.taps("测试社区（并入以前）")
    await there.taps("2026年10月")
    file = there.messages[-1].attachment
    assert file is not None
    assert (file.params["community"], file.params["month"]) == (1, "2026-10")
    for who in (mine, stranger):
        assert "用不了" in await who.does("ledger.former:1:2026-10")
    assert "没有" not in await there.does("give")
    assert "社工甲（20 户）" in there.buttons()


async def test_a_move_to_come_is_noted_and_done_on_its_day(desk: Desk) -> None:
    """下个月5号搬走: nothing changes before; the day is a Saturday, so the worker is asked on Monday, once
    more on Thursday; two taps, and it is entered as of the day it was."""
    granny, mine, head = await desk.people("granny", "w1", "head")
    elder = await number(desk, "granny")
    await mine.does(f"move:died:{elder}")
    assert "今天或以前" in await mine.says("下个月5号")
    assert "于 2025年12月5日 去世" in await mine.says("12月5日")
    await head.does(f"move:out:{elder}")
    assert "也可以打" in head.messages[-1].plain
    assert "要在 12月5日 搬走" in await head.says("下个月5号"), "next month's, not last year's"
    assert "到那天提醒社工甲" in await head.taps("记下，到时提醒")
    mine.hears("书记记下：陈奶奶 12月5日 要搬走")
    assert "📅 12月5日 要搬走" in await mine.does(f"people.of:{elder}")
    assert "还没到日子" in await head.does("people.log")
    assert "搬走" not in granny.transcript
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.does("calls.done:1:all_well")
    for day, count in ((5, 0), (7, 1), (8, 1), (10, 2), (11, 2)):
        desk.clock.now = datetime(2026, 12, day, 0, 41, tzinfo=UTC)
        await desk.tick()
        assert mine.transcript.count("说好 12月5日 搬走") == count, day
    await mine.taps("改日子")
    assert "要在 12月14日 搬走" in await mine.says("下周一")
    await mine.taps("记下，到时提醒")
    assert await log(desk) == [("out", "undone"), ("out", "planned")]
    desk.clock.now = datetime(2026, 12, 14, 0, 41, tzinfo=UTC)
    await desk.tick()
    await mine.taps("已经搬了")
    await mine.taps("确认搬走")
    granny.hears("登记您搬走了")
    assert (await log(desk))[1:] == [("out", "over"), ("out", "done")]
    assert "12月14日 搬走" in await head.does("people.log")
    assert "不归您管" in await mine.does("moveplan.off:2")


async def test_who_stays_after_all_and_who_may_note_it(desk: Desk) -> None:
    mine, other = await desk.people("w1", "w2")
    elder = await number(desk, "granny")
    assert "不归您管" in await other.does(f"moveplan.note:out:{elder}:0:20261205")
    await mine.does(f"move:within:{elder}")
    await mine.says("5幢102")
    assert "要在 12月2日 搬到 5幢102" in await mine.says("下周三")
    assert "到那天提醒您" in await mine.taps("记下，到时提醒")
    desk.clock.now = datetime(2026, 12, 2, 0, 41, tzinfo=UTC)
    await desk.tick()
    assert "（3幢502）说好 12月2日 搬到 5幢102" in mine.messages[-1].plain
    assert "不归您管" in await other.does("moveplan.off:1")
    assert "不搬了，登记不变" in await mine.taps("不搬了")
    assert await log(desk) == [("within", "undone")]
    await mine.does("arrive:1")
    await mine.says("张桂芬 13900000001 老人")
    assert "那一天还没到" in await mine.says("下个月5号")
