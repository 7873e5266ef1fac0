"""A district of many homes, and what its database says when it is looked at from outside the process."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.loading import load
from domain.messages import message_from_json
from knowledge.register import Register
from storage import inbox, migrate, people
from storage.database import Database
from storage.tables.duties import duties
from storage.tables.messaging import inbox as inbox_rows
from storage.tables.messaging import outbox as outbox_rows
from storage.tables.people import addresses
from storage.tables.visit import visits
from storage.vault import Vault
from tests.faults.process import SECRET

ELDER, WORKER = 1_000, 5_000
"""Telegram ids of the first elder and of the first worker."""


def real_clock() -> datetime:
    return datetime.now(UTC)


def a_district(homes: int) -> Register:
    """Elders with a worker each, in communities of two, so that no chat is told of all."""
    communities = []
    for first in range(0, homes, 2):
        numbers = range(first, min(first + 2, homes))
        communities.append(
            {
                "code": f"c{first}",
                "name": f"社区{first}",
                "staff": [
                    {"code": f"w{n}", "name": f"社工{n}", "roles": ["worker"]} for n in numbers
                ],
                "households": [
                    {
                        "building": "3幢",
                        "room": f"{n + 100}",
                        "worker": f"w{n}",
                        "members": [{"code": f"e{n}", "name": f"老人{n}", "roles": ["elder"]}],
                    }
                    for n in numbers
                ],
            }
        )
    return Register.model_validate({"version": 1, "communities": communities})


@dataclass
class Evidence:
    """What the database says after it all."""

    inbox: list[Any] = field(default_factory=list)
    outbox: list[Any] = field(default_factory=list)
    duties: list[Any] = field(default_factory=list)
    visits: list[Any] = field(default_factory=list)

    def owed(self) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
        """By chat and text: how often it was owed, and how often it may have gone out at most."""
        least: Counter[tuple[str, str]] = Counter()
        most: Counter[tuple[str, str]] = Counter()
        for row in self.outbox:
            key = (row.address, message_from_json(row.body).plain)
            least[key] += 1
            most[key] += 1 + row.tries
        return least, most


class House:
    """The database of the district, looked at from outside the process under test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.database = Database(url, Vault(SECRET), real_clock)

    async def move_in(self, homes: int) -> None:
        """Tables, people, and a Telegram chat for each of them."""
        await migrate.upgrade(self.database)
        async with self.database.writing() as work:
            await load(work, a_district(homes))
            pairs = {f"e{n}": str(ELDER + n) for n in range(homes)}
            pairs |= {f"w{n}": str(WORKER + n) for n in range(homes)}
            ids = await inbox.address_ids(work, [("telegram", chat) for chat in pairs.values()])
            for code, chat in pairs.items():
                person = await people.person_by_code(work, code)
                assert person is not None
                await people.bind(work, ids["telegram", chat], person.id)

    async def left(self) -> dict[str, int]:
        """Updates not handled yet and messages not settled yet, by state."""
        tables = {"inbox": inbox_rows, "outbox": outbox_rows}
        open_ones = ("new", "queued", "sending")
        async with self.database.reading() as work:
            return {
                f"{name} {state}": count
                for name, rows in tables.items()
                for state, count in await work.conn.execute(
                    sa.select(rows.c.state, sa.func.count())
                    .where(rows.c.state.in_(open_ones))
                    .group_by(rows.c.state)
                )
            }

    async def evidence(self) -> Evidence:
        sent = sa.select(outbox_rows, addresses.c.address).join(
            addresses, addresses.c.id == outbox_rows.c.address_id
        )
        async with self.database.reading() as work:
            queries = (sa.select(inbox_rows), sent, sa.select(duties), sa.select(visits))
            found = [(await work.conn.execute(query)).all() for query in queries]
        return Evidence(*(list(rows) for rows in found))

    async def close(self) -> None:
        await self.database.close()
