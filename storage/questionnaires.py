"""Questionnaires in the database: every version that was ever offered stays as it was.

A round names id and version, so it asks to its end what it was launched with, whatever is loaded
meanwhile. A questionnaire that was changed needs a new version, and is refused otherwise.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from domain.ballot import Round, as_asked
from domain.frozen import fingerprint, freeze, thaw
from domain.survey import Questionnaire
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.questionnaires import survey_questionnaires as table

KEPT = 64
"""Questionnaires held in memory, by what they say: reading one again costs a look at its digest."""


class VersionError(Exception):
    """A questionnaire that cannot be stored under its version; says which number to give it."""


async def store(work: Work, questionnaire: Questionnaire) -> bool:
    """Keep a questionnaire; False where it is kept already, word for word. Raises VersionError where
    that version says something else."""
    body = freeze(questionnaire)
    digest = fingerprint(body)
    new = await work.conn.execute(
        insert_new(work, table)
        .values(
            id=questionnaire.id,
            version=questionnaire.version,
            digest=digest,
            body=body,
            stored_at=work.now,
        )
        .returning(table.c.digest)
    )
    if new.one_or_none() is not None:
        return True
    if await _digest(work, questionnaire.id, questionnaire.version) != digest:
        newest = max(await versions(work, questionnaire.id))
        raise VersionError(
            f"Survey {questionnaire.id}, version {questionnaire.version}, is stored already and says "
            f"something else; rounds may be asking it. Give the changed one version {newest + 1}."
        )
    return False


async def versions(work: Work, name: str) -> dict[int, bool]:
    """The stored versions of a questionnaire, and whether each is offered for new rounds."""
    rows = await work.conn.execute(
        sa.select(table.c.version, table.c.retired_at)
        .where(table.c.id == name)
        .order_by(table.c.version)
    )
    return {row.version: row.retired_at is None for row in rows}


async def retire(work: Work, name: str) -> int:
    """Offer it no longer; returns how many versions that were offered are not any more."""
    done = await work.conn.execute(
        sa.update(table)
        .where(table.c.id == name, table.c.retired_at.is_(None))
        .values(retired_at=work.now)
    )
    return done.rowcount


async def offered(work: Work) -> dict[str, Questionnaire]:
    """The newest version of each questionnaire that may be launched, by id, oldest first."""
    rows = await work.conn.execute(
        sa.select(table.c.id, table.c.version, table.c.digest)
        .where(table.c.retired_at.is_(None))
        .order_by(table.c.stored_at, table.c.id.desc())
    )
    newest: dict[str, Any] = {}
    for row in rows:
        if row.id not in newest or newest[row.id].version < row.version:
            newest[row.id] = row
    return {name: await _known(work, name, row.version, row.digest) for name, row in newest.items()}


async def get(work: Work, name: str, version: int) -> Questionnaire:
    """One version; raises LookupError where it was never stored."""
    digest = await _digest(work, name, version)
    if digest is None:
        raise LookupError(f"survey {name}, version {version}, was never stored")
    return await _known(work, name, version, digest)


async def asked(work: Work, round_: Round) -> Questionnaire:
    """What a round asks, in its form."""
    return as_asked(await get(work, round_.questionnaire, round_.version), round_.form)


async def titles(work: Work, rounds: Collection[Round]) -> dict[int, Questionnaire]:
    """What several rounds ask, by round; each version is looked up once, however many rounds ask it."""
    known = {key: await get(work, *key) for key in {(r.questionnaire, r.version) for r in rounds}}
    return {r.id: as_asked(known[r.questionnaire, r.version], r.form) for r in rounds}


async def _digest(work: Work, name: str, version: int) -> str | None:
    found: str | None = await work.conn.scalar(
        sa.select(table.c.digest).where(table.c.id == name, table.c.version == version)
    )
    return found


_held: dict[str, Questionnaire] = {}
"""Questionnaires by digest: the same digest is the same text, in whichever database."""


async def _known(work: Work, name: str, version: int, digest: str) -> Questionnaire:
    if digest not in _held:
        found = await work.conn.execute(
            sa.select(table.c.body).where(table.c.id == name, table.c.version == version)
        )
        while len(_held) >= KEPT:
            del _held[next(iter(_held))]
        _held[digest] = thaw(found.scalar_one())
    return _held[digest]
