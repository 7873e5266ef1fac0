"""The head of a community launches a round and reads it, on both databases."""

import pytest
import sqlalchemy as sa

from knowledge import Knowledge
from storage.database import Database
from storage.tables.survey import survey_invitations, survey_rounds
from tests.handlers.survey_town import DEPARTMENTS, RESIDENTS, Town, a_town, add_person
from tests.support.clock import HandClock


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: HandClock) -> Town:
    return await a_town(database, knowledge, clock, homes=24)


async def test_a_round_is_launched_by_four_taps_and_nothing_goes_out_before_the_last(
    town: Town,
) -> None:
    assert "选一份问卷" in await town.says("head", "🗳 满意度评议")
    assert "简版" in await town.taps("head", "居民评社区")

    plan = await town.taps("head", "简版：7 题")

    assert "1. 社区服务\n2. 社区管理" in plan
    assert "本社区 24 户，每户都请一位来答。在这里联系得上 24 户" in plan
    assert "到11月30日10:00结束" in plan
    assert "少于 10 份不出分数" in plan
    await town.ticks()
    assert await town.owed() == []

    assert "发起了" in await town.taps("head", "发起")
    await town.ticks()
    assert len(await town.owed()) == 24


async def test_the_full_form_says_how_much_it_asks(town: Town) -> None:
    plan = await town.does("head", f"survey.plan:{RESIDENTS}:full")
    assert "1. 社区服务（4 题）" in plan
    assert "另问基本情况 5 题" in plan


async def test_a_second_tap_on_launch_launches_nothing(town: Town) -> None:
    await town.does("head", f"survey.plan:{RESIDENTS}:short")
    launch = town.button(await town.person("head"), "发起").action
    await town.does("head", launch)

    said = await town.does("head", launch)

    assert "没有再发一次" in said
    assert await town.reads(sa.select(sa.func.count()).select_from(survey_rounds)) == [(1,)]


async def test_an_old_launch_button_does_not_launch_again_after_the_close(town: Town) -> None:
    await town.launches()
    await town.does("head", "survey.close:1")
    assert "以前的" in await town.does("head", f"survey.launch:{RESIDENTS}:short:1")
    assert "第 2 期" in await town.does("head", f"survey.plan:{RESIDENTS}:short")
    assert "发起了" in await town.does("head", f"survey.launch:{RESIDENTS}:short:2")


async def test_one_round_of_a_questionnaire_runs_at_a_time(town: Town) -> None:
    await town.launches()
    said = await town.does("head", f"survey.launch:{RESIDENTS}:full:2")
    assert "还在进行" in said
    assert "发起了" in await town.launches(DEPARTMENTS, "full")


@pytest.mark.parametrize(
    "action",
    [
        "survey.plan:nothing:short",
        f"survey.plan:{RESIDENTS}:wrong",
        f"survey.plan:{DEPARTMENTS}:short",
        "survey.launch",
        "survey.form:",
    ],
)
async def test_a_forged_questionnaire_is_refused_in_words(town: Town, action: str) -> None:
    assert "没有这份问卷" in await town.does("head", action)


@pytest.mark.parametrize("number", ["0", "2", "99", "-1", "x", ""])
async def test_a_forged_round_number_launches_nothing(town: Town, number: str) -> None:
    await town.does("head", f"survey.launch:{RESIDENTS}:short:{number}")
    assert await town.reads(sa.select(survey_rounds.c.id)) == []


async def test_only_heads_see_surveys_and_only_their_own(town: Town) -> None:
    await town.launches()
    for action in ("survey.show:1", "survey.end:1", "survey.close:1", "survey.words:1"):
        assert "不是您社区的" in await town.does("other-head", action)
        assert "用不了" in await town.does("w1", action)
        assert "用不了" in await town.does("r1", action)
    assert "不是您社区的" in await town.does("head", "survey.show:777")
    assert "不是您社区的" in await town.does("other-head", "survey.subject:1:0")


async def test_a_community_that_nobody_can_be_reached_in_launches_nothing(town: Town) -> None:
    plan = await town.does("other-head", f"survey.plan:{RESIDENTS}:short")
    assert "本社区 0 户" in plan
    assert "一个人都联系不上" in plan
    said = await town.does("other-head", f"survey.launch:{RESIDENTS}:short:1")
    assert "一个人都联系不上" in said


async def test_results_stay_hidden_under_ten_and_grow_ten_at_a_time(town: Town) -> None:
    await town.launches()
    for first, last in ((1, 9), (10, 10), (11, 19)):
        await town.hand_in(1, {f"r{n}": [5] * 7 for n in range(first, last + 1)})
        answer = await town.turn("head", "survey.show:1")
        said = answer.messages[0].plain
        assert f"请了 24 户，收回 {last} 份，应答率 {last / 24:.0%}" in said
        assert "总分" not in said
        assert len(answer.messages) == 1

    await town.answers("r20", *[5] * 7)
    answer = await town.turn("head", "survey.show:1")

    assert "按 10 份算" in answer.messages[0].plain, "ten are shown, ten stay back"
    assert "总分 100.0" in answer.messages[0].plain
    picture = answer.messages[1].attachment
    assert picture is not None
    assert (picture.recipe, picture.params, picture.picture) == (
        "survey.tally",
        {"round": 1, "subject": 0},
        True,
    )


async def test_closing_early_asks_once_more_counts_everything_and_tells_it(town: Town) -> None:
    await town.launches()
    codes = enumerate([5, 5, 4, 3, 1, 0] * 2, start=1)
    await town.hand_in(1, {f"r{n}": [code] * 7 for n, code in codes}, words="楼道灯修一修")
    await town.does("r13", "ballot.go:1")
    await town.does("head", "survey.show:1")
    assert "确定吗" in await town.taps("head", "提前结束")

    said = await town.taps("head", "确定结束")

    assert "已结束" in said
    assert "按 12 份算" in said
    assert "总分 68.0" in said  # (100+100+80+60+0)/5, twice
    assert "社区服务：68.0 分（" in said
    assert "10 人有看法，不了解 2" in said
    assert "答了一半 1" in said
    assert "早就结束了" in await town.does("head", "survey.close:1")
    words = await town.does("head", "survey.words:1")
    assert "共 12 条" in words
    assert words.count("• 楼道灯修一修") == 12


async def test_what_people_wrote_waits_for_the_close_and_for_enough_sheets(town: Town) -> None:
    await town.launches()
    await town.hand_in(1, {f"r{n}": [4] * 7 for n in range(1, 10)}, words="秘密")
    assert "等评议结束" in await town.does("head", "survey.words:1")
    said = await town.does("head", "survey.close:1")
    assert "少于 10 份" in said
    assert "没有可以显示的话" in await town.does("head", "survey.words:1")


async def test_one_person_a_household_is_asked_a_resident_first_and_never_staff(
    town: Town,
) -> None:
    async with town.database.writing() as work:
        here, home = 1, 1
        from domain.people import Role

        await add_person(work, here, "grandson", Role.FAMILY, home=home)
        await add_person(work, here, "sister", Role.RESIDENT, home=home)
        await add_person(work, here, "lives-here-too", Role.RESIDENT, Role.WORKER, home=home)
    await town.launches()
    asked = await town.reads(
        sa.select(survey_invitations.c.person_id).where(survey_invitations.c.household_id == 1)
    )
    assert asked == [(await town.person("r1"),)]
