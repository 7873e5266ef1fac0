"""From a worker's answer to a guide: drafted by the desk, read and let out by an editor, by nobody else."""

import pytest

from domain.content import State
from domain.people import Role
from knowledge.guides import Guide
from storage import content
from tests.support.desk import Desk, Someone
from tests.support.prepared import Preparation, published

ASKED = "寿星公每月红包几时落袋"
ANSWER = "每月15号打到社保卡里。王先生有事打13800001111。没到账的，带身份证到社区查。"
ID = "shou-xing-gong-mei-yue-hong"


@pytest.fixture
def preparation() -> Preparation:
    """The shipped guides are in the database, and the desk answers from them."""
    return published


async def answered(resident: Someone, worker: Someone, text: str = ANSWER) -> None:
    await resident.says(ASKED)
    await resident.taps("问社工")
    await worker.taps("✍️")
    await worker.says(text)


async def state_of(desk: Desk) -> State | None:
    async with desk.database.reading() as work:
        history = await content.history(work, ID)
    return history[0].state if history else None


async def test_a_workers_answer_is_a_guide_after_one_tap_and_not_before(desk: Desk) -> None:
    resident, worker, head = await desk.people("resident", "w1", "head")
    await answered(resident, worker)
    card = await head.does("drafts")
    assert "拟了一份新指南" in card
    assert "测试社区社工答复：每月15号打到社保卡里。没到账的，带身份证到社区查。" in card
    assert "13800001111" not in card
    assert "王先生" not in card
    assert "还没核实" in card
    assert "要带什么没有查到" in card
    assert "去哪办没有查到，请先问社区" in card
    assert "📅 这是 2026-11-23 的答复，不是正式规定" in card
    _, publish = head.button("发布这份新指南")
    assert await state_of(desk) is None
    assert not await desk.app.librarian.look()
    for other in await desk.people("other-head", "w2", "daughter"):
        assert "几秒钟后" not in await other.does(publish.action)
    assert await state_of(desk) is None

    assert "几秒钟后" in await head.does(publish.action)
    assert "几秒钟后" not in await head.does(publish.action), "a second tap makes no second guide"
    assert await desk.app.librarian.look()
    assert "每月15号打到社保卡里" in await resident.says(ASKED)
    async with desk.database.reading() as work:
        (version,) = await content.history(work, ID)
        keeping = (await content.keeping(work))[ID]
    guide = Guide.model_validate(version.body)
    assert (version.by, version.why) == ("书记", f"居民问过：{ASKED}，社工答复，未核实")
    assert guide.source is not None
    assert (guide.name, guide.questions) == (ASKED, (ASKED,))
    assert (guide.source.title, guide.source_grade) == ("测试社区社工答复（未核实）", "C")
    assert {"summary", "materials", "where", "phone"} < set(guide.unverified_fields)
    assert keeping.owner_id is not None
    assert keeping.review_on is not None
    assert (keeping.review_on - guide.as_of).days == 30

    await desk.later(days=1)
    review = head.hears(f"请核对一份办事指南：{ASKED}")
    assert "材料：没有查到" in review.plain
    assert "算不得核对过" in await head.does(review.buttons[0][0].action), (
        "nobody knows what to bring"
    )
    assert "要带什么没有查到" in await resident.says(ASKED)


async def test_what_was_taken_back_or_did_not_help_makes_no_guide(desk: Desk) -> None:
    resident, worker, head = await desk.people("resident", "w1", "head")
    await answered(resident, worker)
    await head.does("drafts")
    _, publish = head.button("发布这份新指南")
    await worker.taps("撤回")
    assert "拟了一份新指南" not in await head.does("drafts")
    assert "没有发布" in await head.does(publish.action)
    await worker.says("每月20号打到社保卡里，不用来社区。")
    assert "没有发布" in await head.does(publish.action), "an answer that nobody has read here"
    assert "每月20号" in head.messages[-1].plain, "it is shown instead"
    await resident.taps("没有")
    assert "没有发布" in await head.does(head.button("发布这份新指南")[1].action)
    assert await state_of(desk) is None
    assert not await desk.app.librarian.look()


async def test_a_guide_is_everybodys_so_the_street_lets_it_out(desk: Desk) -> None:
    """Of the street for this community is somebody who works in another one."""
    resident, worker, head, street = await desk.people("resident", "w1", "head", "other-head")
    await desk.appoint("other-head", 1, Role.STREET)
    await answered(resident, worker)
    await head.does("drafts")
    _, send = head.button("送街道发布")
    assert "由街道发布" in await head.does(send.action.replace("send", "new"))
    assert "送街道了" in await head.does(send.action)
    assert "没有要看的问法了" in head.messages[-1].plain
    assert await state_of(desk) is None

    card = street.hears("测试社区的书记送来一份新指南")
    assert "每月15号打到社保卡里" in card.plain
    assert "几秒钟后" in await street.does(card.buttons[0][0].action)
    assert await state_of(desk) is State.PUBLISHED


async def test_wanted_first_the_answer_comes_later_and_is_edited_before_it_is_out(
    desk: Desk,
) -> None:
    resident, worker, head = await desk.people("resident", "w1", "head")
    await resident.says(ASKED)
    await head.does("drafts")
    await head.taps("要写新指南")
    await resident.taps("问社工")
    await worker.taps("✍️")
    await worker.says(ANSWER)
    assert "拟了一份新指南" in await head.does("drafts")
    assert "存成草稿" in await head.taps("改了再发")
    assert await state_of(desk) is State.DRAFT
    assert not await desk.app.librarian.look() or "每月15号" not in await resident.says(ASKED)
    assert "还有 1 份指南等人写" in await head.does("report")
