"""Answering: one message, one tap an answer, and every odd tap gets a clear sentence."""

import pytest
import sqlalchemy as sa

from domain.people import Role
from knowledge import Knowledge
from storage.database import Database
from storage.tables.survey import survey_invitations, survey_sheets
from tests.handlers.survey_town import DEPARTMENTS, RESIDENTS, Town, a_town, add_person
from tests.support.clock import HandClock


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: HandClock) -> Town:
    return await a_town(database, knowledge, clock, workers=6)


@pytest.fixture
async def asked(town: Town) -> Town:
    """A short round is running and everyone has been invited."""
    await town.launches()
    return town


async def sheets(town: Town) -> int:
    return len(await town.reads(sa.select(survey_sheets.c.id)))


async def state(town: Town, code: str) -> str:
    person_id = await town.person(code)
    table = survey_invitations.c
    rows = await town.reads(sa.select(table.state).where(table.person_id == person_id))
    return str(rows[0].state)


async def test_seven_taps_and_a_word_of_thanks(asked: Town) -> None:
    first = await asked.does("r1", "ballot.go:1")
    assert first == "第 1 题，共 7 题\n●○○○○○○\n\n您怎么看“社区服务”？"
    labels = [row[0].label for row in asked.seen[await asked.person("r1")].buttons]
    assert labels == [
        "😄 非常满意",
        "🙂 比较满意",
        "😐 一般",
        "🙁 不太满意",
        "😞 很不满意",
        "❔ 不了解、没接触过",
        "⏸ 以后再答",
    ], "large and one a row"

    assert "第 2 题，共 7 题\n●●○○○○○" in await asked.taps("r1", "非常满意")
    for _ in range(5):
        await asked.taps("r1", "比较满意")
    assert "不写也行" in await asked.taps("r1", "不了解")
    summary = await asked.says("r1", "多装几把长椅")
    assert "1. 社区服务：非常满意\n2. 社区管理：比较满意" in summary
    assert "8. 您最希望社区先做好的一件事是什么：多装几把长椅" in summary
    assert "交了就不能再改" in summary
    thanks = await asked.taps("r1", "交上去")

    assert "谢谢" in thanks
    assert "不写姓名，和名单分开存放" in thanks
    assert await sheets(asked) == 1
    assert await state(asked, "r1") == "done"


async def test_every_answer_replaces_the_one_message(asked: Town) -> None:
    for action in ("ballot.go:1", "ballot.pick:1:0:5", "ballot.back:1:1", "ballot.later:1"):
        (message,) = (await asked.turn("r1", action)).messages
        assert message.in_place
        assert message.card == "ballot:1"


async def test_back_shows_what_was_said_and_one_tap_corrects_it(asked: Town) -> None:
    await asked.does("r1", "ballot.go:1")
    for label in ("很不满意", "一般", "一般"):
        await asked.taps("r1", label)
    assert "社区民主" in await asked.taps("r1", "上一题")
    assert "社区管理" in await asked.taps("r1", "上一题")
    shown = await asked.taps("r1", "上一题")
    assert "社区服务" in shown
    assert "您答的是：很不满意" in shown
    assert "第 4 题" in await asked.taps("r1", "非常满意"), "back where they were"
    await asked.fills("r1", *[4] * 4)
    (row,) = await asked.reads(sa.select(survey_sheets.c.answers))
    assert [row.answers[f"a{n}"] for n in range(1, 8)] == [5, 3, 3, 4, 4, 4, 4]


async def test_before_it_is_handed_in_any_answer_can_be_changed(asked: Town) -> None:
    await asked.does("r1", "ballot.go:1")
    for _ in range(7):
        await asked.taps("r1", "一般")
    await asked.taps("r1", "跳过")
    assert "要改哪一题" in await asked.taps("r1", "改一题")
    assert "社区治安" in await asked.taps("r1", "4. 社区治安：一般")
    assert "4. 社区治安：一般" in await asked.taps("r1", "不改")
    await asked.taps("r1", "改一题")
    await asked.taps("r1", "社区治安")
    assert "4. 社区治安：很不满意" in await asked.taps("r1", "很不满意")
    await asked.taps("r1", "交上去")
    (row,) = await asked.reads(sa.select(survey_sheets.c.answers))
    assert row.answers["a4"] == 1


async def test_a_double_tap_answers_one_question_only(asked: Town) -> None:
    await asked.does("r1", "ballot.go:1")
    await asked.does("r1", "ballot.pick:1:0:5")
    said = await asked.does("r1", "ballot.pick:1:0:5")
    assert "已经记下了" in said
    assert "第 2 题" in said


async def test_a_tap_on_an_old_message_changes_nothing_and_shows_where_they_are(
    asked: Town,
) -> None:
    await asked.does("r1", "ballot.go:1")
    for at in range(4):
        await asked.does("r1", f"ballot.pick:1:{at}:4")
    assert "第 5 题" in await asked.does("r1", "ballot.pick:1:1:1")
    assert "第 5 题" in await asked.does("r1", "ballot.back:1:2")
    assert "第 5 题" in await asked.does("r1", "ballot.done:1:4"), "not finished yet"
    assert await sheets(asked) == 0


async def test_pause_keeps_the_answers_and_three_ways_lead_back(asked: Town) -> None:
    await asked.does("r1", "ballot.go:1")
    await asked.taps("r1", "一般")
    assert "11月30日前" in await asked.taps("r1", "以后再答")
    asked.clock.forward(days=2)
    assert "第 2 题" in await asked.taps("r1", "接着答")
    assert "第 2 题" in await asked.says("r1", "问卷")
    assert "第 2 题" in await asked.does("r1", "ballot")
    assert "第 2 题" in await asked.does("r1", "ballot.go:1"), "the invitation works still"


async def test_handing_in_twice_counts_once(asked: Town) -> None:
    await asked.answers("r1", *[4] * 7)
    assert "只算一次" in await asked.does("r1", "ballot.done:1:8")
    assert "只算一次" in await asked.does("r1", "ballot.pick:1:0:1")
    assert "只算一次" in await asked.does("r1", "ballot.go:1")
    assert "只算一次" in await asked.does("r1", "ballot.no:1")
    assert await sheets(asked) == 1


async def test_the_draft_is_gone_once_it_is_handed_in(asked: Town) -> None:
    await asked.does("r1", "ballot.go:1")
    await asked.taps("r1", "一般")
    table = survey_invitations.c
    draft = sa.select(table.draft, table.position).where(table.id == 1)
    assert await asked.reads(draft) == [({"a1": 3}, 1)]
    await asked.fills("r1", *[4] * 6)
    assert await asked.reads(draft) == [(None, 0)]


async def test_after_the_close_nothing_is_taken(asked: Town) -> None:
    await asked.does("r1", "ballot.go:1")
    asked.clock.forward(days=7)
    assert "已经结束" in await asked.does("r1", "ballot.pick:1:0:5"), "before the job came by"
    await asked.ticks()
    for action in ("ballot.pick:1:0:5", "ballot.go:1", "ballot.done:1:0", "ballot.no:1"):
        assert "已经结束" in await asked.does("r1", action)
    assert "没有要您答的问卷" in await asked.does("r1", "ballot")
    assert await sheets(asked) == 0
    assert await state(asked, "r1") == "broken_off"
    assert await asked.reads(sa.select(survey_invitations.c.draft).distinct()) == [(None,)]


async def test_a_ballot_finished_too_late_is_not_handed_in(asked: Town) -> None:
    await asked.does("r1", "ballot.go:1")
    for at in range(7):
        await asked.does("r1", f"ballot.pick:1:{at}:4")
    await asked.does("r1", "ballot.skip:1:7")
    await asked.does("head", "survey.close:1")
    assert "已经结束" in await asked.does("r1", "ballot.done:1:8")
    assert await sheets(asked) == 0


@pytest.mark.parametrize("code", ["6", "-1", "x", "", "5:5:5", "99999"])
async def test_a_forged_choice_records_nothing(asked: Town, code: str) -> None:
    await asked.does("r1", "ballot.go:1")
    said = await asked.does("r1", f"ballot.pick:1:0:{code}")
    if code == "5:5:5":  # more than is read: it is the honest tap on 5
        assert "第 2 题" in said
    else:
        assert "没有这个选项" in said
        assert "第 1 题" in said


@pytest.mark.parametrize(
    "action",
    [
        "ballot.fix:1:0:99:5",
        "ballot.fix:1:0:2:5",
        "ballot.fix:1:0:x",
        "ballot.see:1:0:99",
        "ballot.back:1:0:99",
        "ballot.skip:1:0",
        "ballot.skip:1:0:8",
        "ballot.tick:1:0:1:5:1",
        "ballot.ticked:1:0:1",
        "ballot.done:1:0",
    ],
)
async def test_a_forged_way_round_leads_back_to_the_question(asked: Town, action: str) -> None:
    await asked.does("r1", "ballot.go:1")
    assert "第 1 题，共 7 题" in await asked.does("r1", action)
    drafts = await asked.reads(sa.select(survey_invitations.c.draft).distinct())
    assert [row.draft for row in drafts] in ([None], [{}])


@pytest.mark.parametrize("action", ["ballot.pick", "ballot.go", "ballot.go:999", "ballot.open:x"])
async def test_a_forged_ballot_reaches_nobodys(asked: Town, action: str) -> None:
    assert "没有请到您" in await asked.does("r1", action)


async def test_nobody_answers_for_somebody_else(asked: Town) -> None:
    await asked.does("r1", "ballot.go:1")
    for action in ("ballot.pick:1:0:1", "ballot.done:1:0", "ballot.back:1:1", "ballot.later:1"):
        assert "没有请到您" in await asked.does("r2", action)
    assert "没有请到您" in await asked.does("w1", "ballot.go:1"), "staff are not asked"
    assert "第 1 题" in await asked.does("r1", "ballot.go:1")


async def test_the_other_one_in_the_home_is_told_that_one_was_asked(asked: Town) -> None:
    async with asked.database.writing() as work:
        await add_person(work, 1, "wife", Role.RESIDENT, home=1)
    assert "另一位" in await asked.does("wife", "ballot.go:1")
    await asked.does("r1", "ballot.go:1")
    assert "另一位" in await asked.does("wife", "ballot.pick:1:0:5")


async def test_who_would_rather_not_is_left_in_peace_and_may_change_their_mind(
    asked: Town,
) -> None:
    assert "不打扰" in await asked.does("r1", "ballot.no:1")
    assert await state(asked, "r1") == "declined"
    assert "不参加 1" in await asked.does("head", "survey.show:1")
    assert "第 1 题" in await asked.taps("r1", "还是答一下")
    assert "谢谢" in await asked.fills("r1", *[3] * 7)


async def test_words_that_are_too_long_or_no_words_are_asked_for_again(asked: Town) -> None:
    await asked.does("r1", "ballot.go:1")
    for at in range(7):
        await asked.does("r1", f"ballot.pick:1:{at}:4")
    assert "200 字以内" in await asked.says("r1", "好" * 201)
    assert "请打字" in await asked.says("r1", " ")
    assert "没有这个选项" in await asked.does("r1", "ballot.pick:1:7:forged"), "no button has words"
    assert "：<b>好</b>" in await asked.says("r1", "<b>好</b>")


async def test_raters_mark_one_department_after_the_other(town: Town) -> None:
    plan = await town.does("head", f"survey.form:{DEPARTMENTS}")
    assert "请 w1 代表本社区评" in plan
    await town.launches(DEPARTMENTS, "full")
    assert len(await town.owed()) == 1, "one invitation, not one a department"

    assert "已评 0，共 10 个" in await town.does("w1", "ballot.go:1")
    first = await town.taps("w1", "公安分局")
    assert "【公安分局】" in first
    assert "10 分最好，0 分最差" in first
    rows = town.seen[await town.person("w1")].buttons
    assert [[b.label for b in row] for row in rows[:4]] == [
        ["10", "9", "8", "7"],
        ["6", "5", "4", "3"],
        ["2", "1", "0"],
        ["不了解、没接触过"],
    ]
    for _ in range(10):
        await town.taps("w1", "9")
    await town.taps("w1", "跳过")
    said = await town.taps("w1", "跳过")
    assert "“公安分局”评好了" in said
    assert "已评 1，共 10 个" in said
    assert "✅ 公安分局：平均 9.0 分" in said


async def test_a_rater_confirms_one_page_and_corrects_it_until_the_close(town: Town) -> None:
    await town.launches(DEPARTMENTS, "full")
    await town.does("w1", "ballot.go:1")
    for _ in range(9):
        person_id = await town.person("w1")
        said = await town.does("w1", town.button(person_id, "没往来").action)
    assert "✅ 退役军人事务局：没往来" in said
    await town.taps("w1", "残疾人联合会")
    assert "已经记下" not in await town.fills("w1", *[8] * 10)
    assert await sheets(town) == 0, "kept to be corrected"
    said = await town.does("w1", "ballot.go:1")
    assert "10 个部门都交了" in said
    assert "点部门的名字还可以改" in said

    await town.taps("w1", "残疾人联合会")
    await town.taps("w1", "改一题")
    await town.taps("w1", "1. 布置的事情")
    rows = town.seen[await town.person("w1")].buttons
    zero = next(b.action for row in rows for b in row if b.label == "0")
    assert "✅ 残疾人联合会：平均 7.2 分" in await town.does("w1", zero)
    await town.does("w1", "rater.confirm:1")  # a second tap on an old page
    assert "没有请到您" in await town.does("r1", "rater.confirm:1")
    assert "没有请到您" in await town.does("r1", "rater.none:1:0")
    assert "没有请到您" in await town.does("w2", "rater.none:1:0"), "another rater's"
    assert "交回 10 份" in await town.does("head", "survey.close:1")
    for action in ("rater.confirm:1", "rater.page:1"):
        assert "已经结束" in await town.does("w1", action)
    found = await town.reads(sa.select(survey_sheets.c.subject, survey_sheets.c.answers))
    assert len(found) == 10
    marks = next(row.answers for row in found if row.subject == 10)
    assert [marks[f"d{n:02}"] for n in range(1, 11)] == [0] + [8] * 9
    assert await town.reads(sa.select(survey_invitations.c.draft).distinct()) == [(None,)]


async def test_somebody_with_two_ballots_chooses(town: Town) -> None:
    await town.launches(DEPARTMENTS, "full")
    async with town.database.writing() as work:
        await add_person(work, 1, "both", Role.WORKER)
    assert "已评 0" in await town.does("w1", "ballot")
    assert "没有要您答的问卷" in await town.does("both", "ballot"), "joined after the sample"
    assert await town.launches(RESIDENTS)
    assert "第 1 题" in await town.does("r1", "ballot")
