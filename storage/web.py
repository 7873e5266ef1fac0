"""The web chat's transcript: what stood on each page, numbered without gaps for every address."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.people import OVERSEERS, Language
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.messaging import transcript
from storage.tables.people import addresses, people, roles

CHANNEL = "web"
OWN = "in:"
"""A line's source when it is the person's own words: this, and the id that their page gave it."""
_BLANK = {"html": "…"}


@dataclass(frozen=True, slots=True)
class Line:
    """Something to be shown at an address; the same `source` twice is one line."""

    address_id: int
    source: str
    mine: bool
    body: Mapping[str, Any]
    edits: int | None = None
    private: bool = False

    @property
    def key(self) -> tuple[int, str]:
        return self.address_id, self.source


@dataclass(frozen=True, slots=True)
class Written:
    """Where a line came to stand: its own number, and the number of the message it belongs to."""

    seq: int
    ref: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the transcript. `replaces` numbers the message of which it is a new version."""

    seq: int
    source: str
    mine: bool
    body: Mapping[str, Any]
    replaces: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """The newest messages, each as it first stood and as it reads now, and the lasting keyboard."""

    entries: Sequence[tuple[Entry, Entry]]
    keyboard: Entry | None
    last: int


@dataclass(frozen=True, slots=True)
class Visitor:
    """An address of the web chat and what its page should start with; who oversees a community has a
    board."""

    address_id: int
    large_text: bool
    language: Language | None
    oversees: bool = False


_COLUMNS = (
    transcript.c.seq,
    transcript.c.source,
    transcript.c.mine,
    transcript.c.body,
    transcript.c.replaces,
    transcript.c.at,
)


async def append(work: Work, lines: Sequence[Line]) -> dict[tuple[int, str], Written]:
    """Write lines that are not there yet; returns where each stands.

    A line that is missing from the result lost a race for its number against another process: ask
    again in a new transaction. Numbers have no gaps and appear in order, because the next one can
    only be claimed once the one before it is committed.
    """
    wanted = {line.key: line for line in sorted(lines, key=lambda line: line.address_id)}
    known = await _known(work, wanted)
    fresh = [line for key, line in wanted.items() if key not in known]
    if not fresh:
        return known
    originals = await _originals(work, fresh)
    last = await heads(work, {line.address_id for line in fresh})
    rows = []
    for line in fresh:
        last[line.address_id] += 1
        replaces = originals.get((line.address_id, line.edits or 0))
        rows.append(_row(work, line, last[line.address_id], replaces))
    statement = insert_new(work, transcript).returning(
        transcript.c.address_id, transcript.c.source, transcript.c.seq, transcript.c.replaces
    )
    return known | _written(await work.conn.execute(statement, rows))


async def start_anew(work: Work, lines: Sequence[Line]) -> None:
    """From now on these alone stand on their pages; the numbers go on."""
    for line in lines:
        while line.key not in (written := await append(work, [line])):
            continue  # an open desk wrote at the same moment: the next statement sees it
        await work.conn.execute(
            sa.delete(transcript).where(
                transcript.c.address_id == line.address_id,
                transcript.c.seq < written[line.key].seq,
            )
        )


def _row(work: Work, line: Line, seq: int, replaces: int | None) -> dict[str, Any]:
    return {
        "address_id": line.address_id,
        "seq": seq,
        "source": line.source,
        "mine": line.mine,
        "body": dict(line.body),
        "replaces": replaces,
        "keyboard": "keyboard" in line.body,
        "at": work.now,
        "private": line.private,
    }


def _written(rows: Iterable[sa.Row[Any]]) -> dict[tuple[int, str], Written]:
    return {(r.address_id, r.source): Written(r.seq, r.replaces or r.seq) for r in rows}


async def _known(work: Work, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], Written]:
    place = sa.tuple_(transcript.c.address_id, transcript.c.source)
    return _written(
        await work.conn.execute(
            sa.select(
                transcript.c.address_id,
                transcript.c.source,
                transcript.c.seq,
                transcript.c.replaces,
            ).where(place.in_(list(keys)))
        )
    )


async def _originals(work: Work, lines: Sequence[Line]) -> dict[tuple[int, int], int]:
    """The message that each edited number belongs to; none for what this page never said."""
    edited = [(line.address_id, line.edits) for line in lines if line.edits is not None]
    if not edited:
        return {}
    found = await work.conn.execute(
        sa.select(transcript.c.address_id, transcript.c.seq, transcript.c.replaces).where(
            sa.tuple_(transcript.c.address_id, transcript.c.seq).in_(edited),
            sa.not_(transcript.c.mine),
        )
    )
    return {(row.address_id, row.seq): row.replaces or row.seq for row in found}


async def heads(work: Work, address_ids: Collection[int]) -> dict[int, int]:
    """The last number of each address, 0 where nothing stands yet; one index look-up each."""
    newest = (
        sa.select(sa.func.max(transcript.c.seq))
        .where(transcript.c.address_id == addresses.c.id)
        .scalar_subquery()
    )
    rows = await work.conn.execute(
        sa.select(addresses.c.id, newest.label("seq")).where(addresses.c.id.in_(address_ids))
    )
    return dict.fromkeys(address_ids, 0) | {row.id: row.seq or 0 for row in rows}


async def after(work: Work, address_id: int, seq: int, limit: int = 200) -> list[Entry]:
    """What was added behind that number, oldest first."""
    rows = await work.conn.execute(
        sa.select(*_COLUMNS)
        .where(transcript.c.address_id == address_id, transcript.c.seq > seq)
        .order_by(transcript.c.seq)
        .limit(limit)
    )
    return [Entry(*row) for row in rows]


async def entry(work: Work, address_id: int, seq: int) -> Entry | None:
    """One line, if this address has it."""
    rows = await work.conn.execute(
        sa.select(*_COLUMNS).where(transcript.c.address_id == address_id, transcript.c.seq == seq)
    )
    return next((Entry(*row) for row in rows), None)


async def newest(work: Work, address_id: int, limit: int = 100) -> History:
    """What a page that has nothing yet should show."""
    here = transcript.c.address_id == address_id
    last = (await heads(work, {address_id}))[address_id]
    firsts = await work.conn.execute(
        sa.select(*_COLUMNS)
        .where(here, transcript.c.replaces.is_(None), transcript.c.seq <= last)
        .order_by(transcript.c.seq.desc())
        .limit(limit)
    )
    shown = [Entry(*row) for row in firsts][::-1]
    now = await _newest_versions(work, address_id, [one.seq for one in shown], last)
    keyboards = await work.conn.execute(
        sa.select(*_COLUMNS)
        .where(here, transcript.c.keyboard, transcript.c.seq <= last)
        .order_by(transcript.c.seq.desc())
        .limit(1)
    )
    keyboard = next((Entry(*row) for row in keyboards), None)
    return History([(one, now.get(one.seq, one)) for one in shown], keyboard, last)


async def _newest_versions(
    work: Work, address_id: int, seqs: Sequence[int], last: int
) -> dict[int, Entry]:
    rows = await work.conn.execute(
        sa.select(*_COLUMNS)
        .where(
            transcript.c.address_id == address_id,
            transcript.c.replaces.in_(seqs),
            transcript.c.seq <= last,
        )
        .order_by(transcript.c.seq)
    )
    return {row.replaces: Entry(*row) for row in rows}


async def visitor(work: Work, address: str) -> Visitor | None:
    """What is known of an address of the web chat."""
    rows = await work.conn.execute(
        sa.select(
            addresses.c.id,
            people.c.large_text,
            addresses.c.language,
            people.c.language,
            sa.exists().where(
                roles.c.person_id == addresses.c.person_id, roles.c.role.in_(OVERSEERS)
            ),
        )
        .outerjoin(people, people.c.id == addresses.c.person_id)
        .where(addresses.c.channel == CHANNEL, addresses.c.address == address)
    )
    for address_id, large, chosen, spoken, oversees in rows:
        language = Language(chosen or spoken) if chosen or spoken else None
        return Visitor(address_id, bool(large), language, bool(oversees))
    return None


async def settle(work: Work, persons: Mapping[str, int | None]) -> dict[str, int]:
    """Make addresses where they are new, and let each speak for its person; returns their ids."""
    known = [
        {"channel": CHANNEL, "address": address, "person_id": person}
        for address, person in persons.items()
    ]
    await work.conn.execute(insert_new(work, addresses), known)
    mine = sa.and_(addresses.c.channel == CHANNEL, addresses.c.address.in_(persons))
    rows = (
        await work.conn.execute(
            sa.select(addresses.c.id, addresses.c.address, addresses.c.person_id).where(mine)
        )
    ).all()
    strangers = [row for row in rows if persons[row.address] not in (None, row.person_id)]
    for row in strangers:
        await work.conn.execute(
            sa.update(addresses)
            .where(addresses.c.id == row.id)
            .values(person_id=persons[row.address], step=None, unreachable_since=None)
        )
    return {row.address: row.id for row in rows}


async def hide(work: Work, said: Iterable[tuple[int, str]]) -> None:
    """These addresses' own words, by the platform's name for the update, were said in private."""
    lines = [(address_id, OWN + key.rpartition(":")[2]) for address_id, key in said]
    place = sa.tuple_(transcript.c.address_id, transcript.c.source)
    await work.conn.execute(sa.update(transcript).where(place.in_(lines)).values(private=True))


async def sweep_out_private(work: Work) -> int:
    """Forget what was said in private: own words below which something stands by now, and earlier
    versions of a message. Of its first one the place stays, for that is where it is shown."""
    newer = transcript.alias("newer")
    here = newer.c.address_id == transcript.c.address_id
    below = sa.exists().where(here, newer.c.seq > transcript.c.seq)
    replaced = sa.exists().where(
        here, newer.c.replaces == transcript.c.replaces, newer.c.seq > transcript.c.seq
    )
    gone = await work.conn.execute(
        sa.delete(transcript).where(
            transcript.c.private, sa.or_(sa.and_(transcript.c.mine, below), replaced)
        )
    )
    first = sa.exists().where(here, newer.c.replaces == transcript.c.seq)
    blank = await work.conn.execute(
        sa.update(transcript).where(transcript.c.private, first).values(body=_BLANK, private=False)
    )
    return gone.rowcount + blank.rowcount


async def sweep_out(work: Work, before: datetime) -> int:
    """Delete lines from before that moment, but never an address's newest (numbers go on from
    it) nor those that carry its keyboard."""
    newest = sa.select(sa.func.max(transcript.c.id)).group_by(transcript.c.address_id)
    result = await work.conn.execute(
        sa.delete(transcript).where(
            transcript.c.at < before, transcript.c.id.not_in(newest), sa.not_(transcript.c.keyboard)
        )
    )
    return result.rowcount
