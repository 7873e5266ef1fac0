"""A small town for the survey's stories: homes with a chat each, staff, and a desk that answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import sqlalchemy as sa

from domain.messages import Button, Incoming, Message
from domain.people import Role
from domain.policies import Policies
from handlers import (
    ballot,
    ballot_raters,
    ballot_trial,
    rater,
    survey,
    survey_campaign,
    survey_campaign_result,
    survey_result,
)
from handlers.base import Answer, Services, Step, Turn
from handlers.router import Router
from knowledge import Knowledge
from knowledge.ladders import load_ladders
from knowledge.questionnaires import read_questionnaire
from scheduler import survey as clockwork
from scheduler import survey_result as feedback
from scheduler.base import Surroundings
from storage import people, questionnaires, sheets, survey_raters
from storage import survey as rounds
from storage.database import Database, Work
from storage.ladder import no_climb
from storage.tables.messaging import outbox
from storage.tables.people import (
    addresses,
    buildings,
    communities,
    households,
    roles,
)
from storage.tables.people import (
    people as people_table,
)
from tests.support.clock import HandClock
from wording import Phrases

TOPICS = (
    survey.topic,
    survey_result.topic,
    survey_campaign.topic,
    survey_campaign_result.topic,
    rater.topic,
    ballot.topic,
    ballot_raters.topic,
    ballot_trial.topic,
)
RESIDENTS, DEPARTMENTS = "resident-rates-community", "community-rates-department"


class Town:
    """Plays turns against the survey's topics only, each in a transaction of its own."""

    def __init__(self, database: Database, knowledge: Knowledge, clock: HandClock) -> None:
        self.database, self.clock = database, clock
        self.phrases = Phrases.shipped()
        self.policies = Policies(ladders=load_ladders())
        self.knowledge = knowledge
        self.router = Router(TOPICS, self.phrases)
        self.steps: dict[int, Step | None] = {}
        self.seen: dict[int, Message] = {}
        self._turns = count(1)

    async def person(self, code: str) -> int:
        async with self.database.reading() as work:
            found = await people.person_by_code(work, code)
        assert found is not None, code
        return found.id

    async def does(self, code: str, action: str = "", text: str = "") -> str:
        """One turn; returns what was said, as plain text."""
        return "\n".join(m.plain for m in (await self.turn(code, action, text)).messages)

    async def taps(self, code: str, label: str) -> str:
        """Tap the button with these words under the last message they saw."""
        return await self.does(code, self.button(await self.person(code), label).action)

    async def says(self, code: str, text: str) -> str:
        return await self.does(code, text=text)

    def button(self, person_id: int, label: str) -> Button:
        shown = self.seen[person_id]
        for row in shown.buttons:
            for button in row:
                if label in button.label:
                    return button
        raise AssertionError(f"no {label!r} under {shown.plain!r}: {shown.buttons}")

    async def turn(self, code: str, action: str = "", text: str = "") -> Answer:
        async with self.database.writing() as work:
            person = await people.person_by_code(work, code)
            assert person is not None
            turn = Turn(
                inbox_id=next(self._turns),
                address_id=person.id,
                incoming=Incoming("memory", code, text=text, action=action, message_ref="1"),
                person=person,
                language=person.language,
                say=self.phrases[person.language],
                now=work.now,
                step=self.steps.get(person.id),
            )
            services = Services(work, self.knowledge, self.phrases, self.policies, no_climb)
            answer = await self.router.answer(turn, services)
        self.steps[person.id] = answer.step
        for message in answer.messages:
            if message.buttons:
                self.seen[person.id] = message
        return answer

    @property
    def around(self) -> Surroundings:
        return Surroundings(
            database=self.database,
            knowledge=lambda: self.knowledge,
            phrases=self.phrases,
            policies=self.policies,
            climb=no_climb,
            send=lambda dues: None,
            gauge=lambda name, value: None,
        )

    async def ticks(self) -> None:
        """The clock's jobs, once each."""
        await clockwork.invite(self.around, self.clock())
        await clockwork.close(self.around, self.clock())
        await feedback.tell_back(self.around, self.clock())

    async def owed(self, code: str = "") -> list[dict[str, Any]]:
        """What waits to be sent, to everyone or to one person, oldest first."""
        async with self.database.reading() as work:
            rows = await work.conn.execute(
                sa.select(outbox, addresses.c.person_id)
                .join(addresses, addresses.c.id == outbox.c.address_id)
                .order_by(outbox.c.id)
            )
            found = [dict(row._mapping) for row in rows]
        if not code:
            return found
        wanted = await self.person(code)
        return [row for row in found if row["person_id"] == wanted]

    async def launches(self, name: str = RESIDENTS, form: str = "short", number: int = 1) -> str:
        """The head launches a round and the invitations go out."""
        said = await self.does("head", f"survey.launch:{name}:{form}:{number}")
        await self.ticks()
        return said

    async def answers(self, code: str, *codes: int, words: str = "", round_id: int = 1) -> str:
        """Somebody answers a whole short form and hands it in; returns the last words said."""
        await self.does(code, f"ballot.go:{round_id}")
        return await self.fills(code, *codes, words=words)

    async def fills(self, code: str, *codes: int, words: str = "") -> str:
        person_id = await self.person(code)
        for wanted in codes:
            shown = [b for row in self.seen[person_id].buttons for b in row]
            action = next(b.action for b in shown if b.action.endswith(f":{wanted}"))
            await self.does(code, action)
        while any(b.action.startswith("ballot.skip") for (b, *_) in self.seen[person_id].buttons):
            await (self.says(code, words) if words else self.taps(code, "跳过"))
        return await self.taps(code, "交上去")

    async def stores(self, text: str) -> None:
        """A questionnaire of the office's own."""
        async with self.database.writing() as work:
            await questionnaires.store(work, read_questionnaire(text))

    async def hand_in(
        self, round_id: int, rated: Mapping[str, Sequence[int]], words: str = ""
    ) -> None:
        """These people hand in a short form with these ratings, all in one transaction."""
        async with self.database.writing() as work:
            round_ = await rounds.get(work, round_id, lock=True)
            assert round_ is not None
            for code, ratings in rated.items():
                person = await people.person_by_code(work, code)
                assert person is not None
                (asked,) = await rounds.ballots_of(work, round_id, person.id)
                await rounds.begin(work, asked.id)
                draft: dict[str, int | str] = {
                    f"a{number}": rating for number, rating in enumerate(ratings, 1)
                }
                draft |= {"o1": words} if words else {}
                await rounds.keep(work, asked, draft)
                assert await sheets.hand_in(
                    work, replace(asked, draft=draft, position=1), minimum=10
                )

    async def reads(self, statement: sa.Select[Any]) -> list[sa.Row[Any]]:
        async with self.database.reading() as work:
            return list(await work.conn.execute(statement))


async def a_town(
    database: Database, knowledge: Knowledge, clock: HandClock, homes: int = 8, workers: int = 2
) -> Town:
    """One community with `homes` homes (`r1`, `r2` … live there), a `head` and `w1`, `w2` …, of whom the
    first rates departments and the second is deputy; and `other-head` in a community of their own."""
    town = Town(database, knowledge, clock)
    async with database.writing() as work:
        here = await _row(work, communities, code="here", name="测试社区", **_COMMUNITY)
        there = await _row(work, communities, code="there", name="别的社区", **_COMMUNITY)
        await add_person(work, here, "head", Role.SUPERVISOR)
        await add_person(work, there, "other-head", Role.SUPERVISOR)
        staff = [
            await add_person(work, here, f"w{number}", Role.WORKER)
            for number in range(1, workers + 1)
        ]
        if staff:
            await survey_raters.appoint(work, here, staff[0], next(iter(staff[1:]), None), staff[0])
        block = await _row(work, buildings, community_id=here, name="1幢")
        for number in range(1, homes + 1):
            home = await add_home(work, here, block, number)
            await add_person(work, here, f"r{number}", Role.RESIDENT, home=home)
    return town


async def a_community(work: Work, code: str) -> tuple[int, int]:
    """Another community, with one building; the ids of both."""
    here = await _row(work, communities, code=code, name=code, **_COMMUNITY)
    return here, await _row(work, buildings, community_id=here, name="1幢")


_COMMUNITY: dict[str, Any] = {"timezone": "Asia/Shanghai", "sample": False, "details": {}}


async def _row(work: Work, table: sa.Table, **values: Any) -> int:
    key = (await work.conn.execute(sa.insert(table).values(**values))).inserted_primary_key
    assert key is not None
    return int(key[0])


async def add_home(work: Work, community_id: int, building_id: int, number: int) -> int:
    return await _row(
        work,
        households,
        community_id=community_id,
        building_id=building_id,
        code=f"1幢-{number}",
        room=str(number),
        special=False,
        tags=[],
    )


async def add_person(
    work: Work,
    community_id: int,
    code: str,
    *held: Role,
    home: int | None = None,
    reachable: bool = True,
) -> int:
    """Somebody new, with a chat of their own where `reachable`."""
    person_id = await _row(
        work,
        people_table,
        code=code,
        name=code,
        community_id=community_id,
        household_id=home,
        language="zh",
        large_text=False,
    )
    for role in held:
        await work.conn.execute(
            sa.insert(roles).values(person_id=person_id, community_id=community_id, role=role)
        )
    if reachable:
        await _row(work, addresses, channel="memory", address=code, person_id=person_id)
    return person_id
