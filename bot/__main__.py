"""The command line: `python -m bot`."""

import asyncio
import gc
import json
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.settings import Settings, SettingsError, read_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Linli (邻里): a neighbourhood's front desk in a chat.",
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


def _settings(**overrides: object) -> Settings:
    from bot.logs import set_up_logs

    try:
        settings = read_settings(**overrides)
        settings.secret()
    except SettingsError as error:
        raise _stop(str(error)) from None
    set_up_logs(settings.log_format, settings.log_level)
    return settings


def _stop(why: str) -> typer.Exit:
    typer.secho(why, err=True, fg=typer.colors.RED)
    return typer.Exit(2)


def _run(work: Coroutine[Any, Any, int | None]) -> None:
    """Run to the end; what an operator can put right is told in a sentence, not in a traceback."""
    from knowledge.source import ContentError
    from storage.vault import VaultError

    try:
        code = asyncio.run(work)
    except (ContentError, VaultError) as error:
        raise _stop(str(error)) from None
    if code:
        raise typer.Exit(code)


@app.command()
def serve() -> None:
    """Start everything in this process: channels, turns, delivery and the clock."""
    _run(_serve(_settings(), sample=False))


@app.command()
def demo() -> None:
    """Start with the made-up sample community, in which you can play every role."""
    _run(_serve(_settings(), sample=True))


async def _serve(settings: Settings, *, sample: bool) -> int:
    from bot.app import App
    from bot.channels.base import ChannelError
    from bot.demo import load_sample
    from bot.parts import Parts
    from storage import migrate

    parts = Parts.make(settings)
    await migrate.upgrade(parts.database)
    if sample:
        await load_sample(parts.database)
    running = await App.open(parts)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        await running.start()
    except ChannelError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        await running.stop()
        return 2
    # The libraries' models never die: keep the collector from walking them in the middle of a turn.
    gc.collect()
    gc.freeze()
    typer.echo(f"Linli is open: {parts.settings.web_url or running.address}")
    await stop.wait()
    await running.stop()
    return 0


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="A YAML register of communities.")],
) -> None:
    """Bring communities, homes, people, roles and rosters in; the same file twice changes nothing."""
    from knowledge.register import RegisterError, read_register

    try:
        _run(_load(_settings(), read_register(file)))
    except RegisterError as error:
        raise _stop(str(error)) from None


async def _load(settings: Settings, register: Any) -> None:
    from bot.loading import load as bring_in
    from bot.parts import open_database
    from storage import migrate

    database = open_database(settings)
    try:
        await migrate.upgrade(database)
        async with database.writing() as work:
            changes = await bring_in(work, register)
    finally:
        await database.close()
    typer.echo(f"{changes.added} rows added, {changes.changed} changed.")


@app.command()
def invite(
    person: Annotated[str, typer.Argument(help="The person's code in the loaded register.")],
    as_json: AsJson = False,
) -> None:
    """Make a single-use enrolment code for a person, and the links that carry it."""
    _run(_invite(_settings(), person, as_json))


async def _invite(settings: Settings, code: str, as_json: bool) -> int:
    from bot.links import links
    from bot.parts import open_database
    from storage import migrate, people
    from storage.enroll import LIFETIME
    from storage.enroll import invite as make_code

    database = open_database(settings)
    await migrate.upgrade(database)
    async with database.writing() as work:
        person = await people.person_by_code(work, code)
        made = await make_code(work, person.id) if person else ""
    await database.close()
    if person is None:
        typer.secho(f"Nobody in the register has the code {code!r}.", err=True, fg="red")
        return 2
    ways = await links(settings, made)
    if as_json:
        typer.echo(json.dumps({"person": code, "code": made, **ways}, ensure_ascii=False))
        return 0
    typer.echo(f"{person.name}: {made} (works once, for {LIFETIME.days} days)")
    for way in ways.values():
        typer.echo(f"  {way}")
    return 0


@app.command()
def answer(as_json: AsJson = False) -> None:
    """Answer questions from standard input, one a line, as the desk would."""
    from bot.answering import answers

    for line in answers(sys.stdin, as_json=as_json):
        typer.echo(line)


@app.command()
def evaluate(
    docs: Annotated[Path, typer.Option(help="Where search.md and its picture go.")] = Path("docs"),
    as_json: AsJson = False,
) -> None:
    """Measure finding and answering on the test questions, beside plain searches, from a checkout."""
    from bot.evaluating import evaluate as measured

    typer.echo(measured(docs=docs, as_json=as_json))


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    _run(_migrate(_settings()))


async def _migrate(settings: Settings) -> None:
    from bot.parts import open_database
    from storage import migrate as migrations

    database = open_database(settings)
    await migrations.upgrade(database)
    at, _ = await migrations.current(database)
    await database.close()
    typer.echo(f"The database is at revision {at}.")


@app.command()
def doctor() -> None:
    """Check settings, database, channels, time zone, holidays, content and rosters; say what to do."""
    from bot.doctor import examine

    try:
        settings = read_settings()
    except SettingsError as error:
        raise _stop(f"settings: {error}") from None
    _run(_doctor(examine(settings)))


async def _doctor(examination: Coroutine[Any, Any, list[Any]]) -> int:
    findings = await examination
    for finding in findings:
        colour = {"ok": "green", "note": "yellow", "fault": "red"}[finding.level]
        typer.secho(f"{finding.level:5}  {finding.about}: {finding.says}", fg=colour)
    return 1 if any(finding.level == "fault" for finding in findings) else 0


@app.command()
def letters(
    retry: Annotated[list[int] | None, typer.Option(help="Try this dead letter again.")] = None,
    drop: Annotated[list[int] | None, typer.Option(help="Let this dead letter go.")] = None,
) -> None:
    """Show what could not be handled (dead letters), and try again or let go."""
    _run(_letters(_settings(), retry or [], drop or []))


async def _letters(settings: Settings, retry: list[int], drop: list[int]) -> None:
    from bot.parts import open_database
    from storage import inbox
    from storage import migrate as migrations

    database = open_database(settings)
    await migrations.upgrade(database)
    async with database.writing() as work:
        revived = await inbox.revive(work, retry) if retry else 0
        dropped = await inbox.discard(work, drop) if drop else 0
        left = await inbox.dead_letters(work)
    await database.close()
    typer.echo(f"{revived} to be tried again, {dropped} let go, {len(left)} left.")
    for row in left:
        typer.echo(f"{row.id:>8}  {row.channel:<10} {row.received_at:%Y-%m-%d %H:%M}  {row.error}")


if __name__ == "__main__":
    app(prog_name="python -m bot")
