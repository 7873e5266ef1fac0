"""Who of the staff knows of a duty: they hear of what happens to it, and how it ends."""

import sqlalchemy as sa

from domain.duty import Duty, DutyState
from domain.help import may_serve
from domain.people import Person
from storage import duties, people
from storage.database import Work
from storage.tables.people import people as rows
from storage.tables.people import roles

_STAFF = (
    sa.select(*people.PERSON)
    .outerjoin(roles, roles.c.person_id == rows.c.id)
    .where(
        sa.or_(rows.c.id.in_(duties.TOLD), rows.c.id == sa.bindparam("owner", type_=sa.BigInteger))
    )
    .order_by(rows.c.id)
)


async def staff(work: Work, duty: Duty) -> list[Person]:
    """The staff who were told of a duty of any kind, and who has it (they may have found it in a
    list); of them, who may still see it. Whoever is only meant to see to it, by and by, knows nothing."""
    has_it = None if duty.state is DutyState.OPEN else duty.owner_id
    found = await work.conn.execute(_STAFF, {"duty": duty.id, "owner": has_it})
    return [who for who in people.read_persons(found).values() if may_serve(who, duty)]
