"""A visit in one sentence or three taps, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.messages import MediaKind
from domain.people import Language
from knowledge import Knowledge
from storage.database import Database
from tests.handlers.visit_talk import Place
from tests.support.clock import HandClock


@pytest.fixture
def place(peopled: Database, knowledge: Knowledge) -> Place:
    return Place(peopled, knowledge)


async def test_one_sentence_is_one_visit_with_time_note_and_topics(place: Place) -> None:
    worker = await place.talk("w1")

    said = await worker.says("3幢502 阿姨血压高 要换药")

    assert "记下了：3幢502 陈奶奶" in said
    assert "11月23日 10:00 · 上门" in said
    assert "阿姨血压高 要换药" in said
    assert "健康" in said
    assert "本月 1/30 户次" in said
    assert "✅ 健康" in worker.labels()
    (row,) = await place.rows()
    assert (row["mode"], row["topics"], row["day"]) == ("home", ["health"], date(2026, 11, 23))
    assert row["note"] == "阿姨血压高 要换药"


async def test_the_same_turn_twice_is_one_visit(place: Place) -> None:
    worker = await place.talk("w1")

    await worker.says("3幢502 一切都好", turn=77)
    said = await worker.says("3幢502 一切都好", turn=77)

    assert "本月 1/30" in said
    assert len(await place.rows()) == 1


async def test_what_was_sent_late_keeps_its_time(place: Place, clock: HandClock) -> None:
    worker = await place.talk("w1")

    said = await worker.says("3幢502 送报纸", sent_at=clock.now - timedelta(days=1, hours=1))

    assert "11月22日 09:00" in said
    (row,) = await place.rows()
    assert row["made_at"] == datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    assert row["day"] == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("offset", "kept"), [(timedelta(hours=2), timedelta()), (timedelta(days=-30), timedelta(-7))]
)
async def test_no_visit_in_the_future_and_none_long_ago(
    place: Place, clock: HandClock, offset: timedelta, kept: timedelta
) -> None:
    worker = await place.talk("w1")

    await worker.says("3幢502 送报纸", sent_at=clock.now + offset)

    (row,) = await place.rows()
    assert row["made_at"] == clock.now + kept


async def test_a_topic_goes_on_and_off_by_one_tap_in_place(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("3幢502 一切都好")
    before = len(worker.shown)

    await worker.taps("安全隐患")
    await worker.taps("政策宣传")
    action = worker.button("安全隐患")[1].action
    await worker.taps("安全隐患")
    await worker.does(action, worker.button("政策宣传")[0])

    assert len(worker.shown) == before
    assert "✅ 政策宣传" in worker.labels()
    assert "安全隐患" in worker.labels()
    assert (await place.rows())[0]["topics"] == ["policy"]


async def test_nobody_in_is_an_attempt_and_can_be_set_right(place: Place) -> None:
    worker = await place.talk("w1")
    said = await worker.says("3幢502 楼道堆物，约了物业")
    assert "本月 1/30" in said

    said = await worker.taps("没人在家")
    assert "不算户次" in said
    assert "本月 0/30" in said
    said = await worker.taps("其实有人")
    assert "本月 1/30" in said
    assert "电话（记日记" in await worker.taps("是电话")
    assert (await place.rows())[0]["mode"] == "phone"


@pytest.mark.parametrize(
    ("sentence", "mode"),
    [
        ("3幢502 没人在家", "nobody_in"),
        ("3幢502 没人", "nobody_in"),
        ("3幢502 敲门没应，下次再来", "nobody_in"),
        ("3幢502 没人照顾，联系助餐", "home"),
        ("3幢502 家里没人照顾", "home"),
        ("3幢502 老人不在了，慰问家属", "home"),
        ("3幢502 电话，血压正常", "phone"),
        ("3幢502 打电话问了血压", "phone"),
        ("3幢502 阿姨说电话坏了", "home"),
    ],
)
async def test_how_the_home_was_reached_is_read_from_the_first_clause(
    place: Place, sentence: str, mode: str
) -> None:
    worker = await place.talk("w1")
    await worker.says(sentence)
    assert (await place.rows())[0]["mode"] == mode


async def test_undo_takes_it_out_of_the_count_but_leaves_a_trail(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("3幢502 一切都好")

    said = await worker.taps("撤销")
    assert "撤销了：3幢502" in said
    assert worker.labels() == ["恢复"]
    assert "本月走访 0/30" in await worker.does("pace")
    (row,) = await place.rows()
    assert row["removed_at"] is not None

    assert "本月 1/30" in await worker.taps("恢复")


async def test_a_promise_to_come_back_heads_the_list_on_its_day(
    place: Place, clock: HandClock
) -> None:
    worker = await place.talk("w1")
    await worker.says("1幢201 王先生要换医保卡")

    await worker.taps("加跟进")
    assert worker.labels()[:3] == ["明天（11月24日）", "下周（11月30日）", "下月（12月23日）"]
    assert "12月2日再去一趟" in await worker.says("下周三"), "any other day is typed"
    await worker.taps("改跟进")
    assert "11月24日再去一趟" in await worker.taps("明天")

    clock.forward(days=1)
    await worker.does("visit")
    assert worker.labels()[0] == "1幢201 王先生 · 约好11月24日再去"
    await worker.says("1幢201 医保卡办好了")
    clock.forward(days=1)
    await worker.does("visit")
    assert not any("约好" in label for label in worker.labels())


async def test_words_can_be_added_later(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("3幢502 阿姨血压高")
    await worker.taps("补一句")

    said = await worker.says("女儿周末来")

    assert "阿姨血压高 女儿周末来" in said
    assert (await place.rows())[0]["note"] == "阿姨血压高 女儿周末来"
    assert worker.newest.card == "visit:1"


async def test_three_taps_log_a_visit(place: Place) -> None:
    worker = await place.talk("w1")

    await worker.says("📝 记走访")
    assert worker.labels()[0] == "3幢502 陈奶奶 · 重点户，本月还没去"
    assert worker.labels()[1] == "3幢101 · 还没去过", "the walk is in that building anyway"
    await worker.taps("3幢502")
    said = await worker.taps("养老服务")

    assert "记下了：3幢502 陈奶奶" in said
    assert len(worker.shown) == 1
    (row,) = await place.rows()
    assert row["topics"] == ["eldercare"]
    await worker.does("visit")
    assert not any("3幢502" in label for label in worker.labels())


async def test_a_double_tap_is_one_visit(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.does("visit")
    await worker.taps("3幢502")
    ref, button = worker.button("养老服务")

    await worker.does(button.action, ref)
    await worker.does(button.action, ref)

    assert len(await place.rows()) == 1


async def test_words_instead_of_the_third_tap(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.does("visit")
    await worker.taps("3幢502")

    said = await worker.says("血压量了，正常")

    assert "记下了：3幢502" in said
    assert (await place.rows())[0]["note"] == "血压量了，正常"


async def test_the_longest_unvisited_come_first_when_all_are_seen(
    place: Place, clock: HandClock
) -> None:
    worker = await place.talk("w1")
    for room in ("101", "102", "201", "202", "301", "302", "401", "402", "501", "502"):
        for building in ("1幢", "3幢"):
            await worker.says(f"{building}{room} 走访")
        clock.forward(days=1)

    await worker.does("visit")

    assert worker.labels()[0] == "1幢101 · 上次11月23日"
    assert worker.labels()[1] == "1幢102 · 上次11月24日", "of one month, building by building"


async def test_the_second_visit_of_a_day_counts_with_the_first(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("3幢502 上午送药")

    said = await worker.says("3幢502 下午又去看了")

    assert "合起来算一户次" in said
    assert "本月 1/30" in said


async def test_nobody_changes_another_workers_visit(place: Place) -> None:
    mine, other = await place.talk("w1"), await place.talk("w2")
    await mine.says("3幢502 一切都好")

    for action in ("undo:1", "topic:1:jobs:1", "mode:1:phone", "follow:1:none", "write:1"):
        await other.does(f"line.{action}")
    await other.does("visit.pick:1")
    await other.does("visit.log:1:jobs")

    assert len(other.notices) == 7
    (row,) = await place.rows()
    assert (row["removed_at"], row["topics"], row["mode"]) == (None, [], "home")


async def test_forged_buttons_change_nothing(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("3幢502 一切都好")

    for action in ("line.topic:1:gold:1", "line.mode:1:dream", "line.follow:1:2026-99-99"):
        assert "太旧" in await worker.does(action)

    (row,) = await place.rows()
    assert (row["topics"], row["mode"], row["follow_up_on"]) == ([], "home", None)


async def test_a_resident_who_writes_an_address_logs_nothing(place: Place) -> None:
    resident = await place.talk("resident")
    await resident.says("3幢502 阿姨血压高 要换药")
    assert await place.rows() == []


async def test_what_is_typed_is_shown_as_it_is(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("3幢502 <b>&{name}")
    assert "&lt;b&gt;&amp;{name}" in worker.newest.html


async def test_english_is_spoken_to_those_who_want_it(place: Place) -> None:
    worker = await place.talk("w1")
    worker.person = replace(worker.person, language=Language.EN)
    said = await worker.says("3幢502 blood pressure high")
    assert "Saved: 3幢502" in said
    assert "✅ Health" in worker.labels()


async def test_photos_and_voice_stay_with_the_visit(place: Place, clock: HandClock) -> None:
    worker = await place.talk("w1")
    await worker.shows(MediaKind.PHOTO, "3幢502 楼道堆物")
    said = await worker.shows(MediaKind.VOICE)
    assert "照片 1 张、语音 1 段" in said

    await worker.taps("看照片")
    kept = [message.media for message in worker.shown.values() if message.media]
    assert [(media.kind, media.ref) for media in kept] == [
        (MediaKind.PHOTO, "file-photo"),
        (MediaKind.VOICE, "file-voice"),
    ]
    other = await place.talk("w2")
    await other.does("shot.see:1")
    assert other.notices
    clock.forward(minutes=31)
    assert "照片" not in await worker.shows(MediaKind.PHOTO), "half an hour later it is of no visit"


async def test_how_often_a_home_is_seen_is_said_in_the_chat(place: Place) -> None:
    worker, head = await place.talk("w1"), await place.talk("head")
    await worker.does("visit")
    await worker.taps("3幢502")
    assert "现在：重点，每月一次" in await worker.taps("多久去一次")
    assert "现在：高风险，每周一次" in await worker.taps("高风险")
    await worker.does("visit")
    assert worker.labels()[0] == "3幢502 陈奶奶 · 高风险户，这周还没去"

    assert "现在：不特别安排" in await head.does("tier:5幢101")
    assert "24 小时内" in await head.taps("家里刚出了事")
    other = await place.talk("w2")
    await other.does("visit")
    assert other.labels()[0] == "5幢101 小陈 · 家里刚出了事，今明两天去看看"
    await other.says("5幢101 都安顿好了")
    await other.does("visit")
    assert not any("出了事" in label for label in other.labels())

    await other.does("tier.set:1:high")
    assert other.notices, "not one of their homes"
