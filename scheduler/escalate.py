"""Escalation: every rung of every duty's ladder, and every silence, when the clock says so."""

from dataclasses import replace
from functools import partial

from domain.duty import SERVICES, Asking, Duty, DutyEvent, DutyKind, DutyState, silence_leads_to
from domain.help import Call, Saw
from domain.ladder import Hours
from domain.messages import Lane, Message, Owed
from domain.people import Person, Role
from domain.policies import Policies
from scheduler import case, checkin_climb, help_hands, service, surge_lists, survey_result
from storage import content_review, duties, help, ladder, looks, people, questions, told
from storage.database import Work
from storage.ladder import Climb
from wording import Phrases, Say
from wording.ask import question_card
from wording.content import review_card
from wording.help import cards_now, family_card, given_back, home_news, reminder, worker_card
from wording.help_after import after_card
from wording.surge import beside


def climber(phrases: Phrases, policies: Policies) -> Climb:
    """The function that takes a duty's next step and says what people are owed because of it.

    An open duty climbs its ladder; one in somebody's hands has been silent for too long. Each step is
    taken once, whoever is first; what it owes carries a key, so that even a step that is taken again
    after a crash tells nobody twice.
    """

    async def climb(work: Work, duty: Duty, call: Call | None = None) -> tuple[Owed, ...]:
        if await _rests(work, policies, duty):
            return ()
        if duty.state is DutyState.OPEN:
            if duty.kind is DutyKind.CHECKIN and await checkin_climb.waits(work, duty):
                return ()
            return await _climb(work, phrases, duty, call=call)
        silent = _SILENT.get(duty.kind)
        return await silent(work, phrases, duty) if silent else ()

    return climb


async def _rests(work: Work, policies: Policies, duty: Duty) -> bool:
    """Whether a ladder that counts the day alone waits for the morning; the log says so."""
    if duty.ladder.hours is Hours.ALWAYS or not policies.is_quiet(work.now):
        return False
    await ladder.wait_until(work, duty, policies.awake(work.now, policies.zone))
    await duties.log(work, duty.id, DutyEvent.HELD, detail="quiet")
    return True


async def _climb(
    work: Work, phrases: Phrases, duty: Duty, *, anew: bool = False, call: Call | None = None
) -> tuple[Owed, ...]:
    """One rung; a rung that reaches nobody is not waited for, the next one is climbed at once. In surge
    mode whoever has its card finds it in a list from then on, unless it is called out `anew`."""
    known = frozenset[int]() if anew else await surge_lists.listed(work, duty)
    told = await ladder.climb(work, duty, known)
    waits = await _still_waiting(work, phrases, duty) if told is not None and not anew else ()
    if told:
        listed = known.intersection(told)
        first = [person_id for person_id in told if person_id not in listed]
        tell = partial(_help, call=call) if call else _TELL[duty.kind]
        owed = await tell(work, phrases, duty, first) if first else ()
        return (*owed, *waits, *await surge_lists.owed_lists(work, phrases, duty, listed))
    if told is None or duty.rung + 1 >= len(duty.ladder.rungs):
        return waits
    higher = replace(duty, rung=duty.rung + 1)
    return (*waits, *await _climb(work, phrases, higher, anew=anew, call=call))


async def _still_waiting(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    """Whoever called, and the family, hear now and then that nobody has it yet: silence is worse. At the
    press itself the answer says so."""
    if duty.kind is not DutyKind.HELP or not duty.ladder.is_long(duty.rung):
        return ()
    if work.now == duty.opened_at:
        return ()
    call = await help.call(work, duty)
    return home_news(phrases, call, await help.at_home(work, call), "waits", work.now)


async def _help(
    work: Work, phrases: Phrases, duty: Duty, told: list[int], call: Call | None = None
) -> tuple[Owed, ...]:
    call = call or await help.call(work, duty)
    near = await surge_lists.near(work, duty)
    owed = []
    known = await people.persons(work, told)
    for person in (known[one] for one in told if one in known):  # as the rung names them
        message = _told(phrases[person.language], call, person.id, told)
        if message.card and near:
            message = beside(phrases[person.language], message, near, call.zone)
        key = f"duty:{duty.id}:{duty.rung}:{person.id}"
        owed.append(Owed(person.id, message, Lane.EMERGENCY, key, duty.id))
    return tuple(owed)


def _told(say: Say, call: Call, person_id: int, told: list[int]) -> Message:
    family = {relative.person_id for relative in call.person.family}
    if person_id in family:
        return family_card(say, call, staff_told=bool(set(told) - family))
    return worker_card(say, call, person_id)


async def _question(work: Work, phrases: Phrases, duty: Duty, told: list[int]) -> tuple[Owed, ...]:
    asked = await questions.asked(work, duty)
    owed = []
    for person in (await people.persons(work, told)).values():
        message = question_card(phrases[person.language], asked)
        key = f"duty:{duty.id}:{duty.rung}:{person.id}"
        owed.append(Owed(person.id, message, Lane.CONVERSATION, key, duty.id))
    return tuple(owed)


async def _review(work: Work, phrases: Phrases, duty: Duty, told: list[int]) -> tuple[Owed, ...]:
    review = await content_review.review(work, duty)
    return tuple(
        Owed(
            person.id,
            review_card(phrases[person.language], review),
            Lane.ROUTINE,
            f"duty:{duty.id}:{duty.rung}:{person.id}",
            duty.id,
        )
        for person in (await people.persons(work, told)).values()
    )


async def _after(work: Work, phrases: Phrases, duty: Duty, told: list[int]) -> tuple[Owed, ...]:
    call = await help.call(work, duty)
    return tuple(
        Owed(
            person.id,
            after_card(phrases[person.language], call, person.id),
            Lane.CONVERSATION,
            f"duty:{duty.id}:{duty.rung}:{person.id}",
            duty.id,
        )
        for person in (await people.persons(work, told)).values()
    )


async def _help_silent(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    if duty.asking is Asking.OFFER:
        return await help_hands.lapse(work, phrases, duty)
    if duty.asking is Asking.SUPPORT:
        return await help_hands.call_again(work, phrases, duty)
    if silence_leads_to(duty) is DutyEvent.REMINDED:
        return await _remind(work, phrases, duty)
    return await _give_back(work, phrases, duty)


async def _remind(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    """Whoever has it is asked for a sign; asked before, the supervisors hear of it too."""
    if not await duties.remind(work, duty):
        return ()
    call = await help.call(work, duty)
    asked = await _answerable(work, call)
    await looks.note(work, [person.id for person in asked], [duty], Saw.SENT)
    return tuple(
        Owed(
            person.id,
            reminder(phrases[person.language], call, person.id, work.now),
            Lane.EMERGENCY,
            f"remind:{duty.id}:{work.now.timestamp():.0f}:{person.id}",
            duty.id,
        )
        for person in asked
    )


async def _answerable(work: Work, call: Call) -> list[Person]:
    duty = call.duty
    ids = {duty.owner_id}
    if duty.reminders or call.lost:
        ids.update(await people.with_role(work, duty.community_id, Role.SUPERVISOR))
    return list((await people.persons(work, {i for i in ids if i is not None})).values())


async def _case_silent(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    """A case in somebody's hands climbs on as it falls due; a colleague who says nothing is asked no more."""
    if duty.asking is Asking.OFFER:
        return await case.lapse(work, phrases, duty)
    return await _climb(work, phrases, duty)


async def _give_back(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    """Nobody waits for silent hands: all who were told see it open again, and the ladder goes on."""
    open_again = await duties.give_back(work, duty)
    if open_again is None:
        return ()
    was, call = await help.call(work, duty), await help.call(work, open_again)
    home = await help.at_home(work, call)
    staff = await told.staff(work, duty)
    return (
        *home_news(phrases, was, home, "given_back", work.now),
        *cards_now(phrases, call, staff, Lane.EMERGENCY),
        *given_back(phrases, was, staff),
        *await _climb(work, phrases, open_again, anew=True),
    )


_TELL = {
    DutyKind.HELP: _help,
    DutyKind.QUESTION: _question,
    DutyKind.GUIDE: _review,
    DutyKind.AFTER: _after,
    DutyKind.CHECKIN: checkin_climb.tell,
    DutyKind.SURVEY: survey_result.tell,
    DutyKind.CASE: case.tell,
    **dict.fromkeys(SERVICES, service.tell),
}
"""What those on a rung are told, by kind of duty."""

_SILENT = {
    DutyKind.HELP: _help_silent,
    DutyKind.CHECKIN: checkin_climb.silent,
    DutyKind.CASE: _case_silent,
    **dict.fromkeys(SERVICES, service.silent),
}
"""What follows, by kind, when whoever has a duty gives no sign. A kind that is not here is never in
anybody's hands."""
