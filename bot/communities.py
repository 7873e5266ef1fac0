"""`python -m bot community …`: communities that join or part, shown first, done whole, taken back."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import run, settings_of, stop

if TYPE_CHECKING:
    from bot.merging import Report
    from storage.database import Work

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Join communities, or part them, so that nothing is lost.",
)

Code = Annotated[str, typer.Argument(help="The community's code in the register.")]
Yes = Annotated[bool, typer.Option("--yes", help="Really do it.")]


@app.command()
def merge(
    source: Code,
    target: Annotated[str, typer.Argument(help="The code of the community it becomes a part of.")],
    yes: Yes = False,
) -> None:
    """SOURCE becomes a part of TARGET. Without --yes it says what would happen, and changes nothing."""
    from bot import merging

    _change(lambda work: merging.merge(work, source, target), yes=yes)


@app.command()
def split(
    source: Code,
    code: Annotated[str, typer.Option(help="The new community's code.")],
    name: Annotated[str, typer.Option(help="What it is called.")],
    building: Annotated[list[str], typer.Option(help="A building that goes; may be repeated.")],
    staff: Annotated[
        list[str] | None, typer.Option(help="Code of one of the staff who goes; may be repeated.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Buildings of SOURCE, with who lives there, become a community. Without --yes nothing changes."""
    from bot import merging

    wanted = merging.Wanted(code, name, building, staff or ())
    _change(lambda work: merging.split(work, source, wanted), yes=yes)


@app.command()
def undo(yes: Yes = False) -> None:
    """Take the last merger or split back. Without --yes it says what would happen, and changes nothing."""
    from bot import parting

    _change(parting.undo, yes=yes)


def _change(do: Callable[["Work"], Awaitable["Report"]], *, yes: bool) -> None:
    """In one transaction, which is given up without `yes`: what is shown is what was tried."""
    from bot.merging import CannotChange
    from bot.parts import tables

    async def whole() -> None:
        async with tables(settings) as database, database.writing(keep=yes) as work:
            try:
                report = await do(work)
            except CannotChange as why:
                raise stop(str(why)) from None
        typer.echo(report.told)
        if not yes:
            typer.echo("Nothing was changed: repeat it with --yes.")

    settings = settings_of()
    run(settings, whole())
