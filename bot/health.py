"""Whether the process is well: `/healthz`, `/readyz` and `/metrics`."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import nan

import sqlalchemy as sa
import sqlalchemy.exc
import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.metrics import Metrics
from domain.duty import DutyState
from domain.help_board import TARGETS, Case, shares, standing
from domain.messages import Lane
from storage import help_board, inbox, outbox, surge
from storage.database import Database

log = structlog.get_logger()

HELP_LOOKS_BACK = timedelta(days=1)
"""Calls for help of so long count in the shares; whatever is still open counts however old it is."""

WATCHDOG_LATE = 90.0
"""Seconds after which a watchdog that has not looked is itself in trouble."""


PROBE_LATE = 90.0
"""Seconds beyond its interval after which a synthetic request that has not come through is missed."""


class Health:
    """Keeps what the jobs report and answers those who watch."""

    def __init__(
        self, database: Database, metrics: Metrics, probe_every: timedelta = timedelta(0)
    ) -> None:
        self._database = database
        self._probe_every = probe_every.total_seconds()
        self._metrics = metrics
        self._values: dict[str, float] = {}
        self._leading_since: float | None = None
        self._surges = 0
        self.ready = False

    def gauge(self, name: str, value: float) -> None:
        """A job reports a number."""
        self._values[name] = value
        match name:
            case "stuck_duties":
                self._metrics.stuck.set(value)
            case "watchdog_seconds":
                self._metrics.watchdog.set(value)
            case "probe_good":
                self._metrics.probe_good.set(value)
            case "probe_seconds":
                self._metrics.probe_seconds.set(value)
            case "probe_failed":
                self._metrics.probe_failed.set(value)
            case "scheduler_leading":
                self._metrics.leading.set(value)
                self._leads(bool(value))
            case _:
                raise ValueError(f"no metric is called {name!r}")

    def ran(self, job: str, outcome: str) -> None:
        """A job has run, or failed."""
        self._metrics.jobs.labels(job, outcome).inc()

    def _leads(self, leading: bool) -> None:
        """Only who leads looks after duties; what was seen in an earlier term says nothing now."""
        if not leading:
            self._leading_since = None
        elif self._leading_since is None:
            self._leading_since = self._database.clock().timestamp()
            self._values.pop("stuck_duties", None)
            self._values.pop("probe_failed", None)

    async def count(self) -> None:
        """Refresh the numbers that only the database knows."""
        async with self._database.reading() as work:
            waiting = await outbox.waiting(work)
            dead = await inbox.dead_letters(work)
            self._surges = len(await surge.running(work))
            cases = await help_board.everywhere(work, work.now - HELP_LOOKS_BACK)
        for lane in Lane:
            self._metrics.waiting.labels(lane.name.lower()).set(waiting.get(lane, 0))
        self._metrics.dead.set(len(dead))
        self._metrics.surges.set(self._surges)
        self._count_help(cases, self._database.clock())

    def _count_help(self, cases: Sequence[Case], now: datetime) -> None:
        metrics, stands = self._metrics, standing(cases, now)
        for state in DutyState:
            if state is not DutyState.CLOSED:
                count = stands.by_state.get(state, 0)
                metrics.help_open.labels(state.name.lower()).set(count)
        age = (now - stands.oldest).total_seconds() if stands.oldest else 0
        metrics.help_oldest.set(age)
        metrics.help_overdue.set(stands.overdue)
        metrics.help_calls.set(len(cases))
        for share, target in zip(shares(cases, now), TARGETS, strict=True):
            value = nan if share.value is None else share.value
            metrics.help_in_time.labels(f"{target.measure}_{target.within}s").set(value)

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [
            web.get("/healthz", self._healthz),
            web.get("/readyz", self._readyz),
            web.get("/metrics", self._show_metrics),
        ]

    def faults(self) -> list[str]:
        """What is wrong now, in plain words; empty when all is well."""
        if self._leading_since is None:
            return []
        found = []
        if self._values.get("stuck_duties"):
            found.append(f"{self._values['stuck_duties']:.0f} duties have no next step in time")
        looked = max(self._values.get("watchdog_seconds", 0.0), self._leading_since)
        late = self._database.clock().timestamp() - looked
        if late > WATCHDOG_LATE:
            found.append(f"the watchdog has not looked for {late:.0f} seconds")
        return found + self._probe_faults(self._leading_since)

    def _probe_faults(self, since: float) -> list[str]:
        if not self._probe_every:
            return []
        if self._values.get("probe_failed"):
            return ["the last synthetic request did not come through in time"]
        came = max(self._values.get("probe_good", 0.0), since)
        late = self._database.clock().timestamp() - came
        if late > self._probe_every + PROBE_LATE:
            return [f"no synthetic request has come through for {late:.0f} seconds"]
        return []

    async def _healthz(self, _request: web.Request) -> web.Response:
        found = self.faults()
        body = {"ok": not found, "faults": found, "surge_communities": self._surges}
        return web.json_response(body, status=503 if found else 200)

    async def _readyz(self, _request: web.Request) -> web.Response:
        reachable = await self._database_answers()
        ok = self.ready and reachable
        body = {"ready": ok, "started": self.ready, "database": reachable}
        return web.json_response(body, status=200 if ok else 503)

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(2), self._database.reading() as work:
                await work.conn.execute(sa.text("SELECT 1"))
        except (sqlalchemy.exc.SQLAlchemyError, OSError, TimeoutError):
            return False
        return True

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        body = generate_latest(self._metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
