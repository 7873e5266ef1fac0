"""A city to be surveyed: communities with staff and homes, everyone at their telephone, written in bulk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from domain.people import Role
from storage import migrate
from storage.database import Database
from storage.tables.people import addresses, buildings, communities, households, people, roles

FIRST_CHAT = 6_000_000
SPECIAL = 5
"""Every fifth home is a special one."""
_MANY = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """So many homes and communities; `zone` is one in which it is noon now, for nobody is asked at night."""

    homes: int
    communities: int
    zone: str

    @property
    def chats(self) -> range:
        """The homes' chats, then those of the communities' heads."""
        return range(FIRST_CHAT, FIRST_CHAT + self.homes + self.communities)

    def is_home(self, chat: int) -> bool:
        return FIRST_CHAT <= chat < FIRST_CHAT + self.homes


def noon_somewhere() -> str:
    """The fixed zone in which it is between noon and one o'clock now (their names turn the sign)."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


async def settle(database: Database, place: Place) -> None:
    """Tables and everyone in them. Ids are given by hand, so that nothing has to be looked up."""
    await migrate.upgrade(database)
    for table, rows in _tables(place):
        for start in range(0, len(rows), _MANY):
            async with database.writing() as work:
                await work.conn.execute(sa.insert(table), rows[start : start + _MANY])
    async with database.each_alone() as work:
        for table, _ in _tables(place):
            if "id" in table.c:
                await work.conn.execute(
                    sa.text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
                        f" (SELECT max(id) FROM {table.name}))"
                    )
                )
        await work.conn.execute(sa.text("ANALYZE"))


def _tables(place: Place) -> Iterator[tuple[sa.Table, list[dict[str, Any]]]]:
    every = range(1, place.communities + 1)
    yield (
        communities,
        [
            {
                "id": n,
                "code": f"c{n}",
                "name": f"第{n}社区",
                "timezone": place.zone,
                "sample": False,
                "details": {},
            }
            for n in every
        ],
    )
    yield buildings, [{"id": n, "community_id": n, "name": "1幢"} for n in every]
    homes = range(1, place.homes + 1)
    yield households, [_household(place, n) for n in homes]
    heads = [_person(place.homes + n, f"head{n}", n, None) for n in every]
    yield people, [_person(n, f"r{n}", _community(place, n), n) for n in homes] + heads
    yield (
        roles,
        [
            {"person_id": n, "community_id": _community(place, n), "role": Role.RESIDENT}
            for n in homes
        ]
        + [
            {"person_id": place.homes + n, "community_id": n, "role": Role.SUPERVISOR}
            for n in every
        ]
        + [{"person_id": place.homes + 1, "community_id": n, "role": Role.BUREAU} for n in every],
    )
    yield (
        addresses,
        [
            {"id": n + 1, "channel": "telegram", "address": str(chat), "person_id": n + 1}
            for n, chat in enumerate(place.chats)
        ],
    )


def _community(place: Place, home: int) -> int:
    return home % place.communities + 1


def _household(place: Place, home: int) -> dict[str, Any]:
    community = _community(place, home)
    return {
        "id": home,
        "community_id": community,
        "building_id": community,
        "code": f"1幢-{home}",
        "room": str(home),
        "special": home // place.communities % SPECIAL == 0,
        "tags": [],
    }


def _person(number: int, code: str, community: int, home: int | None) -> dict[str, Any]:
    return {
        "id": number,
        "code": code,
        "name": "陈女士",
        "community_id": community,
        "household_id": home,
        "language": "zh",
        "large_text": False,
    }
