"""The guide that a miss may become: what a worker answered, as residents would read it."""

from dataclasses import replace

from markupsafe import Markup

from domain.draft import Draft
from domain.messages import Button, Message, Owed, Rows
from domain.people import Language, Role
from domain.privacy import sentences_of_nobody, stripped, unmarked
from domain.question import Asked
from handlers.base import Services, Turn
from handlers.guides import guide_message
from handlers.reader import Reader, reader_of
from knowledge.drafted import Told, drafted, says_enough
from knowledge.guides import Guide
from storage import content, drafts, enquiries, people, questions
from wording import Say
from wording.ask import LINE


async def guide_from(services: Services, draft: Draft) -> Guide | None:
    """The draft's guide; None where nobody has answered in words, the answer was taken back, did not
    help, was erased, or says nothing once names, numbers and addresses are out."""
    asked = await questions.question(services.work, draft.question_id or 0)
    phrasing = unmarked(draft.text)
    if asked is None or not asked.answer or asked.solved is False or not phrasing:
        return None
    sentences = await _sentences(services, asked)
    if not says_enough(sentences):
        return None
    offered = (draft.guide or "", *draft.candidates)
    near = next((g for one in offered if (g := services.knowledge.guide(one))), None)
    told = replace(await _told(services, asked, sentences), near=near)
    taken = await content.known_ids(services.work)
    return drafted(phrasing, told, services.knowledge.book, taken)


async def _sentences(services: Services, asked: Asked) -> tuple[str, ...]:
    around = await enquiries.names_around(services.work, asked.address_id)
    names = [*around, asked.name, asked.answerer]
    return sentences_of_nobody(stripped(asked.answer or "", names))


async def _told(services: Services, asked: Asked, sentences: tuple[str, ...]) -> Told:
    """Guides are in Chinese, whatever the editor reads."""
    say = services.phrases[Language.ZH]
    place = (await people.community(services.work, asked.duty.community_id)).name
    assert asked.answered_at is not None, "it has an answer"
    return Told(
        sentences,
        lead=say.plain("draft.new_lead", community=place),
        note=say.plain("draft.new_note"),
        source=say.plain("draft.new_source", community=place),
        on=asked.answered_at.astimezone(asked.zone).date(),
    )


async def authorised(turn: Turn, services: Services, draft_id: int) -> Draft | None:
    """A draft that waits, if it is this person's to decide on: their community's, or they are its street."""
    found = await drafts.waiting(services.work, draft_id)
    if found is None or found.community_id == turn.who.community_id:
        return found
    return found if turn.who.id in await _street(services, found.community_id) else None


async def may_publish(turn: Turn, services: Services, community_id: int) -> bool:
    """A guide is every community's, so the street lets it out. Where the register names nobody of the
    street for this one, its supervisor does, who has the last look there."""
    street = await _street(services, community_id)
    here = turn.who.is_any(Role.SUPERVISOR) and turn.who.community_id == community_id
    return turn.who.id in street if street else here


async def for_street(turn: Turn, services: Services, draft: Draft, guide: Guide) -> list[Owed]:
    """The drafted guide to everybody of the street, who publish it with one tap."""
    place = (await people.community(services.work, draft.community_id)).name
    found = await people.persons(services.work, await _street(services, draft.community_id))
    reader = await reader_of(turn, services)
    return [
        Owed(person.id, _card(replace(reader, say=say, large=False), turn, place, draft, guide))
        for person in found.values()
        for say in (services.phrases[person.language],)
    ]


def _card(reader: Reader, turn: Turn, place: str, draft: Draft, guide: Guide) -> Message:
    say = reader.say
    lines = [
        say("draft.for_street", by=turn.who.name, community=place),
        say("draft.text", text=draft.text),
        *guide_lines(reader, guide),
    ]
    drop = Button(say.plain("draft.drop"), f"drafts.drop:{draft.id}")
    rows: Rows = (
        (Button(say.plain("draft.publish_new"), f"drafted.new:{draft.id}:{draft.question_id}"),),
        (keep_button(say, draft), drop),
    )
    return Message(LINE.join(lines), buttons=rows)


def guide_lines(reader: Reader, guide: Guide) -> list[Markup]:
    """The guide as residents would read it, and that nothing of it is out."""
    return [reader.say("draft.new_head"), Markup(), guide_message(reader, guide).html]


def keep_button(say: Say, draft: Draft) -> Button:
    """先存着，改了再发: it waits as a draft for the workbook."""
    return Button(say.plain("draft.keep"), f"drafted.keep:{draft.id}:{draft.question_id}")


async def _street(services: Services, community_id: int) -> list[int]:
    return await people.with_role(services.work, community_id, Role.STREET)
