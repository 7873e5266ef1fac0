"""The console: the live board of calls for help, for whoever oversees, under the chat's own server."""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from aiohttp import web

from bot.channels.web.attached import NOT_KEPT, attached
from bot.channels.web.board_door import BoardDoor
from bot.channels.web.board_kept import HOLDS, Kept, Shelf
from bot.channels.web.board_wire import board
from bot.render.help_sheet import as_csv, as_workbook
from domain.calendar import local_day
from domain.duty import Duty
from domain.help_board import PERIODS, next_overdue
from domain.people import Language
from handlers.help_log import event_words
from storage import duties, facilities, help, help_board, help_listed, people
from storage.database import Database, Work
from storage.help_board import Overseen, View
from storage.looked import looked
from wording import Phrases, Say

_NOTED = 600.0
"""Seconds for which a page that stays open and is shown what changed counts as one look."""

_SHEETS = {"xlsx": as_workbook, "csv": as_csv}


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody asks to see: the communities (of those they oversee), how far back, in what words."""

    who_id: int
    every: list[Overseen]
    places: list[Overseen]
    days: int
    say: Say

    @property
    def key(self) -> tuple[Any, ...]:
        theirs = tuple(place.id for place in self.every)
        return theirs, tuple(place.id for place in self.places), self.days, self.say.language


class Board:
    """Every request is authorised anew from the register; only what is counted is kept for a moment."""

    def __init__(self, door: BoardDoor, database: Database, phrases: Phrases) -> None:
        self._door = door
        self._database = database
        self._phrases = phrases
        self._shelf = Shelf(database)
        self._noted: dict[int, float] = {}

    def routes(self) -> list[web.RouteDef]:
        """All but the page itself."""
        return [
            web.get("/board/data", self._door.kept(self.data)),
            web.get(r"/board/calls/{number:[0-9]{1,18}}", self._door.kept(self.log)),
            web.get(r"/board/figures.{kind:xlsx|csv}", self._door.kept(self.sheet)),
            web.post("/board/enter", self._door.kept(self._door.enter)),
            web.post("/board/leave", self._door.kept(self._door.leave)),
        ]

    async def data(self, request: web.Request) -> web.Response:
        """GET: the board; 304 while it is as the page has it."""
        async with self._door.reading(request) as (work, who_id):
            look = await self._look(work, who_id, request)
        known = request.headers.get("If-None-Match", "")
        kept = await self._board(look)
        headers = {**NOT_KEPT, "ETag": kept.tag, "Linli-Now": self._database.clock().isoformat()}
        if known == kept.tag:
            return web.Response(status=304, headers=headers)
        if not known or self._noted.get(who_id, -_NOTED) <= time.monotonic() - _NOTED:
            self._noted[who_id] = time.monotonic()
            await self._note(who_id, "board")
        return web.Response(body=kept.body, content_type="application/json", headers=headers)

    async def _look(self, work: Work, who_id: int, request: web.Request) -> Look:
        every = await help_board.overseen(work, who_id)
        wanted, days = request.query.get("place", ""), request.query.get("days", "")
        places = [place for place in every if wanted in ("", str(place.id))]
        if not places:
            raise self._door.refused(web.HTTPForbidden, "helpboard.no_access")
        chosen = next((period for period in PERIODS if str(period) == days), PERIODS[1])
        return Look(who_id, every, places, chosen, self._say(request))

    def _say(self, request: web.Request) -> Say:
        return self._phrases[Language.from_tag(request.query.get("lang", ""))]

    async def _board(self, look: Look) -> Kept:
        """The same for everybody who oversees the same."""
        places = [place.id for place in look.places]
        return await self._shelf.get(look.key, places, lambda: self._count(look))

    async def _count(self, look: Look) -> Kept:
        async with self._database.reading() as work:
            view = await help_board.counted(work, look.every, look.places, look.days)
            waiting = await help_listed.listed_open(work, view.ids)
            ended = await help_listed.listed_closed(work, view.ids, view.since)
            where = await facilities.centres(work)
        # In a thread, for a city's figures take a moment in which nobody's turn should wait.
        shown = await asyncio.to_thread(board, view, waiting, ended, where, look.say)
        body = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
        next_late = next_overdue(view.cases, view.now)
        until = min(one for one in (view.now + HOLDS, next_late) if one is not None)
        return Kept(body, f'"{sha256(body).hexdigest()[:32]}"', view.now, until)

    async def log(self, request: web.Request) -> web.Response:
        """GET: one call's log in order, every step and every reason for not acting."""
        say = self._say(request)
        async with self._door.reading(request) as (work, who_id):
            theirs = {place.id: place for place in await help_board.overseen(work, who_id)}
            duty = await help.get(work, int(request.match_info["number"]))
            if duty is None or duty.community_id not in theirs:
                raise self._door.refused(web.HTTPNotFound, "helpboard.no_access")
            lines = await duties.history(work, duty.id)
            ids = {line.actor_id for line in lines} | {duty.subject_id}
            named = await people.persons(work, [i for i in ids if i is not None])
        await self._note(who_id, "log", duty)
        names = {person.id: person.name for person in named.values()}
        shown = {
            "zone": str(theirs[duty.community_id].zone),
            "name": names.get(duty.subject_id or -1, ""),
            "lines": [
                [line.at.isoformat(), event_words(say, duty, line, names).striptags()]
                for line in lines
            ],
        }
        return web.json_response(shown, headers=NOT_KEPT)

    async def sheet(self, request: web.Request) -> web.Response:
        """GET: the figures to take along, without names and homes."""
        async with self._door.reading(request) as (work, who_id):
            look = await self._look(work, who_id, request)
            self._door.drawing(who_id)
            view = await help_board.counted(work, look.every, look.places, look.days)
        await self._note(who_id, "sheet")
        kind = request.match_info["kind"]
        body = await asyncio.to_thread(_SHEETS[kind], view, look.say)
        return attached(body, f"help-figures.{kind}", _filename(view, look.say, kind))

    async def _note(self, who_id: int, what: str, duty: Duty | None = None) -> None:
        async with self._database.each_alone() as work:
            await looked(work, who_id, what, duty)


def _filename(view: View, say: Say, kind: str) -> str:
    last = local_day(view.now, view.zone)
    first = last - timedelta(days=view.days - 1)
    key = {"xlsx": "helpboard.sheet_file", "csv": "helpboard.csv_file"}[kind]
    return say.plain(key, first=first.isoformat(), last=last.isoformat())
