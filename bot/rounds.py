"""`python -m bot rounds …`: surveys launched by command, whom they asked, and how it stands."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import run, settings_of, stop

if TYPE_CHECKING:
    from domain.ballot import Round
    from domain.outcome import Outcomes
    from domain.people import Person
    from domain.sampling import Who
    from storage.database import Work

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Launch surveys for listed or drawn homes, draw a sample again, count outcomes.",
)

Number = Annotated[int, typer.Argument(help="The round's number, as `rounds list` says it.")]


def _with(work: Callable[["Work"], Awaitable[None]], *, keep: bool = False) -> None:
    from bot.parts import tables
    from bot.questionnaires import bring_in

    async def whole() -> None:
        async with tables(settings) as database:
            await bring_in(database)
            async with database.writing(keep=keep) as unit:
                await work(unit)

    settings = settings_of()
    run(settings, whole())


@app.command()
def launch(
    questionnaire: Annotated[str, typer.Argument(help="The questionnaire's id.")],
    community: Annotated[str, typer.Argument(help="The community's code.")],
    by: Annotated[str, typer.Option(help="Code of the person in whose name it is launched.")],
    homes: Annotated[
        Path | None, typer.Option(help="A file of homes (3幢-502), one a line: only these.")
    ] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Draw so many homes by lot.")] = None,
    seed: Annotated[str, typer.Option(help="What to draw with; without one, a new one.")] = "",
    full: Annotated[bool, typer.Option(help="The full form instead of the short one.")] = False,
) -> None:
    """Open a round in a community: for every home, for listed ones, or for some drawn by lot."""
    if homes and sample:
        raise stop("Either --homes or --sample: a list is asked as it is.")

    async def open_one(work: "Work") -> None:
        from domain.ballot import Form, has_short
        from storage import questionnaires, survey_draw
        from storage.survey_draw import Launch

        asked = (await questionnaires.offered(work)).get(questionnaire)
        if asked is None or asked.subjects:
            raise stop(
                f"{questionnaire!r} is no questionnaire that homes answer; `survey list` shows them."
            )
        place = await _place(work, community)
        person = await _head(work, by, place)
        listed = await _listed(work, place, homes) if homes else []
        wanted = Launch(
            asked.id,
            asked.version,
            Form.SHORT if has_short(asked) and not full else Form.FULL,
            person.id,
            seed=seed or _seed(),
            who=_who(listed=bool(homes), drawn=bool(sample)),
            homes=sample,
            listed=listed,
        )
        opened = await survey_draw.launch(work, wanted, [place])
        if not opened:
            raise stop("A round of this questionnaire is still open there.")
        typer.echo(f"Round {opened[0].id} is open; its seed is {opened[0].seed}.")

    _with(open_one, keep=True)


def _seed() -> str:
    from secrets import token_hex

    return token_hex(16)


def _who(*, listed: bool, drawn: bool) -> "Who":
    from domain.sampling import Who

    if listed:
        return Who.LIST
    return Who.DRAWN if drawn else Who.ALL


async def _place(work: "Work", code: str) -> int:
    from storage import people

    for each in await people.all_communities(work):
        if each.code == code:
            return each.id
    raise stop(f"No community in the register has the code {code!r}.")


async def _head(work: "Work", code: str, place: int) -> "Person":
    """Somebody to whom the result may go."""
    from storage import people, survey_result

    person = await people.person_by_code(work, code)
    if person is None:
        raise stop(f"Nobody in the register has the code {code!r}.")
    if not await survey_result.oversees(work, person.id, place):
        raise stop(f"{code!r} does not oversee this community, and would be sent its result.")
    return person


def _homes(file: Path) -> dict[str, int]:
    """The homes in a file, with the lines they stand on."""
    from knowledge.source import ContentError, read_text

    try:
        lines = read_text(file).splitlines()
    except ContentError as error:
        raise stop(str(error)) from None
    return {line.strip(): number for number, line in enumerate(lines, 1) if line.strip()}


async def _listed(work: "Work", place: int, file: Path) -> list[int]:
    """The ids of the homes in a file; every line that names none is told with its number."""
    from storage import survey_draw

    lines = _homes(file)
    found = await survey_draw.households_at(work, place, list(lines))
    if unknown := [f"line {lines[home]}: {home}" for home in lines if home not in found]:
        raise stop("These are no households of the community:\n" + "\n".join(unknown))
    if not found:
        raise stop(f"{file} names no household.")
    return list(found.values())


@app.command("list")
def show() -> None:
    """Every round that is open, with whom it asks, how many answered, and both response rates."""

    async def tell(work: "Work") -> None:
        from storage import people, sheets, survey

        codes = {each.id: each.code for each in await people.all_communities(work)}
        found = await survey.running(work)
        for one in found:
            turnout = await sheets.turnout(work, one.id)
            typer.echo(
                f"{one.id:>6}  {one.questionnaire}  {codes[one.community_id]}  asks {one.who}"
                f"  {turnout.sampled} sampled, {turnout.answered} answered"
                f"  {_rates(turnout.outcomes)}"
            )
        if not found:
            typer.echo("No round is open.")

    _with(tell)


def _rates(found: "Outcomes") -> str:
    return ", ".join(
        f"{name} {'-' if rate is None else f'{rate:.1%}'}"
        for name, rate in (("RR1", found.rr1), ("RR2", found.rr2))
    )


@app.command()
def outcomes(number: Number) -> None:
    """What became of everyone a round sampled, open or closed, with AAPOR's codes and response rates."""

    async def tell(work: "Work") -> None:
        from domain.outcome import CODES, Outcome
        from storage import sheets, survey

        if await survey.get(work, number) is None:
            raise stop(f"There is no round {number}.")
        found = (await sheets.turnout(work, number)).outcomes
        for outcome in Outcome:
            typer.echo(f"{CODES[outcome].number:>5}  {found.counts.get(outcome, 0):>7}  {outcome}")
        typer.echo(f"       {found.sampled:>7}  sampled  {_rates(found)}")

    _with(tell)


@app.command()
def empty(
    number: Number,
    homes: Annotated[Path, typer.Option(help="A file of homes (3幢-502), one a line.")],
) -> None:
    """Take homes that turned out not to be lived in out of an open round's sample."""

    async def take_out(work: "Work") -> None:
        from domain.ballot import RoundState
        from storage import survey

        round_ = await survey.get(work, number)
        if round_ is None or round_.state is not RoundState.OPEN:
            raise stop(f"There is no open round {number}; `rounds list` shows them.")
        listed = await _listed(work, round_.community_id, homes)
        out = await survey.not_lived_in(work, number, listed)
        typer.echo(
            f"{out} of {len(listed)} homes are out of the sample; the others were not asked, or have"
            " handed in."
        )

    _with(take_out, keep=True)


@app.command()
def draw(number: Number) -> None:
    """Draw a round's sample again from its seed and the register, and say whether it is the same."""

    async def again(work: "Work") -> None:
        from domain.sampling import Who
        from storage import survey

        round_ = await survey.get(work, number)
        if round_ is None or round_.who is not Who.DRAWN:
            raise stop(f"There is no round {number} that was drawn by lot.")
        await _compare(work, round_)

    _with(again)


async def _compare(work: "Work", round_: "Round") -> None:
    from domain.sampling import draw as by_lot
    from storage import survey_draw

    kept = await survey_draw.sample_of(work, round_.id)
    for stratum in kept.strata:
        homes = kept.homes.get(stratum.stratum, [])
        again = set(by_lot(round_.seed, kept.community, homes, stratum.drawn))
        same = again == kept.drawn.get(stratum.stratum, set())
        weight = "-" if stratum.weight is None else f"{stratum.weight:.3f}"
        typer.echo(
            f"{stratum.stratum}: {stratum.drawn} of {stratum.homes} homes, design weight {weight}: "
            + ("the same again" if same else "NOT the same: the register has changed since")
        )
