"""The shipped questionnaires brought into the database, where all processes find them."""

from knowledge.questionnaires import shipped_questionnaires
from storage import questionnaires
from storage.database import Database


async def bring_in(database: Database) -> int:
    """Store the shipped questionnaires whose version is new; returns how many were. What is stored is
    left as it is: rounds may be asking it."""
    shipped = shipped_questionnaires().values()
    async with database.reading() as work:
        new = [s for s in shipped if s.version not in await questionnaires.versions(work, s.id)]
    if not new:
        return 0
    async with database.writing() as work:
        return sum([await questionnaires.store(work, each) for each in new])
