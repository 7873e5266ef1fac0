"""Delivery: every trouble a platform can make, lane by lane, on both databases."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.channels.base import Refused, TryAgain, Unknown, Unreachable
from bot.delivery import ORDERED_TRIES
from domain.messages import Lane, Message
from storage import inbox, outbox
from storage.database import Database
from storage.outbox import Due, Letter
from storage.setback import bring_back
from storage.tables.messaging import outbox as rows
from tests.support.clock import HandClock
from tests.support.post import Post
from tests.support.scripted import PacedChannel

URGENT, TALK, PUSH = Lane.EMERGENCY, Lane.CONVERSATION, Lane.ROUTINE


@pytest.fixture
async def post(database: Database, clock: HandClock) -> AsyncIterator[Post]:
    made = Post(database, clock)
    await made.delivery.start(alone=True)
    yield made
    await made.delivery.stop(2)


async def test_what_the_platform_did_not_take_is_sent_when_it_says_so(post: Post) -> None:
    post.platform.trouble["你好"] = [TryAgain("slow down", after=7)]
    await post.owes("你好")
    assert await post.states() == {"你好": "queued"}

    post.platform.trouble.clear()
    await post.later(seconds=6)
    assert post.platform.sent == []
    await post.later(seconds=1)
    assert post.platform.sent == ["你好"]
    assert await post.states() == {"你好": "sent"}


async def test_a_chat_hears_everything_in_order_though_the_first_needs_three_tries(
    post: Post,
) -> None:
    post.platform.trouble["一"] = [TryAgain("502")]
    await post.owes("一", "二")
    await post.owes("三")
    await post.owes("别人的", to="li")
    assert post.platform.sent == ["别人的"], "others do not wait"

    await post.later(seconds=1)
    await post.later(seconds=2)
    assert post.platform.sent == ["别人的"]
    post.platform.trouble.clear()
    await post.later(seconds=4)
    assert post.platform.sent == ["别人的", "一", "二", "三"]


async def test_an_edit_that_comes_late_does_not_put_back_what_has_changed_since(post: Post) -> None:
    """A less urgent edit was refused for a while; meanwhile the card has moved on."""
    await post.owes("求助", card="help:1")
    post.platform.trouble["甲来支援"] = [TryAgain("500")]
    await post.owes("甲来支援", card="help:1", in_place=True)
    await post.owes("怎么样了？", card="help:1", in_place=True, lane=URGENT)

    post.platform.trouble.clear()
    await post.later(seconds=5)

    assert post.platform.sent == ["求助", "怎么样了？"]
    assert set((await post.states()).values()) == {"sent"}


async def test_one_message_the_platform_chokes_on_does_not_silence_the_chat(post: Post) -> None:
    post.platform.trouble["毒"] = [TryAgain("500")]
    await post.owes("毒", "好")
    for _ in range(ORDERED_TRIES + 2):
        await post.later(seconds=130)
    assert post.platform.sent == ["好"]
    assert (await post.states())["毒"] == "queued", "and is itself still tried"

    await post.later(hours=25)
    assert (await post.states())["毒"] == "failed", "with a day's reasons in the row"


async def test_a_clock_that_jumps_ahead_by_days_gives_nothing_up(post: Post) -> None:
    post.platform.trouble["来人"] = [TryAgain("500")]
    await post.owes("来人", lane=URGENT)

    await post.later(days=3)
    assert await post.states() == {"来人": "queued"}
    post.platform.trouble.clear()
    await post.later(seconds=15)
    assert post.platform.sent == ["来人"]


async def test_a_clock_that_is_set_back_keeps_nobody_waiting(post: Post) -> None:
    post.platform.trouble["来人"] = [TryAgain("slow down", after=7, everyone=True)]
    await post.owes("来人", lane=URGENT)
    post.platform.trouble.clear()

    post.clock.forward(hours=-1)
    post.delivery.forget_pauses()
    async with post.database.writing() as work:
        assert (await bring_back(work)).messages == 1
    await post.later(seconds=0)
    await post.owes("好的")

    assert post.platform.sent == ["来人", "好的"]


async def test_nobody_waits_behind_a_less_urgent_lane(post: Post) -> None:
    post.platform.trouble["通知"] = [TryAgain("not now", after=900)]
    await post.owes("通知", lane=PUSH)
    await post.later(seconds=1)

    await post.owes("收到了", lane=URGENT)
    await post.owes("好的", lane=TALK)

    assert post.platform.sent == ["收到了", "好的"]
    post.platform.trouble.clear()
    await post.owes("第二个通知", lane=PUSH)
    await post.later(seconds=1)
    assert "第二个通知" not in post.platform.sent, "but a push keeps its place behind a push"
    await post.later(seconds=900)
    assert post.platform.sent[2:] == ["通知", "第二个通知"]


async def test_a_flood_wait_stops_pushes_and_talk_but_emergencies_keep_trying(post: Post) -> None:
    post.platform.trouble["好的"] = [TryAgain("flood", after=30, everyone=True)]
    await post.owes("好的", to="wang")
    await post.owes("您好", to="li")
    await post.owes("通知", to="zhao", lane=PUSH)
    await post.owes("🆘", to="chen", lane=URGENT)
    await post.later(seconds=5)
    assert post.platform.tried == ["好的", "🆘"], "nothing else even knocks"

    post.platform.trouble.clear()
    await post.later(seconds=26)
    assert sorted(post.platform.sent) == sorted(["🆘", "好的", "您好", "通知"])


async def test_a_flood_wait_of_pushes_leaves_talk_alone(post: Post) -> None:
    post.platform.trouble["通知"] = [TryAgain("flood", after=30, everyone=True)]
    await post.owes("通知", lane=PUSH, to="wang")
    await post.later(seconds=1)
    await post.owes("您好", to="li")
    assert post.platform.sent == ["您好"]


async def test_a_push_that_may_have_arrived_is_not_repeated(post: Post) -> None:
    post.platform.trouble["通知"] = [Unknown("no answer")]
    await post.owes("通知", lane=PUSH)
    await post.later(seconds=1)
    await post.later(hours=2)
    assert post.platform.tried == ["通知"]
    assert await post.states() == {"通知": "unknown"}


@pytest.mark.parametrize(("lane", "most"), [(URGENT, 6), (TALK, 3)])
async def test_a_reply_that_may_have_arrived_is_repeated_but_not_for_ever(
    post: Post, lane: Lane, most: int
) -> None:
    post.platform.trouble["收到了"] = [Unknown("no answer")]
    await post.owes("收到了", lane=lane)
    for _ in range(20):
        await post.later(seconds=15)
    assert post.platform.tried == ["收到了"] * most
    assert await post.states() == {"收到了": "unknown"}


async def test_who_blocked_the_bot_is_told_of_and_not_tried_again(post: Post) -> None:
    post.platform.trouble["通知"] = [Unreachable("blocked")]
    await post.owes("通知")
    await post.later(hours=1)
    assert post.platform.tried == ["通知"]
    assert await post.states() == {"通知": "unreachable"}
    assert post.lost == [("通知", "unreachable")]


@pytest.mark.parametrize(
    ("trouble", "lane", "state"),
    [
        (Refused("no"), URGENT, "failed"),
        (Unknown("no answer"), PUSH, "unknown"),
        (Unreachable("blocked"), TALK, "unreachable"),
    ],
)
async def test_what_did_not_arrive_or_perhaps_not_is_told_of_once(
    post: Post, trouble: Exception, lane: Lane, state: str
) -> None:
    post.platform.trouble["求助"] = [trouble]
    await post.owes("求助", "好的", lane=lane)
    for _ in range(3):
        await post.later(minutes=1)
    assert await post.states() == {"求助": state, "好的": "sent"}
    assert post.lost == [("求助", state)]


async def test_what_somebody_else_settled_meanwhile_is_not_told_of(post: Post) -> None:
    """A process that was thought dead comes back with the news of its last try."""
    post.platform.trouble["求助"] = [Refused("no")]
    await post.owes("求助", send=False)
    async with post.database.writing() as work:
        found = (await work.conn.execute(sa.select(rows))).one()
        await work.conn.execute(sa.update(rows).values(state="sent"))
    late = Due(found.id, TALK, found.address_id, found.body, None, None, 0, None, post.clock.now)
    post.delivery.send([late])
    await post.delivery.drain(5)
    assert post.lost == []
    assert await post.states() == {"求助": "sent"}


async def test_a_hundred_cries_for_one_worker_do_not_delay_another_by_a_moment(
    database: Database, clock: HandClock
) -> None:
    """The first worker's chat hears one a second: far more wait for it than the lane has places."""
    post = Post(database, clock)
    post.platform = platform = PacedChannel(burst=3)
    post.delivery = post.made()
    await post.delivery.start(alone=True)
    started = time.monotonic()
    async with database.writing() as work:
        ids = await inbox.address_ids(work, [("memory", "wang"), ("memory", "li")])
        crowd = [Letter(ids["memory", "wang"], Message(f"{n}"), URGENT) for n in range(100)]
        dues = await outbox.owe(work, [*crowd, Letter(ids["memory", "li"], Message("李"), URGENT)])
    post.delivery.send(dues)
    while "4" not in platform.heard_at:  # noqa: ASYNC110  (the platform is a plain double)
        await asyncio.sleep(0.02)
    await post.delivery.stop(0)

    assert platform.heard_at["李"] < platform.heard_at["3"], "the first that waits for the pace"
    assert [text for text in platform.sent if text != "李"][:5] == ["0", "1", "2", "3", "4"]
    assert platform.heard_at["4"] - started >= 1.9, "and the pace of the first chat is kept"


async def test_what_will_never_be_taken_fails_with_its_reason(post: Post) -> None:
    post.platform.trouble["坏"] = [Refused("can't parse entities")]
    await post.owes("坏", "好")
    await post.owes("图", attachment="secret")
    assert await post.states() == {"坏": "failed", "好": "sent", "图": "failed"}


async def test_a_fault_of_ours_is_tried_again_and_given_up_after_a_day(post: Post) -> None:
    await post.owes("图", attachment="no such recipe")
    assert await post.states() == {"图": "queued"}
    for _ in range(30):
        await post.later(hours=1)
    assert await post.states() == {"图": "failed"}


async def test_a_channel_that_is_not_running_is_waited_for(post: Post) -> None:
    async with post.database.writing() as work:
        ids = await inbox.address_ids(work, [("pigeon", "loft")])
        dues = await outbox.owe(work, [Letter(ids["pigeon", "loft"], Message("咕"), TALK)])
    post.delivery.send(dues)
    await post.delivery.drain(5)
    assert await post.states() == {"咕": "queued"}


async def test_quiet_hours_hold_pushes_only(post: Post) -> None:
    post.quiet = True
    await post.owes("通知", lane=PUSH)
    await post.owes("好的")
    await post.owes("🆘", lane=URGENT)
    await post.later(hours=3)
    assert post.platform.sent == ["好的", "🆘"]
    post.quiet = False
    await post.later(hours=8)
    assert post.platform.sent == ["好的", "🆘", "通知"]


async def test_a_new_process_takes_up_what_the_old_one_held(post: Post) -> None:
    """Claimed replies go again, a push on the wire stays unknown, one that was not starts again."""
    await post.delivery.stop(1)
    await post.owes("答复", send=False)
    await post.owes("在路上", "没寄", lane=PUSH, send=False)
    async with post.database.writing() as work:
        first, _ = await outbox.claim(work, PUSH, 40)
        await outbox.attempt(work, [first.id])

    post.delivery = post.made()
    await post.delivery.start(alone=True)
    await post.later(seconds=0)
    await post.later(seconds=0)

    assert sorted(post.platform.sent) == sorted(["答复", "没寄"])
    assert (await post.states())["在路上"] == "unknown"


async def test_beside_others_a_new_process_takes_only_what_nobody_renews(post: Post) -> None:
    await post.delivery.stop(1)
    await post.owes("答复", send=False)
    post.delivery = post.made()
    await post.delivery.start(alone=False)
    await post.later(seconds=29)
    await post.delivery.recover()
    assert post.platform.sent == []

    post.clock.forward(seconds=2)
    await post.delivery.recover()
    await post.later(seconds=0)
    assert post.platform.sent == ["答复"]


async def test_a_database_that_is_away_for_a_moment_stops_no_sender(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> list[Due]:
        raise ConnectionError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "claim", away)
        for number in range(10):  # more often than there are senders of pushes
            await post.owes(f"通知{number}", lane=PUSH)
            with pytest.raises(ConnectionError):
                await post.delivery.sweep()
            async with post.database.writing() as work:
                await work.conn.execute(
                    sa.update(rows).where(rows.c.state == "queued").values(state="sending")
                )
                found = (
                    await work.conn.execute(sa.select(rows).order_by(rows.c.id.desc()))
                ).first()
            assert found is not None
            post.delivery.send(
                [Due(found.id, PUSH, found.address_id, found.body, None, None, 0, None, work.now)]
            )
            await post.delivery.drain(5)
    assert len(post.platform.sent) == 10
    await post.owes("之后的", lane=PUSH)
    await post.later(seconds=1)
    assert post.platform.sent[-1] == "之后的"


async def test_what_is_owed_is_stamped_with_the_clock_that_was_handed_in(post: Post) -> None:
    await post.owes("好的")
    async with post.database.reading() as work:
        sent_at = await work.conn.scalar(sa.select(rows.c.sent_at))
    assert sent_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
