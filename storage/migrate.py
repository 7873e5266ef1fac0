"""Migrations: the tables are brought up to date from any earlier release, on either database."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import trouble
from storage.database import Database

_HERE = Path(__file__).parent / "migrations"
_LOCK = 0x6D696772
"""`migr` in ASCII: processes that start together migrate one after the other."""


class TablesUnknown(Exception):
    """The tables are of a release that this program does not know; the message says what to do."""


class ForeignKeysBroken(Exception):
    """A migration left rows that point to nothing; nothing was committed."""


def config() -> Config:
    """Alembic's configuration, without an ini file."""
    made = Config()
    made.set_main_option("script_location", str(_HERE))
    made.set_main_option("path_separator", "os")
    return made


async def upgrade(database: Database, to: str = "head") -> None:
    """Bring the schema up to date, all in one transaction where the database allows."""
    if database.url.get_backend_name() == "sqlite":
        await _upgrade_sqlite(database, to)
        return
    async with database.writers.begin() as conn:
        await conn.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await conn.run_sync(_run, to)


async def _upgrade_sqlite(database: Database, to: str) -> None:
    """With foreign keys off: a table that is rebuilt must not take its children along by cascade."""
    trouble.make_folder(database.url.database or "")
    async with database.writers.connect() as conn:
        await conn.exec_driver_sql("ROLLBACK")
        await conn.exec_driver_sql("PRAGMA foreign_keys=OFF")
        await conn.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            await conn.run_sync(_run, to)
            if (await conn.exec_driver_sql("PRAGMA foreign_key_check")).first() is not None:
                raise ForeignKeysBroken(ForeignKeysBroken.__doc__)
            await conn.commit()
        finally:
            # The connection goes back to those who write: it must guard the data again, come what may.
            await conn.rollback()
            await conn.exec_driver_sql("ROLLBACK")
            await conn.exec_driver_sql("PRAGMA foreign_keys=ON")
            await conn.exec_driver_sql("BEGIN")


def _run(conn: sa.Connection, to: str) -> None:
    cfg = config()
    cfg.attributes["connection"] = conn
    check(MigrationContext.configure(conn).get_current_revision())
    command.upgrade(cfg, to)


def check(at: str | None) -> None:
    """Whether this release knows the revision. Raises TablesUnknown."""
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    if at is not None and at not in {script.revision for script in scripts}:
        raise TablesUnknown(
            f"The database is at revision {at}, which a newer release made: run that release."
        )


async def current(database: Database) -> tuple[str | None, str | None]:
    """The revision the database is at, and the newest one there is."""
    async with database.readers.connect() as conn:
        at = await conn.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
    return at, ScriptDirectory.from_config(config()).get_current_head()
