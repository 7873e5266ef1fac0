"""The clock that runs the jobs: APScheduler ticks, the database decides what is still to be done."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from scheduler.base import Job, Surroundings
from storage import periods
from storage.lease import Lease

log = structlog.get_logger()

LEASE_SECONDS = 2.0
CATCH_UP_SECONDS = 60.0
"""How often a period that failed, or that nobody ran, is tried again."""


class Clockwork:
    """Runs the jobs of the process that holds the lease.

    A job's period is the moment at which it was due: the trigger says which was the last one, the
    database whether it has been done. So a restart, a late start or a second process neither repeats
    nor skips a period, and APScheduler keeps no state worth saving.
    """

    def __init__(self, jobs: Iterable[Job], surroundings: Surroundings) -> None:
        self._jobs = tuple(jobs)
        self._around = surroundings
        self._lease = Lease(surroundings.database)
        self._leading = False
        self._ticks = AsyncIOScheduler(timezone=surroundings.policies.zone)
        self._running: set[asyncio.Task[None]] = set()
        self._done: dict[str, str] = {}

    async def start(self) -> None:
        """Take the lease if it is free, catch up, and begin to tick."""
        for job in self._jobs:
            self._ticks.add_job(
                self._fire,
                job.trigger,
                args=[partial(self._tick, job)],
                id=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=6 * 3600,
            )
        for name, work, seconds in (
            ("lease", self._look_at_lease, LEASE_SECONDS),
            ("catch-up", self._catch_up, CATCH_UP_SECONDS),
        ):
            self._ticks.add_job(self._fire, "interval", args=[work], seconds=seconds, id=name)
        self._ticks.add_listener(_overran, EVENT_JOB_MAX_INSTANCES)
        await self._look_at_lease()
        self._ticks.start()

    async def stop(self) -> None:
        """Stop ticking, let the job in hand finish, and give up the lease."""
        if self._ticks.running:
            self._ticks.shutdown(wait=False)
        if self._running:
            await asyncio.wait(self._running, timeout=5)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._lease.release()

    async def _look_at_lease(self) -> None:
        leads = await self._lease.held()
        if leads and not self._leading:
            log.info("scheduler.leads")
            async with self._around.database.writing() as work:
                await periods.abandon(work)
                self._done = await periods.done_last(work)
            self._leading = True
            self._spawn(self._catch_up())
        self._leading = leads
        self._around.gauge("scheduler_leading", float(leads))

    async def tick(self) -> None:
        """Run every sweep and every period that is due, now and once: for tests and simulations."""
        for job in self._jobs:
            await self._tick(job)

    async def _catch_up(self) -> None:
        for job in self._jobs:
            if job.catch_up is not None:
                await self._tick(job)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _fire(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """In a task of our own: APScheduler breaks off what it runs itself when it is shut down."""
        with suppress(asyncio.CancelledError):  # `stop` waits for the task
            await asyncio.shield(self._spawn(work()))

    async def _tick(self, job: Job) -> None:
        if not self._leading:
            return
        try:
            await self.run_if_due(job)
        except Exception:
            log.exception("job.failed", job=job.name)
            self._around.ran(job.name, "failed")
        else:
            self._around.ran(job.name, "done")

    async def run_if_due(self, job: Job) -> None:
        """Run a sweep, or the last period of a periodic job if nobody has done it yet."""
        now = self._around.database.clock()
        if job.catch_up is None:
            await job.run(self._around, now)
            return
        due = last_due(job.trigger, now, job.catch_up)
        if due is None:
            return
        period = due.astimezone(UTC).isoformat(timespec="minutes")
        if self._done.get(job.name) == period:  # nobody need be asked
            return
        async with self._around.database.writing() as work:
            if not await periods.claim(work, job.name, period):
                return
        try:
            await job.run(self._around, due)
        except BaseException:
            async with self._around.database.writing() as work:
                await periods.release(work, job.name, period)
            raise
        async with self._around.database.writing() as work:
            await periods.finish(work, job.name, period)
        self._done[job.name] = period
        log.info("job.done", job=job.name, period=period)


def last_due(trigger: BaseTrigger, now: datetime, within: timedelta) -> datetime | None:
    """The trigger's latest moment at or before `now`, no longer ago than `within`."""
    latest: datetime | None = None
    moment = trigger.get_next_fire_time(None, now - within)
    while moment is not None and moment <= now:
        latest = moment
        moment = trigger.get_next_fire_time(moment, moment + timedelta(seconds=1))
    return latest


def _overran(event: JobExecutionEvent) -> None:
    log.debug("job.overran", job=event.job_id)
