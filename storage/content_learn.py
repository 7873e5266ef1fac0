"""Phrasings that an editor let in: a new version of their guide, which is found by them from then on."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.content import Signed, State, Version
from storage import content
from storage.database import Work
from storage.tables.content import guide_versions


async def learn(work: Work, guide_id: str, phrasing: str, signed: Signed) -> bool:
    """Publish the guide with one more phrasing; False where it is not on the shelf.

    A draft that waits behind it gets the phrasing too, and waits on: publishing the draft would
    otherwise take the phrasing back.
    """
    await content.move_on(work)  # from here on nobody else publishes between reading and writing
    live = await content.newest(work, guide_id, State.PUBLISHED)
    if live is None:
        return False
    if phrasing in live.body["questions"]:
        return True
    waiting = await content.newest(work, guide_id, State.DRAFT)
    body = with_phrasings(live.body, [phrasing])
    number = await content.add(work, body, signed, shipped=live.shipped)
    await content.publish(work, guide_id, number)
    if waiting is not None:
        await wait_on(work, waiting, [phrasing])
    return True


async def wait_on(work: Work, waiting: Version, phrasings: Sequence[str] = ()) -> None:
    """The draft again, by whoever wrote it: the publishing before has withdrawn the old one."""
    body = with_phrasings(waiting.body, phrasings)
    signed = Signed(waiting.by, waiting.why, waiting.by_id)
    await content.add(work, body, signed, shipped=waiting.shipped)


async def learned(work: Work, guide_id: str) -> list[str]:
    """What residents taught a guide that is otherwise as it was shipped."""
    live = await content.newest(work, guide_id, State.PUBLISHED)
    if live is None or live.shipped is None:
        return []
    first = await work.conn.scalar(
        sa.select(guide_versions.c.body)
        .where(guide_versions.c.guide_id == guide_id, guide_versions.c.shipped == live.shipped)
        .order_by(guide_versions.c.number)
        .limit(1)
    )
    assert first is not None, "the live version itself has that text"
    return [one for one in live.body["questions"] if one not in first["questions"]]


def with_phrasings(body: Mapping[str, Any], phrasings: Sequence[str]) -> dict[str, Any]:
    """The guide with more ways of asking for it, each once."""
    return {**body, "questions": list(dict.fromkeys([*body["questions"], *phrasings]))}
