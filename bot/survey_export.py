"""`python -m bot survey export`: a closed round's pictures, workbook and one-page brief, as files."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import run, settings_of, stop

if TYPE_CHECKING:  # what the command loads when it runs, so that --help does not wait for it
    from bot.render.survey_book import Counted
    from bot.settings import Settings
    from wording import Say

Number = Annotated[str, typer.Argument(help="The round: its number, as `export --list` shows it.")]
Out = Annotated[Path, typer.Option(help="The folder that the files go into; it is made.")]
In = Annotated[str, typer.Option("--language", help="Of the files: zh or en.")]
Listed = Annotated[bool, typer.Option("--list", help="Only list the closed rounds.")]


def export(
    number: Number = "", out: Out = Path(), language: In = "zh", listed: Listed = False
) -> None:
    """Write a closed round's pictures, workbook and one-page brief into a folder."""
    settings = settings_of()
    if listed or not number:
        run(settings, _list(settings, _say(language)))
        return
    if not re.fullmatch(r"[0-9]{1,18}", number):
        raise stop(f"{number!r} is not the number of a round; --list shows them.")
    run(settings, _export(settings, int(number), out, _say(language)))


def _say(language: str) -> "Say":
    from domain.people import Language
    from wording import Phrases

    return Phrases.shipped()[Language.from_tag(language)]


async def _list(settings: "Settings", say: "Say") -> None:
    from bot.parts import tables
    from storage import survey_result

    async with tables(settings) as database, database.reading() as work:
        found = await survey_result.every_closed(work)
    for round_, place in found:
        closed = (round_.closed_at or round_.closes_at).astimezone(settings.zone)
        typer.echo(f"{round_.id:>6}  {closed:%Y-%m-%d}  {round_.questionnaire}  {place}")
    if not found:
        typer.echo(say.plain("surveyed.web_none"))


async def _export(settings: "Settings", number: int, out: Path, say: "Say") -> int:
    from bot.parts import tables
    from bot.survey_view import of_one
    from domain.ballot import RoundState
    from storage import survey

    async with tables(settings) as database, database.reading() as work:
        round_ = await survey.get(work, number)
        if round_ is None or round_.state is not RoundState.CLOSED:
            typer.secho(f"There is no closed round {number}; --list shows them.", err=True)
            return 2
        counted = await of_one(work, round_, say)
    _write(out, files_of(counted, say))
    return 0


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (out / name).write_bytes(body)
        typer.echo(str(out / name))


def files_of(counted: "Counted", say: "Say") -> dict[str, bytes]:
    """Every file of a round, by name; the same round gives the same bytes."""
    from bot.render.survey_book import survey_book
    from bot.survey_brief import brief_page
    from bot.survey_view import bars_drawn, ranks_drawn
    from domain.survey_ranks import pages

    number = counted.papers[0].round.number
    files = {
        say.plain("surveyed.book_file", number=number): survey_book(counted, say),
        say.plain("surveyed.brief_file", number=number): brief_page(counted, say),
    }
    if (count := len(counted.places)) > 1:
        for page in range(1, pages(count) + 1):
            which = f"{number}-{page}" if pages(count) > 1 else number
            name = say.plain("surveyed.rank_file", number=which)
            files[name] = ranks_drawn(counted, say, page)
    for subject, results in counted.results:
        if results.whole.shown:
            name = say.plain("survey.filename", number=f"{number}-{subject}" if subject else number)
            files[name] = bars_drawn(counted, subject, say)
    return files
