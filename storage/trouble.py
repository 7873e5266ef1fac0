"""What is the matter with the database, in a sentence an operator can act on; never its password."""

import inspect
from pathlib import Path
from socket import gaierror
from typing import Any

import asyncpg
import sqlalchemy as sa
import sqlalchemy.exc

_SETTING = "LINLI_DATABASE_URL"
_SHAPES = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
_DRIVERS = {
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
}


class BadAddress(ValueError):
    """The address of the database cannot be understood; the message says how to write it."""


class DatabaseAway(ConnectionError):
    """The database lets nobody in now; the message says why and what to do."""


def address(text: str) -> sa.URL:
    """The address as people write it, with the async driver named. Raises BadAddress."""
    try:
        url = sa.make_url(text)
        url = url.set(drivername=_DRIVERS[url.get_backend_name()])
    except (sqlalchemy.exc.ArgumentError, KeyError, ValueError):
        # A number is the only part that is checked while it is read; what was read may be secret.
        raise BadAddress(
            f"write it as {_SHAPES}; the port is a number, and a password with @ : / ? # or %"
            " in it needs these written as %40 %3A %2F %3F %23 %25"
        ) from None
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)


def _sqlite(url: sa.URL) -> sa.URL:
    if not url.database or url.host:
        raise BadAddress(
            "a path from the working directory has three slashes (sqlite:///linli.sqlite3),"
            " one from the root has four (sqlite:////var/lib/linli/linli.sqlite3)"
        )
    return url


def _postgresql(url: sa.URL) -> sa.URL:
    """With `sslmode`, which every other client writes, under the name that our driver knows."""
    if not url.database:
        raise BadAddress("the name of the database is missing at its end: …@HOST/NAME")
    if mode := url.query.get("sslmode"):
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    strange = set(url.query) - set(inspect.signature(asyncpg.connect).parameters)
    if strange:
        raise BadAddress(f"what follows the ? is not understood: {', '.join(sorted(strange))}")
    return url


async def connect(*args: Any, **kwargs: Any) -> Any:
    """`asyncpg.connect`, whose many refusals become one that says what to do."""
    try:
        return await asyncpg.connect(*args, **kwargs)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseAway(_refused(error, kwargs)) from error


def _refused(error: Exception, asked: dict[str, Any]) -> str:
    host = asked.get("host") or "this machine's socket"
    where = f"PostgreSQL at {host}:{asked.get('port') or 5432}"
    match error:
        case asyncpg.InvalidCatalogNameError():
            name = asked.get("database")
            return f"{where} has no database {name!r}: create it (createdb), or correct {_SETTING}."
        case asyncpg.InvalidAuthorizationSpecificationError():
            user = asked.get("user")
            return f"{where} does not let {user!r} in: check user and password in {_SETTING}."
        case asyncpg.InsufficientPrivilegeError():
            return f"{where} does not let this user use the database: make it the owner."
        case asyncpg.TooManyConnectionsError():
            return f"{where} has no connection left: raise max_connections, or run fewer processes."
        case asyncpg.CannotConnectNowError():
            return f"{where} is starting or stopping: try again in a moment."
        case gaierror():
            return f"No machine is called {host!r}: check the host in {_SETTING}."
        case OSError():
            return f"Nobody answers for {where}: is it running? If so, check {_SETTING}."
    return f"{where} refuses the connection ({type(error).__name__}): check {_SETTING}."


_FOR_GOOD = ("is not a database", "malformed")
_SQLITE_FAULTS = {
    "unable to open database file": "cannot be opened: its folder must exist and be writable",
    "readonly database": "is not writable for this user: give it, and its folder, to them",
    "is not a database": "is not a database of SQLite: name another, or bring back a backup",
    "malformed": "is damaged: bring back a backup",
    "is full": "cannot grow, for the disk is full: make room",
    "disk I/O error": "cannot be read or written: check the disk",
    "is locked": "is held by another program for too long: close that first",
}


def plain(error: sqlalchemy.exc.DBAPIError, url: sa.URL) -> str:
    """What an operator can do about it; "" where it is a fault of ours."""
    if url.get_backend_name() == "sqlite":
        says = str(error.orig)
        found = (told for part, told in _SQLITE_FAULTS.items() if part in says)
        why = next(found, "")
        return why and f"The database {url.database} {why}, or correct {_SETTING}."
    where = f"PostgreSQL at {url.host or 'this machine'}"
    if error.connection_invalidated:
        return f"{where} has closed the connection: it may be restarting; try again."
    if getattr(error.orig, "sqlstate", "") == asyncpg.InsufficientPrivilegeError.sqlstate:
        return f"{where} does not let {url.username!r} do this: make that user the owner."
    return ""


def for_good(error: sqlalchemy.exc.DBAPIError) -> bool:
    """Whether the file itself is spoilt: no second try will read it, only a backup helps."""
    return any(part in str(error.orig) for part in _FOR_GOOD)


def make_folder(file: str) -> None:
    """The folder of a database that is a file. Raises DatabaseAway where it cannot be made."""
    folder = Path(file).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DatabaseAway(f"{folder} cannot be made ({why}): correct {_SETTING}.") from error
