"""A questionnaire of an office's own: every kind of question, skips, versions, and a head's trial."""

import pytest
import sqlalchemy as sa

from knowledge import Knowledge
from storage.database import Database
from storage.questionnaires import VersionError
from storage.tables.survey import survey_invitations, survey_rounds, survey_sheets
from tests.handlers.survey_town import Town, a_town
from tests.support.canteen import OWN
from tests.support.clock import HandClock


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: HandClock) -> Town:
    made = await a_town(database, knowledge, clock, homes=2, workers=1)
    await made.stores(OWN)
    return made


@pytest.fixture
async def asked(town: Town) -> Town:
    """A round of it is running."""
    await town.launches("meals", "full")
    return town


async def sheets(town: Town) -> list[dict[str, object]]:
    return [row.answers for row in await town.reads(sa.select(survey_sheets.c.answers))]


async def test_who_never_ate_there_is_asked_nothing_about_it(asked: Town) -> None:
    assert "第 1 题，最多 5 题" in await asked.does("r1", "ballot.go:1")
    await asked.taps("r1", "普通家庭")
    said = await asked.taps("r1", "没吃过")
    assert "有什么想说的" in said
    said = await asked.taps("r1", "跳过")
    assert said.count("：") == 4, "three answers to check and no more"
    await asked.taps("r1", "交上去")
    assert await sheets(asked) == [{"kind": 1, "eats": 2, "wish": ""}]


async def test_a_number_is_typed_and_what_is_none_is_told_kindly(asked: Town) -> None:
    for label in ("", "普通家庭", "吃过"):
        await (asked.taps("r1", label) if label else asked.does("r1", "ballot.go:1"))
    assert "没看懂这个数" in await asked.says("r1", "好多次")
    assert "1 到 90次之间" in await asked.says("r1", "100")
    assert "没看懂这个数" in await asked.says("r1", "2.5")
    assert "没有这个选项" in await asked.does("r1", "ballot.pick:1:2:7"), "no button has numbers"
    assert "哪几顿" in await asked.says("r1", "１２ 次")
    shown = await asked.taps("r1", "上一题")
    assert "您答的是：12次" in shown
    assert "哪几顿" in await asked.says("r1", "3"), "typed anew it replaces the old one"


async def test_several_are_ticked_one_tap_each(asked: Town) -> None:
    await asked.does("r1", "ballot.go:1")
    for label in ("普通家庭", "吃过"):
        await asked.taps("r1", label)
    await asked.says("r1", "5")
    assert "还没选够" in await asked.taps("r1", "完成")
    tap = asked.button(await asked.person("r1"), "早饭").action
    other = asked.button(await asked.person("r1"), "中饭").action
    await asked.does("r1", tap)
    await asked.does("r1", tap)  # a second finger
    await asked.does("r1", other)  # a tap on the message as it was before the first
    labels = [row[0].label for row in asked.seen[await asked.person("r1")].buttons]
    assert labels[:3] == ["☑️ 早饭", "☑️ 中饭", "⬜ 都一样"]
    await asked.taps("r1", "都一样")
    labels = [row[0].label for row in asked.seen[await asked.person("r1")].buttons]
    assert labels[:3] == ["⬜ 早饭", "⬜ 中饭", "☑️ 都一样"], "it stands alone"
    for forged in ("ballot.tick:1:3:4:9:1", "ballot.tick:1:3:1:1:1", "ballot.ticked:1:3:99"):
        assert "没有这个选项" in await asked.does("r1", forged)
    assert "味道" in await asked.taps("r1", "完成")


async def test_a_correction_shuts_questions_and_their_answers_are_not_handed_in(
    asked: Town,
) -> None:
    await asked.does("r1", "ballot.go:1")
    for label in ("普通家庭", "吃过"):
        await asked.taps("r1", label)
    await asked.says("r1", "5")
    for label in ("早饭", "完成", "不好"):
        await asked.taps("r1", label)
    await asked.says("r1", "太咸")
    await asked.says("r1", "少放盐")
    await asked.taps("r1", "改一题")
    await asked.taps("r1", "来吃过吗")
    said = await asked.taps("r1", "没吃过")
    assert "太咸" not in said
    await asked.taps("r1", "改一题")
    await asked.taps("r1", "来吃过吗")
    assert "太咸" in await asked.taps("r1", "吃过"), "taken back, nothing is lost"
    await asked.taps("r1", "改一题")
    await asked.taps("r1", "来吃过吗")
    await asked.taps("r1", "没吃过")
    await asked.taps("r1", "交上去")
    assert await sheets(asked) == [{"kind": 1, "eats": 2, "wish": "少放盐"}]


async def test_a_running_round_asks_what_it_was_launched_with(asked: Town) -> None:
    with pytest.raises(VersionError, match="Give the changed one version 3"):
        await asked.stores(OWN.replace("来吃过吗？", "来过吗？"))
    await asked.stores(OWN.replace("来吃过吗？", "来过吗？").replace("version: 2", "version: 3"))
    await asked.does("r1", "ballot.go:1")
    assert "来吃过吗" in await asked.taps("r1", "普通家庭")
    await asked.does("head", "survey.close:1")
    await asked.launches("meals", "full", number=2)
    await asked.does("r1", "ballot.go:2")
    assert "来过吗" in await asked.taps("r1", "普通家庭")
    rows = await asked.reads(sa.select(survey_rounds.c.version).order_by(survey_rounds.c.id))
    assert [row.version for row in rows] == [2, 3]


async def test_what_rates_nothing_has_no_short_form(town: Town) -> None:
    bare = OWN.replace("  - {id: food, name: {zh: 饭菜, en: Food}}\n", "").replace("aspects:\n", "")
    bare = bare.replace(
        "kind: scale, scale: three, aspect: food", "kind: choice, options: [好, 坏]"
    )
    await town.stores(bare.replace("version: 2", "version: 3"))
    plan = await town.does("head", "survey.form:meals")
    assert "另问基本情况 5 题" in plan
    assert "没有这份问卷" in await town.does("head", "survey.plan:meals:short")
    await town.launches("meals", "full")
    (invited,) = await town.owed("r1")
    assert "一共最多 5 题" in str(invited["body"])


async def test_a_head_tries_it_and_nothing_is_kept(town: Town) -> None:
    await town.does("head", "survey.plan:meals:full")
    assert "试答" in await town.taps("head", "试答")
    assert "试答" in await town.taps("head", "普通家庭")
    assert "试答" in await town.taps("head", "吃过")
    assert "没看懂这个数" in await town.says("head", "许多")
    await town.says("head", "5")
    await town.taps("head", "早饭")
    old = town.button(await town.person("head"), "完成").action
    for label in ("完成", "好", "跳过"):
        said = await town.taps("head", label)
    assert "4. 哪几顿：早饭" in said
    assert "已经记下了" in await town.does("head", old)
    assert "没有记下来" in await town.taps("head", "交上去")
    assert "试答结束了" in await town.does("head", old)
    assert await sheets(town) == []
    assert await town.reads(sa.select(survey_invitations.c.id)) == []
    said = await town.does("r1", "trial.begin:meals:full")
    assert "普通家庭" not in said, "residents launch nothing"


async def test_what_is_launched_is_the_version_that_was_read(town: Town) -> None:
    await town.does("head", "survey.plan:meals:full")
    launch = town.button(await town.person("head"), "发起（问卷第 2 版）").action
    await town.stores(OWN.replace("来吃过吗？", "来过吗？").replace("version: 2", "version: 3"))
    assert "换了新版，没有发起" in await town.does("head", launch)
    assert not await town.reads(sa.select(survey_rounds.c.id))
    await town.does("head", "survey.plan:meals:full:drawn")
    assert "发起了" in await town.taps("head", "发起（问卷第 3 版）")
    rows = await town.reads(sa.select(survey_rounds.c.version, survey_rounds.c.who))
    assert [tuple(row) for row in rows] == [(3, "drawn")]

    longest = "x" * 32
    await town.stores(OWN.replace("id: meals", f"id: {longest}", 1))
    await town.does("head", f"survey.plan:{longest}:full:drawn")
    assert "发起了" in await town.taps("head", "发起"), "a button has room for it"
