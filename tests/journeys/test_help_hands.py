"""转给… and 要支援: it stays with who has it until another takes it; who is called, and who is told."""

from domain.duty import Asking, Duty, DutyEvent, DutyState
from storage import duties, help, people
from tests.support.desk import Desk, Someone


async def the_duty(desk: Desk) -> Duty:
    async with desk.database.reading() as work:
        duty = await help.get(work, 1)
    assert duty is not None
    return duty


async def owner(desk: Desk) -> str:
    owner_id = (await the_duty(desk)).owner_id
    async with desk.database.reading() as work:
        person = await people.person(work, owner_id or -1)
    return person.name if person else ""


async def in_hand(desk: Desk, *codes: str) -> tuple[Someone, Someone, list[Someone]]:
    """陈奶奶 pressed, and 社工甲 is on the way; others are in the chat as named."""
    granny, mine = await desk.people("granny", "w1")
    others = await desk.people(*codes)
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.taps("在路上")
    return granny, mine, others


async def test_handed_over_when_the_other_takes_it_and_not_before(desk: Desk) -> None:
    granny, mine, (on_duty, third) = await in_hand(desk, "w2", "w3")
    daughter = await desk.person("daughter")

    await mine.taps("转给…")
    assert mine.buttons()[:2] == ["🟢 社工乙（值班）", "社工丙"], "who is on duty first"
    await mine.taps("社工丙")
    assert await owner(desk) == "社工甲"
    assert "已请 社工丙 接手" in on_duty.hears("陈奶奶 求助").plain
    asked = third.messages[-1]
    assert "社工甲 请您接手" in asked.plain
    assert "高血压" in asked.plain

    await third.taps("我接手")
    assert await owner(desk) == "社工丙"
    granny.hears("您的求助：社工丙接手了（10:00）")
    daughter.hears("陈奶奶的求助：社工丙接手了")
    mine.hears("社工丙 接手了，您可以放下了")
    assert "社工丙 接手了" in on_duty.hears("陈奶奶 求助").plain
    duty = await the_duty(desk)
    assert (duty.state, duty.asking) == (DutyState.ON_THE_WAY, None), "it has not gone back"
    assert "社工丙已经接到您的求助，正在接手处理" in await granny.does("help.press")

    await third.taps("到了")
    granny.hears("社工丙说已经到了")
    log = await mine.does("calls.log:1")
    assert "社工甲 请 社工丙 接手" in log
    assert "社工丙 接手" in log
    assert "通知 社工丙（请他接手）" in log


async def test_silence_goes_back_to_the_first_and_up_the_ladder(desk: Desk) -> None:
    _, mine, (third, head) = await in_hand(desk, "w3", "head")
    await mine.taps("转给…")
    await mine.taps("社工丙")

    await desk.later(seconds=121)
    assert await owner(desk) == "社工甲"
    mine.hears("社工丙 没有回音，还归您。已经在问别的同事")
    assert "社工甲 请人接手" in head.messages[-1].plain
    await head.taps("我接手")
    assert await owner(desk) == "书记"
    await third.does("hands.accept:1")
    assert "书记 已经先一步" in third.chat.notices[-1]
    assert await owner(desk) == "书记"


async def test_who_took_it_over_and_is_silent_is_reminded_and_loses_it(desk: Desk) -> None:
    granny, mine, (third,) = await in_hand(desk, "w3")
    await mine.taps("到了")
    await mine.taps("转给…")
    await mine.taps("社工丙")
    await desk.later(minutes=1)
    await third.taps("我接手")
    await desk.later(minutes=5)
    assert "陈奶奶 的求助在您手上（已接手，已经 5 分钟）" in third.messages[-1].plain
    assert await owner(desk) == "社工丙", "at the door nobody is taken away"
    assert granny.transcript.count("社工丙说已经到了") == 0


async def test_who_cannot_says_so_and_with_nobody_else_the_first_hears_that(desk: Desk) -> None:
    _, mine, (third,) = await in_hand(desk, "w3")
    await mine.taps("转给…")
    await mine.taps("社工丙")
    await third.taps("接不了")
    mine.hears("社工丙 没有接，一时也联系不上别的同事，还归您")
    assert await owner(desk) == "社工甲"
    assert "社工丙 说接不了" in await mine.does("calls.log:1")


async def test_an_offer_is_over_when_the_first_goes_on_or_keeps_it(desk: Desk) -> None:
    _, mine, (third,) = await in_hand(desk, "w3")
    await mine.taps("转给…")
    await mine.taps("社工丙")
    await mine.taps("到了")
    await third.does("hands.accept:1")
    assert "社工甲 已经先一步：已到" in third.chat.notices[-1]
    await mine.taps("转给…")
    await mine.taps("社工丙")
    await mine.taps("不转了")
    await third.does("hands.accept:1")
    assert (await owner(desk), (await the_duty(desk)).state) == ("社工甲", DutyState.ARRIVED)
    await mine.taps("转给…")
    await mine.taps("返回")
    assert (await the_duty(desk)).asking is None, "to look at the list asks nobody"


async def test_to_look_at_a_list_takes_nothing_back(desk: Desk) -> None:
    _, mine, _ = await in_hand(desk, "w3")
    await mine.taps("要支援")
    await mine.taps("搭把手")
    assert (await the_duty(desk)).asking is Asking.SUPPORT
    await mine.taps("转给…")
    await mine.taps("返回")
    assert (await the_duty(desk)).asking is Asking.SUPPORT
    assert "🔁 转给…" in mine.buttons()


async def test_a_colleague_who_left_the_chat_is_not_waited_for(desk: Desk) -> None:
    _, mine, (third,) = await in_hand(desk, "w3")
    await third.blocks()
    await mine.taps("转给…")
    await mine.taps("社工丙")
    await desk.tick()
    mine.hears("还归您")
    assert (await the_duty(desk)).asking is Asking.ANYONE
    await mine.taps("不转了")
    await mine.taps("转给…")
    assert not any("社工丙" in label for label in mine.buttons()), "nobody is offered in vain"
    mine.hears("现在没有别的同事能联系上")


async def test_a_long_list_of_colleagues_has_pages(desk: Desk) -> None:
    _, mine, _ = await in_hand(desk, "w2", "w3", "head")
    assert len(await _offered(mine)) == 3
    await mine.does("hands.give:1:99")
    assert "社工乙" in mine.buttons()[0], "a page that exists, whatever a button says"


async def _offered(mine: Someone) -> list[str]:
    await mine.taps("转给…")
    return [b.action for row in mine.messages[-1].buttons for b in row if "offer" in b.action]


async def test_support_calls_the_others_with_the_reason_and_keeps_the_owner(desk: Desk) -> None:
    granny, mine, (on_duty, third, head) = await in_hand(desk, "w2", "w3", "head")
    before = len(granny.messages)
    await mine.taps("要支援")
    assert (await the_duty(desk)).asking is None, "the reason comes first"
    await mine.taps("抬")
    for one in (on_duty, third, head):
        assert "社工甲 要支援：💪 要人搭把手抬" in one.messages[-1].plain
    assert await owner(desk) == "社工甲"
    assert len(granny.messages) == before, "at home nothing is said that is not so yet"

    called = len(third.messages)
    await desk.later(seconds=121)
    assert len(third.messages) > called, "again, until somebody says that they come"
    await third.taps("我来支援")
    mine.hears("社工丙 说来支援")
    granny.hears("您的求助：社工丙也过来帮忙（10:02）")
    assert "社工丙 也来了" in on_duty.hears("陈奶奶 求助").plain
    await on_duty.does("hands.join:1")
    assert "社工丙、社工乙 也来了" in mine.hears("陈奶奶 求助").plain
    calm = len(head.messages)
    await desk.later(seconds=121)
    assert len(head.messages) == calm
    await third.does("hands.join:1")
    assert third.chat.notices[-1] == "您已经说过来支援。"
    log = await head.does("calls.log:1")
    assert "社工甲 要支援（💪 要人搭把手抬）" in log
    assert log.count("社工丙 来支援") == 1


async def test_support_goes_on_while_they_arrive_and_ends_when_not_needed(desk: Desk) -> None:
    _, mine, (third,) = await in_hand(desk, "w3")
    await mine.does("hands.support:1:danger")
    await mine.taps("到了")
    assert (await the_duty(desk)).asking is Asking.SUPPORT
    called = len(third.messages)
    await desk.later(seconds=121)
    assert len(third.messages) > called
    await mine.taps("不用支援了")
    third.hears("社工甲 说不用支援了")
    duty = await the_duty(desk)
    assert duty.asking is None
    assert duty.next_at is not None, "and the clock waits for the next sign"


async def test_support_that_reaches_nobody_says_so(desk: Desk) -> None:
    _, mine, _ = await in_hand(desk)
    assert "一时联系不上同事" in await mine.does("hands.support:1:lift")
    async with desk.database.reading() as work:
        events = [line.event for line in await duties.history(work, 1)]
    assert DutyEvent.NOT_TOLD in events


async def test_only_who_has_it_asks_and_nothing_is_asked_of_what_is_over(desk: Desk) -> None:
    _, mine, (third,) = await in_hand(desk, "w3")
    for action in ("give", "support:1:lift", "offer:1:3", "keep", "decline", "accept"):
        name, _, rest = action.partition(":")
        await third.does(f"hands.{name}:{rest or '1'}")
    duty = await the_duty(desk)
    assert (await owner(desk), duty.asking) == ("社工甲", None)
    await mine.does("hands.support:1:lift")
    await mine.does("calls.done:1:settled")
    for name in ("join", "accept"):
        await third.does(f"hands.{name}:1")
        assert "社工甲 已经先一步：已结束" in third.chat.notices[-1]
    await desk.later(minutes=10)
    assert (await the_duty(desk)).state is DutyState.CLOSED
