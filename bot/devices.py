"""`python -m bot devices …`: which device calls for whom, and the keys of the platforms."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import run_writing, stop
from domain.device import PLATFORM, ending, number

if TYPE_CHECKING:
    from storage.database import Work

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Keep one-touch devices: whom they call for, and the keys of their platforms.",
)

Platform = Annotated[str, typer.Argument(help="The platform's name: lower-case letters, digits.")]
Number = Annotated[str, typer.Argument(help="The device's number, as the platform says it.")]
Grace = Annotated[float, typer.Option(help="Hours for which the keys it has hold on.", min=0)]


def _platform(name: str) -> str:
    if not PLATFORM.fullmatch(name):
        raise stop(f"{name!r} cannot be a platform's name: lower-case letters, digits, . _ -")
    return name


def _number(given: str) -> str:
    if not number(given):
        raise stop(f"{given!r} is no number of a device: 3 to 40 digits, letters and dashes.")
    return number(given)


@app.command()
def add(
    platform: Platform,
    device: Number,
    person: Annotated[str, typer.Argument(help="The person's code in the loaded register.")],
) -> None:
    """From now on a device calls for a person. Loading the register leaves it alone."""

    async def put(work: "Work") -> None:
        from knowledge.register import RegisterError
        from storage import device as devices
        from storage import people

        someone = await people.person_by_code(work, person)
        if someone is None:
            raise RegisterError(f"Nobody in the register has the code {person!r}.")
        await devices.put(work, _platform(platform), _number(device), someone.id)
        typer.echo(f"{platform} {ending(_number(device))} calls for {someone.name}.")

    run_writing(put)


@app.command()
def drop(platform: Platform, device: Number) -> None:
    """A device calls for nobody any more; one that the register names comes back when it is loaded."""

    async def take_off(work: "Work") -> None:
        from storage import device as devices

        gone = await devices.take_off(work, _platform(platform), _number(device))
        done = "calls for nobody any more" if gone else "was not on record"
        typer.echo(f"{platform} {ending(_number(device))} {done}.")

    run_writing(take_off)


@app.command("list")
def show(platform: Annotated[str, typer.Option(help="Only this one's.")] = "") -> None:
    """Which devices there are, for whom they call, and when one last did."""

    async def told(work: "Work") -> None:
        from storage import device as devices
        from storage import people

        found = await devices.every(work, platform)
        names = await people.persons(work, {one.person_id for one in found})
        for one in found:
            seen = f"{one.seen_at:%Y-%m-%d %H:%M}" if one.seen_at else "never used"
            by = "by hand" if one.by_hand else "register"
            who = names[one.person_id].name
            typer.echo(f"{one.platform:<16} {ending(one.number)}  {who:<12} {by:<9} {seen}")
        typer.echo(f"{len(found)} devices.")

    run_writing(told)


@app.command()
def key(platform: Platform, grace: Grace = 24) -> None:
    """Make a key for a platform, shown once. Keys it has already hold for some more hours, then end."""

    async def made(work: "Work") -> None:
        from storage import device as devices

        new = await devices.new_key(work, _platform(platform), timedelta(hours=grace))
        typer.echo(f"key:    {new.key}\nsecret: {new.secret}")
        typer.echo("It is not shown again; only the platform needs it.", err=True)

    run_writing(made)


@app.command()
def keys() -> None:
    """Which keys there are and how long they hold; never their secrets."""

    async def told(work: "Work") -> None:
        from storage import device as devices

        for one in await devices.keys(work):
            typer.echo(f"{one.platform:<16} {one.key}  {_holds(one, work)}")

    run_writing(told)


def _holds(one: Any, work: "Work") -> str:
    if one.expires_at is None:
        return f"made {one.made_at:%Y-%m-%d}, holds"
    word = "ended" if one.expires_at <= work.now else "ends"
    return f"made {one.made_at:%Y-%m-%d}, {word} {one.expires_at:%Y-%m-%d %H:%M}"


@app.command()
def revoke(
    platform: Platform,
    name: Annotated[str, typer.Option("--key", help="Only the key of this name.")] = "",
) -> None:
    """End a platform's keys at once: what is signed with them is refused from this moment."""

    async def ended(work: "Work") -> None:
        from storage import device as devices

        count = await devices.revoke(work, _platform(platform), name)
        typer.echo(f"{platform}: {count} keys ended.")

    run_writing(ended)
