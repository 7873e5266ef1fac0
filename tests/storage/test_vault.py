"""Encryption at rest: what is sealed is not in the file, and a wrong key says so."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.loading import load
from domain.duty import DutyEvent, DutyKind
from domain.ladder import Ladder
from domain.messages import Lane, Message, Received
from knowledge.register import read_register
from storage import duties, inbox, migrate, outbox, people
from storage.database import Database
from storage.duties import Opening
from storage.outbox import Letter
from storage.tables.people import people as person_rows
from storage.vault import Vault, VaultError, derive
from tests.support.clock import HandClock
from tests.support.prepared import COMMUNITY

SECRET = "一把很长的、只在测试里用的钥匙，三十二个字符以上，绝对够长了"


def test_a_value_is_sealed_differently_each_time_and_opens_again() -> None:
    vault = Vault(SECRET)
    first, second = vault.seal("高血压".encode()), vault.seal("高血压".encode())
    assert first != second
    assert vault.open(first) == vault.open(second) == "高血压".encode()


def test_the_wrong_key_and_a_changed_value_say_what_to_look_at() -> None:
    sealed = Vault(SECRET).seal(b"x")
    with pytest.raises(VaultError, match="LINLI_SECRET_KEY"):
        Vault("another secret").open(sealed)
    with pytest.raises(VaultError, match="LINLI_SECRET_KEY"):
        Vault(SECRET).open(sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_no_two_purposes_share_a_key() -> None:
    assert derive(SECRET, "at-rest") != derive(SECRET, "cookies")


async def test_nothing_personal_can_be_read_in_the_database_file(tmp_path: Path) -> None:
    """The bytes of the whole file are searched, the write-ahead log and free pages with it."""
    file = tmp_path / "linli.sqlite3"
    database = Database(f"sqlite:///{file}", Vault(SECRET), HandClock())
    await migrate.upgrade(database)
    async with database.writing() as work:
        await load(work, read_register(COMMUNITY))
        granny = await people.person_by_code(work, "granny")
        assert granny is not None
        ids = await inbox.address_ids(work, [("memory", "granny")])
        said = Received("memory", "1", "granny", '{"text": "我在卫生间摔倒了"}')
        await inbox.store(work, [(said, ids["memory", "granny"])])
        await inbox.remember_steps(
            work, [(ids["memory", "granny"], {"action": "a", "data": {"q": "问的是低保"}})]
        )
        await outbox.owe(
            work, [Letter(ids["memory", "granny"], Message("请打王医生电话"), Lane.EMERGENCY)]
        )
        ladder = Ladder.from_data([{"after": 0, "who": ["household_worker"]}])
        duty = await duties.open_duty(
            work, Opening(DutyKind.HELP, granny.community_id, ladder, "t", subject_id=granny.id)
        )
        assert duty is not None
        await duties.log(work, duty.id, DutyEvent.ADDED, detail="左腿动不了")
    await database.close()

    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "陈奶奶".encode() in written, "names are in clear, so the search itself works"
    for private in ("高血压", "对门 501", "卫生间", "低保", "王医生", "左腿"):
        assert private.encode() not in written
        assert private.encode("unicode-escape") not in written


async def test_data_sealed_with_another_key_is_a_clear_error(
    database: Database, clock: HandClock
) -> None:
    async with database.writing() as work:
        await load(work, read_register(COMMUNITY))
    stranger = Database(
        database.url.render_as_string(hide_password=False), Vault("not the same secret"), clock
    )
    with pytest.raises(VaultError, match="LINLI_SECRET_KEY"):
        async with stranger.reading() as work:
            (await work.conn.execute(sa.select(person_rows.c.phone))).all()
    await stranger.close()
