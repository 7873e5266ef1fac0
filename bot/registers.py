"""`python -m bot load`: registers and name lists brought in, taken back, and given back as files."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import WRONG, run, settings_of, write_private
from bot.settings import Settings
from domain.people import Language

if TYPE_CHECKING:
    from bot.roll.plan import Plan
    from bot.roll.problems import Problems
    from bot.roll.read import Row
    from knowledge.register import CommunityEntry
    from storage.database import Work
    from wording import Say

File = Annotated[Path | None, typer.Argument(help="A YAML register, or an XLSX name list.")]
Check = Annotated[bool, typer.Option("--check", "--dry-run", help="Only say what it would change.")]
Yes = Annotated[bool, typer.Option("--yes", help="Load a name list without asking.")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave out rows that are refused.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take the last load back.")]
Export = Annotated[Path | None, typer.Option(help="Write the community to this XLSX or YAML file.")]
Code = Annotated[str, typer.Option(help="Which community a name list, or an export, is of.")]
Name = Annotated[str, typer.Option(help="What it is called, if the name list brings it in.")]
Speaks = Annotated[Language, typer.Option("--language", help="What problems are told in.")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a name list is to be loaded."""

    check: bool
    yes: bool
    skip_bad: bool
    community: str
    name: str
    language: Language


def load(
    file: File = None,
    check: Check = False,
    yes: Yes = False,
    skip_bad: SkipBad = False,
    undo: Undo = False,
    export: Export = None,
    community: Code = "",
    name: Name = "",
    language: Speaks = Language.ZH,
) -> None:
    """Make communities, homes, people, roles and rosters what the file says; twice is once."""
    if sum((file is not None, undo, export is not None)) != 1:
        raise typer.BadParameter("give a FILE, or --undo, or --export FILE")
    settings = settings_of()
    if undo:
        run(settings, _undo(settings))
    elif export is not None:
        run(settings, _export(settings, export, community, yes))
    elif file is not None and file.suffix.lower() in (".xlsx", ".xlsm"):
        wanted = Wanted(check, yes, skip_bad, community, name, language)
        run(settings, _list(settings, file, wanted))
    elif file is not None and file.suffix.lower() in (".xls", ".et", ".csv"):
        raise typer.BadParameter(f"{file.name}: save it as an XLSX workbook (.xlsx) first")
    elif file is not None:
        run(settings, _register(settings, file, check))


async def _register(settings: Settings, file: Path, check: bool) -> None:
    from bot.bringing import bring_in
    from bot.parts import tables
    from knowledge.register import read_register

    register = read_register(file)
    async with tables(settings) as database, database.writing(keep=not check) as work:
        changes = await bring_in(work, register, file.name)
    typer.echo(changes.told + ("\nNothing was changed: this was a check." if check else ""))


async def _undo(settings: Settings) -> None:
    from bot.bringing import undo
    from bot.parts import tables

    async with tables(settings) as database, database.writing() as work:
        last = await undo(work)
    at = last.at.astimezone(settings.zone)
    typer.echo(f"{last.file}, loaded {at:%Y-%m-%d %H:%M}, was taken back.")


async def _export(settings: Settings, file: Path, code: str, over: bool) -> None:
    from bot.parts import tables

    async with tables(settings) as database, database.reading() as work:
        entry = await _standing(work, code, "")
        content = _as_bytes(entry, file, work)
    write_private(file, content, over=over)
    typer.echo(f"{entry.name}: {len(entry.households)} homes written to {file.name}.")


def _as_bytes(entry: "CommunityEntry", file: Path, work: "Work") -> bytes:
    import yaml

    from bot.registered import as_file
    from bot.roll.write import written
    from knowledge.register import RegisterError

    match file.suffix.lower():
        case ".xlsx":
            return written(entry, work.now)
        case ".yaml" | ".yml":
            return yaml.safe_dump(as_file(entry), allow_unicode=True, sort_keys=False).encode()
        case _:
            raise RegisterError(f"{file.name}: an export is an .xlsx or a .yaml file.")


async def _list(settings: Settings, file: Path, wanted: Wanted) -> int | None:
    from bot.bringing import bring_in
    from bot.loading_moves import compared
    from bot.parts import tables
    from bot.roll.problems import Problems
    from knowledge.register import Register, RegisterError
    from wording import Phrases

    say = Phrases.shipped()[wanted.language]
    problems = Problems(say)
    rows = _read(file, problems)
    async with tables(settings) as database:
        async with database.reading() as work:
            plan = await _planned(work, rows, problems, wanted)
            for one in (await compared(work, plan.entry)).stands:
                typer.echo(one.said(say))
        if not _agreed(plan, say, wanted):
            return WRONG
        async with database.writing(keep=not wanted.check) as work:
            now = await _planned(work, rows, problems, wanted)
            if [*now.told(say)] != [*plan.told(say)]:
                raise RegisterError("The register was changed meanwhile; look at it once more.")
            register = Register.model_construct(version=1, communities=(now.entry,))
            changes = await bring_in(work, register, file.name)
    typer.echo(changes.told + ("\nNothing was changed: this was a check." if wanted.check else ""))
    return None


def _read(file: Path, problems: "Problems") -> list["Row"]:
    from bot.roll.grid import Book
    from bot.roll.read import read
    from knowledge.register import RegisterError

    try:
        book = Book(file.read_bytes())
    except OSError as error:
        raise RegisterError(f"{file.name}: {error.strerror}") from None
    with typer.progressbar(length=book.size, label=file.name, file=sys.stderr) as bar:
        return read(book, problems, bar.update)


async def _planned(
    work: "Work", rows: Sequence["Row"], unreadable: "Problems", wanted: Wanted
) -> "Plan":
    from zoneinfo import ZoneInfo

    from bot.roll.plan import plan

    before = await _standing(work, wanted.community, wanted.name)
    today = work.now.astimezone(ZoneInfo(before.timezone)).date()
    return plan(before, rows, unreadable, today, work.blind, skip_bad=wanted.skip_bad)


async def _standing(work: "Work", code: str, name: str) -> "CommunityEntry":
    """The community that is meant: the one of that code, the only one, or a new one that has a name."""
    from bot.registered import registered
    from knowledge.register import CommunityEntry, RegisterError
    from storage.people import all_communities

    if not code:
        real = [place.code for place in await all_communities(work) if not place.sample]
        if len(real) != 1:
            raise RegisterError("Which community? Say so with --community CODE.")
        code = real[0]
    entry = await registered(work, code)
    if entry is None and not name:
        raise RegisterError(f"No community has the code {code!r}; --name NAME makes a new one.")
    return entry or CommunityEntry.model_validate({"code": code, "name": name})


def _agreed(plan: "Plan", say: "Say", wanted: Wanted) -> bool:
    """Show what would be done, and ask; False where it cannot be done as asked."""
    for line in plan.told(say):
        typer.echo(line)
    if plan.refused:
        typer.secho(
            "Nothing was loaded: correct what is refused, or --skip-bad.", err=True, fg="red"
        )
        return False
    if wanted.check or wanted.yes or not plan.difference.anything:
        return True
    try:
        agreed = typer.confirm("Load it?", err=True)
    except typer.Abort:
        agreed = False
    if not agreed:
        typer.secho("Nothing was loaded; --yes loads without asking.", err=True, fg="red")
    return agreed
