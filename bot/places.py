"""`python -m bot places …`: the facilities of the ten-minute circle as files that others exchange."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import run, run_writing, settings_of, stop

if TYPE_CHECKING:  # what the commands load when they run, so that --help does not wait for it
    from bot.standards.places import Placed
    from storage.database import Work

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Facilities by Open Referral HSDS 3: give them to others, take them in.",
)

File = Annotated[Path, typer.Argument(help="Its ending says the form: .zip (tables) or .json.")]
Code = Annotated[str, typer.Option(help="A community's code; without one, every community.")]
For = Annotated[
    str, typer.Option(help="The community of facilities for which the file names none.")
]
Check = Annotated[bool, typer.Option("--check", help="Only say what would change.")]


@app.command()
def export(file: File, community: Code = "") -> None:
    """Write the facilities into a file."""
    from bot.parts import tables
    from bot.standards.package import as_json, to_zip
    from bot.standards.places import services

    async def work() -> None:
        async with tables(settings) as database, database.reading() as unit:
            found = [s for of in await placed(unit, community) for s in services(of)]
        body = as_json(found) if file.suffix.lower() == ".json" else to_zip(found)
        try:
            file.write_bytes(body)
        except OSError as error:
            raise stop(f"{file} cannot be written: {error.strerror}.") from None
        total = sum(len(service["service_at_locations"]) for service in found)
        typer.echo(f"{total} facilities written to {file}.")

    run(settings := settings_of(), work())


@app.command("import")
def import_(file: File, community: For = "", check: Check = False) -> None:
    """Read a file: what it says of facilities holds at once; those it does not name stay."""
    from bot.standards import places

    async def work(unit: "Work") -> None:
        now = await placed(unit)
        read = places.read(file.read_bytes(), now, community)
        for line in read.left_out:
            typer.secho(line, fg="yellow")
        for of in now:
            if of.code in read.rows:
                await _take(unit, of, read.rows[of.code], check=check)

    if not file.exists():
        raise stop(f"{file} does not exist")
    run_writing(work)


async def placed(work: "Work", code: str = "") -> list["Placed"]:
    """The communities with their facilities, all or the one with that code. Raises ContentError."""
    from bot.standards.places import Placed
    from knowledge.guides import shipped_guides
    from knowledge.source import ContentError
    from storage.people import all_communities

    province, sign, city = shipped_guides().region.partition("省")
    found = [
        Placed(
            code=each.code,
            name=each.name,
            phone=str(each.details.get("phone") or ""),
            rows=each.details.get("facilities") or [],
            city=city,
            province=province + sign,
        )
        for each in await all_communities(work)
        if code in ("", each.code)
    ]
    if code and not found:
        raise ContentError([f"no community has the code {code!r}"])
    return found


async def _take(work: "Work", of: "Placed", rows: Sequence[Mapping[str, Any]], check: bool) -> None:
    """Put the rows beside those of the community that the file does not name."""
    from knowledge.facilities import check_facilities
    from storage import facilities

    known = {row["id"]: row for row in of.rows}
    whole = known | {row["id"]: row for row in rows}
    before = {facility.id: facility for facility in check_facilities(known.values())}
    after = {facility.id: facility for facility in check_facilities(whole.values())}
    await _check_keepers(work, of, [f.person for f in after.values() if f.person])
    new = [name for name in after if name not in before]
    other = [name for name in before if after[name] != before[name]]
    if not check:
        await facilities.replace(work, of.code, list(whole.values()))
    done = "would be new" if check else "new"
    typer.echo(f"{of.name}: {len(new)} {done}, {len(other)} changed, {len(after)} in all.")
    for name in (*new, *other):
        typer.echo(f"  {name}  {after[name].name}")


async def _check_keepers(work: "Work", of: "Placed", codes: Sequence[str]) -> None:
    """As in the register: who sees to the orders of a dining point works there."""
    from domain.people import STAFF
    from knowledge.source import ContentError
    from storage import people

    for code in set(codes):
        keeper = await people.person_by_code(work, code)
        if keeper is None or not keeper.is_any(*STAFF):
            raise ContentError([f"{of.name}: {code!r} is not in its staff"])
