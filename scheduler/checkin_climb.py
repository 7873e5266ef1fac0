"""The steps after an elder's silence: a reminder, the family, a telephone call, somebody at the door."""

from dataclasses import replace
from datetime import datetime

from domain.checkin import AGAIN, GAP, JOB, Arrival
from domain.duty import Duty, DutyEvent, silence_leads_to
from domain.help import Saw
from domain.ladder import Who
from domain.messages import Lane, Message, Owed
from domain.people import Role
from storage import checkin, checkin_sweep, duties, ladder, looks, people, periods, told
from storage.database import Work
from wording import Phrases
from wording.checkin import (
    cards_now,
    family_card,
    reminder,
    staff_card,
)


async def waits(work: Work, duty: Duty) -> bool:
    """Whether a silence must not climb yet: the desk was away, or what was said last has not arrived
    for as long as the ladder gives. What has not been delivered stands in the log."""
    until = await _until(work, duty)
    if until is None:
        return False
    await ladder.wait_until(work, duty, until)
    return True


async def _until(work: Work, duty: Duty) -> datetime | None:
    last = await periods.last_look(work, JOB)
    if last is None or work.now - last >= GAP:
        return work.now + AGAIN
    if duty.rung == 0:
        return None
    said = await checkin_sweep.arrived(work, duty)
    if said.arrival is Arrival.UNDER_WAY:
        await duties.log(work, duty.id, DutyEvent.HELD, detail="undelivered")
        return work.now + AGAIN
    if said.at is None or duty.rung >= len(duty.ladder.rungs):
        return None
    rungs = duty.ladder.rungs
    until = said.at + rungs[duty.rung].after - rungs[duty.rung - 1].after
    return until if until > work.now else None


async def tell(work: Work, phrases: Phrases, duty: Duty, told: list[int]) -> tuple[Owed, ...]:
    """A step: a reminder to the elder, a call for the family, a call or a visit for the staff."""
    silence = await checkin.silence(work, duty)
    family = {relative.person_id for relative in silence.call.person.family}
    door = _is_at_door(duty)
    owed = []
    for person in (await people.persons(work, told)).values():
        say = phrases[person.language]
        if person.id == duty.subject_id:
            message = reminder(say, silence)
        elif person.id in family:
            message = family_card(say, silence)
        else:
            message = staff_card(say, silence, door=door)
        lane = Lane.EMERGENCY if door else Lane.CONVERSATION
        key = f"duty:{duty.id}:{duty.rung}:{person.id}"
        owed.append(Owed(person.id, message, lane, key, duty.id))
    return tuple(owed)


def _is_at_door(duty: Duty) -> bool:
    """The staff were asked to ring on an earlier rung; now somebody goes."""
    staff = {Who.HOUSEHOLD_WORKER, Who.DUTY_WORKER, Who.ALL_WORKERS}
    before = duty.ladder.rungs[: min(duty.rung, len(duty.ladder.rungs) - 1)]
    return duty.rung > 0 and any(staff & set(rung.who) for rung in before)


async def silent(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    """Whoever said 我去问 is asked for news, then others are: the ladder goes on by itself."""
    if silence_leads_to(duty) is DutyEvent.REMINDED:
        return await _remind(work, phrases, duty)
    open_again = await duties.give_back(work, duty)
    if open_again is None:
        return ()
    silence = await checkin.silence(work, open_again)
    staff = await told.staff(work, duty)
    freed = tuple(
        Owed(
            one.id,
            Message(phrases[one.language]("checkin.given_back", name=silence.call.person.name)),
            duty_id=duty.id,
        )
        for one in staff
        if one.id == duty.owner_id
    )
    return (*freed, *cards_now(phrases, silence, staff))


async def _remind(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    """Their own card again; the supervisors hear of it at the same moment."""
    if not await duties.remind(work, duty):
        return ()
    silence = await checkin.silence(work, duty)
    heads = await people.with_role(work, duty.community_id, Role.SUPERVISOR)
    asked = await people.persons(work, {one for one in (duty.owner_id, *heads) if one is not None})
    await looks.note(work, list(asked), [duty], Saw.SENT)
    owed = []
    for person in asked.values():
        say = phrases[person.language]
        own = person.id == duty.owner_id
        key = "checkin.remind_owner" if own else "checkin.remind_head"
        head = say(key, name=silence.call.person.name, worker=silence.call.worker)
        card = staff_card(say, silence)
        message = replace(card, text=head + "\n\n" + card.text)
        owed.append(
            Owed(
                person.id,
                message,
                key=f"remind:{duty.id}:{work.now:%d%H%M}:{person.id}",
                duty_id=duty.id,
            )
        )
    return tuple(owed)
