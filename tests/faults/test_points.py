"""The desk is stopped at points that its own hooks name, and a trouble strikes there: a death, a platform or
a database in trouble, a clock that jumps. Nothing is lost, nothing is done twice, nothing goes backwards.

A failure says how its points are played again (`python -m tests.faults replay …`).
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.campaign import Campaign, Report, Trial, kinds_on
from tests.faults.life import Point
from tests.faults.process import Stage
from tests.faults.script import DISORDER, LIFE
from tests.faults.town import Towns
from tests.faults.troubles import KINDS

DATABASES = ("sqlite", "postgresql")
SHORT = tuple(
    scene
    for scene in LIFE
    if scene.name in ("press", "kind", "climb", "take", "on the way", "done", "how it ended")
)
"""Scenes enough for the sample: a press, a ladder that climbs, a worker who comes and ends it."""
MOST = 16
"""Lives that die in every scene, on each database: some four hundred deaths; all of them by hand."""
LEAST = 100
"""Deaths on each database; the two together must be 200."""
FEW = 1
"""Lives of each other trouble: each has one of them in every scene, so some thirty."""


@pytest_asyncio.fixture(params=DATABASES, loop_scope="session")
async def towns(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Towns]:
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else ""
    made = Towns(tmp_path, server)
    yield made
    if server:
        await made.drop(made.template)


async def test_a_sample_of_points_loses_and_doubles_nothing(stage: Stage, towns: Towns) -> None:
    campaign = Campaign(stage, towns, SHORT)
    await campaign.prepare()
    report = await campaign.run(campaign.sample(seed=1))
    assert not report.failed, "\n".join(report.failed)
    assert sum(report.struck.values()) >= len(SHORT)


@pytest.mark.campaign
async def test_death_at_every_point_loses_and_doubles_nothing(
    stage: Stage, towns: Towns, capsys: pytest.CaptureFixture[str]
) -> None:
    def say(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)  # noqa: T201  (minutes pass)

    campaign = Campaign(stage, towns, say=say)
    await campaign.prepare()
    trials: list[Trial] = []
    for kind in kinds_on(towns.kind):
        trials += campaign.plan(kind, most=MOST if kind.name == "kill" else FEW)
    report = await campaign.run(trials)
    say(str(report))
    assert not report.failed, "\n".join(report.failed)
    assert report.struck["kill"] >= LEAST
    assert report.struck.keys() == {kind.name for kind in kinds_on(towns.kind)}
    assert_few_were_missed(report)


@pytest.mark.campaign
async def test_updates_out_of_order_come_to_one_request_and_one_owner(
    stage: Stage, towns: Towns
) -> None:
    campaign = Campaign(stage, towns, DISORDER, one_way=False)
    await campaign.prepare()
    kinds = [KINDS[name] for name in ("kill", "kill-repeated", "unanswered")]
    report = await campaign.run([t for kind in kinds for t in campaign.plan(kind, most=2 * FEW)])
    assert not report.failed, "\n".join(report.failed)
    assert sum(report.struck.values()) >= len(DISORDER) * len(kinds)


def assert_few_were_missed(report: Report) -> None:
    """A crossing may depend on who was quicker; but the names must not be of another program."""
    missed = "\n".join(f"{trouble} at {point}" for trouble, point in report.missed)
    assert len(report.missed) <= 0.1 * sum(report.struck.values()), missed


def test_a_point_is_read_as_it_is_written() -> None:
    point = Point("climb", "before commit of insert duty_log, update outbox(state) #", 2)
    assert Point.read(str(point)) == point
