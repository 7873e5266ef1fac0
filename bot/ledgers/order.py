"""Making the ledgers that somebody asks for, as far as the register says that they may see them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.ledgers import binder
from bot.render.ledger_docx import as_docx
from bot.render.ledger_sheet import as_xlsx
from domain.calendar import Month
from domain.ledger import Kind
from domain.ledger_facts import Facts
from domain.policies import Policies
from domain.privacy import Sight
from knowledge.appraisal import shipped_weights
from storage import ledger, people
from storage.database import Work
from storage.ledger_span import Rules
from wording import Say
from wording.ledger import DOCX, FORMATS, XLSX

MAKERS = {XLSX: as_xlsx, DOCX: as_docx}


@dataclass(frozen=True, slots=True)
class Order:
    """Which ledgers: of a community or one of its workers, which kinds (none: all), as what file."""

    community_id: int
    month: Month
    kinds: tuple[Kind, ...] = ()
    worker_id: int | None = None
    form: str = XLSX

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> "Order":
        """From a message's parameters. Raises ValueError for what is no order."""
        form = str(params.get("form", XLSX))
        if form not in FORMATS:
            raise ValueError(f"{form!r} is no format of a ledger")
        worker = params.get("worker")
        return cls(
            int(params["community"]),
            ledger.month_of(str(params["month"])),
            tuple(Kind(kind) for kind in params.get("kinds", ())),
            None if worker is None else int(worker),
            form,
        )


def rules(policies: Policies) -> Rules:
    """What ledgers are reckoned by, as shipped and set."""
    return Rules(policies, shipped_weights())


async def allowed(work: Work, viewer_id: int, order: Order) -> Sight:
    """How much of what they ask for the viewer sees. Raises PermissionError where that is nothing."""
    sight = await ledger.sight(work, viewer_id, order.community_id)
    if viewer_id == order.worker_id and await ledger.is_worker(work, viewer_id, order.community_id):
        return Sight.OWN
    if sight is None or sight is Sight.OWN:
        raise PermissionError(f"person {viewer_id} may not see these ledgers")
    return sight


async def facts_of(work: Work, order: Order, policies: Policies) -> Facts:
    """The month's facts, closed or as they stand."""
    community = await people.community(work, order.community_id)
    return await ledger.facts(work, community, order.month, rules(policies))


async def made(facts: Facts, order: Order, sight: Sight, say: Say) -> bytes:
    """The file. In a thread, for a community's month takes a moment in which nobody's turn should wait.
    Raises NoSuchWorker."""
    bound = binder(facts, sight, say, order.kinds, order.worker_id)
    return await asyncio.to_thread(partial(MAKERS[order.form], bound, say.plain))
