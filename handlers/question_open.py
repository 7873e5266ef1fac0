"""Opening a question: a duty of the first person asked, with a promised time and a ladder to match."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.duty import Duty, DutyKind
from domain.messages import Owed
from domain.question import Asked, in_office_time
from handlers.base import Services, Turn
from handlers.places import office_of
from storage import duties, leave, people, questions, roster
from storage.duties import Opening
from storage.people import Community
from storage.questions import Question
from wording.ask import question_card


@dataclass(frozen=True, slots=True)
class Opened:
    """A question that is with a person now: whose it is, by when, and what others are owed."""

    duty: Duty
    owner: str
    promised_at: datetime
    in_office: bool
    owed: tuple[Owed, ...]


async def open_question(
    turn: Turn, services: Services, community: Community, question: Question
) -> Opened | None:
    """A new question of whoever speaks; None where this very turn has opened it already."""
    person = turn.person
    home = await people.home(services.work, person.household_id) if person else None
    return await _open(
        services,
        community,
        question,
        Opening(
            kind=DutyKind.QUESTION,
            community_id=community.id,
            ladder=services.policies.ladders["question"],
            source_key=f"turn:{turn.inbox_id}",
            household_id=home.id if home else None,
            raised_by=person.id if person else None,
            owner_id=await leave.deputy(services.work, home.worker_id if home else None),
        ),
    )


async def open_again(services: Services, asked: Asked, why: str) -> Opened | None:
    """The same question once more, in the hands of whoever answered; None where it is open again."""
    duty = asked.duty
    community = await people.community(services.work, duty.community_id)
    opening = Opening(
        kind=DutyKind.QUESTION,
        community_id=duty.community_id,
        ladder=services.policies.ladders["question"],
        source_key=f"{why}:{duty.id}",
        household_id=duty.household_id,
        raised_by=duty.raised_by,
        owner_id=await leave.deputy(services.work, asked.answered_by or duty.owner_id),
    )
    question = Question(
        address_id=asked.address_id,
        text=asked.text,
        candidates=asked.candidates,
        enquiry_id=asked.enquiry_id,
        previous_id=duty.id,
    )
    return await _open(services, community, question, opening)


async def _open(
    services: Services, community: Community, question: Question, opening: Opening
) -> Opened | None:
    work, office = services.work, office_of(community, services)
    opens = office.next_open(work.now)
    owner_id = opening.owner_id or await roster.first_on_duty(work, community.id, opens)
    ladder = in_office_time(
        opening.ladder,
        office,
        work.now,
        owned=opening.owner_id is not None,
        quiet=services.policies.is_quiet(work.now),
    )
    duty = await duties.open_duty(work, replace(opening, ladder=ladder, owner_id=owner_id))
    if duty is None:
        return None
    promised = office.after(opens, services.policies.answer_within)
    await questions.ask(work, duty, replace(question, promised_at=promised))
    owed = await _tell(services, duty) if duty.next_at == work.now else ()
    owner = await people.person(work, owner_id) if owner_id else None
    return Opened(duty, owner.name if owner else "", promised, opens <= work.now, owed)


async def _tell(services: Services, duty: Duty) -> tuple[Owed, ...]:
    """The first rung now, in this transaction; and the owner, should the rung not name them."""
    owed = await services.climb(services.work, duty)
    if duty.owner_id is None or duty.owner_id in {one.person_id for one in owed}:
        return owed
    owner = await people.person(services.work, duty.owner_id)
    if owner is None:
        return owed
    asked = await questions.asked(services.work, duty)
    card = question_card(services.phrases[owner.language], asked)
    key = f"duty:{duty.id}:owner:{owner.id}"
    return (*owed, Owed(owner.id, card, key=key, duty_id=duty.id))
