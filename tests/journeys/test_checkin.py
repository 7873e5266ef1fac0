"""每天报平安: agreed to, asked, answered by one tap; silence goes up gently, and only real silence."""

import sqlalchemy as sa

from domain.checkin import DayState
from domain.duty import DutyKind
from scheduler import checkin
from scheduler import duties as jobs
from storage import checkin_sweep, duties, people
from storage.looks import at_person
from storage.tables.checkin import checkin_days, checkins
from storage.tables.messaging import outbox
from storage.tables.people import families
from tests.journeys.test_surge import push
from tests.scheduler.test_duties import surroundings
from tests.support.desk import Desk, Someone


async def passes(desk: Desk, minutes: int) -> None:
    """Time goes by while the desk is there; a leap of the clock would be an absence."""
    around = surroundings(desk)
    while minutes > 0:
        desk.clock.forward(minutes=min(minutes, 9))
        minutes -= 9
        await checkin.look(around, desk.clock())
        await jobs.escalate(around, desk.clock())
        await desk.app.delivery.sweep()
        await desk.settles()


async def morning(desk: Desk, hours: int = 22) -> None:
    """From Monday ten o'clock to Tuesday eight, with the desk at work again."""
    desk.clock.forward(hours=hours)
    await desk.tick()


async def taking_part(desk: Desk, code: str = "granny") -> Someone:
    elder = await desk.person(code)
    await elder.does("services")
    await elder.taps("每天报平安")
    await elder.taps("好，9 点前报")
    return elder


async def days(desk: Desk) -> list[str]:
    async with desk.database.reading() as work:
        found = await work.conn.scalars(
            sa.select(checkin_days.c.state).order_by(checkin_days.c.day, checkin_days.c.person_id)
        )
        return list(found)


async def test_a_surge_does_not_put_the_morning_question_behind_its_pushes(desk: Desk) -> None:
    granny = await taking_part(desk)
    head, _ = await desk.people("head", "w3")
    await head.does("surge")
    await head.taps("台风 24小时")
    desk.clock.forward(hours=21, minutes=59)
    for number in range(60):
        await push(desk, "w3", f"第 {number} 条推送")

    await morning(desk, hours=0)
    desk.clock.forward(minutes=1)
    await desk.tick()

    granny.hears("早上好。今天好吗")


async def test_agreed_to_asked_and_answered_in_one_tap(desk: Desk) -> None:
    granny = await taking_part(desk)
    daughter, mine, head = await desk.people("daughter", "w1", "head")
    granny.hears("从明天早上起问您，9 点前")

    await morning(desk)
    question = granny.hears("早上好。今天好吗")
    assert granny.buttons() == ["🌞 我很好"]
    assert "今天还没有报" in await daughter.does("checkin")
    await passes(desk, 12)
    said = await granny.taps("我很好")

    assert "08:18 报了平安" in said or "08:12 报了平安" in said
    assert question not in granny.messages, "noted where the question stood"
    assert "已报平安" in await daughter.does("checkin")
    assert "已经报过平安" in await granny.does("checkin.fine")
    await passes(desk, 120)
    assert "没有报平安" not in daughter.transcript + mine.transcript
    assert "已报 1" in await head.does("silent")


async def test_silence_goes_up_gently_and_the_elders_tap_ends_it(desk: Desk) -> None:
    granny = await taking_part(desk)
    daughter, mine, head = await desk.people("daughter", "w1", "head")
    await morning(desk)
    await passes(desk, 63)
    granny.hears("今天还没有报平安")
    assert "没有报平安" not in daughter.transcript
    await passes(desk, 36)
    family = daughter.hears("陈奶奶 今天还没有报平安").plain
    assert "201" in family
    assert "没有回音" not in mine.transcript
    await passes(desk, 36)
    card = mine.hears("🌞 陈奶奶\n📍 3幢502（5 楼）").plain
    assert "请打个电话" in card
    assert "高血压" in card
    assert "女儿 小陈" in card
    await passes(desk, 63)
    mine.hears("请上门看一眼")
    head.hears("请上门看一眼")
    said = await head.does("silent")
    assert "没回音 1（还没找到 1）" in said

    await head.taps("陈奶奶")
    said = await head.taps("记录")
    assert "通知 陈奶奶（老人自己）" in said
    assert "通知 小陈（家人）" in said

    await granny.taps("我很好")

    daughter.hears("报了平安，请放心")
    assert "☑️ 没事了" in mine.hears("🌞 陈奶奶\n📍 3幢502（5 楼）").plain
    assert "没回音 1（还没找到 0）" in await head.does("silent"), "a missed day stays one"
    before = len(mine.messages)
    await passes(desk, 120)
    assert len(mine.messages) == before


async def test_whatever_an_elder_says_is_a_sign_but_not_at_night(desk: Desk) -> None:
    granny = await taking_part(desk)
    await morning(desk, 16)
    await granny.says("老年优待证怎么办")
    assert await days(desk) == [], "at two it is still Monday, and on Monday nobody was asked"
    await morning(desk, 6)
    granny.hears("早上好")
    await granny.says("今天天气好")
    assert "报了平安" in granny.transcript
    await passes(desk, 72)
    assert await days(desk) == ["asked"]
    await morning(desk, 23)
    await passes(desk, 63)
    granny.hears("今天还没有报平安")
    await granny.does("help.press")
    async with desk.database.reading() as work:
        assert await duties.unclosed(work, 1, DutyKind.CHECKIN) == []


async def test_who_agrees_before_the_mornings_question_has_given_a_sign_by_that(desk: Desk) -> None:
    desk.clock.forward(hours=20)
    await taking_part(desk)
    assert await days(desk) == [DayState.EARLY]


async def test_typed_words_that_all_is_well_are_an_answer(desk: Desk) -> None:
    granny = await taking_part(desk)
    await morning(desk)
    assert "报了平安" in await granny.says("我很好")
    other, daughter = await desk.people("resident", "daughter")
    assert "报了平安" not in await other.says("我很好")
    assert "9 点前" in await daughter.says("报平安"), "the family reads how it stands"


async def test_who_types_its_name_is_offered_the_hours(desk: Desk) -> None:
    granny = await desk.person("granny")
    await granny.says("报平安")
    assert granny.buttons()[0] == "🌞 好，9 点前报"


async def test_who_was_taken_out_of_the_family_reads_no_more_of_a_silence(desk: Desk) -> None:
    granny = await taking_part(desk)
    daughter = await desk.person("daughter")
    await morning(desk)
    await passes(desk, 117)
    daughter.hears("陈奶奶 今天还没有报平安")
    async with desk.database.writing() as work:
        await work.conn.execute(sa.delete(families))
    said = daughter.transcript

    await granny.taps("我很好")

    assert daughter.transcript == said
    assert "高血压" not in daughter.transcript


async def test_a_named_person_who_saw_them_ends_it(desk: Desk) -> None:
    granny = await taking_part(desk)
    daughter, mine, on_duty, head = await desk.people("daughter", "w1", "w2", "head")
    await morning(desk)
    await passes(desk, 153)
    await mine.taps("我去问")
    assert "社工甲 去问了" in on_duty.hears("🌞 陈奶奶\n📍 3幢502（5 楼）").plain
    await passes(desk, 36)
    mine.hears("在您手上，还没有消息")
    async with desk.database.reading() as work:
        granny_id = await work.conn.scalar(sa.select(checkins.c.person_id))
        seen = await at_person(work, granny_id or 0)
    assert ("sent", "书记") in [(one.what, one.viewer) for one in seen], (
        "a card with a health note is a look"
    )
    await passes(desk, 18)
    mine.hears("没等到您的消息，另外找人去问了")
    await passes(desk, 9)
    on_duty.hears("请上门看一眼")
    old = daughter.button("联系上了")[1].action
    await on_duty.taps("联系上了，没事")
    daughter.hears("社工乙说 陈奶奶 没事")
    granny.hears("社工乙说联系上您了")
    assert "社工乙说没事" in await daughter.does("checkin")
    assert "已经没事了" in await daughter.does(old)
    assert "没回音 1（还没找到 0）" in await head.does("silent")


async def test_away_for_some_days_and_asked_again_by_itself(desk: Desk) -> None:
    granny = await taking_part(desk)
    daughter = await desk.person("daughter")
    await daughter.does("checkin")
    await daughter.taps("出门几天")
    said = await daughter.taps("3 天")
    assert "11月26日（周四）起再问平安" in said
    granny.hears("小陈说陈奶奶出门")
    for _ in range(2):
        await morning(desk, 24)
    assert "出门了" in await granny.does("checkin")
    await morning(desk, 21)
    assert "早上好" not in granny.transcript
    await morning(desk, 1)
    granny.hears("从今天起又每天问您一声")
    await granny.does("checkin.stop")
    daughter.hears("陈奶奶不要每天报平安了")
    await passes(desk, 120)
    await morning(desk, 24)
    assert "早上好" not in granny.transcript, "nothing new, and the old question is answered"


async def test_only_the_elder_agrees(desk: Desk) -> None:
    granny, daughter, mine = await desk.people("granny", "daughter", "w1")
    await daughter.does("checkin")
    await daughter.taps("请陈奶奶开通")
    granny.hears("小陈想请您每天报个平安")
    await morning(desk)
    assert "早上好" not in granny.transcript
    await granny.taps("不用了")
    await mine.does("silent")
    await mine.taps("请老人开通")
    await mine.taps("陈奶奶")
    granny.hears("社工甲想请您每天报个平安")
    await granny.taps("好，10 点前报")
    mine.hears("陈奶奶同意了每天报平安，10 点前")
    assert "已经开通" in await daughter.does("checkin.invite:" + str(await _id(desk, "granny")))


async def _id(desk: Desk, code: str) -> int:
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, code)
    assert person is not None
    return person.id


async def test_a_desk_that_was_away_alarms_nobody(desk: Desk) -> None:
    """Asked at eight, then down until ten: what was tapped meanwhile is only now heard."""
    granny = await taking_part(desk)
    daughter, head = await desk.people("daughter", "head")
    await morning(desk)
    await desk.later(hours=2)
    head.hears("系统停了一阵（08:00 到 10:00），1 位老人的平安晚半小时再看，不是老人没报")
    assert "今天还没有报平安" not in granny.transcript
    await passes(desk, 27)
    assert "今天还没有报平安" not in granny.transcript
    await passes(desk, 9)
    granny.hears("今天还没有报平安")
    await desk.later(hours=3)
    assert "没有报平安" not in daughter.transcript, "away again: the ladder waits, too"
    await passes(desk, 45)
    daughter.hears("今天还没有报平安")


async def test_a_morning_nobody_was_asked_is_a_fact_of_service(desk: Desk) -> None:
    await taking_part(desk)
    daughter, head = await desk.people("daughter", "head")
    await morning(desk, 30)
    head.hears("今天有 1 位老人的平安问候没发出去，不是老人没报")
    await passes(desk, 90)
    assert "没有报平安" not in daughter.transcript
    assert "没问到 1 人" in await head.does("silent")
    assert "不算没报" in await daughter.does("checkin")
    assert await days(desk) == ["unasked"]
    await morning(desk, 18)
    assert (await days(desk))[-1] == "asked"


async def test_a_question_that_never_arrived_is_no_silence(desk: Desk) -> None:
    granny, daughter = await taking_part(desk), await desk.person("daughter")
    await morning(desk)
    async with desk.database.writing() as work:
        held = sa.update(outbox).where(outbox.c.card.like("checkin:%"))
        await work.conn.execute(held.values(state="queued", due_at=work.now.replace(year=2030)))
    await passes(desk, 180)
    assert "今天还没有报平安" not in granny.transcript
    assert "没有报平安" not in daughter.transcript
    async with desk.database.writing() as work:
        sent = sa.update(outbox).where(outbox.c.card.like("checkin:%"))
        await work.conn.execute(sent.values(state="sent", sent_at=work.now))
    await passes(desk, 54)
    assert "今天还没有报平安" not in granny.transcript, "an hour from when it arrived"
    await passes(desk, 18)
    granny.hears("今天还没有报平安")
    async with desk.database.writing() as work:
        held = sa.update(outbox).where(outbox.c.card.like("checkin:%"))
        await work.conn.execute(held.values(state="queued", due_at=work.now.replace(year=2030)))
    await passes(desk, 90)
    assert "没有报平安" not in daughter.transcript, "the reminder has not arrived"


async def test_who_cannot_be_reached_at_all_is_told_apart(desk: Desk) -> None:
    granny = await taking_part(desk)
    head = await desk.person("head")
    await granny.blocks()
    await morning(desk)
    await passes(desk, 80)
    assert await days(desk) == ["unreached"]
    assert "收不到消息 1 人" in await head.does("silent")


async def test_nobody_else_may_look_or_answer(desk: Desk) -> None:
    await taking_part(desk)
    foreign, resident, elder = await desk.people("other-worker", "resident", "other-elder")
    await morning(desk)
    await passes(desk, 140)
    async with desk.database.reading() as work:
        duty = (await duties.unclosed(work, 1, DutyKind.CHECKIN))[0]
    for action in ("silent.take", "silent.open", "silent.log", "checkin.seen"):
        assert "看不了" in await foreign.does(f"{action}:{duty.id}")
        assert "用不了" in await resident.does(f"{action}:{duty.id}")
    assert "看不了" in await elder.does(f"checkin.seen:{duty.id}")
    granny = await _id(desk, "granny")
    for action in ("checkin", "checkin.away", "checkin.until", "checkin.back", "checkin.invite"):
        assert "陈奶奶" not in await elder.does(f"{action}:{granny}:3")
    assert "用不了" in await foreign.does(f"checkin.invite:{granny}")
    assert "陈奶奶" not in await foreign.does("silent")
    async with desk.database.reading() as work:
        assert (await duties.unclosed(work, 1, DutyKind.CHECKIN))[0].state == duty.state


async def test_a_sweep_that_is_broken_off_asks_once(desk: Desk) -> None:
    """The same moment again, as a second process or a restart would see it."""
    granny = await taking_part(desk)
    await morning(desk)
    async with desk.database.writing() as work:
        await work.conn.execute(sa.update(checkins).values(ask_at=work.now))
    await desk.tick()
    assert granny.transcript.count("早上好") == 1
    async with desk.database.reading() as work:
        assert await checkin_sweep.to_ask(work, 10) == []
    assert await days(desk) == [DayState.ASKED]
