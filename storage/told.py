"""Who of the staff knows of a duty: they hear of what happens to it, and how it ends."""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa

from domain.duty import Duty, DutyEvent, DutyState
from domain.help import may_serve
from domain.people import Person
from storage import duties, people
from storage.among import among
from storage.database import Work
from storage.often import Often
from storage.tables.duties import duty_log
from storage.tables.people import people as rows
from storage.tables.people import roles

_STAFF = Often(
    sa.select(*people.PERSON)
    .outerjoin(roles, roles.c.person_id == rows.c.id)
    .where(
        sa.or_(rows.c.id.in_(duties.TOLD), rows.c.id == sa.bindparam("owner", type_=sa.BigInteger))
    )
    .order_by(rows.c.id)
)

_PAIRS = sa.select(duty_log.c.duty_id, duty_log.c.actor_id).where(
    among(duty_log.c.duty_id),
    duty_log.c.event == DutyEvent.TOLD,
    duty_log.c.actor_id.is_not(None),
)


async def staff(work: Work, duty: Duty) -> list[Person]:
    """The staff who were told of a duty of any kind, and who has it (they may have found it in a
    list); of them, who may still see it. Whoever is only meant to see to it, by and by, knows nothing."""
    has_it = None if duty.state is DutyState.OPEN else duty.owner_id
    found = await _STAFF.rows(work, {"duty": duty.id, "owner": has_it})
    return [who for who in people.read_persons(found).values() if may_serve(who, duty)]


async def staff_of(work: Work, several: Collection[Duty]) -> dict[int, list[Person]]:
    """The same for many duties at once, by their ids."""
    rows = await work.conn.execute(_PAIRS, {"ids": [duty.id for duty in several]})
    ids: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.duty_id].add(row.actor_id)
    for duty in several:
        if duty.owner_id is not None and duty.state is not DutyState.OPEN:
            ids[duty.id].add(duty.owner_id)
    known = await people.persons(work, set().union(*ids.values()))
    return {
        duty.id: [
            known[i] for i in sorted(ids[duty.id]) if i in known and may_serve(known[i], duty)
        ]
        for duty in several
    }
