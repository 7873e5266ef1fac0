"""All that is held about one person: read for them, and erased for them, as far as history allows.

Whose a row is follows from its columns' names, so that a new table needs a line here only where it has a new
kind of column; a test holds that each is sorted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.duty import DutyEvent, DutyState
from domain.messages import Message, message_to_json
from domain.people import OVERSEERS, STAFF, Person
from storage import ledger, loads, outbox
from storage.database import Work
from storage.tables import metadata
from storage.tables.case import case_media, cases
from storage.tables.duties import duties, duty_log, questions
from storage.tables.enquiries import enquiries
from storage.tables.messaging import inbox, transcript
from storage.tables.messaging import outbox as outbox_rows
from storage.tables.moves import moves
from storage.tables.people import addresses, buildings, households, people
from storage.tables.service import services
from storage.tables.survey import survey_invitations
from storage.tables.visit import visits

ABOUT = frozenset({"person_id", "subject_id", "elder_id", "relative_id"})
"""Columns that name whom a row is about."""
ACTED = frozenset(
    {
        "actor_id",
        "answered_by",
        "appointed_by",
        "asked_id",
        "backup_id",
        "by_id",
        "closed_by",
        "colleague_id",
        "decided_by",
        "deputy_id",
        "ended_by",
        "first_id",
        "launched_by",
        "made_by",
        "other_id",
        "owner_id",
        "planned_id",
        "proposed_by",
        "raised_by",
        "said_by",
        "sent_by",
        "started_by",
        "viewer_id",
        "worker_id",
        "written_by",
    }
)
"""Columns that name who did something, mostly about somebody else: counted, not told."""

WORK = frozenset({"inbox", "outbox", "transcript"})
"""What a worker wrote and was sent is about the people of a community: it is not theirs to take along."""

SECRET = frozenset({"code_hash"})

Rows = list[dict[str, Any]]


def _works(person: Person) -> bool:
    return person.is_any(*STAFF, *OVERSEERS)


def people_columns() -> Mapping[str, Sequence[sa.Column[Any]]]:
    """Every column that points to a person, by its table's name."""
    found: dict[str, list[sa.Column[Any]]] = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table is people for key in column.foreign_keys):
                found.setdefault(table.name, []).append(column)
    return found


async def held(work: Work, person: Person) -> dict[str, Any]:
    """Everything about the person, opened, by table; `did`: how many rows name them as whoever did it."""
    own = await _rows(work, sa.select(people).where(people.c.id == person.id))
    told: dict[str, Rows] = {"people": own, "households": await _home(work, person)}
    did: dict[str, int] = {}
    for name, columns in people_columns().items():
        about = [column == person.id for column in columns if column.name in ABOUT]
        acted = [column == person.id for column in columns if column.name in ACTED]
        if about:
            told[name] = await _rows(work, sa.select(columns[0].table).where(sa.or_(*about)))
        if acted:
            did[name] = await _count(work, columns[0].table, sa.or_(*acted))
    told |= await _of_calls(work, person) | await _of_addresses(work, person)
    return {
        "held": {name: rows for name, rows in told.items() if rows},
        "did": {name: count for name, count in did.items() if count},
        "left_out": sorted(WORK) if _works(person) else [],
    }


async def _rows(work: Work, query: sa.Select[Any]) -> Rows:
    found = await work.conn.execute(query)
    return [{k: v for k, v in row.items() if k not in SECRET} for row in found.mappings()]


async def _count(work: Work, table: sa.FromClause, where: sa.ColumnElement[bool]) -> int:
    return await work.conn.scalar(sa.select(sa.func.count()).select_from(table).where(where)) or 0


async def _home(work: Work, person: Person) -> Rows:
    home = sa.select(households, buildings.c.name.label("building")).join(
        buildings, buildings.c.id == households.c.building_id
    )
    return await _rows(work, home.where(households.c.id == person.household_id))


async def _of_calls(work: Work, person: Person) -> dict[str, Rows]:
    """The logs of duties about them, what they raised, and the visits to their home."""
    theirs = sa.select(duties.c.id).where(duties.c.subject_id == person.id)
    raised = {
        table.name: await _rows(work, sa.select(table).where(table.c.duty_id.in_(theirs)))
        for table in (cases, case_media)
    }
    lines = sa.select(duty_log).where(duty_log.c.duty_id.in_(theirs)).order_by(duty_log.c.id)
    at_home = sa.select(visits).where(visits.c.household_id == person.household_id)
    return raised | {"duty_log": await _rows(work, lines), "visits": await _rows(work, at_home)}


async def _of_addresses(work: Work, person: Person) -> dict[str, Rows]:
    """What was said at the chats and pages that speak for them now."""
    at = sa.select(addresses.c.id).where(addresses.c.person_id == person.id)
    return {
        table.name: await _rows(work, sa.select(table).where(table.c.address_id.in_(at)))
        for table in (inbox, outbox_rows, transcript, enquiries, questions)
        if not (_works(person) and table.name in WORK)
    }


class StillNeeded(Exception):
    """Somebody has to act for them, or they for somebody: nothing is erased before that is over."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, by table, and in how many duties the person is now without a name."""

    gone: Mapping[str, int]
    emptied: Mapping[str, int]
    duties: int


async def erase(work: Work, person: Person, name: str) -> Erased:
    """Take out all that says who they are and what they said; `name` stands in the place of theirs. Raises
    StillNeeded for staff and while a duty about them, or in their hands, is open."""
    await _refuse(work, person)
    at = list(
        await work.conn.scalars(sa.select(addresses.c.id).where(addresses.c.person_id == person.id))
    )
    await outbox.withdraw(work, at, "the person was erased")
    emptied = await _empty_calls(work, person) | await _empty_talk(work, at)
    await _empty_cards(work, person)
    gone = await _delete(work, person, at)
    await _unname(work, person, at, name)
    await loads.forget(work)
    await ledger.forget(work, person.community_id, person.id, name)
    kept = await _count(work, duties, duties.c.subject_id == person.id)
    return Erased(gone, {k: v for k, v in emptied.items() if v}, kept)


async def _refuse(work: Work, person: Person) -> None:
    if _works(person):
        raise StillNeeded(
            "They are of the staff: `revoke CODE --roles` first, and give their work on."
        )
    open_ones = sa.and_(
        duties.c.state < int(DutyState.CLOSED),
        sa.or_(duties.c.subject_id == person.id, duties.c.owner_id == person.id),
    )
    if count := await _count(work, duties, open_ones):
        raise StillNeeded(
            f"{count} open requests are about them or in their hands: close these first."
        )


_WORDS = (
    DutyEvent.ADDED,
    DutyEvent.NOTED,
    DutyEvent.OFFERED,
    DutyEvent.PROGRESS,
    DutyEvent.RAISED,
    DutyEvent.POSTPONED,
)
"""Lines of a log whose detail is what somebody wrote, or whom they named."""


async def _empty_calls(work: Work, person: Person) -> dict[str, int]:
    """Each log keeps what happened, when and by whom; not what was said, nor a worker's note on the end."""
    theirs = sa.select(duties.c.id).where(duties.c.subject_id == person.id)
    lines = duty_log.c.duty_id.in_(theirs)
    said = await work.conn.execute(
        sa.update(duty_log).where(lines, duty_log.c.event.in_(_WORDS)).values(detail="")
    )
    closing = sa.select(duty_log.c.id, duty_log.c.detail).where(
        lines, duty_log.c.event == DutyEvent.CLOSED
    )
    for row in (await work.conn.execute(closing)).all():
        outcome = (row.detail or "").partition(":")[0]
        await work.conn.execute(
            sa.update(duty_log).where(duty_log.c.id == row.id).values(detail=outcome)
        )
    await work.conn.execute(
        sa.update(services).where(services.c.subject_id == person.id).values(reason=None)
    )
    return {"duty_log": said.rowcount, "cases": await _empty_cases(work, theirs)}


async def _empty_cases(work: Work, theirs: sa.Select[Any]) -> int:
    """What they raised stays as a number with its dates; the words and the photos go."""
    await work.conn.execute(sa.delete(case_media).where(case_media.c.duty_id.in_(theirs)))
    words = {"text": "", "result": None, "address_id": None}
    put_off = sa.case((cases.c.postponed.is_not(None), sa.literal("", cases.c.postponed.type)))
    emptied = await work.conn.execute(
        sa.update(cases).where(cases.c.duty_id.in_(theirs)).values(postponed=put_off, **words)
    )
    return emptied.rowcount


async def _empty_talk(work: Work, at: Sequence[int]) -> dict[str, int]:
    """What was said and answered at their chats, where a row must stay because others point to it."""
    nothing = message_to_json(Message(""))
    found = {}
    for table, values in (
        (inbox, {"payload": "{}", "state": "done"}),
        (outbox_rows, {"body": nothing}),
        (questions, {"text": "", "answer": None, "candidates": []}),
    ):
        changed = await work.conn.execute(
            sa.update(table).where(table.c.address_id.in_(at)).values(values)
        )
        found[table.name] = changed.rowcount
    return found


async def _empty_cards(work: Work, person: Person) -> None:
    """What others were sent about their requests says who they are; what still waits is not sent."""
    theirs = sa.select(duties.c.id).where(duties.c.subject_id == person.id)
    waits = outbox_rows.c.state == "queued"
    await work.conn.execute(
        sa.update(outbox_rows)
        .where(outbox_rows.c.duty_id.in_(theirs), outbox_rows.c.state != "sending")
        .values(
            body=message_to_json(Message("")),
            state=sa.case((waits, "failed"), else_=outbox_rows.c.state),
        )
    )


_HISTORY = frozenset({"duties", "services", "looks", "family_log", "roster_log"})
"""Rows that stay, with a number where somebody was: what was done, and who looked, is answered for."""
_UNNAMED = frozenset({"addresses", "survey_invitations", "shifts", "swaps", "leaves", "moves"})
"""Rows that stay, for others count on them, emptied of what says who it was."""


async def _delete(work: Work, person: Person, at: Sequence[int]) -> dict[str, int]:
    gone: dict[str, int] = {}
    for name, columns in people_columns().items():
        about = [column == person.id for column in columns if column.name in ABOUT]
        if about and name not in _HISTORY | _UNNAMED:
            table = metadata.tables[name]
            gone[name] = (await work.conn.execute(sa.delete(table).where(sa.or_(*about)))).rowcount
    for table in (transcript, enquiries):
        rows = await work.conn.execute(sa.delete(table).where(table.c.address_id.in_(at)))
        gone[table.name] = rows.rowcount
    return {name: count for name, count in gone.items() if count}


async def _unname(work: Work, person: Person, at: Sequence[int], name: str) -> None:
    await work.conn.execute(
        sa.update(survey_invitations)
        .where(survey_invitations.c.person_id == person.id)
        .values(draft=None)
    )
    await work.conn.execute(
        sa.update(moves)
        .where(moves.c.person_id == person.id)
        .values(from_home=None, to_home=None, record=None)
    )
    for one in at:
        await work.conn.execute(
            sa.update(addresses)
            .where(addresses.c.id == one)
            .values(address=f"erased:{one}", person_id=None, step=None, unreachable_since=work.now)
        )
    await work.conn.execute(
        sa.update(people)
        .where(people.c.id == person.id)
        .values(
            code=f"erased:{person.id}",
            name=name,
            household_id=None,
            phone=None,
            health=None,
            key_holder=None,
        )
    )
