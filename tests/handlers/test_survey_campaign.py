"""A bureau asks all communities at once, of departments too, on both databases."""

from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.channels.web.survey_wire import page
from bot.recipes import RECIPES
from bot.render.survey_book import tables
from bot.survey_export import community_file, files_of
from bot.survey_view import of_many, of_one, of_whole
from domain.ballot import BallotState, Form
from domain.messages import Owed, OwedTo
from domain.people import Language, Role
from domain.sampling import Part, Who, draw
from knowledge import Knowledge
from knowledge.questionnaires import shipped_questionnaires
from storage import people as people_store
from storage import (
    questionnaires,
    survey,
    survey_campaign,
    survey_draw,
    survey_result,
)
from storage.database import Database
from storage.survey_draw import Launch
from storage.tables.people import households, roles
from storage.tables.survey import (
    survey_invitations,
    survey_rounds,
    survey_sheets,
    survey_strata,
)
from tests.handlers.survey_town import (
    DEPARTMENTS,
    RESIDENTS,
    Town,
    a_community,
    a_town,
    add_home,
    add_person,
)
from tests.support.clock import HandClock

PLACES = 6


@pytest.fixture
async def city(database: Database, knowledge: Knowledge, clock: HandClock) -> Town:
    """Six communities besides the town's own two; a bureau oversees the six, each with a `rater`."""
    town = await a_town(database, knowledge, clock, homes=0, workers=0)
    async with database.writing() as work:
        bureau = 0
        for number in range(1, PLACES + 1):
            here, block = await a_community(work, f"c{number}")
            await add_person(work, here, f"rater{number}", Role.SUPERVISOR)
            if not bureau:
                bureau = await add_person(work, here, "bureau", Role.BUREAU)
            else:
                row = {"person_id": bureau, "community_id": here, "role": Role.BUREAU}
                await work.conn.execute(sa.insert(roles).values(row))
            for home in range(1, 11):
                place = await add_home(work, here, block, home)
                if home % 2:
                    await add_person(work, here, f"c{number}-r{home}", Role.RESIDENT, home=place)
        await work.conn.execute(
            sa.update(households)
            .where(households.c.code.in_(["1幢-9", "1幢-10"]))
            .values(special=True)
        )
    return town


async def test_one_launch_opens_a_round_in_every_community_that_is_overseen(city: Town) -> None:
    assert "6 个社区" in await city.does("bureau", "campaign")
    plan = await city.taps("bureau", "居民评社区")
    assert "本社区 60 户" not in plan
    assert "60 户" in plan
    said = await city.taps("bureau", "发起")
    assert "发起了" in said
    assert "请了 60，应答率 0.0%" in said
    assert "这里没有联系办法：30" in said, "homes without anybody are an outcome and no exclusion"
    again = await city.does("bureau", f"campaign.launch:{RESIDENTS}:short:1:all")
    assert "没有再发一次" in again
    assert await city.reads(sa.select(sa.func.count()).select_from(survey_rounds)) == [(6,)]
    await city.ticks()
    assert len(await city.owed()) == 30
    assert "用不了" in await city.does("rater1", "campaign")


async def test_a_sample_is_the_one_that_anybody_can_draw_again(city: Town) -> None:
    async with city.database.writing() as work:
        wanted = Launch(RESIDENTS, 2, Form.SHORT, 1, seed="2026", who=Who.DRAWN, homes=5)
        opened = await survey_draw.launch(work, wanted, [3, 4])
    assert len(opened) == 2
    rows = await city.reads(
        sa.select(
            survey_invitations.c.round_id, survey_invitations.c.stratum, households.c.code
        ).join(households, households.c.id == survey_invitations.c.household_id)
    )
    ordinary = [f"1幢-{n}" for n in range(1, 9)]
    for round_ in opened:
        community = f"c{round_.community_id - 2}"
        drawn = {row.code for row in rows if row.round_id == round_.id}
        by_hand = {*draw("2026", community, ordinary, 4)}
        by_hand |= {*draw("2026", community, ["1幢-9", "1幢-10"], 1)}
        assert drawn == by_hand
    strata = await city.reads(
        sa.select(survey_strata.c.stratum, survey_strata.c.homes, survey_strata.c.drawn)
    )
    assert Counter(map(tuple, strata)) == {
        (Part.ORDINARY, 8, 4): 2,
        (Part.SPECIAL, 2, 1): 2,
    }


async def rates(city: Town, number: int, subject: int, mark: int) -> None:
    """A rater has confirmed what they think of one department."""
    person = await city.person(f"rater{number}")
    async with city.database.writing() as work:
        (round_,) = await survey.waiting_for(work, person, work.now)
        mine = await survey.ballots_of(work, round_.id, person)
        ballot = next(one for one in mine if one.subject == subject)
        await survey.begin(work, ballot.id)
        marks: dict[str, int | str] = {f"d{n:02}": mark for n in range(1, 11)}
        marks["p1"] = "办得快"
        assert await survey.keep(work, ballot, marks, state=BallotState.CONFIRMED)


async def closes(city: Town, number: int) -> str:
    """The bureau ends the campaign of that number; what it reads then."""
    await city.does("bureau", f"campaign.close:{number}")
    await city.ticks()
    return await city.does("bureau", f"campaign.show:{number}")


async def test_departments_are_shown_over_all_communities_and_only_with_enough(
    city: Town,
) -> None:
    await city.does("bureau", f"campaign.launch:{DEPARTMENTS}:full:1:rater")
    await city.ticks()
    assert len(await city.owed()) == PLACES, "one person a community"
    for number, mark in enumerate((10, 9, 8, 7, 6), start=1):
        await rates(city, number, 1, mark)
    await rates(city, 1, 8, 1)
    assert "先不出分数" in await city.does("bureau", "campaign.show:1")

    assert "确定吗" in await city.does("bureau", "campaign.end:1")
    assert "不再收答卷" in await city.does("bureau", "campaign.close:1")
    said = await closes(city, 1)

    lie_in = await city.reads(sa.select(survey_sheets.c.round_id).distinct())
    assert len(lie_in) == 1, "no sheet lies under the round of its community"
    assert "民政局：80.0 分（72.0–88.0），5 个社区" in said
    assert "司法局：份数不够，不显示" in said
    assert "交回来了：6" in said
    assert "民政局：80" not in await city.does("rater1", "survey.show:1"), "one alone is not shown"
    for number in range(1, PLACES + 1):  # nor what the others wrote, under whose round it lies
        words = await city.does(f"rater{number}", f"survey.words:{number}")
        assert "没有可以显示的话" in words


async def test_the_next_campaign_says_whose_score_has_changed_and_shows_pictures(
    city: Town,
) -> None:
    """Six equal sheets, with one of 0 and one of full marks added, tell neither 80 from 96.7 nor a change
    from 50; they do tell 15 from 96.7, and a change of 83."""
    for number, marks in enumerate(((1, 1, 2, 1, 2, 1), (10, 10, 9, 10, 10, 9)), start=1):
        await city.does("bureau", f"campaign.launch:{DEPARTMENTS}:full:{number}:rater")
        for rater, mark in enumerate(marks, start=1):
            await rates(city, rater, 1, mark)
            await rates(city, rater, 2, 2 - rater % 2)
            await rates(city, rater, 3, mark // 3 + 5)
        assert "还没结束" in await city.does("bureau", f"campaigned.book:{number}")
        said = await closes(city, number)
    told = [row["body"]["html"] for row in await city.owed("bureau")]
    assert len(told) == 2, "once a campaign"
    assert "评议结束了" in told[1]
    assert "民政局：96.7 分（96.7–96.7），6 个社区" in said
    assert "看得出差别的：民政局高于人力资源和社会保障局；其余分不出先后。" in said
    assert "民政局：比上一期（第 1 期）高 83.3 分，看得出提高了。" in said
    assert "和上一期（第 1 期）比，其余的看不出变化。" in said

    # A head who rates them alone once more hides nobody's.
    await city.does("rater1", f"survey.launch:{DEPARTMENTS}:full:3")
    await city.does("rater1", "survey.close:13")
    async with city.database.reading() as work:
        bureau = await people_store.person_by_code(work, "bureau")
        assert bureau is not None
        say = city.phrases[bureau.language]
        counted = await of_many(work, await survey_result.newest_closed(work, bureau.id), say)
        shown = page([], [], counted, say)
        assert "民政局：比上一期（第 1 期）高 83.3 分，看得出提高了。" in shown["lines"]
        for button in ("📶", "📗", "民政局"):
            await city.does("bureau", "campaign.show:2")
            answer = await city.turn("bureau", city.button(bureau.id, button).action)
            attached = answer.messages[0].attachment
            assert attached is not None
            made = await RECIPES[attached.recipe](work, bureau, attached.params, say, city.policies)
            assert made[:2] == (b"PK" if button == "📗" else b"\x89P")
            head = await people_store.person_by_code(work, "rater1")
            assert head is not None
            with pytest.raises(PermissionError):
                await RECIPES[attached.recipe](work, head, attached.params, say, city.policies)
        changes = tables(counted, say)[-1]
    assert changes.name == "和上期比"
    assert changes.rows[0][:4] == ("民政局 · 总分", 13.33, 96.67, 83.33)
    assert "不是您发起的" in await city.does("other-head", "campaigned.rank:2:1")


async def test_what_cannot_be_set_beside_the_rounds_before_says_why_and_a_campaign_goes_into_files(
    city: Town,
) -> None:
    launch = f"campaign.launch:{RESIDENTS}:short"
    await city.does("bureau", f"{launch}:1:all")
    assert "不和上一期比" not in await closes(city, 1), "nothing came before"
    newer = replace(shipped_questionnaires()[RESIDENTS], version=99)
    async with city.database.writing() as work:
        await questionnaires.store(work, newer)
    await city.does("rater1", f"survey.launch:{RESIDENTS}:short:2")
    await city.does("rater1", f"survey.close:{PLACES + 1}")

    await city.does("bureau", f"{launch}:2:all")
    for place in (1, 2, 3):
        said = {f"c{place}-r{home}": (4, 4, 4, 5, 4, 4, 4) for home in (1, 3, 5, 7, 9)}
        await city.hand_in(PLACES + 1 + place, said)
    told = "各社区上一期用的问卷版本不一样，所以合起来不和上一期比。"
    assert told in await closes(city, 2)
    assert told in (await city.owed("bureau"))[-1]["body"]["html"]
    async with city.database.reading() as work:
        bureau = await people_store.person_by_code(work, "bureau")
        assert bureau is not None
        for language, words in ((Language.ZH, told), (Language.EN, "different versions")):
            say = city.phrases[language]
            counted = await of_many(work, await survey_result.newest_closed(work, bureau.id), say)
            assert words in str(tables(counted, say)[-1].rows[0][0])
            assert any(words in line for line in page([], [], counted, say)["lines"])
        over = await survey_campaign.every_over(work)
        whole, say = await survey_campaign.whole(work, 2), city.phrases[Language.ZH]
        assert whole is not None
        files = files_of(await of_whole(work, whole, say), say, whole.campaign.number)
        alone = community_file(await of_one(work, whole.rounds[0], say), say)
    assert [(one.number, places) for one, places in over] == [(1, PLACES), (2, PLACES)]
    assert {*files} == {"评议工作簿-2.xlsx", "评议结果-2.png"}
    assert {*alone} == {f"{whole.rounds[0].community_id}-c1-评议工作簿-3.xlsx"}

    async with city.database.writing() as work:
        here = {"person_id": bureau.id, "community_id": 1, "role": Role.BUREAU}
        await work.conn.execute(sa.insert(roles).values(here))
    await city.does("bureau", f"{launch}:3:all")
    assert "有的社区以前没评过，所以各社区合起来不和上一期比。" in await closes(city, 3)


async def test_it_is_held_and_goes_on_everywhere_at_once(city: Town) -> None:
    await city.does("bureau", f"campaign.launch:{RESIDENTS}:short:1:all")
    assert "不再邀请" in await city.does("bureau", "campaign.pause:1")
    await city.ticks()
    assert await city.owed() == []
    assert "接着发" in await city.does("bureau", "campaign.resume:1")
    await city.ticks()
    assert len(await city.owed()) == 30
    assert "不是您发起的" in await city.does("bureau", "campaign.pause:99")


async def test_who_launched_it_hears_of_the_whole_when_the_last_head_ends_it_by_hand(
    city: Town,
) -> None:
    await city.does("bureau", f"campaign.launch:{RESIDENTS}:short:1:all")
    owed: list[Owed | OwedTo] = []
    for number in range(1, PLACES + 1):
        assert owed == []
        answer = await city.turn(f"rater{number}", f"survey.close:{number}")
        owed += answer.owed
        assert "早就结束了" in await city.does(f"rater{number}", f"survey.close:{number}")
    (whole,) = owed
    assert isinstance(whole, Owed)
    assert whole.person_id == await city.person("bureau")
    assert "评议结束了" in whole.message.plain
    await city.ticks()
    assert await city.owed("bureau") == [], (
        "the clock finds nothing to close and tells nobody again"
    )
