"""Who of the staff knows of a duty: they are told how it ends, too."""

import sqlalchemy as sa

from domain.duty import Duty
from domain.help import may_serve
from domain.people import Person
from storage import duties, people
from storage.database import Work
from storage.tables.people import people as rows
from storage.tables.people import roles

_STAFF = (
    sa.select(*people.PERSON)
    .outerjoin(roles, roles.c.person_id == rows.c.id)
    .where(rows.c.id.in_(duties.TOLD))
    .order_by(rows.c.id)
)


async def staff(work: Work, duty: Duty) -> list[Person]:
    """The staff who have been told of a duty of any kind and may still see it."""
    found = await work.conn.execute(_STAFF, {"duty": duty.id})
    return [who for who in people.read_persons(found).values() if may_serve(who, duty)]
