"""Ledgers as files, made when they are sent or looked at, for whoever they are sent to."""

from collections.abc import Mapping
from typing import Any

from bot.ledgers import NoSuchWorker
from bot.ledgers.order import Order, allowed, facts_of, made
from domain.ledger import Kind
from domain.people import Person
from domain.policies import Policies
from storage.database import Work
from wording import Say


async def binder(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """The ledgers of `community` for `month` ("2026-10"): of one `worker` or of all, `kinds` or all,
    as `form`. A worker's own in full, the community's as far as the viewer's role goes."""
    order = Order.read(params)
    sight = await allowed(work, viewer.id, order)
    try:
        return await made(await facts_of(work, order, policies), order, sight, say)
    except NoSuchWorker as error:  # to try again would not help
        raise PermissionError(str(error)) from error


async def diary(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """A worker's diary as messages named it before there were ledgers; some are still looked at."""
    return await binder(work, viewer, {**params, "kinds": [Kind.DIARY]}, say, policies)
