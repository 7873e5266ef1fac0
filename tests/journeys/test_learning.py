"""From a miss to an answer: an editor's one tap puts a phrasing on the shelf, and nothing else does."""

import pytest
import sqlalchemy as sa

from bot import shelf
from bot.content import bring_in
from domain.content import Signed, State
from domain.draft import Why
from knowledge import Knowledge
from knowledge.guides import body_of
from storage import content, drafts
from storage.tables.content import guide_versions
from tests.support.desk import Desk, Someone
from tests.support.prepared import Preparation, published

GUIDE = "gaoling-jintie"
ASKED = "寿星公每月红包几时落袋"
"""What nobody has put into a guide: the desk hands it over."""


@pytest.fixture
def preparation() -> Preparation:
    """The shipped guides are in the database, and the desk answers from them."""
    return published


async def missed(desk: Desk, text: str, guide: str = GUIDE, community: int = 1) -> None:
    """A miss for which a worker sent that guide."""
    async with desk.database.writing() as work:
        await drafts.add(work, community, text, Why.HANDOFF, guide, [guide])


async def versions(desk: Desk) -> int:
    async with desk.database.reading() as work:
        return len((await work.conn.execute(sa.select(guide_versions.c.number))).all())


async def asks(someone: Someone, text: str) -> str:
    return (await someone.says(text)).split("\n")[0]


async def test_a_miss_is_answered_once_an_editor_has_approved_it(desk: Desk) -> None:
    resident, head = await desk.people("resident", "head")
    before = await versions(desk)
    assert "没有把握" in await resident.says(ASKED)
    assert await versions(desk) == before, "nothing enters unapproved"
    assert not await desk.app.librarian.look()

    said = await head.does("drafts")
    assert f"以后谁问“{ASKED}”，就答那一件" in said
    assert "学会了" in await head.taps("✅ 高龄津贴")
    async with desk.database.reading() as work:
        live, older, *_ = await content.history(work, GUIDE)
    assert (live.state, older.state) == (State.PUBLISHED, State.WITHDRAWN)
    assert (live.by, live.why) == ("书记", f"居民这样问过：{ASKED}")
    assert live.body["questions"] == [*older.body["questions"], ASKED]

    assert await desk.app.librarian.look()
    assert "高龄津贴" in await asks(resident, ASKED)

    async with desk.database.writing() as work:
        signed = Signed("编辑", "不要这句")
        assert await shelf.roll_back(work, GUIDE, older.number, signed) is not None
    assert await desk.app.librarian.look()
    assert "没有把握" in await asks(resident, ASKED)


async def test_a_second_tap_learns_nothing_twice(desk: Desk) -> None:
    head, foreign, worker = await desk.people("head", "other-head", "w1")
    await missed(desk, ASKED)
    await head.does("drafts")
    _, button = head.button("✅ 高龄津贴")
    before = await versions(desk)
    assert "用不了" in await worker.does(button.action)
    assert "别人已经看过" in await foreign.does(button.action), "another community's"
    assert "太旧" in await head.does("drafts.ok:1:no-such-guide")
    assert await versions(desk) == before
    await head.does(button.action)
    assert "别人已经看过" in await head.does(button.action)
    assert await versions(desk) == before + 1


async def test_a_draft_that_waits_gets_the_phrasing_and_waits_on(
    desk: Desk, knowledge: Knowledge
) -> None:
    head = await desk.person("head")
    async with desk.database.writing() as work:
        body = body_of(knowledge.book.by_id[GUIDE]) | {"fee": "还在改"}
        await content.add(work, body, Signed("编辑", "新标准"))
    await missed(desk, ASKED)
    await head.does("drafts")
    await head.taps("✅ 高龄津贴")
    async with desk.database.reading() as work:
        live = (await content.live(work))[GUIDE]
        (waiting,) = await content.drafts(work)
    assert ASKED in live.body["questions"]
    assert live.body["fee"] != "还在改"
    assert (waiting.by, waiting.why, waiting.body["fee"]) == ("编辑", "新标准", "还在改")
    assert ASKED in waiting.body["questions"], "publishing it must not take the phrasing back"


async def test_words_of_another_guide_are_refused_and_what_is_near_is_shown_first(
    desk: Desk, knowledge: Knowledge
) -> None:
    head = await desk.person("head")
    before = await versions(desk)
    other = knowledge.book.by_id["shebaoka"]
    await missed(desk, other.questions[0])
    await head.does("drafts")
    said = await head.taps("✅ 高龄津贴")
    assert "没有加" in said
    assert f"已经是“{other.short_name}" in said
    await head.taps("不用学")

    await missed(desk, "社保卡丢了怎么补办理")
    await head.does("drafts")
    said = await head.taps("✅ 高龄津贴")
    assert "也跟着改答它" in said
    assert "社保卡" in said
    assert await versions(desk) == before
    assert "以后谁问" in await head.taps("返回")
    await head.taps("✅ 高龄津贴")
    assert "学会了" in await head.taps("还是加上")
    assert await versions(desk) == before + 1


async def test_what_residents_taught_a_guide_goes_with_its_next_release(
    desk: Desk, knowledge: Knowledge
) -> None:
    head = await desk.person("head")
    await missed(desk, ASKED)
    await head.does("drafts")
    await head.taps("✅ 高龄津贴")
    newer = [
        guide.model_copy(update={"fee": "新版"}) if guide.id == GUIDE else guide
        for guide in knowledge.book.guides
    ]
    brought = await bring_in(desk.database, knowledge.book.with_guides(newer))
    assert (brought.taken, brought.offered) == (1, 0)
    async with desk.database.reading() as work:
        live = (await content.live(work))[GUIDE]
    assert live.body["fee"] == "新版"
    assert live.body["questions"][-1] == ASKED


async def test_a_guide_that_is_wanted_is_told_every_week_until_it_is_written(
    desk: Desk, knowledge: Knowledge
) -> None:
    resident, head = await desk.people("resident", "head")
    await resident.says(ASKED)
    await head.does("drafts")
    assert "等人写的指南" in await head.taps("要写新指南")
    assert f"还有 1 份指南等人写，比如“{ASKED}" in await head.does("report")

    new = body_of(knowledge.book.by_id[GUIDE]) | {
        "id": "shouxing",
        "name": "老寿星红包",
        "questions": [ASKED],
        "english": None,
    }
    async with desk.database.writing() as work:
        number = await content.add(work, new, Signed("编辑", "居民问过"))
        await content.publish(work, "shouxing", number)
    assert await desk.app.librarian.look()
    assert "等人写" not in await head.does("report")
    assert "老寿星红包" in await asks(resident, ASKED)
