"""What runs often: the driver does as SQLAlchemy would, and a fault leaves nothing behind."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.exc

from domain.messages import Lane, Message, Received
from storage import enquiries, inbox, outbox, turn_end
from storage.database import Database, Work
from storage.enquiries import Heard
from storage.outbox import Letter, Settled
from storage.tables import metadata
from storage.tables.messaging import inbox as tables_inbox
from storage.tables.people import addresses
from storage.vault import Vault
from tests.support.prepared import SECRET

TABLES = ("addresses", "inbox", "outbox", "enquiries")


async def somebody(work: Work, name: str = "wang") -> int:
    return (await inbox.address_ids(work, [("memory", name)]))["memory", name]


async def a_day(work: Work) -> list[Any]:
    """Something of all that runs in every turn, and what each step told."""
    wang, li = await somebody(work, "wang"), await somebody(work, "li")
    said = [Received("memory", str(n), "wang", f"第{n}句 \\ {{,}} 'NULL'") for n in (1, 2, 2)]
    told: list[Any] = [await inbox.store(work, [(update, wang) for update in said])]
    told.append([row.payload for row in await inbox.take(work, [wang, li])])
    for candidates in ([], ["a"], ["a", "b"]):
        heard = Heard(wang, None, "老年证怎么办？", "answer", None, candidates)
        noted = await enquiries.note(work, heard)
        told.append(await enquiries.own(work, noted, wang))
        told.append(await enquiries.own(work, noted, li))
    letters = [
        Letter(wang, Message("好的"), Lane.CONVERSATION, key="one"),
        Letter(li, Message("求助", card="c:1"), Lane.EMERGENCY, key="two", edits="7"),
        Letter(li, Message("通知"), Lane.ROUTINE, key="three"),
        Letter(wang, Message("好的"), Lane.CONVERSATION, key="one"),
    ]
    dues = await outbox.owe(work, letters)
    told += [[due.body for due in dues], await outbox.owe(work, letters[:1])]
    await inbox.remember_steps(work, [(wang, {"action": "ask.last", "data": {}}), (li, None)])
    gone = Settled(999, "sent", 0, work.now)
    kept = [Settled(due.id, "sent", 1, work.now, work.now, f"m{due.id}") for due in dues]
    counts = [await outbox.settle(work, [*kept, gone]), await outbox.settle(work, kept)]
    assert counts == [2, 0] or (work.driver is None and work.on_postgresql)
    await inbox.finish(work, [1])
    with pytest.raises(inbox.Overtaken):
        await inbox.finish(work, [1])
    return told + await an_end(work, li)


async def an_end(work: Work, li: int) -> list[Any]:
    """How a group of turns ends, and what each step of it told."""
    await inbox.store(work, [(Received("memory", "4", "li", "再问一句"), li)])
    (row,) = await inbox.take(work, [li])
    noted = await enquiries.note(work, Heard(li, None, "食堂几点开？", "answer", None, []))
    letters = [
        Letter(li, Message("十一点"), Lane.CONVERSATION, key="four"),
        Letter(li, Message("好的"), Lane.CONVERSATION, key="one"),
    ]
    step: dict[str, Any] = {"action": "ask.last", "data": {"guide": "canteen"}}
    dues = await turn_end.end(work, [row.id], letters, [(li, step)])
    told: list[Any] = [[due.body for due in dues], await enquiries.own(work, noted, li)]
    with pytest.raises(inbox.Overtaken):
        await turn_end.end(work, [row.id], [], [])
    return told


async def stored(work: Work) -> dict[str, list[Any]]:
    tables = {name: metadata.tables[name] for name in TABLES}
    return {
        name: [tuple(row) for row in await work.conn.execute(sa.select(table).order_by(table.c.id))]
        for name, table in tables.items()
    }


async def restart_numbers(work: Work) -> None:
    if work.on_postgresql:
        for name in TABLES:
            await work.conn.execute(sa.text(f"ALTER SEQUENCE {name}_id_seq RESTART"))


async def test_the_driver_does_as_sqlalchemy_would(database: Database) -> None:
    days = []
    for driven in (True, False):
        async with database.writing(keep=False) as work:
            await restart_numbers(work)
            told = await a_day(work if driven else replace(work, driver=None))
            days.append((told, await stored(work)))
    assert days[0] == days[1]
    async with database.reading() as work:
        assert not (await stored(work))["outbox"], "nothing of it was to be kept"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_what_runs_in_every_turn_is_planned_once(database: Database) -> None:
    """Not on SQLite, which plans each time, in no time."""
    long_ago = sa.select(
        sa.literal("memory"), sa.cast(sa.func.generate_series(1, 5000), sa.String), sa.literal(b"x")
    ).add_columns(sa.literal("done"), sa.literal(0), sa.func.now(), sa.func.now())
    names = ["channel", "update_key", "payload", "state", "tries", "received_at", "due_at"]
    async with database.writing() as work:
        wang = await somebody(work)
        await work.conn.execute(sa.insert(tables_inbox).from_select(names, long_ago))
        await work.conn.execute(sa.text("ANALYZE"))
        for _ in range(12):
            await inbox.take(work, [wang])
            await turn_end.end(work, [], [], [(wang, None)])
            await outbox.settle(work, [Settled(999, "sent", 0, work.now)])
        plans = sa.text(
            "SELECT left(statement, 12), custom_plans FROM pg_prepared_statements WHERE generic_plans"
            " + custom_plans >= 12 AND (statement LIKE '%inbox%' OR statement LIKE '%outbox%')"
        )
        found = (await work.conn.execute(plans)).all()
    assert len(found) == 3
    assert all(custom <= 5 for _, custom in found), found


async def test_a_fault_leaves_nothing_of_the_transaction(database: Database) -> None:
    async def both_ways() -> None:
        async with database.writing() as work:
            await work.conn.execute(sa.insert(addresses).values(channel="memory", address="a"))
            await outbox.owe(work, [Letter(await somebody(work), Message("好的"), Lane.ROUTINE)])
            await outbox.owe(work, [Letter(987654, Message("无主"), Lane.ROUTINE)])

    with pytest.raises(sqlalchemy.exc.IntegrityError) as raised:
        await both_ways()
    assert "无主" not in str(raised.value)
    async with database.reading() as work:
        assert not (await stored(work))["outbox"]
        assert not (await stored(work))["addresses"]


async def test_numbers_that_a_crash_gives_out_again_are_not_used(
    database: Database,
) -> None:
    """PostgreSQL keeps where a sequence stands with the next commit; what was taken since comes again."""
    url = database.url.render_as_string(hide_password=False)
    beside = Database(url, Vault(SECRET), database.clock)

    async def ask(desk: Database, breaks: bool = False) -> int:
        async with desk.writing() as work:
            noted = await enquiries.note(
                work, Heard(await somebody(work), None, "食堂几点开？", "answer", None, [])
            )
            if breaks:
                raise ConnectionError
        return noted

    with pytest.raises(ConnectionError):
        await ask(database, breaks=True)
    async with database.writing() as work:
        await restart_numbers(work)
    numbers = [await ask(desk) for desk in (beside, beside, database, database)]
    await beside.close()
    assert len(set(numbers)) == len(numbers)


async def test_a_connection_that_was_cut_is_noticed_and_replaced(database: Database) -> None:
    if database.url.get_backend_name() == "sqlite":
        return
    async with database.reading() as one, database.reading() as other:
        mine = await one.conn.scalar(sa.text("SELECT pg_backend_pid()"))
        await other.conn.execute(sa.text(f"SELECT pg_terminate_backend({mine}, 5000)"))
        with pytest.raises(sqlalchemy.exc.DBAPIError) as raised:
            await enquiries.own(one, 1, 1)
        assert raised.value.connection_invalidated, "so the turn is not to blame"
    for _ in range(3):
        async with database.writing() as work:
            assert await enquiries.own(work, 1, 1) is None


async def test_all_that_rested_are_cut_and_nobody_notices(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.url.get_backend_name() == "sqlite":
        return
    async with database.reading(), database.reading(), database.reading():
        pass
    monkeypatch.setattr("storage.driver.RESTED", 0.0)
    async with database.reading() as work:
        mine = await work.conn.scalar(sa.text("SELECT pg_backend_pid()"))
        await work.conn.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                f" WHERE datname = current_database() AND pid <> {mine}"
            )
        )
    for _ in range(3):
        async with database.writing() as one, database.writing() as two:
            assert await enquiries.own(one, 1, 1) is await enquiries.own(two, 1, 1) is None


async def test_who_is_cancelled_keeps_no_connection(database: Database) -> None:
    if database.url.get_backend_name() == "sqlite":
        return

    async def stuck() -> None:
        async with database.writing() as work:
            await somebody(work, "cancelled")
            await asyncio.sleep(60)

    for _ in range(15):  # more than there are connections
        task = asyncio.create_task(stuck())
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with database.writing() as work:
        assert not (await stored(work))["addresses"]


async def test_who_finds_all_in_use_waits_for_the_next(database: Database) -> None:
    async def adds(n: int) -> None:
        async with database.writing() as work:
            await somebody(work, f"nr {n}")

    await asyncio.gather(*(adds(n) for n in range(40)))
    async with database.reading() as work:
        assert len((await stored(work))["addresses"]) == 40
