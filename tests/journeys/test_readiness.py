"""The rota check: on demand by lists, and on Friday mornings unasked."""

from tests.support.desk import Desk


async def test_what_would_go_wrong_is_listed_and_sent_on_fridays(desk: Desk) -> None:
    head, second = await desk.people("head", "w2")
    await second.blocks()
    async with desk.database.writing() as work:
        from storage import people

        person = await people.person_by_code(work, "w2")
        assert person is not None
        ids = [i for each in (await people.reach(work, [person.id])).values() for i in each]
        await people.set_reachable(work, ids, False)

    said = await head.does("readiness")
    assert "值班的人里有 2 位联系不上" in said
    assert "0 位没登记，1 位登记了但联系不上" in said
    assert "通知不到人" in said
    await head.taps("联系不上的人")
    listed = head.messages[-1].plain
    assert "社工乙：停用了聊天" in listed
    assert "社工丙：还没有绑定" in listed
    assert "3幢502 陈奶奶：家人没有绑定" in await head.taps("没有家人的老人")
    assert "第 1 步：最多 1 位老人，共 336 个小时" in await head.taps("通知不到的步骤")
    assert "太旧" in await head.does("readiness.list:forged")

    before = len(head.messages)
    await desk.later(days=3, hours=23, minutes=45)
    assert sum("值班检查" in message.plain for message in head.messages[before:]) == 1
    await desk.later(hours=1)
    assert sum("值班检查" in message.plain for message in head.messages[before:]) == 1
