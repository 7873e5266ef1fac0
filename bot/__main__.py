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

from bot import (
    communities,
    devices,
    guides,
    inviting,
    personal,
    places,
    registers,
    rounds,
    simulating,
    surveys,
)
from bot.commands import COLLECT_AFTER
from bot.commands import run as _run
from bot.commands import settings_of as _settings
from bot.commands import stop as _stop
from bot.logs import set_up_logs
from bot.settings import Settings, SettingsError, read_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Linli (邻里): a neighbourhood's front desk in a chat.",
    epilog="Settings are LINLI_… in the environment or in .env: see .env.example, docs/operations.md.",
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]

app.add_typer(guides.app, name="guides")
app.add_typer(places.app, name="places")
app.add_typer(simulating.app, name="simulate")
app.add_typer(devices.app, name="devices")
app.add_typer(surveys.app, name="survey")
app.add_typer(personal.app, name="person")
app.add_typer(rounds.app, name="rounds")
app.add_typer(communities.app, name="community")


@app.command()
def serve() -> None:
    """Start everything in this process: channels, turns, delivery and the clock."""
    settings = _settings()
    _run(settings, _serve(settings, sample=False))


@app.command()
def demo() -> None:
    """Start with the made-up sample community, in which you can play every role."""
    settings = _settings()
    if "log_level" not in settings.model_fields_set:
        set_up_logs(settings.log_format, "warning")  # the address is what is to be seen
    _run(settings, _serve(settings, sample=True))


async def _serve(settings: Settings, *, sample: bool) -> None:
    from storage.alone import alone
    from storage.trouble import address

    gc.disable()  # until all is open: what is made now stays, and walking it took a quarter of the time
    with alone(address(settings.database_url)):  # said at once: what follows takes seconds
        from bot.parts import Parts

        parts = Parts.make(settings)
        try:
            await _open_until_stopped(parts, sample=sample)
        finally:
            await parts.database.close()


async def _open_until_stopped(parts: Any, *, sample: bool) -> None:
    from bot.app import App
    from bot.demo import load_sample
    from storage import migrate

    if sample:
        await migrate.upgrade(parts.database)
        await load_sample(parts.database)
    running = await App.open(parts)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        await running.start()
        # The libraries' models never die: keep the collector from walking them in the middle of a turn, and
        # now, when somebody may have waited. What of it nobody needs any more is five megabytes.
        gc.freeze()
        gc.enable()
        gc.set_threshold(COLLECT_AFTER)
        typer.echo(f"Linli is open: {parts.settings.web_url or running.address}")
        await stop.wait()
    finally:
        await running.stop()


app.command()(registers.load)


@app.command()
def invite(
    person: Annotated[str, typer.Argument(help="The person's code in the loaded register.")],
    as_json: AsJson = False,
) -> None:
    """Make a single-use enrolment code for a person, and the links that carry it."""
    settings = _settings()
    _run(settings, _invite(settings, person, as_json))


async def _invite(settings: Settings, code: str, as_json: bool) -> None:
    from bot.links import links, opens_here_only
    from bot.parts import tables
    from storage.enroll import LIFETIME
    from storage.enroll import invite as make_code

    async with tables(settings) as database, database.writing() as work:
        person = await _somebody(work, code)
        made = await make_code(work, person.id)
    ways = await links(settings, made)
    if as_json:
        typer.echo(json.dumps({"person": code, "code": made, **ways}, ensure_ascii=False))
        return
    typer.echo(f"{person.name}: {made} (works once, for {LIFETIME.days} days)")
    for way in ways.values():
        typer.echo(f"  {way}")
    if settings.telegram_token is not None and "telegram" not in ways:
        typer.echo("  (no link for Telegram: it does not answer for the token now; see doctor)")
    if why := opens_here_only(settings):
        typer.echo(f"  ({why})")


async def _somebody(work: Any, code: str) -> Any:
    from knowledge.register import RegisterError
    from storage import people

    person = await people.person_by_code(work, code)
    if person is None:
        raise RegisterError(f"Nobody in the register has the code {code!r}.")
    return person


app.command("invite-sheets")(inviting.invite_sheets)


@app.command()
def revoke(
    person: Annotated[str, typer.Argument(help="The person's code in the loaded register.")],
    roles: Annotated[bool, typer.Option("--roles", help="Take their roles, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Withdraw a person's access: their chats and pages are strangers', their open codes end."""
    settings = _settings()
    _run(settings, _revoke(settings, person, roles, as_json))


async def _revoke(settings: Settings, code: str, roles: bool, as_json: bool) -> None:
    from bot.parts import tables
    from bot.revoking import revoke as withdraw
    from wording import Phrases

    async with tables(settings) as database, database.writing() as work:
        person = await _somebody(work, code)
        done = await withdraw(work, person, Phrases.shipped(), with_roles=roles)
    if as_json:
        typer.echo(json.dumps({"person": code, **done.as_json}, ensure_ascii=False))
    else:
        typer.echo(done.told)


@app.command()
def looked(
    person: Annotated[str, typer.Argument(help="The person's code in the loaded register.")],
    as_json: AsJson = False,
) -> None:
    """Say who was shown a person's help requests or home, what of them and when."""
    settings = _settings()
    _run(settings, _looked(settings, person, as_json))


async def _looked(settings: Settings, code: str, as_json: bool) -> None:
    from bot.parts import tables
    from storage import looks

    async with tables(settings) as database, database.reading() as work:
        seen = await _somebody(work, code)
        found = await looks.at_person(work, seen.id)
    if not found and not as_json:
        typer.echo(f"Nobody has been shown anything of {seen.name}.")
    for one in found:
        if as_json:
            row = {"at": one.at.isoformat(), "who": one.viewer_code, "name": one.viewer}
            typer.echo(
                json.dumps(row | {"request": one.duty_id, "what": one.what}, ensure_ascii=False)
            )
        else:
            at = one.at.astimezone(settings.zone)
            what = one.what if one.duty_id is None else f"{one.what}  request {one.duty_id}"
            typer.echo(f"{at:%Y-%m-%d %H:%M:%S}  {one.viewer}  {what}")


@app.command()
def ledger(
    kind: Annotated[str, typer.Argument(help="summary, appraisal, diary, matters, help … or all.")],
    community: Annotated[str, typer.Option(help="The community's code in the register.")],
    month: Annotated[str, typer.Option(help="As 2026-10.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    form: Annotated[str, typer.Option("--format", help="xlsx or docx.")] = "xlsx",
    worker: Annotated[str, typer.Option(help="Code of a worker: their own alone.")] = "",
    sight: Annotated[str, typer.Option(help="head, or figures for street and bureau.")] = "head",
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Write a month's ledgers of a community, as they were closed or as they stand."""
    from bot.ledgers.tool import Wanted, write

    settings = _settings()
    wanted = Wanted(kind, community, month, form, worker, sight, language)
    _run(settings, write(settings, wanted, out))


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
    settings = _settings()
    _run(settings, _migrate(settings))


async def _migrate(settings: Settings) -> None:
    from bot import questionnaires
    from bot.content import bring_in
    from bot.parts import tables
    from knowledge.guides import shipped_guides
    from storage import migrate as migrations

    async with tables(settings) as database:
        brought = await bring_in(database, shipped_guides())
        await questionnaires.bring_in(database)
        at, _ = await migrations.current(database)
    typer.echo(f"The database is at revision {at}.")
    if brought.taken or brought.offered:
        typer.echo(
            f"{brought.taken} shipped guides taken in, {brought.offered} offered as drafts beside yours."
        )


@app.command()
def doctor() -> None:
    """Check settings, database, channels, time zone, holidays, content and rosters; say what to do."""
    from bot.doctor import examine

    try:
        settings = read_settings()
        settings.secret()
    except SettingsError as error:
        raise _stop(f"settings: {error}") from None
    _run(settings, _doctor(examine(settings)))


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
    settings = _settings()
    _run(settings, _letters(settings, retry or [], drop or []))


async def _letters(settings: Settings, retry: list[int], drop: list[int]) -> None:
    from bot.parts import tables
    from storage import inbox

    async with tables(settings) as database, database.writing() as work:
        revived = await inbox.revive(work, retry) if retry else 0
        dropped = await inbox.discard(work, drop) if drop else 0
        left = await inbox.dead_letters(work)
    typer.echo(f"{revived} to be tried again, {dropped} let go, {len(left)} left.")
    for row in left:
        typer.echo(f"{row.id:>8}  {row.channel:<10} {row.received_at:%Y-%m-%d %H:%M}  {row.error}")


if __name__ == "__main__":
    app(prog_name="python -m bot")
