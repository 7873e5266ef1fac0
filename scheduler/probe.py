"""A request for help that nobody made goes the whole way every few minutes, to see that the way is free.

It is said by made-up people through the same inbox, handlers, ladder, outbox and delivery as any other,
and its messages end where nobody is. Whoever holds the lease leads it, a step at each sweep; where it stands
is read from the rows it leaves, so another process goes on with it.
"""

from datetime import datetime

import structlog

from domain.messages import Lane
from domain.probe import LATE, Stage, following, is_due, updates
from scheduler.base import Surroundings
from storage import probe
from storage.operators import alert
from storage.probe import Run

log = structlog.get_logger()


async def send_through(around: Surroundings, _due: datetime) -> None:
    """The next step of the one that runs, or the start of one; it is late: say so."""
    every = around.policies.probe_every
    async with around.database.reading() as work:
        run = await probe.latest(work)
    if not every:
        await _put_away(around, run)
        return
    if run is None or is_due(run.stage, run.started_at, around.database.clock(), every):
        async with around.database.writing() as work:
            await probe.begin(work)
            run = await probe.latest(work)
    assert run is not None, "it has just begun"
    if run.stage.running:
        run = await _step(around, run)
    _show(around, run)


async def _put_away(around: Surroundings, run: Run | None) -> None:
    """No more of them are wanted: one that an earlier start left behind must not climb for ever."""
    if run is not None and run.stage.running:
        async with around.database.writing() as work:
            await probe.go_on(work, run, Stage.FAILED)
            await probe.clear(work)


async def _step(around: Surroundings, run: Run) -> Run:
    async with around.database.reading() as work:
        seen = await probe.seen(work, run)
    stage = following(run.stage, seen)
    if stage is Stage.DONE:
        assert seen.told_at is not None, "what is done was told"
        async with around.database.writing() as work:
            seconds = (seen.told_at - run.started_at).total_seconds()
            await probe.came_through(work, run, seconds)
    elif around.database.clock() - run.started_at > LATE:
        await _failed(around, run)
    else:
        if stage is not run.stage:
            async with around.database.writing() as work:
                await probe.go_on(work, run, stage)
        said = updates(stage, run.started_at, seen.duty_id)
        if stage is not run.stage or seen.said < len(said):
            for update in said:
                await around.receive(update)
    async with around.database.reading() as work:
        return await probe.latest(work) or run


async def _failed(around: Surroundings, run: Run) -> None:
    """To the log and to a person; `/healthz` and the metrics follow from the stage."""
    log.error("probe.failed", stage=str(run.stage), started_at=run.started_at.isoformat())
    async with around.database.writing() as work:
        if not await probe.go_on(work, run, Stage.FAILED):
            return
        dues = await alert(
            work,
            around.policies.operator,
            "probe",
            Lane.EMERGENCY,
            lambda one: around.phrases[one.language](f"watch.probe_{run.stage}"),
        )
    around.send(dues)


def _show(around: Surroundings, run: Run) -> None:
    if not run.stage.running:  # what failed stands until the next one has ended
        around.gauge("probe_failed", float(run.stage is Stage.FAILED))
    if run.good_at is not None:
        around.gauge("probe_good", run.good_at.timestamp())
    if run.seconds is not None:
        around.gauge("probe_seconds", run.seconds)
