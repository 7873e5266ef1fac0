"""What every command does first and last: settings and logs, and faults told in a sentence."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import typer

from bot.settings import Settings, SettingsError, read_settings

WRONG, NOT_NOW = 2, 3
"""Exit codes: something that a person must put right, and something that may pass by itself, so that
whoever supervises the process starts it again."""


def settings_of(**overrides: object) -> Settings:
    """The settings, with the log set up by them; exits with a sentence where they cannot be used."""
    from bot.logs import set_up_logs

    try:
        settings = read_settings(**overrides)
        settings.secret()
    except SettingsError as error:
        raise stop(str(error)) from None
    set_up_logs(settings.log_format, settings.log_level)
    return settings


def stop(why: str, code: int = WRONG) -> typer.Exit:
    """Say why it cannot be done; raise what this returns."""
    typer.secho(why, err=True, fg=typer.colors.RED)
    return typer.Exit(code)


def run(settings: Settings, work: Coroutine[Any, Any, int | None]) -> None:
    """Run to the end; what an operator can put right is told in a sentence, not in a traceback."""
    import sqlalchemy.exc

    from bot.channels.base import ChannelError
    from bot.door import DoorTaken
    from knowledge.register import RegisterError
    from knowledge.source import ContentError
    from storage import trouble
    from storage.alone import AnotherDesk
    from storage.migrate import TablesUnknown
    from storage.vault import VaultError

    try:
        code = asyncio.run(work)
    except (ChannelError, ContentError, RegisterError, TablesUnknown, VaultError) as error:
        raise stop(str(error)) from None
    except (AnotherDesk, DoorTaken, trouble.DatabaseAway) as error:
        raise stop(str(error), NOT_NOW) from None
    except sqlalchemy.exc.DBAPIError as error:
        if why := trouble.plain(error, trouble.address(settings.database_url)):
            raise stop(why, NOT_NOW) from None
        raise
    if code:
        raise typer.Exit(code)
