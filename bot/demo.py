"""The demonstration: a made-up community, and the people of it whom a visitor may play."""

from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from pathlib import Path
from random import Random

from bot.channels.web import Persona
from bot.demo_calls import fill_calls
from bot.loading import load
from domain.calendar import Month, WorkCalendar, local_day
from domain.people import Language, Role
from domain.visit import Mode, Topic
from knowledge.register import read_register
from storage import people
from storage.database import Database, Work
from storage.people import Community
from storage.visit import Entry, record_many

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
        await _fill_diaries(work)
        community = (await people.all_communities(work))[0]
        await fill_calls(work, community, Random(2015))  # noqa: S311  (made up, not secrets)
        return True


_BUSY = (1.0, 1.2, 0.7, 0.95, 1.1, 0.45, 0.8)
"""How the made-up workers keep up with their quota, so that the board has something to show."""

_NOTES = (
    (Topic.ELDERCARE, "老人身体还好，提醒了天冷添衣"),
    (Topic.HAZARDS, "楼道电瓶车已劝离，消防通道通了"),
    (Topic.POLICY, "讲了今年医保缴费，已会用手机办"),
    (Topic.JOBS, "儿子想找工作，给了招聘会时间"),
    (Topic.MEDIATION, "楼上漏水，约双方周末一起看"),
    (Topic.HEALTH, "血压有点高，约了家庭医生"),
)


async def _fill_diaries(work: Work) -> None:
    """This month's visits until yesterday, made up with a fixed seed."""
    dice = Random(2014)  # noqa: S311  (made-up diaries, not secrets)
    community = (await people.all_communities(work))[0]
    today = local_day(work.now, community.zone)
    days = WorkCalendar().workdays(Month.of(today).first_day, today - timedelta(days=1))
    entries = []
    workers = await people.with_role(work, community.id, Role.WORKER)
    for worker_id, busy in zip(workers, _BUSY, strict=False):
        homes = dice.sample(await people.homes_of(work, worker_id), round(len(days) * 1.45 * busy))
        for home, day in zip(homes, sorted(dice.choices(days, k=len(homes))), strict=True):
            entries.append(_visit(dice, community, worker_id, home.id, day))
    await record_many(work, entries)


def _visit(dice: Random, community: Community, worker_id: int, home_id: int, day: date) -> Entry:
    topic, note = dice.choice(_NOTES)
    hour = time(dice.choice((9, 10, 14, 15, 16)), dice.randrange(0, 60, 5))
    return Entry(
        community_id=community.id,
        worker_id=worker_id,
        household_id=home_id,
        made_at=datetime.combine(day, hour, community.zone).astimezone(UTC),
        day=day,
        source_key=f"demo:{worker_id}:{home_id}:{day}",
        mode=Mode.NOBODY_IN if dice.random() < 0.08 else Mode.HOME,
        topics=(topic,),
        note=note,
    )
