"""One-question polls: in a group, through the real libraries; in people's own chats, on each database."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from knowledge import Knowledge
from storage.tables.messaging import inbox, outbox
from storage.tables.poll import poll_voters, polls
from tests.botapi import Group, User
from tests.support.clock import HandClock
from tests.support.desk import Desk
from tests.support.prepared import Prepared, settled
from tests.support.street import Street, a_street

LIFT = "电梯加装说明会哪天开？\n1、周六上午\n2、周日上午\n• 都行"
TITLE = "东门小区业主群"


@pytest.fixture(params=["sqlite", "postgresql"])
async def street(
    request: pytest.FixtureRequest, prepared: Prepared, tmp_path: Path, knowledge: Knowledge
) -> AsyncIterator[Street]:
    async with (
        prepared.copy(request, tmp_path, settled) as url,
        a_street(url, knowledge) as made,
    ):
        yield made


async def tick(street: Street, **time: float) -> None:
    """Time passes, and the clock's jobs run."""
    clock = street.app.parts.database.clock
    assert isinstance(clock, HandClock)
    clock.forward(**time)
    await street.app.clockwork.tick()
    await street.app.delivery.sweep()
    await street.app.delivery.drain(5)
    await street.app.reception.idle()
    await street.app.delivery.sweep()
    await street.app.delivery.drain(5)


async def known_group(street: Street, head: User, chat_id: int = -1001) -> Group:
    group = street.api.group(chat_id, TITLE)
    group.takes_in(head)
    asked = await head.hears(f"您把我拉进了群“{TITLE}”")
    assert "测试社区 的居民群吗" in asked.text
    head.taps("是，测试社区 的群")
    await head.hears("认下了")
    return group


async def sends(head: User) -> None:
    head.says("/poll")
    home = await head.hears("小区投票")
    assert "要计入考核评议的，不要用投票，请用问卷：/survey" in home.text
    head.taps("问一个问题")
    await head.hears("一行一个")
    head.says(LIFT)
    preview = await head.hears("投票预览")
    assert "▫️ 周日上午" in preview.text
    head.taps("发出去")
    await head.hears(f"正在发到群“{TITLE}”")


async def test_a_poll_from_the_draft_to_its_result(street: Street) -> None:
    head = await street.person("head")
    granny, son, stranger = (street.api.user(n, name) for n, name in enumerate("陈明丁", 500))
    group = await known_group(street, head)
    await sends(head)
    head.taps("发出去", stale=True, message=await head.hears("正在发到"))  # a second finger
    await head.hears("已经发过了")
    await tick(street)

    assert len(group.polls) == 1
    poll = group.poll.content["poll"]
    assert poll["question"] == "电梯加装说明会哪天开？"
    assert [option["text"] for option in poll["options"]] == ["周六上午", "周日上午", "都行"]
    assert poll["is_anonymous"]
    assert poll["description"] == "测试社区 · 匿名 · 11月24日 18:00 截止 · 只看个大概"

    group.votes(granny, "周六上午")
    group.votes(son, "都行")
    group.votes(stranger, "周六上午")
    group.votes(son, "周六上午")  # a change of mind
    await tick(street)
    head.says("/poll")
    await head.hears("小区投票", after=head.mark)
    head.taps("电梯加装")
    standing = await head.hears("正在投票，11月24日 18:00 截止")
    assert "周六上午：3 票，100%" in standing.text

    await tick(street, days=1, hours=8)  # 18:00 on Tuesday
    await tick(street)
    assert group.poll.content["poll"]["is_closed"]
    for told in (group.heard[-1], await head.hears("投票结束：电梯加装说明会哪天开？")):
        assert told.photo is not None
        assert told.photo.startswith(b"\x89PNG")
        assert "周六上午：3 票，100%" in told.text
        assert "没有抽样，不代表全小区，也不计入任何评议" in told.text
    before = len(group.heard), len(head.heard)
    await tick(street, minutes=30)
    assert (len(group.heard), len(head.heard)) == before, "told once"
    async with street.app.parts.database.reading() as work:
        rows = (await work.conn.execute(sa.select(polls.c.state, polls.c.votes))).all()
        assert [tuple(row) for row in rows] == [("closed", [3, 0, 0])]


async def test_what_goes_wrong_between_the_desk_and_the_group(street: Street) -> None:
    """A send of which nobody knows whether it arrived, a group that moves, and one that puts the desk out."""
    head = await street.person("head")
    group = await known_group(street, head)
    group = group.moves(-1002)
    await tick(street)
    await sends(head)
    await tick(street)
    assert len(group.polls) == 1, "it went to the group's new number"
    group.votes(street.api.user(500, "陈"), "都行")
    await tick(street)
    group.puts_out(head)
    await tick(street)
    told = await head.hears("我被移出了群")
    assert "那里的投票看不到了" in told.text
    last = await head.hears("这是收到的最后一次")
    assert "都行：1 票" in last.text
    group.takes_in(street.api.user(66, "路人"))
    await tick(street)
    head.says("/poll")
    await head.hears("还没有认下居民群")


async def test_nothing_is_asked_twice_and_what_is_not_known_is_said(street: Street) -> None:
    """The platform takes a poll and does not say so; refuses one for a moment; closes one unheard."""
    head, worker = await street.people("head", "w1")
    group = await known_group(street, head)
    street.api.faults.next("sendPoll", lost="drop", when="after")
    await sends(head)
    await tick(street)
    await tick(street, minutes=20)
    assert len(group.polls) == 1, "a push is never repeated blindly"
    await head.hears("可能没有发到群里。请到群里看一眼")

    street.api.faults.next("sendPoll", status=429, retry_after=1)
    await sends(head)
    for _ in range(3):
        await tick(street, seconds=5)
    assert len(group.polls) == 2
    group.votes(street.api.user(500, "陈"), "都行")
    await tick(street)

    worker.says("/poll")
    await worker.hears("还没有认下居民群")  # it is the head's, not theirs
    head.says("/poll")
    await head.hears("小区投票", after=head.mark)
    head.taps("🗳 电梯加装")
    await head.hears("正在投票")
    head.taps("提前结束")
    await head.hears("结束了不能再开")
    street.api.faults.next("stopPoll", lost="drop", when="after")
    head.taps("现在结束")
    await head.hears("正在结束，结果马上")
    for _ in range(3):
        await tick(street, seconds=5)
    assert street.api.ledger.statuses("stopPoll")[400] == 1, "asked again: closed already"
    assert "投票结束" not in str(head)
    await tick(street, minutes=11)
    last = await head.hears("平台没有报最后的数，这是收到的最后一次")
    assert "都行：1 票" in last.text


async def test_a_group_hears_nothing_and_nothing_of_it_is_kept(street: Street) -> None:
    """Talk, commands, buttons and private matters in a group that the desk is in, even as administrator."""
    granny, head, mine = await street.people("granny", "head", "w1")
    group = street.api.group(-1009, "楼道闲聊")
    group.takes_in(granny)  # no member of the staff: it is nobody's group
    group.promotes(granny)
    for words in (
        "陈奶奶摔倒了，救命",
        "/sos",
        "/poll",
        "/start",
        "3幢502 高血压",
        "高龄津贴怎么领？",
    ):
        group.says(granny, words)
    granny.presses("一键求助")
    await granny.hears("收到了")
    await mine.hears("陈奶奶 求助")
    await street.api.until_confirmed()
    await tick(street, minutes=10)
    assert group.heard == []
    async with street.app.parts.database.reading() as work:
        kept = (await work.conn.scalars(sa.select(inbox.c.payload))).all()
        assert not [payload for payload in kept if "-1009" in payload and "text" in payload]
    head.says("/poll")
    await head.hears("还没有认下居民群")
    assert not re.search("楼道闲聊", str(head)), "a stranger's group is nobody's to see"


async def test_what_makes_no_poll_is_said_and_asked_again(desk: Desk) -> None:
    head = await desk.person("head")
    await head.does("pollnew")
    assert "只看到 0 个选项" in await head.says("电梯加装说明会哪天开？")
    assert "问题有 301 个字" in await head.says("问" * 301 + "\n是\n否")
    assert "“周六”写了两遍" in await head.says("哪天？\n周六\n周六")
    assert "投票预览" in await head.says(LIFT), "and it may be typed again at once"
    assert "不问了" in await head.taps("不问了")
    async with desk.database.reading() as work:
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(polls)) == 0


async def test_without_a_group_everybody_is_asked_in_their_own_chat(desk: Desk) -> None:
    head, other = await desk.people("head", "other-head")
    voters = await desk.people("granny", "daughter", "resident", "english")
    worker = await desk.person("w1")
    await worker.does("pollnew")
    assert "还没有自己认下的居民群" in await worker.says(LIFT)
    await head.does("pollnew")
    assert "发到：居民各自的聊天" in await head.says(LIFT)
    await head.taps("改成可以选几个")
    await head.taps("发出去")
    await desk.tick()

    granny, daughter, resident, english = voters
    assert "测试社区 小区投票（非正式）" in granny.messages[-1].plain
    assert "informal" in english.messages[-1].plain
    assert "小区投票" not in worker.transcript.partition("还没有自己认下")[2]
    await granny.taps("周六上午")
    await granny.taps("都行")
    await granny.taps("都行")
    await granny.taps("都行")
    assert "投好了" in await granny.taps("投出去")
    assert "已经投过了" in await granny.does("vote.cast:1:1")
    assert "问另一个社区的" in await other.does("vote.cast:1:1")
    assert "问另一个社区的" in await worker.does("vote.cast:1:1")
    assert "按钮" in await daughter.does("vote.cast:1:0")
    assert "按钮" in await daughter.does("vote.cast:1:4096")
    for one in (daughter, resident):
        await one.does("vote.cast:1:2")
    assert "已有 3 人投票" in await head.does("poll.show:1"), "and no more, while it runs"
    assert "不是您能看的" in await other.does("poll.show:1")

    await desk.later(days=1, hours=8)
    assert "不公布各选项的票数" in head.messages[-1].plain, "three are too few to be anonymous"
    assert "投票结束" in granny.messages[-1].plain
    assert "Thank you" not in english.transcript, "who did not vote is left alone"
    assert "投票已经结束" in await resident.does("vote.cast:1:1")
    async with desk.database.reading() as work:
        row = (await work.conn.execute(sa.select(polls.c.votes, polls.c.voters))).one()
        assert tuple(row) == ([1, 2, 1], 3)
        kept = await work.conn.scalars(sa.select(inbox.c.payload))
        assert not [payload for payload in kept if "vote.cast:1:5" in payload]
        assert set(poll_voters.c.keys()) == {"poll_id", "person_id"}


async def test_a_poll_that_waits_for_the_morning_can_be_called_back(street: Street) -> None:
    head = await street.person("head")
    group = await known_group(street, head)
    clock = street.app.parts.database.clock
    assert isinstance(clock, HandClock)
    clock.forward(hours=12)  # ten in the evening
    head.says("/poll")
    await head.hears("小区投票")
    head.taps("问一个问题")
    await head.hears("一行一个")
    head.says(LIFT)
    await head.hears("投票预览")
    head.taps("发出去")
    await head.hears("08:00 以后再发到群")
    head.taps("电梯加装")
    await head.hears("还没有发到群里")
    head.taps("先不发了")
    await head.hears("没有发出去")
    await tick(street, hours=12)
    assert group.polls == []
    async with street.app.parts.database.reading() as work:
        assert await work.conn.scalar(sa.select(outbox.c.state).where(outbox.c.card == "poll:1"))
