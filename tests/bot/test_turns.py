"""Turns: one transaction each, failing alone, in order; and no bad input stops the desk."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from bot.reception import RACES
from domain.messages import Message, Received
from domain.people import ANYONE
from handlers.base import Answer, Services, Step, Topic, Turn
from storage import inbox, people
from storage.inbox import MAX_TRIES
from storage.tables.messaging import inbox as inbox_rows
from storage.tables.messaging import outbox as outbox_rows
from storage.tables.people import addresses
from tests.support.desk import Desk, Someone


class Trouble:
    """A conversation that fails on order, after it has written and owed things."""

    def __init__(self) -> None:
        self.raises = True
        self.handled: list[str] = []
        self.topic = Topic("trouble")
        self.topic.action("trouble.make", roles=ANYONE, strangers=True)(self.make)
        self.topic.action("trouble.fine", roles=ANYONE, strangers=True)(self.fine)

    async def make(self, turn: Turn, services: Services) -> Answer:
        await people.set_reachable(services.work, [turn.address_id], False)
        if self.raises:
            raise LookupError("陈奶奶 13800000000 在 3幢502")
        return Answer.of(Message("好了"), step=Step("trouble.made"))

    async def fine(self, turn: Turn, services: Services) -> Answer:
        self.handled.append(turn.args[0] if turn.args else "")
        return Answer.of(Message(f"好的 {turn.args[0]}"), step=Step("trouble.fine"))


@pytest.fixture
def trouble(desk: Desk) -> Iterator[Trouble]:
    made = Trouble()
    router = desk.app.desk.router
    router.routes.update(made.topic.routes)
    yield made
    for name in made.topic.routes:
        del router.routes[name]


async def together(desk: Desk, *acts: tuple[Someone, str]) -> None:
    """Store all of it (actions, or `text=…`) before any of it is handled, so that it shares groups."""
    async with desk.database.writing() as work:
        ids = await inbox.address_ids(work, [("memory", someone.address) for someone, _ in acts])
        updates = [
            (
                Received("memory", f"group-{n}", someone.address, _payload(someone, act)),
                ids["memory", someone.address],
            )
            for n, (someone, act) in enumerate(acts)
        ]
        await inbox.store(work, updates)
    await desk.app.reception.sweep()
    await desk.settles()


def _payload(someone: Someone, act: str) -> str:
    kind, _, text = act.partition("=")
    said = {"text": text} if kind == "text" else {"action": act}
    return json.dumps({"address": someone.address, "language_hint": "zh", **said})


async def letters(desk: Desk) -> list[str]:
    async with desk.database.reading() as work:
        return [row.error or "" for row in await inbox.dead_letters(work)]


async def test_a_failing_turn_takes_nobody_down_with_it(desk: Desk, trouble: Trouble) -> None:
    bad, first, second = (desk.stranger(name) for name in ("bad", "first", "second"))

    await together(
        desk, (first, "trouble.fine:1"), (bad, "trouble.make"), (second, "trouble.fine:2")
    )

    assert [m.plain for m in first.messages] == ["好的 1"]
    assert [m.plain for m in second.messages] == ["好的 2"]
    assert bad.messages == [], "it will be tried again first"


async def test_nothing_of_a_failed_turn_is_kept(desk: Desk, trouble: Trouble) -> None:
    bad = desk.stranger("bad")
    await bad.does("trouble.make")
    async with desk.database.reading() as work:
        row = (await work.conn.execute(sa.select(addresses))).one()
        owed = await work.conn.scalar(sa.select(sa.func.count()).select_from(outbox_rows))
    assert row.unreachable_since is None
    assert row.step is None
    assert owed == 0


async def test_after_the_last_try_one_kind_sentence_and_the_talk_goes_on(
    desk: Desk, trouble: Trouble
) -> None:
    someone = desk.stranger()
    await someone.does("trouble.make")
    await someone.does("trouble.fine:1")
    assert trouble.handled == [], "it was said after, so it waits its turn"
    for _ in range(MAX_TRIES):
        await desk.later(seconds=6)

    said = [message.plain for message in someone.messages]
    assert len(said) == 2
    assert said[0].startswith("对不起")
    assert said[1] == "好的 1"
    assert await letters(desk) == [f"LookupError in test_turns.py:{_line_of_raise()} make"]


def _line_of_raise() -> int:
    """Where the fault was, which is all that may be kept of it: its message names an elder."""
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if "raise LookupError" in line)


async def test_a_dead_letter_that_is_tried_again_is_answered(desk: Desk, trouble: Trouble) -> None:
    someone = desk.stranger()
    await someone.does("trouble.make")
    for _ in range(MAX_TRIES):
        await desk.later(seconds=6)
    trouble.raises = False
    async with desk.database.writing() as work:
        (letter,) = await inbox.dead_letters(work)
        assert await inbox.revive(work, [letter.id]) == 1

    await desk.tick()

    assert someone.messages[-1].plain == "好了"
    assert await letters(desk) == []


async def test_what_cannot_be_read_is_put_aside_and_the_next_is_answered(desk: Desk) -> None:
    someone = desk.stranger()
    await desk.channel.deliver("odd", someone.address, "{not json")
    said = await someone.says("社保卡丢了怎么办")
    assert "社" in said
    assert len(await letters(desk)) == 1


async def test_a_backlog_is_handled_in_order_without_waiting_for_sweeps(
    desk: Desk, trouble: Trouble
) -> None:
    someone = desk.stranger()
    await together(desk, *((someone, f"trouble.fine:{number}") for number in range(7)))
    assert trouble.handled == [str(number) for number in range(7)]


class Deadlock(Exception):
    """What the driver raises when PostgreSQL lets another transaction go first."""

    sqlstate = "40P01"


@pytest.mark.parametrize(("lost", "swept"), [(1, False), (RACES, False), (RACES + 2, True)])
async def test_a_lost_race_is_run_again_at_once_and_is_no_outage(
    desk: Desk, trouble: Trouble, lost: int, swept: bool
) -> None:
    races = iter(range(lost))

    async def makes_way(turn: Turn, services: Services) -> Answer:
        if next(races, None) is not None:
            raise DBAPIError("update", {}, Deadlock())
        return await trouble.fine(turn, services)

    someone = desk.stranger()
    route = desk.app.desk.router.routes["trouble.make"]
    desk.app.desk.router.routes["trouble.make"] = replace(route, handler=makes_way)
    with capture_logs() as said:
        await someone.does("trouble.make:1")
        if swept:
            await desk.app.reception.sweep()
            await desk.settles()

    assert trouble.handled == ["1"]
    assert "好的 1" in someone.transcript
    assert [line["log_level"] for line in said if line["event"] == "turn.lost_race"] == [
        "info" for _ in range(lost - swept)
    ]
    assert [line["event"] for line in said if line["event"] == "database.away"] == []
    assert await failures(desk) == [], "the turn is not to blame"


async def test_the_wrong_turn_is_never_blamed(desk: Desk, trouble: Trouble) -> None:
    """Another process buried the failing turn between its failing here and our saying so."""
    someone = desk.stranger()
    await desk.app.reception.stop(2)
    await desk.channel.deliver("1", someone.address, "{not json")
    good = json.dumps({"address": someone.address, "action": "trouble.fine:1"})
    await desk.channel.deliver("2", someone.address, good)
    async with desk.database.writing() as work:
        first, second = (await work.conn.scalars(sa.select(inbox_rows.c.id))).all()
        await inbox.bury(work, first, "by the other process")
        address_id = (await work.conn.scalars(sa.select(inbox_rows.c.address_id))).first()
    assert address_id is not None

    runner = desk.app.reception._runner
    await runner.give_up(address_id, LookupError(), [first])

    async with desk.database.reading() as work:
        row = (
            await work.conn.execute(sa.select(inbox_rows).where(inbox_rows.c.id == second))
        ).one()
    assert (row.state, row.tries) == ("new", 0)


ODD_ARGUMENTS = ("", ":-1:x", ":9" + "9" * 25, ":\x00:🦆")


async def failures(desk: Desk) -> list[tuple[str, str]]:
    """What failed even once: its payload and why."""
    async with desk.database.reading() as work:
        found = await work.conn.execute(
            sa.select(inbox_rows.c.payload, inbox_rows.c.error).where(
                sa.or_(inbox_rows.c.tries > 0, inbox_rows.c.state == "dead")
            )
        )
        return [(row.payload, row.error) for row in found]


async def test_no_forged_button_reaches_anything_or_fails(desk: Desk) -> None:
    """Every action there is, by every kind of person, with arguments that no button of ours has."""
    everyone = [desk.stranger(), *await desk.people("granny", "w1")]
    names = sorted(desk.app.desk.router.routes)
    odd = ODD_ARGUMENTS if desk.app.alone else ODD_ARGUMENTS[2:3]  # its numbers have other limits
    acts = [f"{name}{argument}" for name in names for argument in odd]
    assert len(acts) >= len(names) > 30
    await together(desk, *((someone, action) for action in acts for someone in everyone))
    assert await failures(desk) == []


ODD_TEXTS = (
    "\x00",
    "\ud83d",
    "字" * 4096,
    "<b>",
    "&amp; {name} {0} %s",
    "\u202e反",
    "🦆" * 500,
    "=1+1",
    "'; DROP TABLE people; --",
    " \n\t ",
)


async def test_no_odd_text_stops_the_desk(desk: Desk) -> None:
    """In the middle of every dialogue that waits for words."""
    worker, resident, granny = await desk.people("w1", "resident", "granny")
    openings = ((resident, "question.ask"), (worker, "visit"), (granny, "help.press"))
    await together(
        desk,
        *(
            (someone, act)
            for someone, action in openings
            for text in ODD_TEXTS
            for act in (action, f"text={text}")
        ),
    )
    assert await failures(desk) == []


async def test_presses_go_first_and_no_question_waits_for_them_in_one_transaction(
    desk: Desk,
) -> None:
    reception = desk.app.reception
    await reception.stop(1)  # nobody takes what waits
    for address in (11, 12, 13):
        reception.hint(address, urgent=address == 12)
    reception.hint(14, urgent=True)
    assert [reception.next_group(), reception.next_group()] == [[12, 14], [11, 13]]
