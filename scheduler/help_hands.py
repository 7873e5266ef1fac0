"""What whoever has a request asked of colleagues, when these say nothing."""

from domain.duty import Duty
from domain.messages import Lane, Owed
from storage import help, help_hands, people, told
from storage.database import Work
from wording import Phrases
from wording.help import cards_now
from wording.help_hands import anyone_cards, silence_line, support_cards


async def lapse(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    """One colleague was asked to take it over and gave no answer: it is still with who had it, and
    everybody on the ladder's last rung is asked."""
    was = await help.call(work, duty)
    open_to_all = await help_hands.lapse(work, duty)
    if open_to_all is None:
        return ()
    called = await help_hands.call_out(work, open_to_all, duty.ladder.widest, but=duty.asked_id)
    call = await help.call(work, open_to_all)
    staff = [one for one in await told.staff(work, open_to_all) if one.id not in called]
    owner = await people.person(work, duty.owner_id or -1)
    return (
        *anyone_cards(phrases, call, await people.persons(work, called)),
        *cards_now(phrases, call, staff, Lane.EMERGENCY),
        *([silence_line(phrases, call, owner, was.asked, alone=not called)] if owner else []),
    )


async def call_again(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    """Nobody has said that they come in support: everybody on the ladder's last rung is called."""
    called_again = await help_hands.call_again(work, duty)
    if called_again is None:
        return ()
    called = await help_hands.call_out(work, called_again, duty.ladder.widest)
    call = await help.call(work, called_again)
    return support_cards(phrases, call, await people.persons(work, called))
