"""Keeping guides in the chat: reviews that come bit by bit, and a community's own hours and places."""

from datetime import timedelta

import pytest

from domain.content import CHORES_A_DAY, CHORES_AT_ONCE, Signed
from knowledge import Knowledge
from knowledge.guides import body_of
from storage import content, people
from tests.support.desk import Desk, Someone
from tests.support.prepared import Preparation, published


@pytest.fixture
def preparation() -> Preparation:
    """The shipped guides are in the database, and the desk answers from them."""
    return published


async def next_morning(desk: Desk) -> None:
    desk.clock.now = (desk.clock.now + timedelta(days=1)).replace(hour=1, minute=30)
    await desk.tick()
    await desk.tick()


def cards(someone: Someone) -> list[str]:
    return [m.plain for m in someone.messages if "请核对一份办事指南" in m.plain]


async def test_reviews_come_a_few_each_working_day_until_enough_wait(desk: Desk) -> None:
    head = await desk.person("head")
    await desk.tick()
    today = len(cards(head))
    await next_morning(desk)
    assert len(cards(head)) == today + CHORES_A_DAY
    await desk.tick()
    assert len(cards(head)) == today + CHORES_A_DAY, "once a day"
    for _ in range(3):
        await next_morning(desk)
    assert len(cards(head)) == CHORES_AT_ONCE
    await next_morning(desk)
    assert len(cards(head)) == CHORES_AT_ONCE, "nobody is asked for more while so many wait"


async def test_what_a_resident_says_is_wrong_is_looked_into_the_next_working_morning(
    desk: Desk,
) -> None:
    head, resident = await desk.people("head", "resident")
    await resident.says("结婚登记怎么办")
    assert "我们去查" in await resident.taps("说错了")
    assert "会请人核对这一条" in await resident.taps("电话不对")
    for _ in range(2):
        await next_morning(desk)
    told = [card for card in cards(head) if "居民说这一条说错了：电话不对（1 次）" in card]
    assert len(told) == 1, "once, before all that is merely unverified"
    assert "结婚登记" in told[0]


async def test_checked_in_one_tap_and_residents_are_no_longer_warned(desk: Desk) -> None:
    head, resident, granny = await desk.people("head", "resident", "granny")
    async with desk.database.writing() as work:
        await work.conn.exec_driver_sql("UPDATE people SET large_text = true WHERE code = 'granny'")
    await next_morning(desk)
    card = head.hears("请核对一份办事指南")
    guide_id = card.buttons[1][0].action.partition(":")[2]
    before = await resident.does(f"ask.guide:{guide_id}")
    assert "核实" in before

    said = await head.taps("已核对")
    assert "已核对，谢谢。下次核对：2027-11-24" in said
    assert await desk.app.librarian.look()

    assert "核实" not in await resident.does(f"ask.guide:{guide_id}")
    async with desk.database.reading() as work:
        newest = (await content.history(work, guide_id))[0]
    assert (newest.by, newest.why) == ("书记", "已核对，没有变化")
    assert "这次核对已经完成" in await head.does(card.buttons[0][0].action)
    desk.clock.forward(days=366)
    assert "⚠️ 这一条一年多没核对了" in await granny.does(f"ask.guide:{guide_id}")


async def test_a_review_of_a_guide_that_has_changed_shows_the_new_one_first(
    desk: Desk, knowledge: Knowledge
) -> None:
    head = await desk.person("head")
    await next_morning(desk)
    card = head.hears("请核对一份办事指南")
    guide_id = card.buttons[1][0].action.partition(":")[2]
    body = body_of(knowledge.book.by_id[guide_id]) | {"hours": "只有周三下午"}
    async with desk.database.writing() as work:
        number = await content.add(work, body, Signed("编辑", "来文"))
        await content.publish(work, guide_id, number)
    assert "刚才改过了" in await head.does(card.buttons[0][0].action)
    assert "已核对，谢谢" in await head.does(card.buttons[0][0].action)


async def test_what_is_wrong_is_kept_with_the_guide_for_the_editor(desk: Desk) -> None:
    head = await desk.person("head")
    await next_morning(desk)
    guide_id = head.hears("请核对").buttons[1][0].action.partition(":")[2]
    assert "哪里不对" in await head.taps("要改")
    assert "记下了" in await head.says("窗口搬到二楼了")
    async with desk.database.reading() as work:
        (draft,) = await content.drafts(work)
    assert draft.guide_id == guide_id
    assert draft.body["editor_note"].endswith("[2026-11-24 书记] 窗口搬到二楼了")
    assert "有 1 份草稿" in await head.does("guides")


async def test_what_an_editor_has_begun_outlives_a_remark_and_a_review(
    desk: Desk, knowledge: Knowledge
) -> None:
    """A remark stands on top of the draft that waits, and 已核对 publishes beside it."""
    head = await desk.person("head")
    await next_morning(desk)
    guide_id = head.hears("请核对").buttons[1][0].action.partition(":")[2]
    body = body_of(knowledge.book.by_id[guide_id]) | {"fee": "五元"}
    async with desk.database.writing() as work:
        await content.add(work, body, Signed("编辑", "来文"))
    await head.taps("要改")
    await head.says("窗口搬到二楼了")
    await head.taps("已核对")
    async with desk.database.reading() as work:
        (draft,) = await content.drafts(work)
        live = (await content.live(work))[guide_id]
    assert draft.body["fee"] == "五元"
    assert draft.body["editor_note"].endswith("窗口搬到二楼了")
    assert live.body["fee"] != "五元"
    assert live.body["verified"]


async def test_a_review_is_its_owners_and_comes_back_after_a_week(
    desk: Desk, knowledge: Knowledge
) -> None:
    worker, other, resident, foreign = await desk.people("w1", "w2", "resident", "other-head")
    async with desk.database.writing() as work:
        owner = await people.person_by_code(work, "w1")
        assert owner is not None
        await content.keep(work, [g.id for g in knowledge.book.guides], owner_id=owner.id)
    await next_morning(desk)
    card = worker.hears("请核对一份办事指南")
    action = card.buttons[0][0].action
    for stranger in (other, foreign):
        assert "不归您" in await stranger.does(action)
    assert "不归您" not in await resident.does(action), "refused before it is looked at"
    first = len(cards(worker))
    await desk.later(days=7)
    assert len(cards(worker)) > first
    assert "已核对，谢谢" in await worker.does(action)


async def test_a_community_says_its_own_hours_in_a_few_taps_and_a_sentence(desk: Desk) -> None:
    head, resident, foreign = await desk.people("head", "resident", "other-elder")
    await head.does("guides")
    await head.says("高龄津贴")
    assert "和全市一样" in await head.taps("高龄津贴")
    assert "现在写的是" in await head.taps("改时间")
    seen = await head.says("工作日 8:30–17:00，周六上午也开")
    assert "居民会看到" in seen
    assert "周六上午也开" in seen
    assert not await desk.app.librarian.look(), "nothing is out yet"

    assert "已发布" in await head.taps("发布")
    assert await desk.app.librarian.look()
    assert "周六上午也开" in await resident.does("ask.part:gaoling-jintie:where")
    assert "周六上午也开" not in await foreign.does("ask.part:gaoling-jintie:where")

    page = await head.does("local.guide:gaoling-jintie")
    assert "本社区另有说法（书记）" in page
    await head.taps("恢复全市")
    assert await desk.app.librarian.look()
    assert "周六上午也开" not in await resident.does("ask.part:gaoling-jintie:where")


async def test_phone_and_place_are_understood_or_asked_again(desk: Desk) -> None:
    head, resident = await desk.people("head", "resident")
    await head.does("local.edit:gaoling-jintie:phone")
    assert "没看到号码" in await head.says("打社区电话")
    assert "0574-87000000" in await head.says("打 0574-87000000 或 13800000000")
    await head.taps("发布")
    await head.does("local.edit:gaoling-jintie:where")
    assert "一楼 2 号窗" in await head.says("社区服务中心一楼 2 号窗")
    await head.taps("发布")
    assert await desk.app.librarian.look()
    assert "0574-87000000" in await resident.does("ask.part:gaoling-jintie:phone")
    assert "一楼 2 号窗" in await resident.does("ask.guide:gaoling-jintie")


async def test_nobody_publishes_for_another_community_nor_twice(desk: Desk) -> None:
    head, foreign, worker = await desk.people("head", "other-head", "w1")
    await head.does("local.edit:gaoling-jintie:hours")
    await head.says("全天")
    _, button = head.button("发布")
    assert "不归您的社区" in await foreign.does(button.action)
    assert "不归您的社区" in await foreign.does(button.action.replace("publish", "drop"))
    assert "已发布" not in await worker.does(button.action)
    assert "已发布" in await head.does(button.action)
    assert "已经处理过了" in await head.does(button.action)
    for forged in ("local.edit:gaoling-jintie:fee", "local.edit:x:hours", "local.guide:x"):
        assert "太旧" in await head.does(forged)
