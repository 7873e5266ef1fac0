"""The console's second board: visits against the pace, homes by last visit, and the ledgers to take along."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.channels.web.attached import NOT_KEPT, attached
from bot.channels.web.board_door import BoardDoor
from bot.channels.web.visits_wire import board, homes_of, ledger_list, visits_of
from bot.ledgers import NoSuchWorker
from bot.ledgers.form import Form
from bot.ledgers.order import Order, made, rules
from domain.calendar import Month, local_day
from domain.ledger import OF_WORKER, Kind
from domain.ledger_facts import Facts, only
from domain.people import Language
from domain.policies import Policies
from domain.privacy import Sight
from storage import help_board, ledger, looks, people, visit_view
from storage.database import Database, Work
from storage.looked import looked
from storage.people import Community
from wording import Phrases, Say
from wording.ledger import ledger_file

_MONTHS = 13
"""Months whose ledgers are listed: this one and a year."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, where, and how much they see there as the register says now."""

    id: int
    here: Community
    sight: Sight
    places: list[tuple[int, str]]
    say: Say

    @property
    def worker_id(self) -> int | None:
        """A worker sees what is theirs alone."""
        return self.id if self.sight is Sight.OWN else None


class VisitBoard:
    """Every request is authorised anew; a closed month is read from its one row."""

    def __init__(
        self, door: BoardDoor, database: Database, phrases: Phrases, policies: Policies
    ) -> None:
        self._door = door
        self._database = database
        self._phrases = phrases
        self._policies = policies

    def routes(self) -> list[web.RouteDef]:
        """All but the page itself; coming in and out is the other board's."""
        return [
            web.get("/visits/data", self._door.kept(self.data)),
            web.get(r"/visits/workers/{number:[0-9]{1,18}}", self._door.kept(self.worker)),
            web.get(r"/visits/homes/{number:[0-9]{1,18}}", self._door.kept(self.home)),
            web.get(r"/visits/ledger.{form:xlsx|docx}", self._door.kept(self.sheet)),
        ]

    async def data(self, request: web.Request) -> web.Response:
        """GET: the board of this month or the last, and which ledgers there are."""
        async with self._door.reading(request) as (work, who_id):
            viewer = await self._viewer(work, who_id, request)
            this = self._this_month(work, viewer)
            month = this.previous() if request.query.get("month") == "last" else this
            facts = await self._facts(work, viewer, month)
            closed = await ledger.closed_months(work, viewer.here.id)
        await self._note(who_id, "visits")
        shown = board(facts, viewer.sight, viewer.say) | {
            "places": viewer.places,
            "place": viewer.here.id,
            "ledgers": ledger_list(viewer.sight, viewer.say),
            "months": [[str(one), one in closed] for one in _back(this)],
        }
        return web.json_response(shown, headers=NOT_KEPT)

    async def _viewer(self, work: Work, who_id: int, request: web.Request) -> Viewer:
        """Raises 403 for whoever may not look there."""
        every = {one.id: one.name for one in await help_board.overseen(work, who_id)}
        person = (await people.persons(work, [who_id])).get(who_id)
        own = person.community_id if person else 0
        if own not in every and await ledger.is_worker(work, who_id, own):
            every[own] = (await people.community(work, own)).name
        wanted = request.query.get("place", "")
        chosen = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 18 else 0
        first = own if own in every else next(iter(every), 0)
        place = chosen or first
        sight = await ledger.sight(work, who_id, place) if place in every else None
        if sight is None:
            raise self._door.refused(web.HTTPForbidden, "visitboard.no_access")
        say = self._phrases[Language.from_tag(request.query.get("lang", ""))]
        here = await people.community(work, place)
        return Viewer(who_id, here, sight, list(every.items()), say)

    @staticmethod
    def _this_month(work: Work, viewer: Viewer) -> Month:
        return Month.of(local_day(work.now, viewer.here.zone))

    async def _facts(self, work: Work, viewer: Viewer, month: Month) -> Facts:
        facts = await ledger.facts(work, viewer.here, month, rules(self._policies))
        return facts if viewer.worker_id is None else only(facts, viewer.worker_id)

    async def worker(self, request: web.Request) -> web.Response:
        """GET: a worker's homes, whichever waits longest first."""
        worker_id = int(request.match_info["number"])
        async with self._door.reading(request) as (work, who_id):
            viewer = await self._viewer(work, who_id, request)
            works = await ledger.is_worker(work, worker_id, viewer.here.id)
            if not works or viewer.worker_id not in (None, worker_id):
                raise self._door.refused(web.HTTPNotFound, "visitboard.no_access")
            homes = await visit_view.homes(work, viewer.here.id, worker_id)
            name = (await people.persons(work, [worker_id]))[worker_id].name
        await self._note(who_id, "homes")
        say = viewer.say.plain
        shown = {
            "title": say("visitboard.worker_homes", name=name),
            "homes": homes_of(homes, self._form(viewer)),
        }
        return web.json_response(shown, headers=NOT_KEPT)

    async def home(self, request: web.Request) -> web.Response:
        """GET: a home's visits of a year; that it was looked at is a row."""
        household_id = int(request.match_info["number"])
        async with self._door.reading(request) as (work, who_id):
            viewer = await self._viewer(work, who_id, request)
            home = await visit_view.home(work, viewer.here.id, household_id)
            whose = await visit_view.worker_of(work, household_id)
            theirs = viewer.sight is Sight.HEAD or whose == viewer.worker_id is not None
            if home is None or not theirs:
                raise self._door.refused(web.HTTPNotFound, "visitboard.no_access")
            today = local_day(work.now, viewer.here.zone)
            visits = await visit_view.visits_of(work, household_id, today)
        async with self._database.each_alone() as work:
            await looks.note_home(work, who_id, household_id)
        form = self._form(viewer)
        shown = {
            "title": viewer.say.plain("visitboard.home_of", place=form.place(home.spot)),
            "visits": visits_of(visits, form),
        }
        return web.json_response(shown, headers=NOT_KEPT)

    def _form(self, viewer: Viewer) -> Form:
        now = self._database.clock()
        zone = str(viewer.here.zone)
        month = str(Month.of(local_day(now, viewer.here.zone)))
        facts = Facts(viewer.here.name, zone, month, now, now, closed=False)
        return Form(facts, viewer.sight, viewer.say)

    async def sheet(self, request: web.Request) -> web.Response:
        """GET: ledgers of a month as a file."""
        async with self._door.reading(request) as (work, who_id):
            viewer = await self._viewer(work, who_id, request)
            self._door.drawing(who_id)
            order = self._order(work, viewer, request)
            facts = await ledger.facts(work, viewer.here, order.month, rules(self._policies))
        await self._note(who_id, "ledger")
        try:
            body = await made(facts, order, viewer.sight, viewer.say)
        except NoSuchWorker:
            raise self._door.refused(web.HTTPNotFound, "visitboard.no_access") from None
        return attached(body, f"ledger.{order.form}", await self._filename(viewer, order))

    def _order(self, work: Work, viewer: Viewer, request: web.Request) -> Order:
        """Raises 404 for a month or a ledger that there is not, or that is not theirs."""
        kind, month = request.query.get("kind", "all"), request.query.get("month", "")
        params: Mapping[str, Any] = {
            "community": viewer.here.id,
            "month": month,
            "kinds": [] if kind == "all" else [kind],
            "worker": viewer.worker_id,
            "form": request.match_info["form"],
        }
        try:
            order = Order.read(params)
        except ValueError:
            raise self._door.refused(web.HTTPNotFound, "visitboard.no_access") from None
        own = viewer.worker_id is not None and not set(order.kinds) <= set(OF_WORKER)
        if own or order.month > self._this_month(work, viewer):
            raise self._door.refused(web.HTTPNotFound, "visitboard.no_access")
        return order

    async def _filename(self, viewer: Viewer, order: Order) -> str:
        who = viewer.here.name
        if viewer.worker_id is not None:
            async with self._database.reading() as work:
                who = (await people.persons(work, [viewer.id]))[viewer.id].name
        kinds: tuple[Kind, ...] = order.kinds
        file = ledger_file(viewer.say, who, order.community_id, order.month, kinds, form=order.form)
        return file.filename

    async def _note(self, who_id: int, what: str) -> None:
        async with self._database.each_alone() as work:
            await looked(work, who_id, what)


def _back(this: Month) -> list[Month]:
    months = [this]
    while len(months) < _MONTHS:
        months.append(months[-1].previous())
    return months
