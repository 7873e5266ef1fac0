"""Opening a case: a duty of the first person asked, with a promised date and a ladder to match."""

from dataclasses import dataclass

from domain.case import Case, CaseKind, CaseLadders, promised
from domain.duty import DutyKind
from domain.messages import Owed
from domain.office import OfficeHours
from handlers.base import Services, Turn
from handlers.places import office_of
from knowledge.cases import case_kind
from storage import case_media, cases, leave, people, roster
from storage.cases import Raised
from storage.duties import Opening
from storage.people import Community

LONGEST = 2000
"""Characters of a matter that are kept."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that is with somebody now, and what others are owed."""

    case: Case
    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """What was raised, about whom and where; `key` makes it one. `in_hand`: whoever opens it has it."""

    raised: Raised
    key: str
    household_id: int | None = None
    subject_id: int | None = None
    owner_id: int | None = None
    in_hand: bool = False


def ladders(services: Services) -> CaseLadders:
    """Who hears of a case, as the office set it."""
    return CaseLadders(services.policies.ladders["case"], services.policies.ladders["case_due"])


def days_of(community: Community, kind: CaseKind) -> int:
    """How many working days the community promises."""
    return kind.promised(community.details.get("case_days"))


async def office_for(services: Services, community_id: int) -> tuple[Community, OfficeHours]:
    """A community and its office hours."""
    community = await people.community(services.work, community_id)
    return community, office_of(community, services)


async def resident_owner(services: Services, household_id: int | None) -> int | None:
    """Whom a resident's own matter goes to: who looks after the home, or stands in for them."""
    home = await people.home(services.work, household_id)
    return await leave.deputy(services.work, home.worker_id if home else None)


async def open_matter(
    turn: Turn, services: Services, community_id: int, matter: Matter
) -> Opened | None:
    """Store it, take the first rung, keep the photo that came with it; None where it is open already."""
    work = services.work
    community, office = await office_for(services, community_id)
    due = promised(office, turn.now, days_of(community, case_kind(matter.raised.kind)))
    owner = matter.owner_id or await roster.first_on_duty(
        work, community_id, office.next_open(turn.now)
    )
    opening = Opening(
        kind=DutyKind.CASE,
        community_id=community_id,
        ladder=ladders(services).laid_out(
            office,
            turn.now,
            due,
            owned=owner is not None,
            quiet=services.policies.is_quiet(turn.now),
        ),
        source_key=matter.key,
        household_id=matter.household_id,
        subject_id=matter.subject_id,
        raised_by=turn.person.id if turn.person else None,
        owner_id=owner,
    )
    duty = await cases.open_case(work, opening, matter.raised, due)
    if duty is None:
        return None
    if (media := turn.incoming.media) is not None:
        await case_media.keep(work, duty.id, media, f"turn:{turn.inbox_id}")
    case = await _get(services, duty.id)
    if matter.in_hand and owner is not None:
        await cases.take(work, case, office, owner)
        return Opened(await _get(services, duty.id))
    owed = await services.climb(work, duty) if duty.next_at == turn.now else ()
    return Opened(await _get(services, duty.id), owed)


async def _get(services: Services, duty_id: int) -> Case:
    case = await cases.get(services.work, duty_id)
    assert case is not None, "it was opened just now"
    return case
