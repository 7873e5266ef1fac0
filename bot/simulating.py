"""`python -m bot simulate …`: a year of the city in minutes, to see what its rules are worth."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import stop

if TYPE_CHECKING:  # what the command loads when it runs, so that --help does not wait for it
    from bot.simulation.page import Played, Sample
    from bot.simulation.world import Result, Run
    from domain.ladder import Ladder

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Play a year of the city through the real desk, in minutes.",
)


@app.callback()
def simulate() -> None:
    """Play a year of the city through the real desk, in minutes."""


@app.command()
def care(
    share: Annotated[
        float, typer.Option(min=0, max=1, help="Of the city's communities; 1 plays all of them.")
    ] = 0.25,
    seed: Annotated[int, typer.Option(help="The same seed is the same year.")] = 2014,
    days: Annotated[int, typer.Option(min=1, max=366, help="From 1 January on.")] = 365,
    ladder: Annotated[
        Path | None, typer.Option(help="A file like ladders.yaml: its `help` is tried beside ours.")
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Play it again without each rule of the ladder.")
    ] = False,
    assume: Annotated[
        Path | None, typer.Option(help="A file like care.yaml with other assumptions.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Processes; 0: one a processor.")] = 0,
    database: Annotated[
        str, typer.Option(help="Play in this empty database, in one process, and keep it.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="Where care.json and care.png are written.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one object, for programs.")
    ] = False,
) -> None:
    """One-touch help for a year: who presses, who takes it, how soon, and by which rung's message."""
    from domain.ladder import LadderError
    from knowledge.source import ContentError

    try:
        run, sample, variants = _asked(share, seed, days, ladder, rules, assume)
    except (ContentError, LadderError, OSError) as error:
        raise stop(str(error)) from None
    if database and len(variants) > 1:
        raise stop("--database takes one ladder: neither --ladder nor --rules goes with it.")
    results = _in_database(run, database) if database else _beside(run, variants, jobs)
    played = _played(variants, results)
    _tell(sample, played, out, as_json=as_json)
    if played[0].result.faults:
        raise typer.Exit(1)


@app.command()
def visits(
    share: Annotated[
        float, typer.Option(min=0, max=1, help="Of the city's communities; 1 plays all of them.")
    ] = 0.004,
    seed: Annotated[int, typer.Option(help="The same seed is the same year.")] = 2014,
    days: Annotated[int, typer.Option(min=1, max=366, help="From 1 January on.")] = 365,
    homes: Annotated[int, typer.Option(min=8, help="Homes of each worker.")] = 250,
    database: Annotated[
        str, typer.Option(help="Play in this empty database and keep it; else in one of its own.")
    ] = "",
) -> None:
    """A year of visits: every worker's morning, by the desk's own jobs, in processes that come and go."""
    from bot.simulation.visit_page import play_visits, told_of
    from bot.simulation.visit_year import COMMUNITIES, WORKERS, Size

    communities = max(round(share * COMMUNITIES), 1)
    size = Size(communities, -(-WORKERS // COMMUNITIES), homes, days=days, seed=seed)
    played = play_visits(size, database)
    typer.echo(told_of(size, played))
    if played.twice or played.missed:
        raise typer.Exit(1)


def _asked(
    share: float, seed: int, days: int, ladder: Path | None, rules: bool, assume: Path | None
) -> "tuple[Run, Sample, dict[str, Ladder]]":
    from datetime import date
    from random import Random
    from zoneinfo import ZoneInfo

    from bot.simulation.arrivals import Year
    from bot.simulation.assumed import read_assumed
    from bot.simulation.ladders import without_each
    from bot.simulation.page import Sample
    from bot.simulation.world import Run
    from knowledge.ladders import load_ladders

    assumed = read_assumed(assume)
    everywhere = range(assumed.city.communities)
    many = max(round(share * len(everywhere)), 1)
    towns = tuple(sorted(Random(seed).sample(everywhere, many)))  # noqa: S311  (a sample)
    year = Year(date(2026, 1, 1), days, ZoneInfo("Asia/Shanghai"))
    shipped = load_ladders()["help"]
    variants = {"the shipped ladder": shipped}
    if ladder:
        variants[f"the ladder of {ladder.name}"] = load_ladders(ladder)["help"]
    if rules:
        variants |= dict(without_each(shipped))
    sample = Sample(many, len(everywhere), days, seed)
    return Run(towns, year, assumed, seed, shipped), sample, variants


def _beside(run: "Run", variants: "dict[str, Ladder]", jobs: int) -> "list[Result]":
    """Every community under every ladder, with a bar that shows how far it is."""
    from dataclasses import replace

    from rich.console import Console
    from rich.progress import Progress

    from bot.simulation.processes import cores, one_by_one, play_all
    from bot.simulation.world import Result

    runs = [
        each for ladder in variants.values() for each in one_by_one(replace(run, ladder=ladder))
    ]
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("a year", total=len(runs))
        results = play_all(runs, jobs or cores(), lambda done: progress.update(bar, completed=done))
    size = len(run.towns)
    return [sum(results[start : start + size], Result()) for start in range(0, len(results), size)]


def _in_database(run: "Run", database: str) -> "list[Result]":
    from rich.console import Console
    from rich.progress import Progress

    from bot.commands import run as run_to_the_end
    from bot.settings import read_settings
    from bot.simulation.processes import quiet
    from bot.simulation.world import play

    quiet()
    results = []
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("a year", total=1.0)

        async def played() -> None:
            shown = lambda share: progress.update(bar, completed=share)  # noqa: E731
            results.append(await play(run, database, passed=shown))

        run_to_the_end(read_settings(database_url=database), played())
    return results


def _played(variants: "dict[str, Ladder]", results: "list[Result]") -> "list[Played]":
    from bot.simulation.page import Played

    return [
        Played(name, ladder, result)
        for (name, ladder), result in zip(variants.items(), results, strict=True)
    ]


def _tell(sample: "Sample", played: "list[Played]", out: Path | None, *, as_json: bool) -> None:
    from bot.simulation.page import draw, page, plain

    first, *others = played
    values: dict[str, Any] = plain(sample, first, others)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(values, ensure_ascii=False, indent=1)
        (out / "care.json").write_text(text, "utf-8")
        draw(first, out / "care.png")
    typer.echo(json.dumps(values, ensure_ascii=False) if as_json else page(sample, first, others))
