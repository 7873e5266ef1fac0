"""What residents of October wanted seen to: one raised at a door, handed on and solved; one still open."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.case import Case, CaseLadders, Via, promised
from domain.duty import DutyKind, Outcome
from domain.office import OfficeHours
from domain.policies import Policies
from knowledge.cases import case_kind
from storage import case_end, cases, help_hands, people
from storage.cases import Raised
from storage.database import Database, Work
from storage.duties import Opening
from storage.help_hands import Colleague
from storage.visit import Recorded
from tests.support.clock import HandClock

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class OctoberCases:
    """Plays them on the clock of the month."""

    database: Database
    clock: HandClock
    policies: Policies
    here: int

    def _at(self, day: int, hour: int) -> None:
        self.clock.now = datetime(2026, 10, day, hour, tzinfo=ZONE).astimezone(UTC)

    async def at_the_door(self, seen: Recorded) -> None:
        """At the door of 王先生: 社工甲 has it first, hands it to 社工乙, who mends it; it is solved."""
        async with self.database.writing() as work:
            raised = Raised("facilities", Via.DOOR, seen.note, visit_id=seen.id)
            whose = await self._id(work, "resident")
            number = await self._raise(work, raised, "w1", seen.household_id, whose)
        self._at(17, 9)
        async with self.database.writing() as work:
            case = await _get(work, number)
            await cases.add(work, case.duty, "二楼的也不亮", case.duty.subject_id)
        self._at(19, 9)
        await self._hand(number, "w1", "w2")
        self._at(22, 15)
        async with self.database.writing() as work:
            note = "灯换好了；他血压稳住了"
            await case_end.close(work, number, Outcome.DONE, await self._id(work, "w2"), note)
        self._at(23, 10)
        async with self.database.writing() as work:
            case = await _get(work, number)
            await case_end.note_asked(work, number)
            assert await case_end.settle(work, case, solved=True, by=case.duty.subject_id)

    async def at_the_window(self) -> None:
        """Of somebody whom no register knows: in hand as the month ends, and in time."""
        self._at(29, 15)
        async with self.database.writing() as work:
            raised = Raised("nuisance", Via.WINDOW, "刘师傅 13800000000 工地半夜施工")
            await self._raise(work, raised, "w2", None, None)

    async def _raise(
        self, work: Work, raised: Raised, owner: str, home: int | None, whose: int | None
    ) -> int:
        """Opened as the desk opens it, and in the hands of whoever heard it."""
        place, ladders = await people.community(work, self.here), self.policies.ladders
        office = OfficeHours.of(place.details.get("hours"), place.zone, self.policies.calendar)
        until = promised(office, work.now, case_kind(raised.kind).days)
        ladder = CaseLadders(ladders["case"], ladders["case_due"]).laid_out(
            office, work.now, until, owned=True, quiet=False
        )
        mine = await self._id(work, owner)
        opening = Opening(
            kind=DutyKind.CASE,
            community_id=self.here,
            ladder=ladder,
            source_key=f"october:case:{raised.via}",
            household_id=home,
            subject_id=whose,
            owner_id=mine,
        )
        duty = await cases.open_case(work, opening, raised, until)
        assert duty is not None
        await cases.take(work, await _get(work, duty.id), office, mine)
        return duty.id

    async def _hand(self, number: int, giver: str, taker: str) -> None:
        async with self.database.writing() as work:
            theirs, case = await self._id(work, taker), await _get(work, number)
            to = Colleague(theirs, "社工乙", on_duty=False)
            offered = await help_hands.offer(work, case.duty, await self._id(work, giver), to)
            assert offered is not None
            assert await help_hands.accept(work, offered, theirs)

    async def _id(self, work: Work, code: str) -> int:
        person = await people.person_by_code(work, code)
        assert person is not None, code
        return person.id


async def _get(work: Work, number: int) -> Case:
    case = await cases.get(work, number)
    assert case is not None
    return case
