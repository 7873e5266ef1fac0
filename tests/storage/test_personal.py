"""What is held about one person, told to them and erased for them, on both databases."""

import json

import pytest
import sqlalchemy as sa

from domain.duty import DutyEvent, DutyKind, DutyState, Outcome
from domain.messages import Lane, Message, Received
from domain.people import Person
from knowledge.ladders import load_ladders
from storage import duties, inbox, outbox, people, personal
from storage.database import Database, Work
from storage.duties import Opening
from storage.outbox import Letter
from storage.tables import metadata
from storage.tables.duties import duty_log
from tests.architecture.house import ROOT


async def somebody(work: Work, code: str) -> Person:
    found = await people.person_by_code(work, code)
    assert found is not None
    return found


async def a_press(work: Work) -> int:
    """Granny presses and says something; her worker is told, closes it and leaves a note."""
    granny, worker = await somebody(work, "granny"), await somebody(work, "w1")
    ids = await inbox.address_ids(work, [("telegram", "chat of hers"), ("telegram", "chat of his")])
    hers, his = ids["telegram", "chat of hers"], ids["telegram", "chat of his"]
    await people.bind(work, hers, granny.id)
    await people.bind(work, his, worker.id)
    await inbox.store(
        work, [(Received("telegram", "1", "chat of hers", '{"text": "门没锁"}'), hers)]
    )
    opening = Opening(
        kind=DutyKind.HELP,
        community_id=granny.community_id,
        ladder=load_ladders()["help"],
        source_key="turn:1",
        household_id=granny.household_id,
        subject_id=granny.id,
        raised_by=granny.id,
    )
    duty = await duties.open_duty(work, opening)
    assert duty is not None
    await duties.log(work, duty.id, DutyEvent.ADDED, actor_id=granny.id, detail="门没锁")
    card = Message("陈奶奶 求助 3幢502 高血压")
    for where in (hers, his):
        await outbox.owe(work, [Letter(where, card, Lane.EMERGENCY, duty_id=duty.id)])
    await work.conn.execute(sa.update(metadata.tables["outbox"]).values(state="sent"))
    return duty.id


async def everything(work: Work) -> str:
    """All tables, opened; the register's own description of a community apart."""
    found = [
        str(row)
        for table in metadata.sorted_tables
        if table.name not in ("communities", "guide_versions", "content", "device_keys")
        for row in (await work.conn.execute(sa.select(table))).all()
    ]
    return "\n".join(found)


async def test_they_are_told_all_that_is_held_about_them(peopled: Database) -> None:
    async with peopled.writing() as work:
        await a_press(work)
        granny = await somebody(work, "granny")
        told = await personal.held(work, granny)
        worker = await personal.held(work, await somebody(work, "w1"))
    (home,) = told["held"]["households"]
    assert (home["building"], home["room"]) == ("3幢", "502")
    (who,) = told["held"]["people"]
    assert (who["phone"], who["health"], who["key_holder"]) == ("201", "高血压", "对门 501")
    assert {line["detail"] for line in told["held"]["duty_log"]} >= {"门没锁"}
    assert told["held"]["inbox"][0]["payload"] == '{"text": "门没锁"}'
    assert told["left_out"] == []
    json.dumps(told, default=str)
    assert worker["left_out"] == ["inbox", "outbox", "transcript"]
    assert "陈奶奶" not in json.dumps(worker, default=str, ensure_ascii=False)


async def test_who_is_needed_is_not_erased(peopled: Database) -> None:
    async with peopled.writing() as work:
        await a_press(work)
        with pytest.raises(personal.StillNeeded, match="1 open requests"):
            await personal.erase(work, await somebody(work, "granny"), "（资料已删除）")
        with pytest.raises(personal.StillNeeded, match="of the staff"):
            await personal.erase(work, await somebody(work, "w1"), "（资料已删除）")


async def test_nothing_is_left_that_says_who_it_was_but_what_was_done(peopled: Database) -> None:
    async with peopled.writing() as work:
        duty_id = await a_press(work)
        worker, granny = await somebody(work, "w1"), await somebody(work, "granny")
        await duties.close(work, duty_id, Outcome.DONE, worker.id, note="血压 180，睡下了")
        done = await personal.erase(work, granny, "（资料已删除）")
    assert done.duties == 1
    assert done.gone["families"] == 1
    async with peopled.reading() as work:
        left = await everything(work)
        for word in ("陈奶奶", "高血压", "对门 501", "门没锁", "血压 180", "chat of hers"):
            assert word not in left, word
        duty = await duties.get(work, duty_id, DutyKind.HELP)
        assert duty is not None
        assert (duty.state, duty.closed_by) == (DutyState.CLOSED, worker.id)
        lines = await work.conn.execute(sa.select(duty_log).order_by(duty_log.c.id))
        assert [(row.event, row.detail) for row in lines][-1] == ("closed", "done")
        assert await people.person_by_code(work, "granny") is None


def test_every_column_that_names_a_person_is_sorted() -> None:
    """Whoever adds one says whether its row is about them, or what they did to others."""
    named = {column.name for columns in personal.people_columns().values() for column in columns}
    assert named == personal.ABOUT | personal.ACTED


def test_what_hangs_on_a_person_a_home_or_a_community_is_in_the_table_of_moves() -> None:
    """Whoever adds a table says in docs/operations.md what becomes of it when somebody moves or dies."""
    docs = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    told = docs.partition("### People coming and going")[2].partition("### Who looked")[0]
    hangs = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in ("people", "households", "communities")
    }
    assert len(hangs) > 30
    assert {name for name in hangs if f"`{name}`" not in told} <= {"people"}
