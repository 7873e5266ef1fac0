"""转为民情: what was said at a door, or asked in the chat, becomes a case of whoever heard it."""

from dataclasses import replace

from domain.case import Via, guess
from domain.messages import Message
from domain.people import STAFF, Role
from handlers.base import PASS, Answer, Services, Topic, Turn
from handlers.case_open import LONGEST, Matter, open_matter
from handlers.case_told import card_for, home, say_of
from handlers.lasting import holds, lasting
from handlers.question_reply import refused, send_back
from handlers.router import at_step
from handlers.visit_card import label, show
from handlers.visit_homes import bare
from knowledge.cases import shipped_cases
from storage import case_media, cases, people, questions, visit, visit_homes, visit_media
from storage.cases import Raised
from storage.visit import Recorded
from wording.case import when

topic = Topic("door")

_WORKER = frozenset({Role.WORKER})


@topic.action("door.case", roles=_WORKER)
async def raised(turn: Turn, services: Services) -> Answer:
    """One tap after a visit: its words are the case's; where there are none, a sentence is asked for."""
    saved = await _own(turn, services, turn.number())
    if isinstance(saved, Answer):
        return saved
    if (known := await cases.of_visit(services.work, saved.id)) is not None:
        return await _shown(turn, services, known)
    if saved.note:
        return await _open(turn, services, saved, saved.note)
    door = await visit_homes.door(services.work, saved.household_id)
    assert door is not None, "a home with visits is never deleted"
    step = lasting(turn, "door.words", services.policies.reply_within, visit=saved.id)
    return Answer.of(Message(turn.say("cases.door_words", home=label(door))), step=step)


async def _own(turn: Turn, services: Services, visit_id: int) -> Recorded | Answer:
    saved = await visit.get(services.work, visit_id)
    if saved is None or saved.worker_id != turn.who.id or saved.removed_at is not None:
        return Answer(notice=turn.say.plain("visit.not_yours"), step=turn.step)
    return saved


@topic.text(order=50, claim=at_step("door.words"), roles=_WORKER)
async def words(turn: Turn, services: Services) -> Answer:
    """What they want, after a visit without words."""
    text = turn.incoming.text.strip()
    if turn.step is None or not holds(turn, "door.words"):
        return PASS
    if not text:
        return Answer.of(Message(turn.say("menu.not_understood")), step=turn.step)
    saved = await _own(turn, services, int(turn.step.data["visit"]))
    return saved if isinstance(saved, Answer) else await _open(turn, services, saved, text)


async def _open(turn: Turn, services: Services, saved: Recorded, text: str) -> Answer:
    matter = Matter(
        Raised(guess(shipped_cases(), text).id, Via.DOOR, text[:LONGEST], visit_id=saved.id),
        key=f"visit:{saved.id}",
        household_id=saved.household_id,
        subject_id=await whose(services, saved.household_id, text),
        owner_id=turn.who.id,
        in_hand=True,
    )
    opened = await open_matter(turn, services, saved.community_id, matter)
    known = opened.case.duty.id if opened else await cases.of_visit(services.work, saved.id)
    if opened is not None:
        for number, media in enumerate(await visit_media.of(services.work, saved.id)):
            key = f"visit:{saved.id}:{number}"
            await case_media.keep(services.work, opened.case.duty.id, media, key)
    answer = await _shown(turn, services, known or -1, turn.say("cases.door_opened"))
    visited = await show(turn, services, saved, in_place=True)
    answer = replace(answer, messages=(visited, *answer.messages))
    return (
        replace(answer, owed=await home(turn, services, opened.case, "taken")) if opened else answer
    )


@topic.action("door.question", roles=STAFF)
async def from_question(turn: Turn, services: Services) -> Answer:
    """A resident's question that is a matter to be seen to: whoever reads it has it, and it is answered
    with the promise."""
    asked = await questions.question(services.work, turn.number())
    if (refusal := refused(turn, asked)) is not None or asked is None:
        return refusal or Answer()
    duty = asked.duty
    matter = Matter(
        Raised(
            guess(shipped_cases(), asked.text).id, Via.CHAT, asked.text, address_id=asked.address_id
        ),
        key=f"question:{duty.id}",
        household_id=duty.household_id,
        subject_id=duty.raised_by,
        owner_id=turn.who.id,
        in_hand=True,
    )
    opened = await open_matter(turn, services, duty.community_id, matter)
    if opened is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    say = await say_of(services, opened.case, None)
    text = say.plain("cases.question_answer", when=when(say, opened.case, turn.now))
    answer = await send_back(turn, services, asked, text)
    card = await card_for(turn, services, opened.case)
    return replace(answer, messages=(Message(turn.say("cases.door_opened")), card))


async def whose(services: Services, household_id: int, text: str) -> int | None:
    """Whose matter it is: the only one who lives there, or the only one who is named."""
    there = (await people.members(services.work, [household_id])).get(household_id, [])
    if len(there) == 1:
        return there[0].id
    named = [one.id for one in there if len(bare(one.name)) > 1 and bare(one.name) in text]
    return named[0] if len(named) == 1 else None


async def _shown(turn: Turn, services: Services, duty_id: int, said: str = "") -> Answer:
    case = await cases.get(services.work, duty_id)
    if case is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    first = (Message(said),) if said else ()
    return Answer.of(*first, await card_for(turn, services, case))
