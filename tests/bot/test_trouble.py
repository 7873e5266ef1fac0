"""What an operator gets wrong is told in one sentence, by every command, without the password."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from bot.__main__ import app
from storage.trouble import BadAddress, address
from tests.support.postgres import drop_database, new_database
from tests.support.prepared import COMMUNITY

COMMANDS = [
    ["serve"],
    ["demo"],
    ["load", str(COMMUNITY)],
    ["invite", "w1"],
    ["revoke", "w1"],
    ["migrate"],
    ["letters"],
]


@pytest.fixture
def clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loaded_before: None
) -> pytest.MonkeyPatch:
    """An empty folder and no setting but a key."""
    for name in [name for name in os.environ if name.startswith("LINLI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINLI_SECRET_KEY", "command line " * 4)
    return monkeypatch


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine at which nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield int(probe.getsockname()[1])


def told(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def one_sentence(result: Result, *parts: str, code: int = 3) -> None:
    """3: it may pass by itself; 2: a person must put it right."""
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    assert "hunter2" not in result.output
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    for part in parts:
        assert part in result.stderr, result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_postgresql_that_is_down(
    clean: pytest.MonkeyPatch, closed_port: int, command: list[str]
) -> None:
    clean.setenv("LINLI_DATABASE_URL", f"postgresql://u:hunter2@127.0.0.1:{closed_port}/linli")
    one_sentence(told(*command), f"127.0.0.1:{closed_port}", "is it running?", "LINLI_DATABASE_URL")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_path_that_cannot_be_written(
    clean: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    clean.setenv("LINLI_DATABASE_URL", f"sqlite:///{tmp_path}/file/linli.sqlite3")
    one_sentence(told(*command), f"{tmp_path}/file cannot be made", "LINLI_DATABASE_URL")


@pytest.mark.parametrize("command", [*COMMANDS, ["doctor"]], ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("hunter2", "sqlite:///FILE or postgresql://"),
        ("mysql://u:hunter2@h/linli", "sqlite:///FILE or postgresql://"),
        ("postgresql://u:hunter2@h:port/linli", "the port is a number"),
        ("postgresql://u:hunter2@h", "the name of the database is missing"),
        ("postgresql://u:hunter2@h/linli?colour=red", "not understood: colour"),
        ("sqlite://linli.sqlite3", "three slashes"),
    ],
)
def test_an_address_that_makes_no_sense(
    clean: pytest.MonkeyPatch, command: list[str], url: str, part: str
) -> None:
    clean.setenv("LINLI_DATABASE_URL", url)
    one_sentence(told(*command), "LINLI_DATABASE_URL", part, code=2)


def test_a_machine_that_nobody_knows(clean: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    clean.setattr(asyncpg, "connect", unknown)
    clean.setenv("LINLI_DATABASE_URL", "postgresql://u:hunter2@database.invalid/linli")
    one_sentence(told("migrate"), "'database.invalid'")


def test_a_wrong_password(clean: pytest.MonkeyPatch) -> None:
    async def refuses(*_: object, **__: object) -> None:
        raise asyncpg.InvalidPasswordError('password authentication failed for user "u"')

    clean.setattr(asyncpg, "connect", refuses)
    clean.setenv("LINLI_DATABASE_URL", "postgresql://u:hunter2@127.0.0.1/linli")
    one_sentence(told("migrate"), "does not let 'u' in", "password")


async def test_a_database_that_does_not_exist(clean: pytest.MonkeyPatch, postgres: str) -> None:
    import asyncio

    url = sa.make_url(postgres).set(database="nobody_made_it")
    clean.setenv("LINLI_DATABASE_URL", url.render_as_string(hide_password=False))
    one_sentence(await asyncio.to_thread(told, "load", str(COMMUNITY)), "'nobody_made_it'")


async def test_tables_of_a_newer_release(clean: pytest.MonkeyPatch, postgres: str) -> None:
    import asyncio

    url = await new_database(postgres)
    clean.setenv("LINLI_DATABASE_URL", url)
    assert (await asyncio.to_thread(told, "migrate")).exit_code == 0
    conn = await asyncpg.connect(url)
    await conn.execute("UPDATE alembic_version SET version_num = '9999'")
    await conn.close()
    one_sentence(await asyncio.to_thread(told, "migrate"), "9999", "newer release", code=2)
    assert "newer release" in (await asyncio.to_thread(told, "doctor")).output
    await drop_database(postgres, url)


def test_a_spoilt_file_is_not_tried_again(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "linli.sqlite3"
    clean.setenv("LINLI_DATABASE_URL", f"sqlite:///{file}")
    file.write_text("hello " * 1000, encoding="utf-8")
    one_sentence(told("serve"), "is not a database of SQLite", "backup", code=2)
    file.unlink()
    assert told("migrate").exit_code == 0
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    one_sentence(told("serve"), "is damaged", "backup", code=2)


def test_a_port_that_another_program_has(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        clean.setenv("LINLI_WEB_PORT", str(port))
        one_sentence(told("serve"), f"port {port}", "LINLI_WEB_PORT")


def test_a_host_to_listen_on_that_is_not_ours(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("LINLI_WEB_PORT", "0")
    clean.setenv("LINLI_WEB_HOST", "192.0.2.1")  # set aside for documentation
    one_sentence(told("serve"), "192.0.2.1", "LINLI_WEB_HOST")


def test_the_doctor_says_it_too_and_goes_on(clean: pytest.MonkeyPatch, closed_port: int) -> None:
    clean.setenv("LINLI_DATABASE_URL", f"postgresql://u:hunter2@127.0.0.1:{closed_port}/linli")
    result = told("doctor")
    assert result.exit_code == 1
    assert "is it running?" in result.output
    assert "hunter2" not in result.output
    assert "LINLI_TELEGRAM_TOKEN" in result.output, "what comes after the database"


def test_what_other_clients_write_is_understood() -> None:
    url = address("postgresql://u:p@db.example.org:5433/linli?sslmode=require")
    assert dict(url.query) == {"ssl": "require"}
    assert address("postgres://u:p%40ss@h/linli").password == "p@ss"
    with pytest.raises(BadAddress):
        address("")
