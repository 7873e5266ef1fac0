"""The composition root: every part is made here, from settings, with keywords that tests override."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from socket import socket

import structlog
from aiohttp import web

from bot import questionnaires
from bot.channels import CHANNELS, Ground
from bot.channels.base import Channel, Mounted, Paced
from bot.content import Librarian, bring_in
from bot.delivery import Delivery
from bot.demo import personas
from bot.door import address_of, open_door
from bot.drawing import Drawing
from bot.health import Health
from bot.links import opens_here_only
from bot.menus import menus
from bot.parts import Parts, made_ready
from bot.reception import Reception
from bot.turns import Desk, TurnRunner
from domain.messages import Lane, Message, Owed
from handlers import TOPICS
from handlers.router import Router
from scheduler import jobs
from scheduler.base import Surroundings
from scheduler.clockwork import Clockwork
from scheduler.escalate import climber
from storage import duties, leave, outbox, people, setback, undelivered
from storage.database import Work
from storage.ladder import Climb
from storage.outbox import Due
from storage.presence import Presence
from storage.undelivered import Lost

log = structlog.get_logger()

WORKERS = 4
"""Groups of turns side by side on PostgreSQL; 2 and 8 were no faster (measured)."""

LOOK_SECONDS = 1.0
"""How often a process looks which others are alive."""

LOOKS_AFTER = 30
"""How many looks long a clock that was set back is minded: transactions that had begun before write
moments of theirs into rows afterwards."""


class App:
    """One process of the desk: channels, turns, delivery and clock, on one database."""

    def __init__(
        self, parts: Parts, channels: Sequence[Channel], door: socket | None = None
    ) -> None:
        self.parts = parts
        self._door = door
        settings, database = parts.settings, parts.database
        self.channels: Mapping[str, Channel] = {channel.name: channel for channel in channels}
        climb = climber(parts.phrases, parts.policies)
        self.desk = Desk(
            Router(TOPICS, parts.phrases),
            parts.knowledge,
            parts.phrases,
            parts.policies,
            climb,
            self.links,
        )
        self.librarian = Librarian(database, self.desk, parts.metrics)
        self.delivery = Delivery(
            database,
            self.channels,
            parts.metrics,
            Drawing(database, parts.phrases, parts.policies),
            hold_routine=parts.policies.is_quiet,
            on_lost=self._lost,
            on_menu=self._menu_anew,
        )
        runner = TurnRunner(database, self.desk, self.channels)
        workers = 1 if self.alone else WORKERS
        self.reception = Reception(
            database, runner, self.delivery, self.channels, parts.metrics, parts.phrases, workers
        )
        self._presence = Presence(database)
        self.health = Health(database, parts.metrics, parts.policies.probe_every)
        self.clockwork = Clockwork(
            jobs(settings.zone, settings.sweep_seconds), self._surroundings(climb)
        )
        self._rounds: list[asyncio.Task[None]] = []
        self._latest = parts.database.clock()
        self._mind_the_clock = 0
        self._site: web.AppRunner | None = None
        self.address = ""

    def _surroundings(self, climb: Climb) -> Surroundings:
        """What the clock's jobs work with."""
        parts = self.parts
        return Surroundings(
            database=parts.database,
            knowledge=lambda: self.desk.knowledge,
            phrases=parts.phrases,
            policies=parts.policies,
            climb=climb,
            send=self.delivery.send,
            gauge=self.health.gauge,
            ran=self.health.ran,
            keep=timedelta(days=parts.settings.keep_days),
            receive=self.reception.store,
        )

    @classmethod
    async def open(cls, parts: Parts) -> "App":
        """An app with the channels that the settings ask for, its tables up to date."""
        await made_ready(parts.database)
        door = open_door(parts.settings)
        await bring_in(parts.database, parts.knowledge.book)
        await questionnaires.bring_in(parts.database)
        async with parts.database.reading() as work:
            communities = await people.all_communities(work)
            ground = Ground(
                parts,
                Drawing(parts.database, parts.phrases, parts.policies),
                parts.settings.web_url or address_of(door),
                place=communities[0].name if len(communities) == 1 else "",
                personas=await personas(work),
            )
        parts.policies = replace(parts.policies, web_url=ground.web_url)
        made = [make(ground) for make in CHANNELS.values()]
        return cls(parts, [channel for channel in made if channel is not None], door)

    def links(self, code: str) -> Mapping[str, str]:
        """The addresses that open the desk with a code, by channel."""
        ways = {name: channel.link(code) for name, channel in self.channels.items()}
        ways = {name: way for name, way in ways.items() if way}
        if len(ways) > 1 and opens_here_only(self.parts.settings):
            ways.pop("web", None)  # no telephone would find it
        return ways

    @property
    def alone(self) -> bool:
        """Whether no other process can be at work on the database: SQLite."""
        return self.parts.database.url.get_backend_name() == "sqlite"

    async def start(self) -> None:
        """Take up what an earlier process left, and open the doors."""
        self._latest = self.parts.database.clock()
        await self._look_around()
        await self._bring_back()
        await self.librarian.look()
        await self.delivery.start(self.alone)
        await self.reception.start()
        if self._door is not None:
            await self._listen(self._door)
        for channel in self.channels.values():
            await channel.start(self.reception.store)
            await channel.announce(menus(self.parts.phrases, None))
        await self.clockwork.start()
        rounds = (self._sweep(), self._keep(), self._look(), self._read_along())
        self._rounds = [asyncio.create_task(each) for each in rounds]
        self.health.ready = True
        log.info("started", channels=sorted(self.channels), address=self.address)

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, and leave the rest stored for the next start."""
        seconds = self.parts.settings.stop_seconds
        self.health.ready = False
        for channel in self.channels.values():
            await channel.stop_receiving()
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)
        await self.clockwork.stop()
        await self.reception.stop(seconds / 2)
        await self.delivery.stop(seconds / 2)
        await self._presence.leave()
        for channel in self.channels.values():
            await channel.stop()
        if self._site is not None:
            await self._site.cleanup()
        await self.parts.database.close()
        log.info("stopped")

    async def _sweep(self) -> None:
        """Look now and then for what no hint told of; a fault of the database only delays this."""
        while True:
            await asyncio.sleep(self.parts.settings.sweep_seconds)
            try:
                await self.delivery.sweep()
                await self.reception.sweep()
            except Exception as error:  # noqa: BLE001  (the next round tries again)
                log.error("sweep.failed", why=type(error).__name__)

    async def _keep(self) -> None:
        """Renew what is in hand well before the claim ends, however seldom the sweeps are."""
        while True:
            await asyncio.sleep(outbox.CLAIM.total_seconds() / 3)
            try:
                await self.delivery.recover()
                await self.health.count()
            except Exception as error:  # noqa: BLE001  (the next round tries again)
                log.error("keep.failed", why=type(error).__name__)

    async def _look(self) -> None:
        """Look often who is alive: a cry for help that a dead process held must not wait. And what time
        it is: nor must one wait because somebody has set the clock back."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look_at_the_clock()
                await self._look_around()
            except Exception as error:  # noqa: BLE001  (the next round tries again)
                log.error("look.failed", why=type(error).__name__)

    async def _look_at_the_clock(self) -> None:
        now, latest = self.parts.database.clock(), self._latest
        if now < latest:
            await self._bring_back()
            self._mind_the_clock = LOOKS_AFTER
            log.warning("clock.set_back", seconds=round((latest - now).total_seconds()))
        elif self._mind_the_clock > 0:
            await self._bring_back(again=True)
            self._mind_the_clock -= 1
        self._latest = now  # only now: where the database was away, the next look sees it again

    async def _look_around(self) -> None:
        before = self._presence.processes
        if dead := await self._presence.look():
            await self.delivery.recover(dead)
            await self.delivery.sweep()
        if self._presence.processes != before:
            log.info("processes", alive=self._presence.processes)
            for channel in self.channels.values():
                if isinstance(channel, Paced):
                    channel.share(self._presence.processes)

    async def _bring_back(self, again: bool = False) -> None:
        """Nothing waits for a moment that a clock set back will not reach in time."""
        if not again:
            self.delivery.forget_pauses()
        async with self.parts.database.writing() as work:
            found = await setback.bring_back(work, tried=not again)
        if found:
            log.info("due.brought_back", **asdict(found))

    async def _read_along(self) -> None:
        """Take up what is published, whoever published it; what is wrong leaves all as it was."""
        while True:
            await asyncio.sleep(self.parts.settings.content_seconds)
            try:
                await self.librarian.look()
            except Exception as error:  # noqa: BLE001  (the next round tries again)
                log.error("content.failed", why=type(error).__name__)

    async def _listen(self, door: socket) -> None:
        app = web.Application(client_max_size=1024 * 1024)
        app.router.add_routes(self.health.routes())
        for channel in self.channels.values():
            if isinstance(channel, Mounted):
                channel.mount(app)
        self._site = web.AppRunner(app, access_log=None, shutdown_timeout=2)
        await self._site.setup()
        await web.SockSite(self._site, door).start()
        self.address = address_of(door)

    async def _menu_anew(self, channel: Channel, address_id: int, address: str) -> None:
        """The menu of whoever the address speaks for now; best effort, as menus are."""
        async with self.parts.database.reading() as work:
            person = await people.at_address(work, address_id)
        known = person if person and person.roles else None
        await channel.greet(address, menus(self.parts.phrases, known)[0])

    async def _lost(self, work: Work, due: Due, state: str) -> Sequence[Due]:
        """A message did not arrive, or perhaps not: the duty's log says so. Where an address cannot be
        reached, that is remembered, and the household's worker told, once a day."""
        await undelivered.note(work, [Lost(due.duty_id, due.address_id, state)])
        if state != "unreachable":
            return []
        await people.set_reachable(work, [due.address_id], False)
        lost = await people.at_address(work, due.address_id)
        if lost is not None and due.duty_id is not None and not await people.reach(work, [lost.id]):
            await duties.stop_waiting(work, due.duty_id, lost.id)
        home = await people.home(work, lost.household_id) if lost else None
        worker_id = await leave.deputy(work, home.worker_id) if home else None
        if lost is None or home is None or worker_id in (None, lost.id):
            return []
        worker = await people.person(work, worker_id)
        assert worker is not None, "the database links homes to people that exist"
        say = self.parts.phrases[worker.language]
        message = Message(say("menu.unreachable", name=lost.name, place=home.place))
        key = f"unreachable:{due.address_id}:{work.now:%Y%m%d}"
        owed = [Owed(worker.id, message, Lane.CONVERSATION, key)]
        return await outbox.owe(work, await outbox.address(work, owed))
