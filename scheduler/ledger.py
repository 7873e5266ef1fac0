"""The 1st of the month: the month before is closed, a community at a time, and its ledgers are handed out."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from domain.calendar import Month, local_day
from domain.ledger_facts import Facts, home_days
from domain.messages import Button, Lane, Message, Owed, Rows
from domain.people import Person, Role
from knowledge.appraisal import shipped_weights
from scheduler.base import Surroundings
from storage import ledger, merging, outbox, people
from storage.ledger_span import Rules
from storage.people import Community
from wording import Phrases, Say
from wording.ledger import ledger_file

JOB = "ledgers"


async def close(around: Surroundings, due: datetime) -> None:
    """Close every community's last month that is open still: read outside a transaction, kept and
    announced in a short one of its own, so that a city is closed without anybody waiting, and whoever
    is broken off goes on with the next community."""
    rules = Rules(around.policies, shipped_weights())
    async with around.database.reading() as work:
        communities = await people.all_communities(work, ended=True)
        months = {_month(one, due) for one in communities}
        still = {month: await ledger.to_close(work, month) for month in months}
    for community in communities:
        month = _month(community, due)
        if community.id in still[month]:
            await _close(around, community, month, rules)


def _month(community: Community, due: datetime) -> Month:
    return Month.of(local_day(due, community.zone)).previous()


async def _close(around: Surroundings, community: Community, month: Month, rules: Rules) -> None:
    async with around.database.reading() as work:
        made = await ledger.reckoned(work, community, month, rules)
        here = await merging.heir(work, community.id)
        heads = await people.with_role(work, here, Role.SUPERVISOR)
        who = await people.persons(work, [*heads, *(staff.id for staff in made.staff)])
    async with around.database.writing() as work:
        if await ledger.close(work, community.id, made) and not made.empty:
            owed = list(_owed(around.phrases, community, month, made, who))
            await outbox.owe_in_bulk(work, await outbox.address(work, owed))


def _owed(
    phrases: Phrases, community: Community, month: Month, made: Facts, who: Mapping[int, Person]
) -> Iterator[Owed]:
    """Each worker's own, and the community's for its supervisors; somebody may be both."""
    workers = {staff.id for staff in made.staff}
    for person in who.values():
        say = phrases[person.language]
        if person.id in workers and person.is_any(Role.WORKER):
            message = _own(say, person, community, month)
            yield Owed(person.id, message, Lane.ROUTINE, _key(community, month, person, "own"))
        if person.is_any(Role.SUPERVISOR):
            message = _whole(say, community, month, made)
            yield Owed(person.id, message, Lane.ROUTINE, _key(community, month, person, "all"))


def _key(community: Community, month: Month, person: Person, what: str) -> str:
    return f"{JOB}:{community.id}:{month}:{person.id}:{what}"


def _own(say: Say, person: Person, community: Community, month: Month) -> Message:
    text = say("ledger.made_own", name=person.name, month=month.number)
    file = ledger_file(say, person.name, community.id, month, worker_id=person.id)
    return Message(text, buttons=_more(say, month), attachment=file)


def _whole(say: Say, community: Community, month: Month, made: Facts) -> Message:
    text = say(
        "ledger.made_head",
        community=community.name,
        month=month.number,
        visits=len(home_days(made.visits)),
        matters=len(made.matters),
        calls=len(made.calls),
    )
    file = ledger_file(say, community.name, community.id, month)
    return Message(text, buttons=_more(say, month), attachment=file)


def _more(say: Say, month: Month) -> Rows:
    return ((Button(say.plain("ledger.more_button"), f"ledger.month:{month}"),),)
