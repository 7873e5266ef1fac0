"""`python -m bot survey …`: an office's own questionnaires, checked, tried, stored and retired."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import run, settings_of, stop
from bot.survey_export import export

if TYPE_CHECKING:
    from domain.survey import Questionnaire
    from storage.database import Database

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Keep questionnaires: check a file, preview the chat, load it, list, retire; export results.",
)
app.command()(export)

File = Annotated[Path, typer.Argument(help="A questionnaire's YAML file.")]
Name = Annotated[str, typer.Argument(help="A questionnaire's id.")]


def _with(work: Callable[["Database"], Awaitable[None]]) -> None:
    from bot.parts import tables
    from bot.questionnaires import bring_in
    from storage.questionnaires import VersionError

    async def whole() -> None:
        async with tables(settings) as database:
            await bring_in(database)
            try:
                await work(database)
            except VersionError as error:
                raise stop(str(error)) from None

    settings = settings_of()
    run(settings, whole())


def _read(file: Path) -> "Questionnaire":
    from knowledge.questionnaires import read_questionnaire
    from knowledge.source import ContentError

    try:
        return read_questionnaire(file)
    except ContentError as error:
        raise stop(str(error)) from None


@app.command()
def check(file: File) -> None:
    """Say every mistake of a file, by line, and what to do; or what it asks."""
    from domain.answering import progress
    from domain.people import Language

    found = _read(file)
    sheet = progress(found, {})
    typer.echo(
        f"{found.id}, version {found.version}: {sheet.most} questions, {sheet.total} of them always "
        f"asked; aspects: {len(found.aspects)}. It can be used."
    )
    bare = [item.id for item in found.items if item.text.get(Language.EN) == item.text.zh]
    if bare:
        typer.echo(f"Without English, so shown in Chinese: {', '.join(bare)}")


@app.command()
def preview(
    what: Annotated[str, typer.Argument(help="A file, or the id of a stored questionnaire.")],
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    short: Annotated[bool, typer.Option("--short", help="The short form.")] = False,
    answers: Annotated[
        list[str] | None,
        typer.Option(help="ID=VALUE, several times; codes of several choices: ID=1+3; ID= passes."),
    ] = None,
) -> None:
    """Show the whole chat as text, before anybody is asked."""
    from bot.survey_preview import as_text
    from bot.survey_preview import preview as walked
    from domain.ballot import Form, has_short
    from domain.people import Language
    from storage import questionnaires

    given = dict(_pair(each) for each in answers or [])

    async def show(questionnaire: "Questionnaire") -> None:
        unknown = given.keys() - {item.id for item in questionnaire.items}
        if unknown and not short:
            raise stop(f"{questionnaire.id} has no question {', '.join(sorted(unknown))}.")
        if short and not has_short(questionnaire):
            raise stop(f"{questionnaire.id} has no short form.")
        form = Form.SHORT if short else Form.FULL
        spoken = Language.from_tag(language)
        typer.echo(as_text(await walked(questionnaire, spoken, form, given)))

    async def stored(database: "Database") -> None:
        async with database.reading() as work:
            found = (await questionnaires.offered(work)).get(what)
        if found is None:
            raise stop(f"No questionnaire is called {what!r}, and there is no such file.")
        await show(found)

    if Path(what).is_file():
        run(settings_of(), show(_read(Path(what))))
    else:
        _with(stored)


def _pair(given: str) -> tuple[str, str]:
    name, found, value = given.partition("=")
    if not found:
        raise stop(f"{given!r} is not ID=VALUE, such as b1=2.")
    return name, value


@app.command()
def load(file: File) -> None:
    """Store a questionnaire: from now on heads of communities may launch it, in every process."""
    from storage import questionnaires

    found = _read(file)

    async def put(database: "Database") -> None:
        async with database.writing() as work:
            newest = max(await questionnaires.versions(work, found.id), default=0)
            new = await questionnaires.store(work, found)
            if new and found.version < newest:
                raise questionnaires.VersionError(
                    f"Version {found.version} of {found.id} is older than {newest}, which is stored. "
                    f"Give it version {newest + 1}."
                )
        told = "stored" if new else "was stored before, word for word; nothing was changed"
        typer.echo(f"{found.id}, version {found.version}: {told}.")

    _with(put)


@app.command("list")
def list_() -> None:
    """Which questionnaires may be launched."""
    from storage import questionnaires

    async def tell(database: "Database") -> None:
        async with database.reading() as work:
            for each in (await questionnaires.offered(work)).values():
                typer.echo(f"{each.id}  version {each.version}  {each.title.zh}")

    _with(tell)


@app.command()
def retire(name: Name) -> None:
    """Offer a questionnaire no longer; rounds that ask it go on to their end."""
    from storage import questionnaires

    async def away(database: "Database") -> None:
        async with database.writing() as work:
            if not await questionnaires.versions(work, name):
                raise stop(f"No questionnaire is called {name!r}.")
            gone = await questionnaires.retire(work, name)
        typer.echo(f"{name}: {'no longer offered' if gone else 'was not offered any more'}.")

    _with(away)
