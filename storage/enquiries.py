"""What the desk was asked, kept so that a button finds its question and the desk learns from misses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from domain.calendar import day_bounds
from domain.enquiry import Enquiry, Reason, Verdict
from domain.enquiry_week import Answers, PlaceWeek, Week, is_missed, sum_up
from domain.privacy import stripped
from storage import people, questions
from storage.among import among
from storage.database import Work
from storage.help_board import Overseen
from storage.how_many import how_many
from storage.often import Often
from storage.people import Community
from storage.tables.enquiries import enquiries
from storage.tables.people import families
from storage.tables.people import people as person_rows
from storage.together import Late


@dataclass(frozen=True, slots=True)
class Heard:
    """A question at the moment it is asked."""

    address_id: int
    community_id: int | None
    text: str
    kind: str
    guide: str | None
    candidates: Sequence[str]


_IS_QUESTION = enquiries.c.kind != "emergency"

_NOTE = Late(
    enquiries,
    (
        "address_id",
        "community_id",
        "asked_at",
        "text",
        "kind",
        "guide",
        "candidates",
        "passed_on",
    ),
)


async def note(work: Work, heard: Heard) -> int:
    """Store it, at the end of the turn at the latest; its id stands in the buttons under the answer."""
    row = {
        "address_id": heard.address_id,
        "community_id": heard.community_id,
        "asked_at": work.now,
        "text": heard.text,
        "kind": heard.kind,
        "guide": heard.guide,
        "candidates": list(heard.candidates),
        "passed_on": False,
    }
    return await _NOTE.add(work, row)


_OWN = Often(
    sa.select(enquiries).where(
        enquiries.c.id == sa.bindparam("which"), enquiries.c.address_id == sa.bindparam("at")
    )
)


async def own(work: Work, enquiry_id: int, address_id: int) -> Enquiry | None:
    """An enquiry, for the chat in which it was asked and no other."""
    await _stored(work, enquiry_id)
    row = await _OWN.row(work, {"which": enquiry_id, "at": address_id})
    return None if row is None else _read(row)


async def by_id(work: Work, enquiry_id: int) -> Enquiry | None:
    """An enquiry, for the desk's own use."""
    await _stored(work, enquiry_id)
    row = (
        await work.conn.execute(sa.select(enquiries).where(enquiries.c.id == enquiry_id))
    ).one_or_none()
    return None if row is None else _read(row)


async def chose(work: Work, enquiry_id: int, guide: str) -> None:
    """One of the offered guides was opened."""
    await _set(work, enquiry_id, guide=guide)


async def passed_on(work: Work, enquiry_id: int) -> None:
    """A person was asked."""
    await _set(work, enquiry_id, passed_on=True)


async def was_a_question(work: Work, enquiry_id: int) -> None:
    """What was taken for a cry counts as a question from now on."""
    await _set(work, enquiry_id, kind="choices")


async def judge(work: Work, enquiry_id: int, verdict: Verdict) -> None:
    """What the asker thought of the answer; the last word counts."""
    await _set(work, enquiry_id, verdict=verdict, reason=None)


async def explain(work: Work, enquiry_id: int, reason: Reason) -> None:
    """And why."""
    await _set(work, enquiry_id, reason=reason)


async def _stored(work: Work, enquiry_id: int) -> None:
    """It may have been asked in this very turn."""
    if _NOTE.waits(work, enquiry_id):
        await _NOTE.put(work)


async def _set(work: Work, enquiry_id: int, **values: Any) -> None:
    await _stored(work, enquiry_id)
    await work.conn.execute(
        sa.update(enquiries).where(enquiries.c.id == enquiry_id).values(**values)
    )


async def between(work: Work, community_id: int, since: datetime, until: datetime) -> list[Enquiry]:
    """All that a community's people asked in that time, oldest first; cries for help are no questions."""
    await _NOTE.put(work)
    rows = await work.conn.execute(
        sa.select(enquiries)
        .where(
            _IS_QUESTION,
            enquiries.c.community_id == community_id,
            enquiries.c.asked_at >= since,
            enquiries.c.asked_at < until,
        )
        .order_by(enquiries.c.asked_at, enquiries.c.id)
    )
    return [_read(row) for row in rows]


async def names_around(work: Work, address_id: int) -> list[str]:
    """Who may be named in what is said at an address: the household, the family, the worker."""
    person = await people.at_address(work, address_id)
    if person is None:
        return []
    home = await people.home(work, person.household_id)
    elders = [person.id, *await people.elders_of(work, person.id)]
    ids = {*elders, *([home.worker_id] if home and home.worker_id else [])}
    found = [one.name for one in (await people.persons(work, ids)).values()]
    family = await work.conn.scalars(
        sa.select(person_rows.c.name)
        .join(families, families.c.relative_id == person_rows.c.id)
        .where(families.c.elder_id.in_(elders))
    )
    found += family.all()
    if home is not None:
        members = await people.members(work, [home.id])
        found += [one.name for one in members.get(home.id, [])]
    return [form for name in found for form in (name, name.split("（")[0])]


async def week(work: Work, community: Community, first: date) -> Week:
    """A community's week from Monday `first`, without personal data."""
    since, _ = day_bounds(first, community.zone)
    _, until = day_bounds(first + timedelta(days=6), community.zone)
    plain = [await _plain(work, one) for one in await between(work, community.id, since, until)]
    return sum_up(first, plain, await questions.answers(work, community.id, since, until))


_OF_PLACES = (
    sa.select(
        enquiries.c.community_id,
        sa.func.count().label("asked"),
        how_many(enquiries.c.kind == "answer").label("found"),
        how_many(enquiries.c.kind == "choices").label("offered"),
        how_many(enquiries.c.kind == "handoff").label("missed"),
        *(
            how_many(enquiries.c.verdict == verdict).label(verdict.value)
            for verdict in (Verdict.WRONG, Verdict.USEFUL, Verdict.UNSOLVED)
        ),
    )
    .where(
        _IS_QUESTION,
        among(enquiries.c.community_id),
        enquiries.c.asked_at >= sa.bindparam("since"),
        enquiries.c.asked_at < sa.bindparam("until"),
    )
    .group_by(enquiries.c.community_id)
)


async def places_week(work: Work, places: Sequence[Overseen], first: date) -> list[PlaceWeek]:
    """The week from Monday `first` of many communities, in two looks at most for each time zone."""
    found: dict[int, PlaceWeek] = {}
    for zone in dict.fromkeys(place.zone for place in places):
        here = [place for place in places if place.zone == zone]
        since, until = day_bounds(first, zone)[0], day_bounds(first + timedelta(days=6), zone)[1]
        ids = [place.id for place in here]
        await _NOTE.put(work)
        which = {"ids": ids, "since": since, "until": until}
        counted = {row.community_id: row for row in await work.conn.execute(_OF_PLACES, which)}
        answers = await questions.answers_of_places(work, ids, since, until)
        for place in here:
            figures = dict(counted[place.id]._mapping) if place.id in counted else {}
            figures |= {"community_id": place.id, "name": place.name}
            found[place.id] = PlaceWeek(**figures, answers=answers.get(place.id, Answers()))
    return [found[place.id] for place in places]


async def _plain(work: Work, one: Enquiry) -> Enquiry:
    """An enquiry whose words a report may show; words it does not show are left as they are."""
    if not is_missed(one) and one.verdict is not Verdict.WRONG:
        return one
    return replace(one, text=stripped(one.text, await names_around(work, one.address_id)))


async def said_wrong(work: Work, since: datetime) -> dict[str, list[tuple[Reason, int, datetime]]]:
    """Of what was asked since then, the guides said to be wrong: by what, how often, when last. One look
    through all questions, so for jobs only."""
    await _NOTE.put(work)
    why = sa.func.coalesce(enquiries.c.reason, Reason.OTHER.value).label("why")
    last = sa.func.max(enquiries.c.asked_at, type_=enquiries.c.asked_at.type).label("last")
    rows = await work.conn.execute(
        sa.select(enquiries.c.guide, why, sa.func.count().label("times"), last)
        .where(
            enquiries.c.verdict == Verdict.WRONG,
            enquiries.c.guide.is_not(None),
            enquiries.c.asked_at >= since,
        )
        .group_by(enquiries.c.guide, why)
    )
    found: dict[str, list[tuple[Reason, int, datetime]]] = {}
    for row in rows:
        found.setdefault(row.guide, []).append((Reason(row.why), row.times, row.last))
    return found


async def sweep_out(work: Work, before: datetime) -> int:
    """Delete what was asked before that moment."""
    result = await work.conn.execute(sa.delete(enquiries).where(enquiries.c.asked_at < before))
    return result.rowcount


def _read(row: sa.Row[Any]) -> Enquiry:
    return Enquiry(
        id=row.id,
        address_id=row.address_id,
        community_id=row.community_id,
        asked_at=row.asked_at,
        text=row.text,
        kind=row.kind,
        guide=row.guide,
        candidates=tuple(row.candidates),
        verdict=Verdict(row.verdict) if row.verdict else None,
        reason=Reason(row.reason) if row.reason else None,
        passed_on=row.passed_on,
    )
