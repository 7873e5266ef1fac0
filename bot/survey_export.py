"""`python -m bot survey export`: pictures, workbook and one-page brief of a closed round as files; of a
campaign that is over what its communities say together, and the workbook of each."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import run, settings_of, stop

if TYPE_CHECKING:  # what the command loads when it runs, so that --help does not wait for it
    from bot.render.survey_book import Counted
    from bot.settings import Settings
    from domain.campaign import Whole
    from storage.database import Database
    from wording import Say

Number = Annotated[str, typer.Argument(help="The round: its number, as `export --list` shows it.")]
Campaign = Annotated[
    int, typer.Option(help="Instead of a round: a campaign, by its number in `export --list`.")
]
Out = Annotated[Path, typer.Option(help="The folder that the files go into; it is made.")]
In = Annotated[str, typer.Option("--language", help="Of the files: zh or en.")]
Listed = Annotated[bool, typer.Option("--list", help="Only list what is closed.")]


def export(
    number: Number = "",
    campaign: Campaign = 0,
    out: Out = Path(),
    language: In = "zh",
    listed: Listed = False,
) -> None:
    """Write the pictures, workbook and one-page brief of a closed round into a folder, or a campaign's."""
    settings = settings_of()
    if number and campaign:
        raise stop("Give a round or --campaign, not both.")
    if listed or not (number or campaign):
        run(settings, _list(settings, _say(language)))
        return
    if campaign:
        run(settings, _export_campaign(settings, campaign, out, _say(language)))
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
    from storage import survey_campaign, survey_result

    async with tables(settings) as database, database.reading() as work:
        found = await survey_result.every_closed(work)
        campaigns = await survey_campaign.every_over(work)
    for round_, place in found:
        closed = (round_.closed_at or round_.closes_at).astimezone(settings.zone)
        typer.echo(f"{round_.id:>6}  {closed:%Y-%m-%d}  {round_.questionnaire}  {place}")
    for one, places in campaigns:
        since = one.opened_at.astimezone(settings.zone)
        told = f"{one.questionnaire}, opened {since:%Y-%m-%d}, communities: {places}"
        typer.echo(f"--campaign {one.id}  {told}")
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


async def _export_campaign(settings: "Settings", number: int, out: Path, say: "Say") -> int:
    from bot.parts import tables
    from storage import survey_campaign

    async with tables(settings) as database:
        async with database.reading() as work:
            whole = await survey_campaign.whole(work, number)
        if whole is None or whole.open or not whole.rounds:
            typer.secho(f"There is no campaign {number} that is over; --list shows them.", err=True)
            return 2
        await _campaign_files(database, whole, out, say)
    return 0


async def _campaign_files(database: "Database", whole: "Whole", out: Path, say: "Say") -> None:
    """All together; then, where homes rate, each community's workbook, of which one is held at a time.
    What communities say of departments is shown for all of them or not at all."""
    from bot.survey_view import of_one, of_whole

    async with database.reading() as work:
        counted = await of_whole(work, whole, say)
    _write(out, files_of(counted, say, whole.campaign.number))
    if counted.questionnaire.subjects:
        return
    for round_ in whole.rounds:
        async with database.reading() as work:
            one = await of_one(work, round_, say)
        _write(out, community_file(one, say))


def community_file(counted: "Counted", say: "Say") -> dict[str, bytes]:
    """The workbook of one community, by a name that no other of the campaign has."""
    from bot.render.survey_book import survey_book

    ((id_, place),) = counted.names.items()
    plain = re.sub(r"[^\w（）()-]+", "_", place)
    book = say.plain("surveyed.book_file", number=counted.papers[0].round.number)
    return {f"{id_}-{plain}-{book}": survey_book(counted, say)}


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (out / name).write_bytes(body)
        typer.echo(str(out / name))


def files_of(counted: "Counted", say: "Say", campaign: int = 0) -> dict[str, bytes]:
    """Every file of a round, or of a campaign, called by its number, by name; the same round gives the same
    bytes. A campaign has no brief: that is one community's page."""
    from bot.render.survey_book import survey_book
    from bot.survey_brief import brief_page
    from bot.survey_view import bars_drawn, ranks_drawn
    from domain.survey_ranks import pages

    number = campaign or counted.papers[0].round.number
    files = {say.plain("surveyed.book_file", number=number): survey_book(counted, say)}
    if counted.papers:
        files[say.plain("surveyed.brief_file", number=number)] = brief_page(counted, say)
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
