"""Loading a register so that it can be taken back, and taking it back."""

from typing import Any

from bot.loading import load
from bot.registered import from_record, registered
from bot.roll.difference import differing
from knowledge.register import CommunityEntry, Register, RegisterError
from storage import loads, register
from storage.database import Work
from storage.load import Changes

SHOWN = 5
"""How many names a refusal gives."""


async def bring_in(work: Work, wanted: Register, file: str) -> Changes:
    """Load in the caller's transaction and write down what there was; nothing new is no load to undo."""
    before = {entry.code: await _standing(work, entry.code) for entry in wanted.communities}
    changes = await load(work, wanted)
    if changes.added or changes.changed or changes.removed:
        record = {code: await _changed(work, code, was) for code, was in before.items()}
        await loads.keep(work, file, record)
    return changes


async def _standing(work: Work, code: str) -> dict[str, Any]:
    entry = await registered(work, code)
    return {
        "before": entry and entry.model_dump(mode="json", by_alias=True),
        "chat": await loads.given_in_chat(work, code),
        "ids": await loads.ids_of(work, code),
    }


async def _changed(work: Work, code: str, was: dict[str, Any]) -> dict[str, Any]:
    """What is in the record of a community: before, after, and the rows that are new."""
    entry = await registered(work, code)
    now = await loads.ids_of(work, code)
    made = {name: sorted({*ids} - {*was["ids"][name]}) for name, ids in now.items()}
    after = entry and entry.model_dump(mode="json", by_alias=True)
    return {"before": was["before"], "chat": was["chat"], "after": after, "made": made}


async def undo(work: Work) -> loads.Load:
    """Take the last load back, in the caller's transaction; RegisterError where it cannot be any more."""
    last = await loads.last(work)
    if last is None or not await loads.undone(work, last):
        raise RegisterError("There is no load that could be undone.")
    for code, kept in last.record.items():
        await _refuse_if_built_upon(work, last, code, kept)
    for code, kept in last.record.items():
        if kept["before"] is not None:
            await _restore(work, from_record(kept["before"]))
        await loads.take_away(work, kept["made"])
        await loads.give_back(work, code, kept["chat"])
    return last


async def _refuse_if_built_upon(
    work: Work, last: loads.Load, code: str, kept: dict[str, Any]
) -> None:
    now, after = await registered(work, code), kept["after"] and from_record(kept["after"])
    if now is None or after is None:
        raise RegisterError(f"{code} is not there any more; the load cannot be undone.")
    if others := differing(after, now):
        told = "、".join(others[:SHOWN])
        raise RegisterError(
            f"Since {last.file} was loaded, {len(others)} things of {code} were changed ({told}):"
            f" undoing would lose that. Load a corrected file instead."
        )
    if since := await loads.built_upon(work, kept["made"], last.at):
        raise RegisterError(
            f"What {last.file} brought to {code} is in use already ({', '.join(since)}): it cannot be"
            " taken away without losing that. Load a corrected file instead."
        )


async def _restore(work: Work, before: CommunityEntry) -> None:
    await load(work, Register.model_construct(version=1, communities=(before,)))
    here = await register.community(work, before.code)
    tiers = {(home.building, home.room) for home in before.households if home.tier is not None}
    kept = [
        row.id
        for row in await register.homes(work, here.id if here else 0)
        if (row.building, row.room) in tiers
    ]
    await loads.unsay(work, before.code, [building.name for building in before.buildings], kept)
