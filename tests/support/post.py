"""A delivery at work beside a scripted platform."""

from collections.abc import Sequence

import sqlalchemy as sa

from bot.delivery import Delivery
from bot.metrics import Metrics
from domain.messages import Attachment, Lane, Message
from storage import inbox, outbox
from storage.database import Database, Work
from storage.outbox import Due, Letter
from storage.tables.messaging import outbox as rows
from tests.support.clock import HandClock
from tests.support.scripted import ScriptedChannel

TALK = Lane.CONVERSATION


class Post:
    """A delivery at work, and what became of what was owed."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database, self.clock = database, clock
        self.platform: ScriptedChannel = ScriptedChannel()
        self.quiet = False
        self.lost: list[tuple[str, str]] = []
        self.delivery = self.made()

    def made(self) -> Delivery:
        """A delivery as a fresh process would have it."""
        return Delivery(
            self.database,
            {"memory": self.platform},
            Metrics(),
            self._draw,
            hold_routine=lambda _: self.quiet,
            on_lost=self._lost,
        )

    async def _draw(self, attachment: Attachment, _address_id: int) -> bytes:
        if attachment.recipe == "secret":
            raise PermissionError("not theirs")
        raise KeyError(attachment.recipe)

    async def _lost(self, _work: Work, due: Due, state: str) -> Sequence[Due]:
        self.lost.append((due.body["html"], state))
        return []

    async def owes(
        self,
        *texts: str,
        lane: Lane = TALK,
        to: str = "wang",
        attachment: str = "",
        card: str = "",
        in_place: bool = False,
        send: bool = True,
    ) -> None:
        """Owe these and send what is to be sent at once; or not, as a process that died."""
        paper = Attachment(attachment, "x.png") if attachment else None
        async with self.database.writing() as work:
            where = (await inbox.address_ids(work, [("memory", to)]))["memory", to]
            letters = [
                Letter(where, Message(t, attachment=paper, card=card, in_place=in_place), lane)
                for t in texts
            ]
            dues = await outbox.owe(work, letters)
        if send:
            self.delivery.send(dues)
            await self.delivery.drain(10)

    async def later(self, **time: float) -> None:
        self.clock.forward(**time)
        await self.delivery.sweep()
        await self.delivery.drain(10)

    async def states(self) -> dict[str, str]:
        async with self.database.reading() as work:
            found = await work.conn.execute(
                sa.select(rows.c.body, rows.c.state).order_by(rows.c.id)
            )
            return {row.body["html"]: row.state for row in found}
