"""民情: raised at the door, in the chat and at the window; owned, promised, handed on, and asked about."""

from datetime import UTC, datetime

import sqlalchemy as sa

from bot.ledgers.form import Form
from bot.ledgers.matters import ledger
from domain.calendar import Month
from domain.duty import DutyState, Outcome
from domain.ledger_facts import Facts
from domain.messages import Media, MediaKind
from domain.people import Language
from domain.privacy import Sight
from knowledge.appraisal import shipped_weights
from storage import case_media, cases, people, personal
from storage import ledger as months
from storage.ledger_span import Rules
from storage.tables import metadata
from storage.tables.case import case_media as files
from storage.tables.case import cases as rows
from tests.support.desk import Desk, Someone
from wording import Phrases

MONTH = Month(2026, 11)


async def raised(desk: Desk, words: str = "1幢楼道灯坏了三天") -> tuple[Someone, Someone]:
    """王先生 has said what is wrong; his worker 社工甲 has the card."""
    resident, mine = await desk.people("resident", "w1")
    await resident.says("📣 反映问题")
    await resident.taps("公共设施")
    await resident.says(words)
    return resident, mine


async def facts_of(desk: Desk) -> Facts:
    async with desk.database.reading() as work:
        here = await people.community(work, 1)
        rules = Rules(desk.app.parts.policies, shipped_weights())
        return await months.reckoned(work, here, MONTH, rules)


def lines(facts: Facts, sight: Sight = Sight.HEAD) -> list[list[str | int]]:
    form = Form(facts, sight, Phrases.shipped()[Language.ZH])
    return [[cell.value for cell in row.cells] for row in ledger(form).rows]


async def test_from_the_chat_to_the_ledger(desk: Desk) -> None:
    """Raised, taken, told about, helped along, handed on, put off, closed, solved: each is one tap or two,
    and its resident reads all of it in plain words."""
    resident, mine = await raised(desk)
    other, head = await desk.people("w2", "head")
    assert "交给社工甲去办" in resident.transcript
    assert "11月30日（周一）17:00 前办结" in resident.transcript
    assert "新的民情：公共设施" in mine.messages[-1].plain
    assert "王先生 1幢201" in mine.messages[-1].plain

    await mine.taps("我来办")
    assert "社工甲已经接手在办" in resident.messages[-1].plain
    await mine.taps("告诉居民进展")
    await mine.says("灯具订好了")
    assert "灯具订好了" in resident.messages[-1].plain
    await mine.does("casestep.up:1")
    await mine.says("要物业出维修基金")
    assert "要协调：要物业出维修基金" in head.messages[-1].plain
    await head.taps("回话")
    await head.says("下午我去谈")
    mine.hears("书记回话")

    await mine.does("casehand.give:1")
    await mine.taps("社工乙")
    await other.taps("我接不了")
    mine.hears("社工乙说接不了，还归您办")
    await mine.does("casehand.give:1")
    await mine.taps("社工乙")
    await other.taps("我接手")
    mine.hears("社工乙接手了")
    assert "现在由社工乙接着办" in resident.messages[-1].plain
    await mine.does("casestep.done:1:done:go")
    assert "办结" not in resident.messages[-1].plain, "it is not his any more"

    await other.does("caselater:1")
    await other.taps("加 5")
    await other.says("厂家下周到货")
    assert "原因：厂家下周到货" in resident.messages[-1].plain
    assert "12月7日（周一）17:00 前" in resident.messages[-1].plain
    assert "不能再延" in await other.does("caselater:1")
    assert "社工乙在办" in await resident.does("mycase")

    await other.does("casestep.done:1")
    await other.taps("办好了")
    await other.says("灯都换好了")
    assert "灯都换好了" in resident.messages[-1].plain
    assert lines(await facts_of(desk))[0][2:12] == [
        "民情：公共设施",
        "王先生",
        "1幢201",
        "1幢楼道灯坏了三天",
        "社工甲→社工乙",
        "12月7日 17:00",
        "11月23日 10:00",
        "是",
        "办好了；灯都换好了",
        "",
    ]
    await desk.later(hours=24)
    await resident.taps("👍 解决了")
    other.hears("居民说解决了")
    await resident.does("mycase.unsolved:1")
    (row,) = lines(await facts_of(desk))
    assert row[10] == "办好了；灯都换好了；居民说解决了", "what was said first stands"
    (masked,) = lines(await facts_of(desk), Sight.FIGURES)
    assert masked[3:6] == ["王＊＊", "1幢＊＊＊", "〔略〕"]
    assert "灯" not in str(masked)


async def test_nobody_takes_it_and_time_runs_out(desk: Desk) -> None:
    """Half a day, and the supervisor knows; then the day before, the promised time, and the street."""
    resident, mine = await raised(desk)
    head = await desk.person("head")
    await desk.later(hours=4.1)
    mine.hears("还没有人接手")
    assert head.messages == []
    await desk.later(hours=2)
    head.hears("还没有人接手")
    await mine.taps("我来办")
    count = len(mine.messages)
    desk.clock.now = datetime(2026, 11, 27, 0, 31, tzinfo=UTC)
    await desk.tick()
    mine.hears("快到期了：公共设施")
    assert count < len(mine.messages)
    assert (await facts_of(desk)).matters[0].late(datetime(2026, 11, 30, 10, tzinfo=UTC))
    desk.clock.now = datetime(2026, 11, 30, 9, 1, tzinfo=UTC)
    await desk.tick()
    mine.hears("过期了，还没办结")
    head.hears("过期了，还没办结")
    assert "在催社工甲" in await resident.does("mycase")
    assert "过期的 1 件" in await head.does("cases")

    await head.does("casestep.take:1")
    mine.hears("书记接过去办了")
    assert "现在由书记接着办" in resident.messages[-1].plain
    async with desk.database.reading() as work:
        case = await cases.get(work, 1)
    assert case is not None
    assert (case.owner, case.first, case.duty.state) == ("书记", "社工甲", DutyState.TAKEN)


async def test_a_silent_colleague_takes_nothing_over(desk: Desk) -> None:
    _, mine = await raised(desk)
    await desk.person("w2")
    await mine.taps("我来办")
    await mine.does("casehand.give:1")
    await mine.taps("社工乙")
    await desk.later(hours=4.1)
    mine.hears("社工乙没有回音，还归您办")
    assert "社工乙 没有回音，仍由原来的人办" in await mine.does("cases.log:1")


async def test_no_is_once_more_and_then_for_the_supervisor(desk: Desk) -> None:
    resident, mine = await raised(desk)
    head = await desk.person("head")
    await mine.taps("我来办")
    await mine.does("casestep.done:1:done:go")
    await desk.later(hours=24)
    assert "社工甲接着办，社区负责人也知道了" in await resident.taps("👎 没有")
    head.hears("居民说没解决，再办一次")
    mine.hears("居民说没解决，再办一次")
    await resident.does("mycase.unsolved:1")
    await mine.taps("我来办")
    await mine.does("casestep.done:2:declined:go")
    assert "办不了" in mine.messages[-1].plain, "what cannot be done is never closed without a word"
    await mine.says("要等改造")
    assert "要等改造" in resident.messages[-1].plain
    await desk.later(hours=24)
    assert "会和您联系" in await resident.taps("👎 没有")
    head.hears("办过两次，居民还说没解决")
    async with desk.database.reading() as work:
        count = await work.conn.scalar(sa.select(sa.func.count()).select_from(rows))
        first, again = await cases.get(work, 1), await cases.get(work, 2)
    assert count == 2
    assert first is not None
    assert again is not None
    assert again.previous_id == first.duty.id


async def test_at_the_door_one_tap_makes_a_case_of_a_visit(desk: Desk) -> None:
    mine, granny, head = await desk.people("w1", "granny", "head")
    await mine.says("3幢502 陈奶奶说楼上漏水，吵了一架")
    await mine.taps("转为民情")
    assert "民情：矛盾调解" in mine.messages[-1].plain
    assert "社工甲在办" in mine.messages[-1].plain
    assert "社工甲已经接手在办，12月21日" in granny.messages[-1].plain, (
        "about a month, by the rules"
    )
    await mine.does("door.case:1")
    assert "归您办的民情：1 件" in await mine.says("📋 民情")
    await mine.does("cases.kind:1:property")
    assert "归到“物业服务”这一类，11月30日（周一）17:00 前" in granny.messages[-1].plain

    await mine.says("1幢301")
    await mine.taps("转为民情")
    await mine.says("门口台阶松了")
    assert "“门口台阶松了”" in mine.messages[-1].plain
    assert len(head.messages) == 0
    assert "民情 2 件" in str(await _digest(desk, mine))


async def _digest(desk: Desk, worker: Someone) -> str:
    await desk.later(hours=24)
    return worker.hears("手上的事").plain


async def test_at_the_window_nothing_is_lost(desk: Desk) -> None:
    """Named by address, by a name with a slip, or by nothing in the register."""
    desk_worker, resident = await desk.people("w2", "resident")
    await desk_worker.says("🏢 窗口来访")
    await desk_worker.says("1幢201 物业不修门禁")
    assert "社工乙已经接手在办" in resident.messages[-1].plain
    await desk_worker.does("walkin")
    await desk_worker.says("王先声 停车位被占")
    await desk_worker.taps("1幢201 王先生")
    assert "“停车位被占”" in desk_worker.messages[-1].plain
    await desk_worker.does("walkin")
    await desk_worker.says("刘师傅 13800000000 工地半夜施工")
    await desk_worker.taps("没有登记的人")
    assert "没有登记的居民" in desk_worker.messages[-1].plain
    assert "刘师傅 13800000000" in desk_worker.messages[-1].plain
    assert "民情：噪音扰民" in desk_worker.messages[-1].plain

    assert "请先打电话或当面说" in await desk_worker.does("casestep.say:3")
    await desk_worker.does("casestep.done:3:answered:go")
    assert "收不到消息" in desk_worker.messages[-1].plain
    await desk.later(hours=24)
    desk_worker.hears("请问一声：解决了吗")
    await desk_worker.taps("👎 没有")
    async with desk.database.reading() as work:
        again = await cases.get(work, 4)
    assert again is not None
    assert again.previous_id == 3


async def test_a_question_nobody_can_answer_becomes_a_case_on_either_side(desk: Desk) -> None:
    resident, mine = await desk.people("resident", "w1")
    await resident.says("门口的树挡住了我家的光")
    await resident.taps("这是反映问题")
    await resident.taps("环境卫生")
    await resident.taps("环境卫生")
    assert "已经记下了" in resident.messages[-1].plain, "two taps are one case"
    mine.hears("新的民情：环境卫生")

    await resident.says("树上的鸟窝也没人管吗")
    await resident.taps("问社工")
    await mine.taps("转为民情")
    assert "我当作一件民情来办" in resident.messages[-1].plain
    assert "归您办的民情：2 件" in await mine.does("cases")


async def test_a_photo_more_words_and_no_longer_needed(desk: Desk) -> None:
    resident, mine = await raised(desk)
    photo = Media(MediaKind.PHOTO, "memory", "photo-1")
    async with desk.database.writing() as work:
        await case_media.keep(work, 1, photo, "once")
        await case_media.keep(work, 1, photo, "once")
    await resident.taps("补充")
    await resident.says("二楼的也不亮")
    assert "居民有补充" in mine.messages[-1].plain
    assert "1幢楼道灯坏了三天；二楼的也不亮" in mine.messages[-1].plain
    assert "照片、语音 1 份" in mine.messages[-1].plain
    await mine.taps("看照片")
    assert mine.messages[-1].media == photo
    await resident.does("mycase")
    await resident.taps("不用办了")
    await resident.taps("是，不用办了")
    mine.hears("居民说不用办了")
    await mine.does("casestep.take:1")
    async with desk.database.reading() as work:
        case = await cases.get(work, 1)
    assert case is not None
    assert case.duty.outcome is Outcome.CALLED_OFF
    await desk.later(hours=24)
    assert "解决了吗" not in resident.transcript, "what is not wanted is not asked about"


async def test_what_sounds_like_an_emergency_is_told_the_number_first(desk: Desk) -> None:
    resident, _ = await raised(desk, "楼道着火了，快来人")
    assert "119" in resident.messages[-2].plain
    assert "记下了" in resident.messages[-1].plain


async def test_their_words_are_sealed_told_and_erased(desk: Desk) -> None:
    _, mine = await raised(desk, "老伴中风了，楼梯扶手松了")
    await mine.taps("我来办")
    await mine.does("casestep.done:1:done")
    await mine.says("扶手紧好了")
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, "resident")
        assert person is not None
        await case_media.keep(work, 1, Media(MediaKind.PHOTO, "memory", "photo-1"), "once")
        raw = await work.conn.execute(sa.text("SELECT text, result FROM cases"))
        assert not any("中风".encode() in bytes(value) for row in raw for value in row)
        told = await personal.held(work, person)
        assert told["held"]["cases"][0]["text"] == "老伴中风了，楼梯扶手松了"
        assert told["held"]["case_media"][0]["ref"] == "photo-1"
        await personal.erase(work, person, "（资料已删除）")
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(files)) == 0
        outbox = metadata.tables["outbox"]
        cards = sa.select(outbox).where(outbox.c.duty_id == 1)
        for held in (sa.select(rows), sa.select(metadata.tables["duty_log"]), cards):
            left = str((await work.conn.execute(held)).all())
            for word in ("中风", "扶手", "王先生"):
                assert word not in left, word
        case = await cases.get(work, 1)
        assert case is not None
        assert (case.kind, case.duty.outcome) == ("facilities", Outcome.DONE)


async def test_who_raised_it_moves_and_it_stays_where_it_is(desk: Desk) -> None:
    """A lamp on the old stairs is mended there, by whoever has it; its resident is told at the new home."""
    resident, mine = await raised(desk)
    head = await desk.person("head")
    await mine.taps("我来办")
    await head.does("people")
    await head.says("1幢201")
    await head.taps("王先生")
    await head.taps("搬到本社区另一户")
    await head.says("5幢102")
    await head.taps("今天")
    assert "反映的民情留在原来那一户" in head.messages[-1].plain
    await head.taps("确认搬家")
    mine.hears("他反映的“1幢楼道灯坏了三天”还归您办，地点还是 1幢201")
    assert "王先生 1幢201（现住 5幢102）" in await mine.taps("看这件民情")
    assert lines(await facts_of(desk))[0][4] == "1幢201"
    await head.taps("登记错了")
    mine.hears("书记撤回了搬家登记：王先生还住 1幢201")
    await mine.does("casestep.done:1:done:go")
    assert "办好了" in resident.messages[-1].plain


async def test_who_raised_it_leaves_and_hears_how_it_ended(desk: Desk) -> None:
    resident, mine = await raised(desk)
    number = await _number(desk, "resident")
    await mine.taps("我来办")
    await mine.does(f"move.sure:out:{number}:0:20261123")
    assert "反映的民情 1 件，还归经办人办" in mine.messages[-1].plain
    said = await mine.taps("确认搬走")
    assert "他反映的“1幢楼道灯坏了三天”还归您办" in said
    assert "王先生 1幢201（已搬走）" in await mine.taps("看这件民情")
    await mine.does("casestep.done:1:done:go")
    mine.hears("他已经不在本社区，不再问解决了没有")
    resident.hears("办好了")
    await desk.later(hours=24)
    assert "解决了吗" not in resident.transcript


async def test_who_raised_it_dies_and_whoever_has_it_decides(desk: Desk) -> None:
    """What the neighbours need goes on; the family hears nothing; nobody is asked to ring the dead."""
    resident, mine = await raised(desk)
    other, number = await desk.person("w2"), await _number(desk, "resident")
    await other.does("walkin")
    await other.says("1幢201 想申请助餐")
    await mine.taps("我来办")
    count = len(resident.messages)
    await mine.does(f"move.sure:died:{number}:0:20261123")
    assert "没办完的事" not in mine.messages[-1].plain
    await mine.taps("确认登记")
    other.hears("王先生已登记去世。他反映的“想申请助餐”还在您手上")
    await other.taps("用不着办了")
    assert "已了结" in other.messages[-1].plain
    assert "☑️ 用不着办了" in mine.buttons()
    said = await mine.taps("看这件民情")
    assert "王先生 1幢201（已登记去世）" in said
    assert "☎️" not in said
    assert "告诉居民进展" not in mine.buttons()
    assert "要告诉居民什么" not in await mine.does("casestep.say:1"), "on a card from before"
    assert "居民会看到" not in await mine.does("casestep.done:1:done")
    for tap in ("caselater:1", "caselater:1:3", "cases.kind:1"):
        assert "居民会" not in await mine.does(tap), "nobody reads it"
    await mine.does("casestep.done:1:done:go")
    mine.hears("居民已登记去世，不再打扰家里")
    await mine.does("casestep.over:1")
    await desk.later(hours=24)
    assert "请问一声" not in mine.transcript + other.transcript
    assert len(resident.messages) == count
    results = {row[2]: row[10] for row in lines(await facts_of(desk))}
    assert results == {"民情：公共设施": "办好了", "民情：困难帮扶": "已了结；去世登记"}


async def _number(desk: Desk, code: str) -> int:
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, code)
    assert person is not None
    return person.id
