"""Every miss becomes a draft: the question without whose it was, and the guide it may belong to."""

from domain.draft import Why
from domain.enquiry import Enquiry
from domain.privacy import stripped
from domain.question import Asked
from handlers.base import Services
from knowledge.elsewhere import is_elsewhere
from knowledge.normalise import core
from storage import drafts, enquiries
from storage.enquiries import Heard

SHORTEST, LONGEST = 3, 80
"""Characters of a question that can be somebody's way of putting it; a story is no phrasing."""

CLEARLY = 0.2
"""From what score a question is what no community answers. Below it the likeness is faint: of our test
questions 8 in 11 matters that are mistaken for such lie there, and a quarter of those that are such."""


async def draft(services: Services, enquiry: Enquiry | Heard, why: Why) -> None:
    """Keep the miss for an editor, unless it is nothing that a community answers."""
    if enquiry.community_id is None or not _may_teach(services, enquiry.text):
        return
    known = [one for one in enquiry.candidates if services.knowledge.guide(one)]
    suggested = known[0] if known else None
    text = await without_names(services, enquiry)
    await drafts.add(services.work, enquiry.community_id, text, why, suggested, known)


async def answered_with(services: Services, enquiry_id: int, guide: str) -> None:
    """A worker sent this guide in answer: where the question was a miss, that is what it meant."""
    enquiry = await enquiries.by_id(services.work, enquiry_id)
    if enquiry is not None and enquiry.community_id is not None:
        text = await without_names(services, enquiry)
        await drafts.suggest(services.work, enquiry.community_id, text, guide)


async def answered_in_words(services: Services, asked: Asked) -> None:
    """A worker's own words go to a resident: where the question was a miss, a guide may be made of them."""
    enquiry = await enquiries.by_id(services.work, asked.enquiry_id) if asked.enquiry_id else None
    if enquiry is not None and enquiry.community_id is not None:
        text = await without_names(services, enquiry)
        await drafts.answered(services.work, enquiry.community_id, text, asked.duty.id)


async def without_names(services: Services, enquiry: Enquiry | Heard) -> str:
    """The question as an editor may read it."""
    return stripped(enquiry.text, await enquiries.names_around(services.work, enquiry.address_id))


def is_phrasing(text: str) -> bool:
    """Whether it is long and short enough for somebody's way of putting it."""
    return SHORTEST <= len(core(text)) <= LONGEST


def _may_teach(services: Services, text: str) -> bool:
    if not is_phrasing(text):
        return False
    best = services.knowledge.index.search(text, 1)
    return not is_elsewhere(best) or best[0].score < CLEARLY
