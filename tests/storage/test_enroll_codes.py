"""Enrolment codes: read out over the telephone, used once, worthless when stolen from the database."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.loading import load
from knowledge.register import read_register
from storage import enroll, inbox, people
from storage.database import Database
from storage.enroll import looks_like_code
from storage.tables.people import invitations
from tests.support.clock import HandClock
from tests.support.prepared import COMMUNITY


async def code_for(database: Database, who: str = "granny") -> tuple[str, int]:
    async with database.writing() as work:
        await load(work, read_register(COMMUNITY))
        person = await people.person_by_code(work, who)
        assert person is not None
        return await enroll.invite(work, person.id), person.id


async def redeem(database: Database, code: str) -> int | None:
    async with database.writing() as work:
        ids = await inbox.address_ids(work, [("memory", "new phone")])
        return await enroll.redeem(work, code, ids["memory", "new phone"])


async def test_a_code_works_once_for_its_person(database: Database) -> None:
    code, person_id = await code_for(database)
    assert await redeem(database, code) == person_id
    assert await redeem(database, code) is None


@pytest.mark.parametrize("written", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c} "])
async def test_a_code_may_be_written_as_people_write(written: object, database: Database) -> None:
    assert callable(written)
    code, person_id = await code_for(database)
    assert looks_like_code(written(code))
    assert await redeem(database, written(code)) == person_id


async def test_a_code_expires_to_the_second(database: Database, clock: HandClock) -> None:
    code, person_id = await code_for(database)
    clock.now += enroll.LIFETIME
    assert await redeem(database, code) is None
    clock.now -= timedelta(seconds=1)
    assert await redeem(database, code) == person_id


async def test_the_database_does_not_know_the_codes(database: Database) -> None:
    code, _ = await code_for(database)
    async with database.reading() as work:
        (row,) = (await work.conn.execute(sa.select(invitations))).all()
    assert code.replace("-", "") not in str(row).upper()
    assert await redeem(database, row.code_hash) is None


def test_codes_avoid_what_sounds_or_looks_alike() -> None:
    codes = {enroll.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("".join(codes)) & set("0O1IL")
    assert not any(
        looks_like_code(text) for text in ("社保卡丢了怎么办", "", "13800000000", "K7QM")
    )
