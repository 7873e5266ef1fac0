"""What a job is: a name, a trigger, and one thing to do in a transaction of its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.base import BaseTrigger

from domain.messages import Received
from domain.policies import Policies
from knowledge import Knowledge
from storage import people
from storage.database import Database
from storage.ladder import Climb
from storage.outbox import Due
from storage.people import Community
from wording import Phrases


async def nobody_listens(_update: Received) -> bool:
    """A clock that has no inbox to speak to: in tests of single jobs."""
    return False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What jobs work with. `send` hands over rows that the job's transaction has claimed for sending;
    `gauge` shows a number to whoever watches (a metric's name and its value); `ran` counts runs (a
    job's name, `done` or `failed`); `receive` stores an update as if a platform had brought it."""

    database: Database
    knowledge: Callable[[], Knowledge]
    phrases: Phrases
    policies: Policies
    climb: Climb
    send: Callable[[Sequence[Due]], None]
    gauge: Callable[[str, float], None]
    keep: timedelta = timedelta(days=30)
    ran: Callable[[str, str], None] = lambda job, outcome: None
    receive: Callable[[Received], Awaitable[bool]] = nobody_listens


Run = Callable[[Surroundings, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """`run` gets the moment it was due. A job with `catch_up` is periodic: each due moment is claimed
    in the database and done once, up to that much later; one without is a sweep that runs as it goes."""

    name: str
    trigger: BaseTrigger
    run: Run
    catch_up: timedelta | None = None


Some = Callable[[Surroundings, Community, datetime], Awaitable[int]]


async def some_at_a_time(around: Surroundings, some: Some, due: datetime) -> None:
    """What is to be done for every community, each time for some: `some` says how many it found."""
    async with around.database.reading() as work:
        communities = await people.all_communities(work)
    for community in communities:
        while await some(around, community, due):
            pass
