"""`python -m bot ledger`: a month's ledgers as a file, for whoever keeps the installation."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import typer

from bot.commands import stop
from bot.ledgers import NoSuchWorker
from bot.ledgers.order import Order, facts_of, made
from bot.parts import policies, tables
from bot.settings import Settings
from domain.ledger import Kind
from domain.people import Language
from domain.privacy import Sight
from storage import ledger, people
from storage.database import Work
from wording import Phrases
from wording.ledger import FORMATS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for, in its own words."""

    kind: str
    community: str
    month: str
    form: str
    worker: str
    sight: str
    language: str


async def write(settings: Settings, wanted: Wanted, out: Path) -> None:
    """Make the file; whatever cannot be is said in a sentence, and nothing is written."""
    say = Phrases.shipped()[Language(_one_of(wanted.language, tuple(Language), "language"))]
    async with tables(settings) as database, database.reading() as work:
        order = await _order(work, wanted)
        facts = await facts_of(work, order, policies(settings))
    chosen = Sight(_one_of(wanted.sight, (Sight.HEAD, Sight.FIGURES), "sight"))
    sight = Sight.OWN if order.worker_id is not None else chosen
    try:
        body = await made(facts, order, sight, say)
    except NoSuchWorker as error:
        raise stop(f"{wanted.worker}: {error}.") from None
    try:
        await asyncio.to_thread(out.write_bytes, body)
    except OSError as error:
        raise stop(f"{out} cannot be written: {error.strerror}.") from None
    state = "closed" if facts.closed else "open: as it stands now"
    typer.echo(f"{out}: {facts.community}, {facts.month} ({state}), {len(body)} bytes")


def _one_of(said: str, choices: tuple[str, ...], what: str) -> str:
    if said not in choices:
        raise stop(f"{said!r} is no {what}; there are: {', '.join(map(str, choices))}.")
    return said


async def _order(work: Work, wanted: Wanted) -> Order:
    _one_of(wanted.kind, ("all", *Kind), "ledger")
    _one_of(wanted.form, FORMATS, "format")
    try:
        month = ledger.month_of(wanted.month)
    except ValueError as error:
        raise stop(f"{error}.") from None
    here = {one.code: one for one in await people.all_communities(work, ended=True)}
    if wanted.community not in here:
        raise stop(f"No community has the code {wanted.community!r}.")
    kinds = () if wanted.kind == "all" else (Kind(wanted.kind),)
    worker = await people.person_by_code(work, wanted.worker) if wanted.worker else None
    if wanted.worker and worker is None:
        raise stop(f"Nobody in the register has the code {wanted.worker!r}.")
    who = worker.id if worker else None
    return Order(here[wanted.community].id, month, kinds, who, wanted.form)
