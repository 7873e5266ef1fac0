"""The golden month as text: `python -m tests.support.october_paper` writes it anew after a change of words.

Read the difference before you commit it: it is what offices will find in their ledgers.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from bot.ledgers import binder
from bot.render.ledger_sheet import as_xlsx
from domain.calendar import Month
from domain.ledger_facts import Facts
from domain.people import Language
from domain.privacy import Sight
from knowledge.appraisal import shipped_weights
from storage import ledger, people
from storage.database import Database
from storage.ledger_span import Rules
from storage.vault import Vault
from tests.support.clock import HandClock
from tests.support.october import POLICIES, October
from tests.support.prepared import SECRET, settled
from wording import Phrases

GOLDEN = Path(__file__).parents[1] / "bot" / "ledgers"
OCTOBER = Month(2026, 10)
RULES = Rules(POLICIES, shipped_weights())
READERS = {
    "head": (Sight.HEAD, Language.ZH, ""),
    "worker": (Sight.OWN, Language.ZH, "w1"),
    "street": (Sight.FIGURES, Language.EN, ""),
}


async def facts_of(october: October) -> Facts:
    """The month as it is closed."""
    async with october.database.reading() as work:
        community = await people.community(work, october.here)
        return replace(await ledger.facts(work, community, OCTOBER, RULES), closed=True)


async def file_of(october: October, facts: Facts, reader: str) -> bytes:
    """What that reader gets."""
    sight, language, worker = READERS[reader]
    say = Phrases.shipped()[language]
    who = None
    if worker:
        async with october.database.reading() as work:
            who = await october.who(work, worker)
    return as_xlsx(binder(facts, sight, say, worker_id=who), say.plain)


def as_text(file: bytes) -> str:
    """Every cell of a workbook, a line for each row."""
    return "\n".join(_lines(file)) + "\n"


def _lines(file: bytes) -> Iterator[str]:
    for sheet in load_workbook(BytesIO(file)).worksheets:
        yield f"# {sheet.title}"
        for row in sheet.iter_rows(values_only=True):
            cells = ["" if value is None else str(value) for value in row]
            yield " | ".join(cells).rstrip(" |")


async def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clock = HandClock()
        database = Database(f"sqlite:///{folder}/october.sqlite3", Vault(SECRET), clock)
        await settled(database)
        october = await October(database, clock).play()
        facts = await facts_of(october)
        for reader in READERS:
            text = as_text(await file_of(october, facts, reader))
            (GOLDEN / f"october-{reader}.txt").write_text(text, encoding="utf-8")
        await database.close()


if __name__ == "__main__":
    asyncio.run(_write())
