"""SIGKILL in the middle of help presses and visits: nothing is lost, nothing is done twice.

The process is the real one, the platform is a real HTTP server that keeps what was not confirmed, and
both are asked afterwards. The moments of the kills come from a seed, which the test's name shows.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.botapi import TOKEN, RemoteBotApi
from tests.faults.process import Forked, Stage
from tests.faults.rig import ELDER, WORKER, Evidence, House
from tests.support.postgres import drop_database, new_database


@dataclass(frozen=True)
class Campaign:
    """How much, how often killed, over which database and by which way of hearing."""

    seed: int
    mode: str
    database: str
    homes: int
    kills: int
    claim: float = 0
    """Seconds of a sender's claim where the real half minute would make the small sample long."""

    def __str__(self) -> str:
        return f"{self.database}-{self.mode}-seed{self.seed}"


SAMPLE = [
    Campaign(1, "polling", "sqlite", homes=12, kills=1),
    Campaign(2, "webhook", "postgresql", homes=12, kills=1, claim=3),
]
FULL = [
    Campaign(seed, mode, database, homes=200, kills=6)
    for seed, (mode, database) in enumerate(
        (mode, database) for mode in ("polling", "webhook") for database in ("sqlite", "postgresql")
    )
]


@pytest_asyncio.fixture(loop_scope="session")
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    campaign: Campaign = request.getfixturevalue("campaign")
    server = request.getfixturevalue("postgres") if campaign.database == "postgresql" else ""
    url = await new_database(server) if server else f"sqlite:///{tmp_path / 'linli.sqlite3'}"
    made = House(url)
    await made.move_in(campaign.homes)
    yield made
    await made.close()
    if server:
        await drop_database(server, url)


@pytest.mark.parametrize("campaign", SAMPLE, ids=str)
async def test_a_few_kills_lose_and_double_nothing(
    campaign: Campaign, stage: Stage, house: House, tmp_path: Path
) -> None:
    await play(campaign, stage, house, tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize("campaign", FULL, ids=str)
async def test_two_hundred_presses_and_visits_survive_every_kill(
    campaign: Campaign, stage: Stage, house: House, tmp_path: Path
) -> None:
    await play(campaign, stage, house, tmp_path)


async def play(campaign: Campaign, stage: Stage, house: House, folder: Path) -> None:
    chance = random.Random(campaign.seed)
    # The platform's own pause grows to a minute while the webhook is down; here it grows to seconds.
    async with RemoteBotApi(TOKEN, webhook_pause=0.05) as api:
        hurry = {"storage.outbox.CLAIM": campaign.claim} if campaign.claim else {}
        process = Forked(stage, house.url, folder, api=api.url, mode=campaign.mode, hurry=hurry)
        async with process:
            await open_chats(api, house, campaign.homes)
            presses, saved = await say_it_all(api, process, campaign, chance)
            await settled(api, house, process)
            prove(await house.evidence(), presses, saved, await api.sent(), campaign)
            assert await process.ask_to_stop() == 0


async def open_chats(api: RemoteBotApi, house: House, homes: int) -> None:
    """Everybody has started the bot, as the platform demands before it may write to them."""
    people = [first + n for n in range(homes) for first in (ELDER, WORKER)]
    await api.act(*({"user": user, "starts": ""} for user in people))
    await until_quiet(api, house)


async def say_it_all(
    api: RemoteBotApi, process: Forked, campaign: Campaign, chance: random.Random
) -> tuple[list[int], list[int]]:
    """All that is to happen, in gulps; and kills at moments of the seed."""
    acts = acts_of(campaign, chance)
    size = -(-len(acts) // campaign.kills)
    ids: list[int] = []
    for start in range(0, len(acts), size):
        ids += await api.act(*acts[start : start + size])
        await asyncio.sleep(chance.uniform(0, 0.02 * size))
        await process.kill()
        await process.start()
    return pressed_and_saved(acts, ids)


def acts_of(campaign: Campaign, chance: random.Random) -> list[dict[str, Any]]:
    """One press and one visit a home, shuffled."""
    acts: list[dict[str, Any]] = [
        {"user": ELDER + n, "says": "🆘 一键求助"} for n in range(campaign.homes)
    ]
    acts += [{"user": WORKER + n, "says": f"3幢{n + 100} 测试{n}"} for n in range(campaign.homes)]
    chance.shuffle(acts)
    return acts


def pressed_and_saved(acts: list[dict[str, Any]], ids: list[int]) -> tuple[list[int], list[int]]:
    """Which updates were presses, and which were visits."""
    pressed = [i for i, act in zip(ids, acts, strict=True) if act["user"] < WORKER]
    return pressed, [i for i in ids if i not in set(pressed)]


async def settled(api: RemoteBotApi, house: House, process: Forked) -> None:
    try:
        await until_quiet(api, house)
    except TimeoutError:
        left = f"{await house.left()}, {await api.counters()}"
        said = process.said()[-3000:]
        raise AssertionError(f"never settled: {left}\nthe process said:\n{said}") from None


async def until_quiet(api: RemoteBotApi, house: House) -> None:
    """Everything is confirmed, handled and sent."""
    async with asyncio.timeout(120):
        while (await api.counters())["pending"] or await house.left():  # noqa: ASYNC110  (another process)
            await asyncio.sleep(0.2)


def prove(
    found: Evidence,
    presses: list[int],
    saved: list[int],
    sent: list[dict[str, object]],
    campaign: Campaign,
) -> None:
    handled = Counter(row.update_key for row in found.inbox)
    assert set(handled.values()) == {1}, "no update is stored twice"
    assert {str(i) for i in (*presses, *saved)} <= handled.keys(), "no confirmed update is lost"
    assert {row.state for row in found.inbox} == {"done"}

    turn_of = {row.update_key: f"turn:{row.id}" for row in found.inbox}
    assert sorted(d.source_key for d in found.duties) == sorted(turn_of[str(i)] for i in presses)
    assert {d.presses for d in found.duties} == {1}
    assert len({d.subject_id for d in found.duties}) == campaign.homes
    by_turn = Counter(visit.source_key for visit in found.visits)
    assert set(by_turn.values()) == {1}
    assert len(by_turn) == campaign.homes
    assert Counter(visit.household_id for visit in found.visits).most_common(1)[0][1] == 1

    assert {row.state for row in found.outbox} == {"sent"}
    least, most = found.owed()
    told = Counter((str(one["chat_id"]), str(one["text"])) for one in sent)
    for message, times in least.items():
        assert times <= told[message] <= most[message], (message, times, told[message])
    assert set(told) == set(least), "nothing was said that was not owed"
    for n in range(campaign.homes):
        assert any(chat == str(ELDER + n) and "收到了" in text for chat, text in told)
        assert any(chat == str(WORKER + n) and f"老人{n} 求助" in text for chat, text in told)
