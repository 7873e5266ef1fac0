"""`python -m bot person …`: what is held about one person, for them; and taking it out at their request."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import run, settings_of, stop, write_private
from domain.people import Person
from wording import Phrases

if TYPE_CHECKING:
    from storage.database import Work
    from storage.personal import Erased

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Tell somebody all that is held about them, or erase it.",
)

Code = Annotated[str, typer.Argument(help="The person's code in the loaded register.")]
Out = Annotated[Path, typer.Option(help="A new file, which only you may read.")]
Yes = Annotated[bool, typer.Option("--yes", help="Really do it.")]


async def _somebody(work: "Work", code: str) -> Person:
    from storage import people

    person = await people.person_by_code(work, code)
    if person is None:
        raise stop(f"Nobody in the register has the code {code!r}.")
    return person


@app.command()
def export(code: Code, out: Out) -> None:
    """Write all that is held about a person as JSON, opened: phone, home, health, requests, words."""
    run(settings := settings_of(), _export(settings, code, out))


async def _export(settings: Any, code: str, out: Path) -> None:
    from bot.parts import tables
    from storage.personal import held

    async with tables(settings) as database, database.reading() as work:
        person = await _somebody(work, code)
        told = {"person": code, "at": work.now.isoformat(), **await held(work, person)}
    write_private(out, json.dumps(told, ensure_ascii=False, indent=1, default=_plain).encode())
    rows = sum(len(rows) for rows in told["held"].values())
    typer.echo(
        f"{out}: {rows} rows about {person.name}. Give it to them alone, and delete it after."
    )
    if told["left_out"]:
        typer.echo("Left out, for it is about others: messages of their work.")


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no words for {type(value).__name__}")


@app.command()
def erase(code: Code, yes: Yes = False) -> None:
    """Erase a person: who they are, how they are reached, what they said. Without --yes it only says what
    would go."""
    run(settings := settings_of(), _erase(settings, code, yes))


async def _erase(settings: Any, code: str, yes: bool) -> None:
    from bot.parts import tables
    from storage.personal import StillNeeded
    from storage.personal import erase as take_out

    async with tables(settings) as database, database.writing(keep=yes) as work:
        person = await _somebody(work, code)
        try:
            done = await take_out(work, person, Phrases.shipped()[person.language]("enroll.erased"))
        except StillNeeded as why:
            raise stop(f"{person.name}: {why}") from None
    typer.echo(_told(person, done, yes))


def _told(person: Person, done: "Erased", yes: bool) -> str:
    """For the operator, in plain words: what goes, and what stays and why."""
    gone = ", ".join(f"{count} {name}" for name, count in sorted(done.gone.items()))
    emptied = ", ".join(f"{count} {name}" for name, count in sorted(done.emptied.items()))
    lines = [
        f"{person.name}: name, code, home, phone, health, key holder and chats are erased.",
        f"  Deleted: {gone or 'nothing more'}.",
        f"  Emptied of words: {emptied or 'nothing'}.",
        f"  Kept without a name: {done.duties} requests with when and by whom they were handled,"
        " who looked, and the record of the home's visits, which belongs to the home.",
        "  Take them out of the register's file, too: loading it again would bring them back.",
        "  Backups made before still hold them, for as long as backups are kept.",
    ]
    return "\n".join(lines if yes else [*lines, "Nothing was changed: repeat it with --yes."])
