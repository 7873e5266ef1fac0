"""Enrolment: a single-use code binds a chat to a person, in any channel."""

from storage import enroll, people
from tests.support.desk import Desk


async def _code(desk: Desk, who: str) -> str:
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, who)
        assert person is not None
        return await enroll.invite(work, person.id)


async def test_a_code_makes_a_stranger_known(desk: Desk) -> None:
    somebody = desk.stranger()
    assert "绑定码" in await somebody.does("start")

    said = await somebody.does(f"start:{await _code(desk, 'granny')}")

    assert "绑定好了，陈奶奶" in said
    assert somebody.messages[-1].keyboard is not None
    assert "收到了" in await somebody.says("🆘 一键求助")


async def test_a_code_may_be_typed_as_it_was_read_out(desk: Desk) -> None:
    code = await _code(desk, "w1")
    said = await desk.stranger().says(code.lower().replace("-", " "))
    assert "绑定好了，社工甲" in said
    assert "您负责" in said


async def test_a_code_works_once(desk: Desk) -> None:
    code = await _code(desk, "granny")
    await desk.stranger("first").does(f"start:{code}")
    assert "这个码用不了" in await desk.stranger("second").does(f"start:{code}")


async def test_a_code_expires(desk: Desk) -> None:
    code = await _code(desk, "granny")
    desk.clock.forward(days=14, seconds=1)
    assert "过了 14 天" in await desk.stranger().does(f"start:{code}")


async def test_one_person_may_have_several_chats(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    tablet = desk.stranger("tablet")
    await tablet.does(f"start:{await _code(desk, 'granny')}")

    await granny.does("help.press")
    await mine.taps("我来")

    granny.hears("社工甲接到了您的求助")
    tablet.hears("社工甲接到了您的求助")
