"""The web chat as a channel: its routes, and the desk's words onto the page."""

from collections.abc import Sequence
from urllib.parse import quote

import sqlalchemy as sa
from aiohttp import web

from bot.channels.base import Abilities, CommandMenu, Draw, Parcel, Refused, Store, TryAgain
from bot.channels.web import posted, wire
from bot.channels.web.board import Board
from bot.channels.web.board_door import BoardDoor
from bot.channels.web.config import WebConfig
from bot.channels.web.door import Door
from bot.channels.web.events import Events
from bot.channels.web.files import Files
from bot.channels.web.hub import Hub
from bot.channels.web.saying import AWAY, Saying
from bot.channels.web.site import Site
from bot.channels.web.survey_board import SurveyBoard
from bot.channels.web.transcript import Transcript
from bot.channels.web.visits import VisitBoard
from domain.messages import Incoming, message_to_json
from domain.policies import Policies
from storage.database import Database
from storage.web import Line
from wording import Phrases

_ENOUGH = 100_000


class WebChannel:
    """A chat in a web page, without a server of its own: `mount` it on the application."""

    name = posted.CHANNEL
    abilities = Abilities(
        max_text=_ENOUGH,
        max_caption=_ENOUGH,
        max_label=200,
        edits=True,
        hears=False,
        draws_files=False,
    )

    def __init__(
        self,
        config: WebConfig,
        database: Database,
        draw: Draw,
        phrases: Phrases | None = None,
        policies: Policies | None = None,
    ) -> None:
        words = phrases or Phrases.shipped()
        door = Door(config, words)
        self._base_url = config.base_url.rstrip("/")
        self._hub = Hub(config.streams_per_session)
        self._transcript = Transcript(database, self._hub, config.poll)
        self._saying = Saying(config, door, self._transcript, database.clock)
        self._events = Events(config, door, self._hub, self._saying, database)
        self._files = Files(door, self._saying, database, draw)
        self._site = Site(words, config.zone, config.place)
        board_door = BoardDoor(config, door, self._saying, database, words)
        self._board = Board(board_door, database, words)
        self._surveys = SurveyBoard(board_door, database, words)
        rules = policies or Policies(ladders={})
        self._visits = VisitBoard(board_door, database, words, rules)

    def routes(self) -> list[web.RouteDef]:
        """The page and all it talks to."""
        return [
            web.get("/", self._site.index),
            web.get("/board", self._site.board),
            *self._board.routes(),
            web.get("/surveys", self._site.survey),
            *self._surveys.routes(),
            web.get("/visits", self._site.visits),
            *self._visits.routes(),
            web.get(r"/static/{digest:[0-9a-f]+}/{name:[a-z.]+}", self._site.asset),
            web.post("/chat/hello", self._saying.hello),
            web.post("/chat/send", self._saying.send),
            web.get("/chat/events", self._events.listen, allow_head=False),
            web.get(r"/files/{seq:[0-9]+}/{filename:[^/]+}", self._files.get),
        ]

    def mount(self, application: web.Application) -> None:
        """Add the routes, and end the open pages before the server waits for its connections."""
        application.add_routes(self.routes())

        async def close(_: web.Application) -> None:
            self._hub.close()

        application.on_shutdown.append(close)

    async def start(self, store: Store) -> None:
        await self._transcript.start()
        self._saying.listen(store)

    async def stop_receiving(self) -> None:
        self._saying.listen(None)

    async def stop(self) -> None:
        self._saying.listen(None)
        self._hub.close()
        await self._transcript.stop()

    def read(self, payload: str) -> Incoming:
        return posted.incoming(payload)

    async def send(self, parcel: Parcel) -> str:
        """Write it into the transcript; sent again after a crash, it still stands there once."""
        edits = int(parcel.edits) if parcel.edits.isascii() and parcel.edits.isdigit() else None
        body = message_to_json(parcel.message)
        line = Line(
            parcel.address_id,
            f"out:{parcel.id}",
            mine=False,
            body=body,
            edits=edits,
            private=parcel.message.private,
        )
        try:
            return str((await self._transcript.append(line)).ref)
        except sa.exc.IntegrityError as error:
            raise Refused(f"address {parcel.address_id} is gone") from error
        except AWAY as error:
            raise TryAgain("the transcript could not be written") from error

    async def acknowledge(self, incoming: Incoming, notice: str) -> None:
        """A short note on the pages of that address that are open here."""
        if notice:
            address_id = self._transcript.known(incoming.address)
            self._hub.notice(address_id, wire.event("notice", {"text": notice}))

    async def announce(self, menus: Sequence[CommandMenu]) -> None:
        """The page shows its keyboard and needs no menu of commands."""

    async def greet(self, address: str, menu: CommandMenu) -> None:
        """The page shows its keyboard and needs no menu of commands."""

    def link(self, code: str) -> str:
        return f"{self._base_url}/?code={quote(code, safe='')}"
