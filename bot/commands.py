"""What every command does first and last: settings and logs, and faults told in a sentence."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import typer

from bot.settings import Settings, SettingsError, read_settings


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


def stop(why: str) -> typer.Exit:
    """Say why it cannot be done; raise what this returns."""
    typer.secho(why, err=True, fg=typer.colors.RED)
    return typer.Exit(2)


def run(work: Coroutine[Any, Any, int | None]) -> None:
    """Run to the end; what an operator can put right is told in a sentence, not in a traceback."""
    from knowledge.source import ContentError
    from storage.vault import VaultError

    try:
        code = asyncio.run(work)
    except (ContentError, VaultError) as error:
        raise stop(str(error)) from None
    if code:
        raise typer.Exit(code)
