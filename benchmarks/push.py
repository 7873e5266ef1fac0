"""A satisfaction round's invitations to 40,000 homes, owed in the routine lane: begun and held at will."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from domain.messages import Lane
from domain.people import Language
from knowledge.questionnaires import shipped_questionnaires
from storage import inbox, outbox
from storage.database import Database
from storage.outbox import Letter
from storage.tables.messaging import outbox as rows
from tests.botapi import BotApi
from wording import Phrases
from wording.ballot import invitation

_FIRST_CHAT = 5_000_000
_CHUNK = 2000
_LATER = timedelta(days=300)


class Push:
    """The invitations of one run. Until `begin` none of them is due."""

    def __init__(self, database: Database, api: BotApi, homes: int) -> None:
        self._database = database
        self._api = api
        self._chats = range(_FIRST_CHAT, _FIRST_CHAT + homes)

    async def prepare(self) -> None:
        """Every home's chat, and what it is owed."""
        for chat in self._chats:
            self._api.user(chat)
            self._api.engine.state.chats[chat].started = True
        say = Phrases.shipped()[Language.ZH]
        homes = shipped_questionnaires()["resident-rates-community"]
        message = invitation(say, homes, 1, "陈奶奶", "第1社区", "12月7日")
        for start in range(0, len(self._chats), _CHUNK):
            pairs = [("telegram", str(chat)) for chat in self._chats[start : start + _CHUNK]]
            async with self._database.writing() as work:
                ids = await inbox.address_ids(work, pairs)
                later = work.now + _LATER
                owed = [
                    Letter(one, message, Lane.ROUTINE, f"survey:1:{one}", not_before=later)
                    for one in ids.values()
                ]
                await outbox.owe_in_bulk(work, owed)

    async def begin(self) -> None:
        """All that has not left is due from now on."""
        await self._due_at(datetime.now(UTC))

    async def hold(self) -> None:
        """What has not been claimed waits again."""
        await self._due_at(datetime.now(UTC) + _LATER)

    async def _due_at(self, moment: datetime) -> None:
        waiting = sa.and_(rows.c.lane == int(Lane.ROUTINE), rows.c.state == "queued")
        async with self._database.each_alone() as work:
            await work.conn.execute(sa.update(rows).where(waiting).values(due_at=moment))
            # As autovacuum would: begun and held as here, no push is in an office.
            await work.conn.execute(sa.text("VACUUM ANALYZE outbox"))

    def is_pushed_to(self, chat: int) -> bool:
        """Whether the chat is one of the homes'."""
        return chat in self._chats
