"""What every command does first and last: settings and logs, and faults told in a sentence."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import typer

from bot.settings import Settings, SettingsError, read_settings, unknown_names

if TYPE_CHECKING:
    from storage.database import Work

WRONG, NOT_NOW = 2, 3
"""Exit codes: something that a person must put right, and something that may pass by itself, so that
whoever supervises the process starts it again."""

COLLECT_AFTER = 20_000
"""Objects made before the collector looks at them: of what a turn makes nearly all dies at once, by itself,
and a look after every 700 would only stop turns in the middle."""


def settings_of(**overrides: object) -> Settings:
    """The settings, with the log set up by them; exits with a sentence where they cannot be used."""
    from bot.logs import set_up_logs

    try:
        settings = read_settings(**overrides)
        settings.secret()
    except SettingsError as error:
        raise stop(str(error)) from None
    set_up_logs(settings.log_format, settings.log_level)
    for name, meant in unknown_names().items():
        structlog.get_logger().warning("setting.unknown", name=name, meant=meant)
    return settings


def stop(why: str, code: int = WRONG) -> typer.Exit:
    """Say why it cannot be done; raise what this returns."""
    typer.secho(why, err=True, fg=typer.colors.RED)
    return typer.Exit(code)


def run(settings: Settings, work: Coroutine[Any, Any, int | None]) -> None:
    """Run to the end; what an operator can put right is told in a sentence, not in a traceback."""
    try:
        code = asyncio.run(work)
    except Exception as error:
        if (told := _told(settings, error)) is None:
            raise
        raise told from None
    if code:
        raise typer.Exit(code)


def _told(settings: Settings, error: Exception) -> typer.Exit | None:
    """The sentence for a fault, or None where it is ours. Only now are the parts loaded that know it:
    with them a tool that asks the database one thing would take three times as long."""
    import sqlalchemy.exc

    from bot.channels.base import ChannelError
    from bot.door import DoorTaken
    from knowledge.register import RegisterError
    from knowledge.source import ContentError
    from storage import trouble
    from storage.alone import AnotherDesk
    from storage.migrate import TablesUnknown
    from storage.vault import VaultError

    match error:
        case ChannelError() | ContentError() | RegisterError() | TablesUnknown() | VaultError():
            return stop(str(error))
        case AnotherDesk() | DoorTaken() | trouble.DatabaseAway():
            return stop(str(error), NOT_NOW)
        case sqlalchemy.exc.DBAPIError():
            why = trouble.plain(error, trouble.address(settings.database_url))
            code = WRONG if trouble.for_good(error) else NOT_NOW
            return stop(why, code) if why else None
    return None


def run_writing(work: Callable[["Work"], Awaitable[None]]) -> None:
    """Run to the end in one transaction that may write."""
    from bot.parts import tables

    async def whole() -> None:
        async with tables(settings) as database, database.writing() as unit:
            await work(unit)

    settings = settings_of()
    run(settings, whole())


def write_private(file: Path, content: bytes, *, over: bool = False) -> None:
    """Write what tells of people: a new file, unless `over`, which its owner alone can read."""
    try:
        if over:
            file.unlink(missing_ok=True)
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as out:
            out.write(content)
    except FileExistsError:
        raise stop(f"{file} is there already: give another name, or move it away.") from None
    except OSError as error:
        raise stop(f"{file} cannot be written: {error.strerror}.") from None
