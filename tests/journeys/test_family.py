"""家人: asked in by a code, told with everybody else, pressing on behalf, taken out and leaving."""

import pytest
import sqlalchemy as sa

from bot.drawing import Drawing
from bot.loading import load
from bot.revoking import revoke
from domain.family import MOST
from knowledge.register import read_register
from storage import family, people
from storage.tables.family import family_log
from tests.support.desk import Desk, Someone
from tests.support.prepared import COMMUNITY


async def code_of(keeper: Someone) -> str:
    """Ask for a code, and read it where it stands."""
    said = await keeper.taps("添加家人")
    return said.partition("码：")[2].split("\n")[0].strip()


async def joined(desk: Desk, elder: Someone, name: str, relation: str = "儿子") -> Someone:
    """Somebody whom the desk did not know opens the elder's code and says who they are."""
    await elder.says("👪 家人")
    newcomer = desk.stranger(name)
    await newcomer.does(f"start:{await code_of(elder)}")
    await newcomer.taps(relation)
    return newcomer


async def events(desk: Desk) -> list[str]:
    async with desk.database.reading() as work:
        found = await work.conn.scalars(sa.select(family_log.c.event).order_by(family_log.c.id))
        return list(found)


async def test_a_son_comes_in_by_a_code_and_is_told_with_everybody_else(desk: Desk) -> None:
    granny, mine, daughter = await desk.people("granny", "w1", "daughter")
    assert "女儿 小陈" in await granny.says("👪 家人")
    code = await code_of(granny)
    picture = granny.messages[-1].attachment
    assert picture is not None
    assert picture.params["link"] == f"memory:{code}"
    parts = desk.app.parts
    draw = Drawing(desk.database, parts.phrases, parts.policies)
    chats = {one.address: one.address_id for one in desk.channel.parcels}
    assert (await draw(picture, chats["granny"])).startswith(b"\x89PNG")

    son = desk.stranger("son")
    said = await son.does(f"start:{code}")
    chats = {one.address: one.address_id for one in desk.channel.parcels}
    with pytest.raises(PermissionError):
        await draw(picture, chats["son"])
    assert "您要成为陈奶奶的家人" in said
    assert "高血压" not in said
    said = await son.taps("儿子")
    assert "您现在是陈奶奶的家人" in said
    assert son.messages[-1].keyboard is not None
    granny.hears("陈奶奶的儿子（儿子）成了您的家人")
    mine.hears("陈奶奶新绑定了家人：儿子")

    assert "陈明 13900000009" in await son.says("我叫陈明，电话 13900000009")
    await granny.does("help.press")
    son.hears("陈奶奶 按了一键求助")
    daughter.hears("陈奶奶 按了一键求助")
    assert "儿子 陈明 13900000009" in mine.hears("陈奶奶 求助").plain
    assert "正在求助，还没有人接" in await son.says("👪 家人")
    await mine.taps("我来")
    assert "社工甲已接" in await son.says("👪 家人")
    son.hears("社工甲接到了陈奶奶的求助")
    assert await events(desk) == ["invited", "joined"]


async def test_who_joined_may_press_on_behalf(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    son = await joined(desk, granny, "son")
    assert "已替陈奶奶发出求助" in await son.says("🆘 一键求助")
    assert "由 陈奶奶的儿子 替他按下" in mine.hears("陈奶奶 求助").plain
    assert "还没有人接" not in await son.says("老年人优待证怎么办"), "a question is a question"

    async with desk.database.writing() as work:
        await load(work, read_register(COMMUNITY))
    assert "您是儿子" in await son.says("👪 家人"), "what was done in a chat is not the register's"


async def test_a_code_opens_once_for_a_day_and_not_for_its_maker(desk: Desk) -> None:
    granny, first, second = await desk.person("granny"), desk.stranger("a"), desk.stranger("b")
    await granny.says("👪 家人")
    code = await code_of(granny)
    assert "给家人的" in await granny.does(f"start:{code}")
    assert "您是老人的" in await first.says(code.lower().replace("-", " "))
    assert "您是老人的" in await second.does(f"start:{code}"), "a look uses nothing"
    assert "您现在是" in await first.taps("女儿")
    assert "这个码用不了" in await second.taps("女儿")
    assert "这个码用不了" in await second.does(f"kin.join:{code.replace('-', '')}:son")

    code = await code_of(granny)
    desk.clock.forward(hours=24, seconds=1)
    assert "这个码用不了" in await second.does(f"start:{code}")
    code = await code_of(granny)
    assert "您已经是陈奶奶的家人" in await first.does(f"start:{code}")
    assert "这个码用不了" in await second.does(f"kin.join:{code.replace('-', '')}:thief")
    await granny.does("help.press")
    third = desk.stranger("c")
    await third.does(f"start:{code}")
    assert "正在求助，还没有人接" in await third.taps("孙辈"), "who comes late hears of it, too"
    code = await code_of(granny)
    for _ in range(4):
        await code_of(granny)
    assert "这个码用不了" in await second.does(f"start:{code}"), "the oldest of five ends"


async def test_a_worker_at_the_door_asks_in_for_an_elder_without_a_chat(desk: Desk) -> None:
    mine, other = await desk.people("w1", "w2")
    await mine.does("visit")
    async with desk.database.reading() as work:
        granny = await people.person_by_code(work, "granny")
    assert granny is not None
    await mine.does(f"visit.pick:{granny.household_id}")
    await mine.taps("👪 家人")
    code = await code_of(mine)
    son = desk.stranger("son")
    await son.does(f"start:{code}")
    await son.taps("儿子")
    await son.does("help.press")
    mine.hears("陈奶奶 求助")

    assert "3幢502 陈奶奶" in str(mine.buttons() if await mine.does("family") else "")
    assert "没有登记老人" in await other.does("family")
    resident, foreign = await desk.people("resident", "other-head")
    for who in (other, resident, foreign, son, desk.stranger()):
        for action in ("page", "add", "drop", "gone"):
            said = await who.does(f"family.{action}:{granny.id}:{granny.id}")
            assert "用不了" in said


async def test_whoever_takes_family_out_for_the_elder_is_named(desk: Desk) -> None:
    granny, mine, head = await desk.people("granny", "w1", "head")
    await joined(desk, granny, "son")
    await head.does(mine.button("移除")[1].action)
    await head.taps("是的")
    mine.hears("书记替陈奶奶移除了家人：儿子")


async def test_taken_out_by_the_elder_after_being_asked_once(desk: Desk) -> None:
    granny, mine, daughter = await desk.people("granny", "w1", "daughter")
    son = await joined(desk, granny, "son")
    await granny.says("👪 家人")
    await granny.taps("移除陈奶奶的儿子")
    await granny.taps("不，留着")
    await granny.taps("移除陈奶奶的儿子")
    await granny.taps("是的")
    son.hears("您不再是陈奶奶的家人")
    mine.hears("陈奶奶移除了家人：儿子")
    assert "用不了" in await son.does("family")
    before = len(son.messages)
    await granny.does("help.press")
    assert len(son.messages) == before, "and hears nothing any more"
    assert "没法派人过去" in await son.does("help.press")

    await granny.says("👪 家人")
    await granny.taps("移除小陈")
    await granny.taps("是的")
    assert "登记册里还写着" in mine.hears("移除了家人：女儿 小陈").plain
    assert "小陈" not in granny.hears("您的家人").plain
    assert daughter.hears("您不再是").keyboard is not None

    again = await joined(desk, granny, "son")
    again.hears("您现在是陈奶奶的家人")
    assert (await events(desk))[-4:] == ["removed", "removed", "invited", "joined"]


async def test_who_pressed_and_was_taken_out_hears_no_more_of_it(desk: Desk) -> None:
    granny, mine, resident = await desk.people("granny", "w1", "resident")
    await granny.says("👪 家人")
    code = await code_of(granny)
    await resident.does(f"start:{code}")
    await resident.taps("邻居朋友")
    assert "已替陈奶奶发出求助" in await resident.does("help.press")
    await granny.says("👪 家人")
    await granny.taps("移除王先生")
    await granny.taps("是的")
    resident.hears("您不再是陈奶奶的家人")
    await resident.says("门锁着")
    assert "门锁着" not in mine.transcript
    assert "用不了" in await resident.does("adds.wrong:1")
    await mine.taps("我来")
    granny.hears("社工甲接到了您的求助")
    assert "社工甲" not in resident.transcript


async def test_family_leaves_by_itself(desk: Desk) -> None:
    granny, mine, daughter = await desk.people("granny", "w1", "daughter")
    assert "陈奶奶（您是女儿）：现在没有求助" in await daughter.says("👪 家人")
    await daughter.taps("退出（陈奶奶）")
    assert "没有变动" in await daughter.taps("不，留着")
    await daughter.says("👪 家人")
    await daughter.taps("退出（陈奶奶）")
    assert "您不再是陈奶奶的家人" in await daughter.taps("是的")
    granny.hears("小陈（女儿）退出了")
    mine.hears("陈奶奶的家人 女儿 小陈 退出了")
    assert "用不了" in await daughter.does("family.left:1")


async def test_no_more_than_a_few_and_a_lost_telephone_ends_its_codes(desk: Desk) -> None:
    granny = await desk.person("granny")
    await granny.says("👪 家人")
    await code_of(granny)
    for number in range(MOST - 1):
        await joined(desk, granny, f"kin{number}", "亲戚")
    await granny.says("👪 家人")
    assert not [label for label in granny.buttons() if "添加" in label]
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, "granny")
    assert person is not None
    assert f"最多绑定 {MOST} 位" in await granny.does(f"family.add:{person.id}")
    async with desk.database.writing() as work:
        await family.invite(work, person.id, person.id)
        done = await revoke(work, person, desk.app.parts.phrases)
    assert done.codes == 2
