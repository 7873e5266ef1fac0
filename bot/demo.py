"""The demonstration: a made-up community, and the people of it whom a visitor may play."""

from importlib import resources
from pathlib import Path

from bot.channels.web import Persona
from bot.loading import load
from domain.people import Language
from knowledge.register import read_register
from storage import people
from storage.database import Database, Work

_CAST = (
    ("resident", "resident-wang", "居民", "Resident"),
    ("elder", "elder-chen", "老人", "Elder"),
    ("family", "daughter-chen", "家人", "Family"),
    ("worker", "s01", "社工", "Worker"),
    ("supervisor", "head", "负责人", "Supervisor"),
)


async def personas(work: Work) -> tuple[Persona, ...]:
    """Whom a visitor may play: people of sample communities only, so nobody where there are none."""
    samples = {c.id for c in await people.all_communities(work) if c.sample}
    if not samples or len(samples) != len(await people.all_communities(work)):
        return ()
    cast = []
    for key, code, chinese, english in _CAST:
        person = await people.person_by_code(work, code)
        if person is not None and person.community_id in samples:
            labels = {Language.ZH: chinese, Language.EN: english}
            cast.append(Persona(key, labels, person.id))
    return tuple(cast)


async def load_sample(database: Database) -> bool:
    """Load the sample community into an empty database; False where there is one already."""
    async with database.writing() as work:
        if await people.all_communities(work):
            return False
        with resources.as_file(
            resources.files("knowledge").joinpath("content/sample-community.yaml")
        ) as file:
            await load(work, read_register(Path(file)))
        return True
