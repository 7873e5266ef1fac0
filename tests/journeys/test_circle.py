"""The ten-minute circle: from home, from a place that is named, from a location that is shared."""

import pytest

from domain.messages import Location
from storage import inbox
from tests.support.desk import Desk


async def test_the_nearest_from_home_with_distance_hours_and_a_number_to_ring(desk: Desk) -> None:
    resident = await desk.person("resident")
    said = await resident.says("最近的老年食堂在哪里")
    assert "从1幢算起，最近的老年食堂" in said
    assert "1. 一号老年食堂\n约 220 米，慢走 4 分钟" in said
    assert "现在没开，今天 10:30 开" in said, "it is ten o'clock on a Monday"
    assert "轮椅能进" in said
    assert said.index("一号老年食堂") < said.index("二号老年食堂")
    html = resident.messages[-1].html
    assert '<a href="tel:057400000002">0574-00000002</a>' in html


async def test_a_map_goes_with_it(desk: Desk) -> None:
    resident = await desk.person("resident")
    await resident.says("附近哪里能量血压")
    attachment = resident.hears("慢走十分钟能到").attachment
    assert attachment is not None
    assert attachment.picture
    drawn = await desk.app.delivery._draw(attachment, await _address(desk, "resident"))
    assert drawn.startswith(b"\x89PNG")
    with pytest.raises(PermissionError):
        await desk.app.delivery._draw(attachment, await _address(desk, "other-elder"))


async def _address(desk: Desk, code: str) -> int:
    await desk.person(code)
    async with desk.database.writing() as work:
        return (await inbox.address_ids(work, [("memory", code)]))["memory", code]


async def test_open_now_until_when_and_unknown_is_said(desk: Desk) -> None:
    resident = await desk.person("resident")
    desk.clock.forward(hours=1)
    assert "现在开着，到 12:30" in await resident.says("最近的食堂")
    assert "不知道开没开" in await resident.says("避灾点在哪里")
    desk.clock.forward(days=6)  # a Sunday
    assert "现在没开，明天 10:30 开" in await resident.says("最近的食堂")


async def test_a_place_that_is_named_counts_before_home(desk: Desk) -> None:
    resident = await desk.person("resident")
    assert "从3幢算起" in await resident.says("3幢附近哪里有食堂")
    assert "从测试卫生服务站算起" in await resident.says("测试卫生服务站附近哪里有食堂")
    assert "从3幢算起，最近的老年食堂" in await resident.says("那3幢呢"), "the same from elsewhere"
    assert "算起" not in await resident.says("3幢的高龄津贴怎么领")


async def test_a_building_is_named_by_its_whole_number(desk: Desk) -> None:
    daughter = await desk.person("daughter")
    assert "从哪里算起" in await daughter.says("13幢附近哪里有食堂"), "13幢 is not 3幢"
    assert "从3幢算起" in await daughter.says("3幢")


async def test_a_shared_location_shows_what_is_near_and_is_kept_for_the_next_tap(
    desk: Desk,
) -> None:
    resident = await desk.person("resident")
    said = await resident.shares(location=Location(29.8797, 121.5461))
    assert "从您发的位置算起，身边的设施" in said
    assert said.index("二号老年食堂") < said.index("一号老年食堂")
    assert "从您发的位置算起，最近的社区卫生服务站" in await resident.taps("社区卫生服务站")


async def test_who_has_no_known_home_is_asked_where(desk: Desk) -> None:
    daughter = await desk.person("daughter")  # nobody has said where 5幢 stands
    assert "从哪里算起" in await daughter.says("最近的老年食堂")
    assert "没认出这个地方" in await daughter.says("那边")
    assert "从3幢算起，最近的老年食堂" in await daughter.says("3幢")


async def test_a_location_answers_where_from(desk: Desk) -> None:
    daughter = await desk.person("daughter")
    await daughter.says("最近的老年食堂")
    said = await daughter.shares(location=Location(29.8824, 121.5507))
    assert "最近的老年食堂" in said
    assert "约 10 米，慢走 1 分钟" in said


async def test_by_the_key_and_a_tap(desk: Desk) -> None:
    resident = await desk.person("resident")
    assert "要找哪一种" in await resident.says("📍 身边设施")
    assert "最近的避灾安置点" in await resident.taps("避灾安置点")
    assert "身边的设施" in await resident.taps("都看看")


async def test_after_the_key_a_kind_can_be_said_and_another_question_is_answered(
    desk: Desk,
) -> None:
    resident = await desk.person("resident")
    await resident.does("circle")
    assert "最近的社区卫生服务站" in await resident.says("量血压")
    await resident.does("circle")
    assert (await resident.says("我爸满八十了，高龄津贴怎么领？")).startswith("高龄津贴")


async def test_what_the_community_does_not_have_is_said(desk: Desk) -> None:
    resident, other = await desk.people("resident", "other-elder")
    said = await resident.says("附近哪里有公厕")
    assert "附近没有登记的公共厕所" in said
    assert "老年食堂" in resident.buttons()
    assert "还没有登记设施" in await other.says("最近的食堂")
    assert "0574-11111111" in await other.does("circle")


async def test_a_neighbours_place_may_be_nearer_and_is_named_so(desk: Desk) -> None:
    """Whoever is in another community is told what is there; a stranger is asked where they are."""
    other, stranger = await desk.person("other-elder"), desk.stranger()
    assert "请点 📎 发个位置给我" in await stranger.says("最近的老年食堂")
    for who in (other, stranger):
        said = await who.shares(location=Location(29.8824, 121.5507))
        assert "1. 一号老年食堂\n约 10 米，慢走 1 分钟" in said
        assert ("🏘 在测试社区" in said) is (who is other)
    drawing = stranger.hears("慢走十分钟能到").attachment
    assert drawing is not None
    async with desk.database.writing() as work:
        address = (await inbox.address_ids(work, [("memory", "stranger")]))["memory", "stranger"]
    drawn = await desk.app.delivery._draw(drawing, address)
    assert drawn.startswith(b"\x89PNG")
    assert "最近的社区卫生服务站" in await stranger.taps("社区卫生服务站")
    assert "附近还没有登记设施" in await stranger.shares(location=Location(31.2, 121.5))


async def test_far_away_says_that_it_is_no_walk(desk: Desk) -> None:
    resident = await desk.person("resident")
    assert "慢走十分钟到不了" in await resident.shares(location=Location(29.90, 121.55))


async def test_a_forged_kind_shows_everything_and_breaks_nothing(desk: Desk) -> None:
    resident = await desk.person("resident")
    for forged in ("circle.kind:nothing", "circle.kind:", "circle.kind"):
        assert "身边的设施" in await resident.does(forged)


async def test_in_english(desk: Desk) -> None:
    alex = await desk.person("english")
    said = await alex.says("nearest clinic", hint="en")
    assert "From 1幢, the nearest: Community clinic" in said
    assert "open now, until 17:00" in said


async def test_an_emergency_comes_first(desk: Desk) -> None:
    resident = await desk.person("resident")
    assert "120" in await resident.says("有人晕倒了，附近哪里有医务室")
