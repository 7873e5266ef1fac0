"""One-touch help, from the press to a named person's tap, on both databases."""

import sqlalchemy as sa

from domain.duty import DutyKind, DutyState
from domain.messages import Contact, Location, Media, MediaKind
from storage import duties, help, people
from storage.database import Work
from storage.duties import Opening
from storage.tables.people import people as people_rows
from tests.support.desk import Desk


async def test_a_press_is_answered_and_told_to_everyone_at_once(desk: Desk) -> None:
    granny, daughter = await desk.person("granny"), await desk.person("daughter")
    mine, on_duty = await desk.person("w1"), await desk.person("w2")

    said = await granny.says("🆘 一键求助")

    assert "收到了（10:00）" in said
    assert "打字或发语音也行" in said
    assert "120" in said
    assert "社区电话：0574-00000000" in said
    card = mine.hears("陈奶奶 求助")
    assert "3幢502" in card.plain
    assert "高血压" in card.plain
    assert "对门 501" in card.plain
    assert "女儿 小陈" in card.plain
    on_duty.hears("陈奶奶 求助")
    daughter.hears("陈奶奶 按了一键求助")


async def test_the_first_to_take_it_has_it_and_all_see_who(desk: Desk) -> None:
    granny, daughter = await desk.person("granny"), await desk.person("daughter")
    mine, on_duty = await desk.person("w1"), await desk.person("w2")
    await granny.does("help.press")

    await mine.taps("我来")

    assert "社工甲 已接" in on_duty.hears("陈奶奶 求助").plain
    granny.hears("社工甲接到了您的求助")
    daughter.hears("社工甲接到了陈奶奶的求助")

    await mine.taps("在路上")
    granny.hears("您的求助：社工甲正在路上")
    await mine.taps("到了")
    await mine.taps("已处理")
    await mine.taps("✅ 帮好了")
    granny.hears("您的求助：社工甲说已经帮好了")
    assert [b.action for row in mine.hears("陈奶奶 求助").buttons for b in row] == [
        "closing.note:1"
    ]
    assert on_duty.hears("陈奶奶 求助").buttons == ()


async def test_an_old_button_never_moves_a_request_backwards(desk: Desk) -> None:
    granny, mine, other = await desk.people("granny", "w1", "w2")
    await granny.does("help.press")
    take = other.button("我来")[1].action
    await mine.taps("我来")
    await mine.taps("到了")

    await other.does(take)

    assert "社工甲 已经先一步：已到" in other.chat.notices[-1]
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, "granny")
        assert person is not None
        duty = await duties.open_help(work, person.id)
    assert duty is not None
    assert duty.state is DutyState.ARRIVED


async def test_a_second_press_is_no_second_request(desk: Desk) -> None:
    granny, mine = await desk.person("granny"), await desk.person("w1")
    await granny.does("help.press")

    said = await granny.does("help.press")

    assert "您的求助 10:00 就收到了" in said
    mine.hears("又按了一次，已按 2 次")
    async with desk.database.reading() as work:
        assert len(await duties.unclosed(work, 1, DutyKind.HELP)) == 1


async def test_the_same_update_twice_is_one_press(desk: Desk) -> None:
    granny = await desk.person("granny")

    await granny.does("help.press", key="update-7")
    await granny.does("help.press", key="update-7")

    assert granny.transcript.count("收到了") == 1
    assert "又按了一次" not in granny.transcript


async def test_pressed_by_mistake_closes_it_and_calls_everyone_off(desk: Desk) -> None:
    granny, mine, daughter = await desk.people("granny", "w1", "daughter")
    await granny.does("help.press")

    said = await granny.taps("按错了")

    assert "不怕按错" in said
    assert "按错了，不用过来" in mine.hears("陈奶奶 求助").plain
    daughter.hears("陈奶奶的求助：陈奶奶说是按错了")
    await desk.later(seconds=600)
    assert "不用过来" in mine.messages[-1].plain, "nobody is called any more"


async def test_what_is_said_after_the_press_reaches_who_has_it(desk: Desk) -> None:
    granny, mine = await desk.person("granny"), await desk.person("w1")
    await granny.does("help.press")

    await granny.taps("摔倒")
    await granny.says("在卫生间，我摔倒了起不来")
    await granny.shares(location=Location(29.88, 121.54))
    await granny.shares(contact=Contact("12345", "邻居"))
    await granny.says("kind:什么都行")
    await granny.says("photo")
    voice = Media(MediaKind.VOICE, "memory", "spoken")
    await granny.shares(media=voice)

    mine.hears("又说：邻居 12345")
    mine.hears("又说：kind:什么都行")
    assert mine.messages[-1].media == voice
    assert "发来一段语音" in await mine.does("calls.log:1")
    listed = await mine.does("helplist")
    assert "💬 发来一段语音" in listed
    assert "照片" not in listed, "a word is not what it names"
    assert "摔倒 / 急病" in mine.hears("陈奶奶 求助").plain
    mine.hears("又说：在卫生间，我摔倒了起不来")
    assert Location(29.88, 121.54) in [one.location for one in mine.messages]


async def test_the_family_presses_on_behalf_of_the_elder(desk: Desk) -> None:
    daughter, mine, granny = await desk.people("daughter", "w1", "granny")

    said = await daughter.says("🆘 一键求助")

    assert "已替陈奶奶发出求助" in said
    assert "正在通知社工" in said
    assert "由 小陈 替他按下" in mine.hears("陈奶奶 求助").plain
    await mine.taps("我来")
    granny.hears("社工甲接到了您的求助")
    daughter.hears("社工甲接到了陈奶奶的求助")


async def test_a_cry_in_plain_words_gets_the_number_before_anything(desk: Desk) -> None:
    resident, mine = await desk.person("resident"), await desk.person("w1")

    said = await resident.says("我妈摔倒了起不来")
    assert "120" in said.split("\n\n")[1]
    await resident.taps("叫社工来")

    mine.hears("王先生 求助")


async def test_nobody_else_can_touch_a_request(desk: Desk) -> None:
    granny, stranger = await desk.person("granny"), desk.stranger()
    foreign, resident = await desk.person("other-worker"), await desk.person("resident")
    await granny.does("help.press")

    for name in ("take", "over", "go", "arrive", "done", "log"):
        action = f"calls.{name}:1"
        assert "不归您的社区" in await foreign.does(action)
        assert "用不了" in await resident.does(action)
        assert "用不了" in await stranger.does(action)
    assert "用不了" in await resident.does("adds.wrong:1")
    assert "用不了" in await resident.does("adds.kind:1:fall")
    async with desk.database.reading() as work:
        duty = await help.get(work, 1)
    assert duty is not None
    assert duty.state is DutyState.OPEN


async def test_a_stranger_is_given_the_numbers(desk: Desk) -> None:
    said = await desk.stranger().does("help.press")
    assert "没法派人过去" in said
    assert "120" in said


async def test_the_supervisor_reads_the_whole_log(desk: Desk) -> None:
    granny, mine, head = await desk.people("granny", "w1", "head")
    await granny.does("help.press")
    await mine.taps("我来")

    await head.does("helplist")
    said = await head.taps("记录")

    assert "按下求助" in said
    assert "通知 社工甲（包户社工）" in said
    assert "2026年" in said
    assert "社工甲：已接" in said


async def test_what_is_said_names_only_who_is_being_told(desk: Desk) -> None:
    granny = await desk.person("granny")
    assert "一时还没联系上社工" in await granny.does("help.press")
    await granny.taps("按错了")

    await desk.person("daughter")
    said = await granny.does("help.press")
    assert "正在通知家人" in said
    assert "社工一时还没联系上" in said
    assert "0574-00000000" in said
    assert "一联系上社工就转给他" in await granny.says("在厨房")
    await granny.taps("按错了")

    await desk.person("w1")
    assert "正在通知社工和家人" in await granny.does("help.press")
    assert "正在转给社工" in await granny.says("在厨房")


async def test_family_who_need_help_themselves_say_so_in_one_tap(desk: Desk) -> None:
    daughter, mine, own = await desk.people("daughter", "w1", "w2")
    await daughter.does("help.press")
    mine.hears("陈奶奶 求助")

    said = await daughter.taps("是我自己要帮忙")

    assert "收到了" in said
    assert "说的是另一位" in mine.hears("陈奶奶 求助").plain
    card = own.hears("小陈 求助").plain
    assert "5幢101" in card
    assert "照看的老人：陈奶奶 3幢502" in card
    assert "已经结束" not in await daughter.says("我自己摔了")


async def test_family_of_two_homes_is_heard_before_they_choose(desk: Desk) -> None:
    daughter, mine, own = await desk.people("daughter", "w1", "w2")
    await desk.also_family_of("daughter", "resident")

    said = await daughter.does("help.press")

    assert "收到了" in said
    assert "是替谁求助" in said
    own.hears("小陈 求助")
    await daughter.taps("替陈奶奶")
    mine.hears("陈奶奶 求助")
    assert "说的是另一位" in own.hears("小陈 求助").plain


async def test_a_danger_said_after_the_press_gets_the_number_first(desk: Desk) -> None:
    granny, mine, third = await desk.people("granny", "w1", "w3")
    await granny.does("help.press")
    said = await granny.says("喘不上气，胸口痛")
    assert "120" in said
    assert said.index("120") < said.index("正在转给社工")
    mine.hears("又说：喘不上气")
    await desk.tick()
    third.hears("陈奶奶 求助")
    said = await granny.says("他在里面")
    assert "120" in said
    assert "锁好门" not in said, "what is only guessed tells nobody to lock out whoever is coming"
    mine.hears("又说：他在里面")


async def test_what_is_said_long_after_is_a_question_again(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.taps("到了")
    await desk.later(minutes=31)
    said = await granny.says("老年人优待证怎么办")
    assert "转给社工" not in said
    assert "优待证" in said


async def test_regretted_late_it_is_passed_on_and_not_claimed_to_be_in_hand(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await desk.later(minutes=6)

    said = await granny.taps("按错了")

    assert "正在告诉社工您说是按错了" in said
    assert "已经在" not in said
    mine.hears("说是按错了。请打电话或上门看一眼")
    await mine.taps("我来")
    await mine.taps("在路上")
    assert "正在告诉社工甲您说是按错了" in await granny.does("adds.wrong:1")


async def test_closed_by_another_the_elder_hears_the_right_name(desk: Desk) -> None:
    granny, mine, on_duty = await desk.people("granny", "w1", "w2")
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.taps("到了")
    await on_duty.taps("已处理")
    await on_duty.taps("家属接手了")
    granny.hears("您的求助：社工乙说家里人已经接手了")
    assert "社工乙 已处理：家属接手" in mine.hears("陈奶奶 求助").plain


async def test_a_double_tap_is_told_as_ones_own(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    take = mine.button("我来")[1].action
    await mine.does(take)
    await mine.does(take)
    assert mine.chat.notices[-1] == "您已经按过了：已接。"


async def test_help_buttons_do_nothing_to_a_question(desk: Desk) -> None:
    resident, mine = await desk.people("resident", "w1")
    await resident.says("我想问问楼下那棵树归谁管呀")
    await resident.taps("问社工")
    for name in ("take", "over", "go", "arrive", "done", "log"):
        assert "看不了" in await mine.does(f"calls.{name}:1")
    assert "用不了" in await resident.does("adds.wrong:1")


async def test_the_list_shows_all_of_them_page_by_page(desk: Desk) -> None:
    mine = await desk.person("w1")
    async with desk.database.writing() as work:
        for number in range(7):
            await _calls_for_help(work, desk, number)

    first = await mine.does("helplist")
    assert "没办完的求助（7 件）" in first
    assert "更多（还有 2 个）" in mine.buttons()[-1]
    assert [f"居民{n} 求助" in first for n in range(7)] == [True] * 5 + [False] * 2
    rest = await mine.taps("更多")
    assert [f"居民{n} 求助" in rest for n in range(7)] == [False] * 5 + [True] * 2
    assert "更多" not in "".join(mine.buttons())


async def _calls_for_help(work: Work, desk: Desk, number: int) -> None:
    person_id = await work.conn.scalar(
        sa.insert(people_rows)
        .values(code=f"r{number}", name=f"居民{number}", community_id=1, language="zh")
        .returning(people_rows.c.id)
    )
    ladder = desk.app.parts.policies.ladders["help"]
    opening = Opening(DutyKind.HELP, 1, ladder, f"test:{number}", subject_id=person_id)
    assert await duties.open_duty(work, opening) is not None


async def test_the_answer_and_the_first_worker_go_before_whom_else_it_concerns(desk: Desk) -> None:
    granny, *_ = await desk.people("granny", "daughter", "w2", "w1")
    await granny.does("help.press")
    sent = {parcel.address: parcel.first for parcel in desk.channel.parcels}
    assert sent == {"granny": True, "w1": True, "w2": False, "daughter": False}
