"""Asking a person: whose it is and by when, the answer, and what happens when it did not help."""

from sqlalchemy import func, select

from domain.messages import Message
from storage import enquiries
from storage.tables.duties import questions
from storage.tables.enquiries import enquiries as asked_before
from storage.tables.visit import visits
from tests.support.desk import Desk, Someone

LAMP = "楼道灯坏了谁管"


async def asks(who: Someone, text: str = LAMP) -> str:
    await who.does("question.ask")
    return await who.says(text)


async def count(desk: Desk, table: object) -> int:
    async with desk.database.reading() as work:
        return int(await work.conn.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


async def test_what_nobody_knows_goes_to_the_worker_and_comes_back(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await resident.says("楼上空调滴水滴到我家衣服上三年了")
    said = await resident.taps("问社工")

    assert "已经交给社工甲" in said
    assert "10:03 前" in said, "three minutes of office time (GB/T 33358)"
    card = worker.hears("楼上空调滴水")
    assert "王先生 1幢201 问" in card.plain
    assert "203" in card.plain, "the number, to ring instead"

    await worker.taps("回答")
    sent = await worker.says("明天上午我上门看一看")

    assert "已经发给 王先生 1幢201" in sent
    assert "明天上午我上门看一看" in sent
    answer = resident.hears("社工甲回答您")
    assert "明天上午我上门看一看" in answer.plain
    assert "楼上空调滴水" in answer.plain
    assert "没有等回答的问题" in await worker.does("questions")


async def test_thanks_are_no_miss_and_whoever_wants_a_person_says_what_for(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await resident.says("高龄津贴怎么领")
    kept = await count(desk, asked_before)
    assert "我在的" in await resident.says("谢谢您")
    assert "带什么" in await resident.says("那要带什么"), "thanks do not change the subject"
    assert "给您找人" in await resident.says("找人工")
    assert await count(desk, asked_before) == kept + 1, "neither is counted as missed"

    assert "打出来" in await resident.taps("问社工")
    await resident.says("楼道灯坏了谁管")
    assert "问" in worker.hears("楼道灯坏了谁管").plain


async def test_the_worker_answers_with_a_guide_in_one_tap(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await resident.says("老人家补贴")
    await resident.taps("问社工")

    await worker.taps("📖")

    resident.hears("社工甲回答您")
    assert any("带什么" in label for label in resident.buttons())


async def test_the_worker_sees_that_the_asker_reads_english_and_a_guide_reaches_them_in_it(
    desk: Desk,
) -> None:
    alex, worker = await desk.people("english", "w1")
    await alex.does("question.ask")
    await alex.says("Is there an old-age allowance?")

    assert "对方看英文" in worker.hears("old-age allowance").plain
    await worker.taps("发指南：高龄津贴")

    alex.hears("Old-age allowance (80 and over)")


async def test_everybody_who_was_asked_sees_who_answered(desk: Desk) -> None:
    resident, worker, on_duty = await desk.people("resident", "w1", "w2")
    await asks(resident)
    await desk.later(minutes=2)
    on_duty.hears(LAMP)
    before = len(on_duty.messages)

    await worker.taps("回答")
    await worker.says("我来报修")

    assert "社工甲 10:02 回答了：“我来报修”" in on_duty.hears(LAMP).plain
    assert len(on_duty.messages) == before, "in the place of the card"
    assert on_duty.messages[-1].buttons == ()


async def test_the_button_under_an_older_answer_sends_that_question(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await resident.says("高龄津贴怎么领")
    older = resident.button("问社工")
    await resident.says("社保卡丢了怎么办")

    await resident.does(older[1].action, ref=older[0])

    assert "高龄津贴怎么领" in worker.hears("问（").plain
    assert "社保卡" not in worker.transcript


async def test_a_button_names_no_question_of_anybody_else(desk: Desk) -> None:
    resident, other, worker = await desk.people("resident", "english", "w1")
    await resident.says("我得了重病要怎么办")
    action = resident.button("问社工")[1].action

    said = await other.does(action)

    assert "Type your question" in said
    assert "重病" not in worker.transcript


async def test_pressing_twice_asks_once(desk: Desk) -> None:
    resident = await desk.person("resident")
    await resident.says("楼上空调滴水滴到我家衣服上三年了")
    await resident.taps("问社工")
    assert "已经在社工手里" in await resident.taps("问社工")
    assert await count(desk, questions) == 1


async def test_what_is_typed_much_later_is_no_answer(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await asks(resident)
    await worker.taps("✍️")
    desk.clock.forward(hours=3)

    await worker.says("3幢502 血压 180 头晕 要换药")

    assert "血压" not in resident.transcript
    assert await count(desk, visits) == 1


async def test_what_reads_like_a_visit_is_asked_about_first(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await asks(resident)
    await worker.taps("✍️")

    said = await worker.says("陈奶奶 今天血压高 头晕")
    assert "发给居民，还是记走访" in said
    assert "血压" not in resident.transcript

    assert "记下了" in await worker.taps("记走访")
    assert "血压" not in resident.transcript
    assert await count(desk, visits) == 1


async def test_and_is_sent_where_it_was_an_answer_after_all(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await asks(resident)
    await worker.taps("✍️")
    await worker.says("1幢201 门口的灯明天换")
    await worker.taps("发给王先生")
    resident.hears("门口的灯明天换")
    assert await count(desk, visits) == 0


async def test_an_answer_sent_by_mistake_is_taken_back(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await asks(resident)
    await worker.taps("✍️")
    await worker.says("老李的药放门口了")
    resident.hears("老李的药")

    await worker.taps("撤回")

    assert "老李的药" not in resident.transcript
    resident.hears("收回了刚才的回答")
    await worker.says("物业明天来修")
    resident.hears("物业明天来修")
    assert "没有等回答的问题" in await worker.does("questions")


async def test_but_not_for_ever_and_not_by_others(desk: Desk) -> None:
    resident, worker, other = await desk.people("resident", "w1", "w2")
    await asks(resident)
    await worker.taps("✍️")
    await worker.says("物业明天来修")
    action = worker.button("撤回")[1].action

    assert "撤不回来" in await other.does(action)
    desk.clock.forward(minutes=4)
    assert "撤不回来" in await worker.does(action)
    resident.hears("物业明天来修")


async def test_one_tap_says_that_it_is_solved(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await asks(resident)
    await worker.taps("✍️")
    await worker.says("物业明天来修")
    before = len(resident.messages)

    assert "您说解决了" in await resident.taps("解决了")

    assert len(resident.messages) == before
    assert "没有等回答的问题" in await worker.does("questions")


async def test_not_solved_opens_it_again_for_the_same_worker(desk: Desk) -> None:
    resident, worker, on_duty, head = await desk.people("resident", "w1", "w2", "head")
    await asks(resident)
    await worker.taps("✍️")
    await worker.says("找物业")

    said = await resident.taps("没有")
    assert "再请社工甲看看，10:03 前回答您" in said
    assert "上次的回答：“找物业”" in worker.hears("没解决").plain
    assert "已经在社工手里" in await resident.does("question.unsolved:1")

    await desk.later(minutes=2)
    on_duty.hears(LAMP)
    await desk.later(minutes=31)
    head.hears(LAMP)


async def test_an_unanswered_question_goes_up_the_ladder(desk: Desk) -> None:
    resident, worker, on_duty, head = await desk.people("resident", "w1", "w2", "head")
    await asks(resident)
    worker.hears(LAMP)
    assert LAMP not in on_duty.transcript

    await desk.later(seconds=90)
    on_duty.hears(LAMP)
    await desk.later(minutes=30)
    head.hears(LAMP)


async def test_a_question_of_the_night_waits_until_the_office_opens(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    desk.clock.forward(hours=12)  # Monday, ten in the evening

    said = await asks(resident)

    assert "社区现在下班了，明天 08:33 前回答您" in said
    await desk.tick()
    assert LAMP not in worker.transcript
    await desk.later(hours=10, minutes=30)
    worker.hears(LAMP)


async def test_a_question_of_the_evening_is_seen_at_once_and_climbs_when_the_office_opens(
    desk: Desk,
) -> None:
    resident, worker, on_duty = await desk.people("resident", "w1", "w3")
    desk.clock.forward(hours=10)  # Monday, eight in the evening
    assert "明天 08:33 前回答您" in await asks(resident)
    worker.hears(LAMP)
    await desk.later(hours=1)
    assert LAMP not in on_duty.transcript


async def test_a_question_on_friday_evening_is_promised_for_monday(desk: Desk) -> None:
    resident = await desk.person("resident")
    desk.clock.forward(days=4, hours=9)  # Friday 27 November, 19:00
    assert "11月30日（周一）08:33 前回答您" in await asks(resident)


async def only_the_test_community(desk: Desk) -> None:
    """As most desks are: then a stranger's question has somewhere to go."""
    async with desk.database.writing() as work:
        for statement in (
            "UPDATE people SET household_id = NULL WHERE community_id = 2",
            "DELETE FROM roles WHERE community_id = 2",
            "DELETE FROM households WHERE community_id = 2",
            "DELETE FROM buildings WHERE community_id = 2",
            "DELETE FROM visit_workers WHERE person_id IN"
            " (SELECT id FROM people WHERE community_id = 2)",
            "DELETE FROM people WHERE community_id = 2",
            "DELETE FROM communities WHERE id = 2",
        ):
            await work.conn.exec_driver_sql(statement)


async def test_a_strangers_question_goes_to_whoever_is_on_duty(desk: Desk) -> None:
    await only_the_test_community(desk)
    stranger, on_duty = desk.stranger(), await desk.person("w2")

    assert "已经交给社工乙" in await asks(stranger)

    card = on_duty.hears(LAMP)
    assert "一位没有绑定的居民" in card.plain
    await on_duty.taps("✍️")
    await on_duty.says("物业明天来修")
    stranger.hears("物业明天来修")
    assert "您说解决了" in await stranger.taps("解决了")


async def test_strangers_may_ask_people_less(desk: Desk) -> None:
    await only_the_test_community(desk)
    stranger = desk.stranger()
    for _ in range(3):
        assert "已经交给" in await asks(stranger)
    assert "今天交给社工的问题够多了" in await asks(stranger)

    crowd = [await asks(desk.stranger(f"chat{number}")) for number in range(20)]
    assert sum("已经交给" in said for said in crowd) == 17, "twenty of all strangers in an hour"
    desk.clock.forward(hours=1, minutes=1)
    assert "已经交给" in await asks(desk.stranger("later"))


async def test_a_stranger_where_the_desk_serves_several_is_told_whom_to_ring(desk: Desk) -> None:
    assert "还不知道您住哪个社区" in await asks(desk.stranger())
    said = await desk.stranger().does("start")
    assert said.startswith("您好，这里是“邻里”，社区的问事前台。")


async def test_two_workers_cannot_both_answer(desk: Desk) -> None:
    resident, first, second = await desk.people("resident", "w1", "w2")
    await asks(resident)

    await first.does("reply.write:1")
    await second.does("reply.write:1")
    await first.says("我来报修")

    assert "已经有人回答了" in await second.says("找物业")
    assert "找物业" not in resident.transcript


async def test_another_community_cannot_read_a_question(desk: Desk) -> None:
    resident, foreign = await desk.people("resident", "other-worker")
    await asks(resident)
    for action in ("reply.write:1", "questions.open:1", "reply.with:1:dibao", "reply.back:1"):
        assert "楼道灯" not in await foreign.does(action)
    assert "没有等回答的问题" in await foreign.does("questions")


async def test_the_list_shows_every_question_five_a_page(desk: Desk) -> None:
    worker = await desk.person("w1")
    residents = await desk.people("resident", "english", "granny", "daughter")
    for number in range(7):
        await asks(residents[number % 4], f"第{number}个问题")
        desk.clock.forward(minutes=1)

    said = await worker.does("questions")

    assert "7 个，过了时间的 4 个" in said
    assert said.index("第3个问题") < said.index("第0个问题"), "the newest overdue one first"
    assert "第6个问题" not in said
    more = await worker.taps("更多（还有 2 个）")
    assert "第5个问题" in more
    assert "第6个问题" in more
    assert "第0个问题" in await worker.taps("前一页")
    assert "回答" in str(await opened(worker, "1"))


async def opened(worker: Someone, label: str) -> Message:
    await worker.taps(label)
    return worker.messages[-1]


async def test_one_chat_cannot_flood_the_staff(desk: Desk) -> None:
    resident = await desk.person("resident")
    for number in range(10):
        await asks(resident, f"第{number}个问题")
    said = await asks(resident, "第十一个问题")
    assert "今天交给社工的问题够多了" in said
    assert "0574-00000000" in said
    assert await count(desk, questions) == 10
    desk.clock.forward(days=1, minutes=1)
    assert "已经交给" in await asks(resident, "新的一天")


async def test_a_question_is_kept_for_its_own_chat_only(desk: Desk) -> None:
    resident = await desk.person("resident")
    await resident.says("高龄津贴怎么领")
    async with desk.database.reading() as work:
        found = await enquiries.by_id(work, 1)
        assert found is not None
        assert found.guide == "gaoling-jintie"
        assert await enquiries.own(work, 1, found.address_id + 1) is None


async def test_a_half_done_step_is_dropped(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await asks(resident)
    await worker.taps("✍️")
    assert "先放着" in await worker.taps("先放着")
    await worker.says("这句话不是回答")
    assert "不是回答" not in resident.transcript
