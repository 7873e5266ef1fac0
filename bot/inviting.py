"""`python -m bot invite-sheets`: a PDF of enrolment codes to be brought round, building by building."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.commands import run, settings_of, write_private
from bot.settings import Settings
from storage.enroll_sheets import Audience, Guest

if TYPE_CHECKING:
    from bot.render.invitation import Card
    from storage.database import Work
    from storage.people import Community
    from wording import Say

PLACE = "CODE"
"""Stands in a link where the code goes."""

Out = Annotated[Path | None, typer.Option(help="The PDF to write.")]
For = Annotated[Audience, typer.Option("--for", help="For whom.")]
Building = Annotated[str, typer.Option(help="Only this building.")]
Again = Annotated[
    bool, typer.Option("--again", help="Also for whoever is in, or has a code: that one ends.")
]
End = Annotated[bool, typer.Option("--end", help="A sheet was lost: end the codes nobody used.")]
Channel = Annotated[str, typer.Option(help="Where the codes lead: web or telegram.")]


def invite_sheets(
    community: Annotated[str, typer.Argument(help="The community's code in the register.")],
    out: Out = None,
    audience: For = Audience.RESIDENTS,
    building: Building = "",
    again: Again = False,
    end: End = False,
    channel: Channel = "",
) -> None:
    """Make a code for everybody in a building and write them as QR codes on A4 sheets to cut."""
    if (out is not None) == end:
        raise typer.BadParameter("give --out FILE.pdf, or --end")
    settings = settings_of()
    asked = Asked(community, audience, building, again)
    if out is None:
        run(settings, _end(settings, asked))
    else:
        run(settings, _make(settings, asked, out, channel))


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose codes are meant."""

    community: str
    audience: Audience
    building: str
    again: bool


async def _end(settings: Settings, asked: Asked) -> None:
    from bot.parts import tables
    from storage.enroll_sheets import end_unused

    async with tables(settings) as database, database.writing() as work:
        _, found = await _guests(work, asked)
        ended = await end_unused(work, [one.person_id for one in found])
    typer.echo(f"{ended} codes that nobody had used open nothing any more.")


async def _guests(work: "Work", asked: Asked) -> tuple["Community", list[Guest]]:
    from knowledge.register import RegisterError
    from storage import register
    from storage.enroll_sheets import guests

    here = await register.community(work, asked.community)
    if here is None:
        raise RegisterError(f"No community has the code {asked.community!r}.")
    return here, await guests(work, here.id, asked.audience, asked.building)


async def _make(settings: Settings, wanted: Asked, out: Path, channel: str) -> None:
    from bot.links import opens_here_only
    from bot.parts import tables
    from bot.render.invitation import sheets
    from domain.people import Language
    from knowledge.register import RegisterError
    from storage.enroll import new_code
    from storage.enroll_sheets import put_down
    from wording import Phrases

    link = await _link(settings, channel)
    async with tables(settings) as database:
        async with database.reading() as work:
            here, found = await _guests(work, wanted)
            asked = [one for one in found if wanted.again or not (one.open or one.bound)]
        if not asked:
            raise RegisterError(_nobody(found))
        codes = {one.person_id: new_code() for one in asked}
        say = Phrases.shipped()[Language.ZH]
        # Drawn before anything is locked: a call for help must not wait for a printer.
        drawn = sheets(
            [card(one, codes[one.person_id], here, link, work.now, say) for one in _sorted(asked)],
            work.now,
        )
        async with database.writing() as work:
            await put_down(work, {made: person for person, made in codes.items()})
            write_private(out, drawn)  # before the codes count: no file, no codes
    typer.echo(f"{len(asked)} codes written to {out.name}; they work once each, and are not kept.")
    if left := len(found) - len(asked):
        typer.echo(f"{left} left out: they are in already, or have a code that waits (--again).")
    if "web" in link and (why := opens_here_only(settings)):
        typer.secho(why, err=True, fg="yellow")


async def _link(settings: Settings, channel: str) -> str:
    """A link with PLACE in it: the channel's that is asked for, else Telegram's if there is one."""
    from bot.links import links
    from knowledge.register import RegisterError

    ways = await links(settings, PLACE)
    chosen = channel or ("telegram" if "telegram" in ways else "web")
    if chosen not in ways:
        raise RegisterError(f"No links lead to {chosen!r}; there are: {', '.join(sorted(ways))}.")
    return ways[chosen]


def _nobody(found: Sequence[Guest]) -> str:
    if not found:
        return (
            "There is nobody whom such a sheet is for; look at the building's name, and at --for."
        )
    return f"All {len(found)} are in already, or have a code that waits; --again ends those codes."


def _sorted(asked: Sequence[Guest]) -> list[Guest]:
    """As one walks: by building, by room, as numbers."""
    from domain.people import Home
    from domain.visit_plan import walking_order

    return sorted(asked, key=lambda one: walking_order(Home(0, 0, one.building, one.room)))


def card(
    guest: Guest, code: str, here: "Community", link: str, now: datetime, say: "Say"
) -> "Card":
    """What is printed for somebody."""
    from bot.render.invitation import Card
    from storage.enroll import LIFETIME

    until = (now + LIFETIME).astimezone(ZoneInfo(str(here.zone)))
    day = say.plain("invite.until", month=until.month, day=until.day, hour=f"{until:%H:%M}")
    return Card(
        group=guest.building,
        title=say.plain("invite.title", community=here.name),
        home=f"{guest.building}{guest.room}" or here.name,
        name=guest.name,
        link=link.replace(PLACE, code),
        code=code,
        lines=(say.plain("invite.scan"), say.plain("invite.type"), day),
    )
