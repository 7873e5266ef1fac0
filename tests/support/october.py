"""October 2026 in the test community as its people would have made it, all through the desk's storage."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.ballot import Form
from domain.duty import Duty, DutyEvent, DutyKind, DutyState, Outcome
from domain.ledger_sums import RESIDENTS
from domain.policies import Policies
from domain.service import Chore, Part, Slot
from domain.visit import Mode, Topic
from knowledge.ladders import load_ladders
from knowledge.questionnaires import shipped_questionnaires
from storage import (
    duties,
    inbox,
    people,
    questionnaires,
    questions,
    service,
    sheets,
    survey,
    survey_draw,
    visit,
)
from storage.database import Database, Work
from storage.duties import Opening
from storage.questions import Question
from storage.survey_draw import Launch
from storage.tables.people import buildings, households
from storage.tables.survey import survey_invitations
from storage.visit import Entry, Recorded
from tests.support.clock import HandClock
from tests.support.october_cases import OctoberCases

ZONE = ZoneInfo("Asia/Shanghai")
AFTER = datetime(2026, 10, 31, 22, 20, tzinfo=UTC)
"""20 past six in the morning of the 1st of November, when the month is closed."""
BEFORE = AFTER - timedelta(minutes=1)
POLICIES = Policies(ladders=load_ladders())

VISITS = (
    # day, hour, worker, home, how, topics, note, follow-up
    (8, 9, "w1", "3幢502", Mode.HOME, (Topic.HEALTH,), "血压偏高，送了药；问了助餐的事", 15),
    (8, 10, "w1", "1幢201", Mode.NOBODY_IN, (), "", None),
    (9, 9, "w1", "1幢201", Mode.HOME, (Topic.POLICY,), "反诈宣传，装了APP", None),
    (9, 15, "w1", "1幢201", Mode.PHONE, (), "问装好没有", None),
    (
        12,
        9,
        "w2",
        "5幢101",
        Mode.HOME,
        (Topic.HAZARDS, Topic.SURROUNDINGS),
        "=楼道有电瓶车充电",
        20,
    ),
    (14, 10, "w1", "3幢502", Mode.HOME, (Topic.ELDERCARE,), "订餐办好了", None),
    (14, 16, "w1", "3幢502", Mode.HOME, (), "把饭卡送过去", None),
    (21, 9, "w2", "5幢102", Mode.HOME, (Topic.MEDIATION,), "楼上漏水，两家谈好了", 28),
    (22, 14, "w2", "5幢101", Mode.PATROL, (), "充电的已搬走", None),
    (28, 11, "w1", "1幢301", Mode.HOME, (Topic.CHILDREN,), "问幼儿园报名", 30),
)
"""Ten lines: six home-days of w1 and w2 count, with one home gone to twice on a day."""


class October:
    """Plays the month, moment by moment, on a clock that is set as it goes."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database, self.clock = database, clock
        self.here = 0
        self.made: list[Recorded] = []
        self._ids: dict[str, int] = {}

    def _at(self, day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
        self.clock.now = datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)
        return self.clock.now

    async def who(self, work: Work, code: str) -> int:
        if code not in self._ids:
            person = await people.person_by_code(work, code)
            assert person is not None, code
            self._ids[code] = person.id
            self.here = person.community_id if code == "head" else self.here
        return self._ids[code]

    async def play(self, until: datetime = AFTER) -> "October":
        """The whole month, and on to the moment when it is closed."""
        async with self.database.writing() as work:
            await self.who(work, "head")
        for number, (day, hour, *line) in enumerate(VISITS):
            self._at(day, hour)
            self.made.append(await self.visit(number, *line))  # type: ignore[arg-type]
        await self._taken_back()
        self._at(16, 14)
        said = "=1幢楼道灯坏了三天，老人摔过跤"
        seen = await self.visit(98, "w1", "1幢201", Mode.HOME, (Topic.SURROUNDINGS,), said, None)
        self.made.append(seen)
        raised = OctoberCases(self.database, self.clock, POLICIES, self.here)
        await raised.at_the_door(seen)
        await raised.at_the_window()
        await self._calls()
        await self._questions()
        await self._services()
        await self._survey()
        self.clock.now = until
        return self

    async def visit(
        self,
        number: int,
        worker: str,
        home: str,
        mode: Mode,
        topics: tuple[Topic, ...],
        note: str,
        again: int | None,
        made_at: datetime | None = None,
    ) -> Recorded:
        """A visit written down now."""
        at = made_at or self.clock.now
        async with self.database.writing() as work:
            entry = Entry(
                community_id=self.here,
                worker_id=await self.who(work, worker),
                household_id=await _home(work, self.here, home),
                made_at=at,
                day=at.astimezone(ZONE).date(),
                source_key=f"october:{number}",
                mode=mode,
                topics=topics,
                note=note,
                follow_up_on=date(2026, 10, again) if again else None,
            )
            return (await visit.record(work, entry))[0]

    async def _taken_back(self) -> None:
        """A visit that was pressed by mistake and taken back at once: in no ledger."""
        self._at(16, 9)
        wrong = await self.visit(99, "w2", "5幢201", Mode.HOME, (), "", None)
        async with self.database.writing() as work:
            await visit.set_removed(work, wrong, True, wrong.worker_id)

    async def _open(self, kind: DutyKind, key: str, who: str | None, owner: str | None) -> Duty:
        async with self.database.writing() as work:
            person = await people.person_by_code(work, who) if who else None
            opening = Opening(
                kind=kind,
                community_id=self.here,
                ladder=POLICIES.ladders[kind],
                source_key=key,
                household_id=person.household_id if person else None,
                subject_id=person.id if person and kind is DutyKind.HELP else None,
                raised_by=person.id if person else None,
                owner_id=await self.who(work, owner) if owner else None,
            )
            duty = await duties.open_duty(work, opening)
        assert duty is not None
        return duty

    async def _calls(self) -> None:
        """Granny calls twice: somebody comes in seven minutes; and once by mistake."""
        self._at(10, 20, 0)
        duty = await self._open(DutyKind.HELP, "october:help:1", "granny", None)
        for minute, state in ((2, DutyState.TAKEN), (7, DutyState.ARRIVED)):
            self._at(10, 20, minute)
            async with self.database.writing() as work:
                moved = await duties.move(work, duty, state, await self.who(work, "w2"))
            assert moved is not None
            duty = moved
        self._at(10, 20, 40)
        await self._close(duty, Outcome.SETTLED, "w2")
        self._at(19, 8, 0)
        mistake = await self._open(DutyKind.HELP, "october:help:2", "granny", None)
        self._at(19, 8, 1)
        await self._close(mistake, Outcome.FALSE_ALARM, "granny")

    async def _close(self, duty: Duty, outcome: Outcome, who: str) -> None:
        async with self.database.writing() as work:
            await duties.close(work, duty.id, outcome, await self.who(work, who))

    async def _questions(self) -> None:
        """One answered in time and solved, a stranger's answered late, one that still waits."""
        self._at(13, 9)
        first = await self._question("1", "resident", "w1", "居住证在哪办？", minutes=3)
        self._at(13, 9, 2)
        await self._answer(first, "到街道便民中心，带身份证。", "w1", solved=True)
        self._at(20, 10)
        second = await self._question("2", None, "w2", "医保怎么转到宁波？", minutes=3)
        self._at(20, 11)
        await self._answer(second, "可以网上办，也可以来窗口。", "w2", solved=None)
        self._at(30, 16, 50)
        await self._question(
            "3", "english", "w1", "My grandmother has pain. Who can visit?", minutes=3
        )

    async def _question(
        self, key: str, who: str | None, owner: str, text: str, minutes: int
    ) -> Duty:
        duty = await self._open(DutyKind.QUESTION, f"october:question:{key}", who, owner)
        async with self.database.writing() as work:
            pair = ("memory", who or "stranger")
            address_id = (await inbox.address_ids(work, [pair]))[pair]
            promised = work.now + timedelta(minutes=minutes)
            await questions.ask(work, duty, Question(address_id, text, (), promised))
        return duty

    async def _answer(self, duty: Duty, text: str, who: str, solved: bool | None) -> None:
        async with self.database.writing() as work:
            assert await questions.answer(work, duty.id, text, await self.who(work, who))
            if solved is not None:
                await questions.settle(work, duty.id, solved=solved)

    async def _services(self) -> None:
        """A chore for granny, done the next morning."""
        self._at(22, 9)
        async with self.database.writing() as work:
            elder = await people.person_by_code(work, "granny")
            assert elder is not None
            begins = datetime(2026, 10, 23, 9, 0, tzinfo=ZONE).astimezone(UTC)
            ends = begins + timedelta(hours=3)
            slot = Slot(DutyKind.CHORE, date(2026, 10, 23), Part.AM, begins, ends, work.now)
            opening = await service.opening(work, POLICIES, elder, slot, elder.id, "october:chore")
            duty = await service.order(work, opening, service.Asked(slot, chore=Chore.REPAIR))
            assert duty is not None
            await duties.log(work, duty.id, DutyEvent.ADDED, actor_id=elder.id, detail="灯泡坏了")
        self._at(23, 10)
        await self._close(duty, Outcome.DONE, "w1")

    async def _survey(self) -> None:
        """Six homes rate the community: enough for figures; one part has too few opinions."""
        self._at(15, 9)
        async with self.database.writing() as work:
            await questionnaires.store(work, shipped_questionnaires()[RESIDENTS])
            head = await self.who(work, "head")
            wanted = Launch("resident-rates-community", 1, Form.SHORT, head, "october", number=1)
            (opened,) = await survey_draw.launch(work, wanted, [self.here])
            ballots = await work.conn.scalars(
                sa.select(survey_invitations.c.id).order_by(survey_invitations.c.household_id)
            )
        for number, ballot_id in enumerate(ballots.all()[:6]):
            await self._rates(ballot_id, number)
        self._at(22, 9)
        async with self.database.writing() as work:
            asked = await questionnaires.asked(work, opened)
            assert await survey.close(work, opened.id, asked)
            await sheets.count_all(work, opened.id, 5)

    async def _rates(self, ballot_id: int, number: int) -> None:
        parts = ("a1", "a2", "a3", "a4", "a5", "a6", "a7")
        answers: dict[str, int | str] = dict.fromkeys(parts, 5 if number else 2)
        answers["a7"] = 9 if number > 1 else 5
        async with self.database.writing() as work:
            await survey.begin(work, ballot_id)
            ballot = await survey.ballot(work, ballot_id)
            assert ballot is not None
            await survey.keep(work, ballot, answers)
            done = replace(ballot, draft=answers, position=1)
            assert await sheets.hand_in(work, done, minimum=5)


async def _home(work: Work, community_id: int, place: str) -> int:
    building, _, room = place.partition("幢")
    rows = await work.conn.execute(
        sa.select(households.c.id, households.c.room)
        .join(buildings, buildings.c.id == households.c.building_id)
        .where(buildings.c.community_id == community_id, buildings.c.name == f"{building}幢")
    )
    return next(int(row.id) for row in rows if row.room == room)
