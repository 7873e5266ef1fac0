"""Who looked at a request and what it shows of a person's life: each showing is a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.duty import Duty, DutyEvent
from domain.help import Saw
from domain.people import STAFF
from storage.database import Work
from storage.tables.duties import duties, duty_log
from storage.tables.help import looks
from storage.tables.ledger import home_looks
from storage.tables.people import people, roles


@dataclass(frozen=True, slots=True)
class Look:
    """Who saw it, what of it and when. `what` is "told" for a card that the ladder sent, "home" for a home
    on the board of visits, which is no request."""

    at: datetime
    viewer: str
    viewer_code: str
    duty_id: int | None
    what: str


_NOTE = sa.insert(looks).inline()


async def note(work: Work, viewer_ids: Sequence[int], shown: Sequence[Duty], what: Saw) -> None:
    """These people are shown this of these requests now."""
    rows = [
        {
            "viewer_id": viewer_id,
            "subject_id": duty.subject_id,
            "duty_id": duty.id,
            "what": what,
            "at": work.now,
        }
        for duty in shown
        for viewer_id in viewer_ids
    ]
    if rows:
        await work.conn.execute(_NOTE, rows)


_BY_STAFF = duty_log.c.actor_id.in_(
    sa.select(roles.c.person_id).where(
        roles.c.community_id == duties.c.community_id, roles.c.role.in_(STAFF)
    )
)


def _everything(of: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """What was looked at, and what the ladder sent to the staff, of the duties that `of` picks."""
    looked = (
        sa.select(looks.c.at, looks.c.viewer_id, looks.c.duty_id, looks.c.what)
        .join(duties, duties.c.id == looks.c.duty_id)
        .where(of)
    )
    told = (
        sa.select(
            duty_log.c.at,
            duty_log.c.actor_id.label("viewer_id"),
            duty_log.c.duty_id,
            sa.literal("told").label("what"),
        )
        .join(duties, duties.c.id == duty_log.c.duty_id)
        .where(of, duty_log.c.event == DutyEvent.TOLD, _BY_STAFF)
    )
    both = sa.union_all(looked, told).subquery()
    return (
        sa.select(both.c.at, people.c.name, people.c.code, both.c.duty_id, both.c.what)
        .join(people, people.c.id == both.c.viewer_id)
        .order_by(both.c.at, both.c.viewer_id, both.c.what)
    )


async def at_duty(work: Work, duty_id: int) -> list[Look]:
    """Everybody who saw one request, in order."""
    return [Look(*row) for row in await work.conn.execute(_everything(duties.c.id == duty_id))]


async def at_person(work: Work, person_id: int) -> list[Look]:
    """Everybody who saw any request about a person, or their home on the board of visits, in order: what
    they may be told on demand."""
    about = _everything(duties.c.subject_id == person_id)
    found = [Look(*row) for row in await work.conn.execute(about)]
    found += [Look(*row) for row in await work.conn.execute(_AT_HOME, {"person": person_id})]
    return sorted(found, key=lambda look: (look.at, look.viewer_code, look.what))


_AT_HOME = (
    sa.select(
        home_looks.c.at,
        people.c.name,
        people.c.code,
        sa.null().label("duty_id"),
        sa.literal("home").label("what"),
    )
    .join(people, people.c.id == home_looks.c.viewer_id)
    .where(
        home_looks.c.household_id
        == sa.select(people.c.household_id)
        .where(people.c.id == sa.bindparam("person"))
        .scalar_subquery()
    )
    .order_by(home_looks.c.at, home_looks.c.id)
)


async def note_home(work: Work, viewer_id: int, household_id: int) -> None:
    """This person is shown a home's visits now."""
    row = {"viewer_id": viewer_id, "household_id": household_id, "at": work.now}
    await work.conn.execute(sa.insert(home_looks).inline(), row)
