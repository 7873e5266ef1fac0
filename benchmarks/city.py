"""A made-up city of a few thousand people: as a register to load, and as chats on a telephone."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from bot.loading import load
from domain.people import Role
from knowledge.register import CommunityEntry, HouseholdEntry, PersonEntry, Register, ShiftEntry
from storage import inbox, migrate
from storage.database import Database, Work
from storage.tables.people import addresses, people

HOMES = 10
"""Households of a community that have a chat; two people live in each, the first of them is old."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FIRST_CHAT = 1_000_000


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody with a telephone; `code` names them in the register."""

    chat: int
    code: str
    elder: bool
    staff: bool


def citizens(count: int) -> list[Citizen]:
    """At least so many residents, and the staff of their communities."""
    communities = -(-count // (2 * HOMES))
    found = [somebody for number in range(communities) for somebody in _community(number)]
    return [
        Citizen(_FIRST_CHAT + n, code, elder, staff) for n, (code, elder, staff) in enumerate(found)
    ]


def _community(number: int) -> Iterator[tuple[str, bool, bool]]:
    yield from ((f"c{number}-{post}", False, True) for post in ("head", "w1", "w2"))
    for home in range(HOMES):
        yield f"c{number}-h{home}-elder", True, False
        yield f"c{number}-h{home}-child", False, False


async def settle(database: Database, who: list[Citizen]) -> None:
    """Bring everyone in, each bound to their chat, as after enrolment."""
    await migrate.upgrade(database)
    numbers = sorted({int(one.code[1:].split("-")[0]) for one in who})
    register = Register(version=1, communities=tuple(_entry(number) for number in numbers))
    async with database.writing() as work:
        await load(work, register)
        await _bind(work, who)


async def _bind(work: Work, who: list[Citizen]) -> None:
    ids = await inbox.address_ids(work, [("telegram", str(one.chat)) for one in who])
    codes = await work.conn.execute(sa.select(people.c.code, people.c.id))
    by_code = {row.code: row.id for row in codes}
    await work.conn.execute(
        sa.update(addresses)
        .where(addresses.c.id == sa.bindparam("which"))
        .values(person_id=sa.bindparam("person")),
        [{"which": ids["telegram", str(c.chat)], "person": by_code[c.code]} for c in who],
    )


def _entry(number: int) -> CommunityEntry:
    head, w1, w2 = (f"c{number}-{post}" for post in ("head", "w1", "w2"))
    night = ShiftEntry.model_validate(
        {"days": _DAYS, "from": "20:00", "to": "08:00", "person": w2, "backup": w1}
    )
    day = ShiftEntry.model_validate(
        {"days": _DAYS, "from": "08:00", "to": "20:00", "person": w2, "backup": w1}
    )
    return CommunityEntry(
        code=f"c{number}",
        name=f"第{number}社区",
        details={"phone": "0574-00000000"},
        staff=(
            PersonEntry(code=head, name="书记", roles=(Role.SUPERVISOR,)),
            PersonEntry(code=w1, name="社工甲", roles=(Role.WORKER,)),
            PersonEntry(code=w2, name="社工乙", roles=(Role.WORKER,)),
        ),
        households=tuple(_home(number, home, w1) for home in range(HOMES)),
        roster=(day, night),
    )


def _home(number: int, home: int, worker: str) -> HouseholdEntry:
    elder, child = f"c{number}-h{home}-elder", f"c{number}-h{home}-child"
    return HouseholdEntry(
        building=f"{home + 1}幢",
        room="502",
        worker=worker,
        special=True,
        members=(
            PersonEntry(
                code=elder,
                name="陈奶奶",
                roles=(Role.RESIDENT, Role.ELDER),
                phone="13800000000",
                health="高血压",
            ),
            PersonEntry(
                code=child, name="小陈", roles=(Role.RESIDENT, Role.FAMILY), family={elder: "女儿"}
            ),
        ),
    )
