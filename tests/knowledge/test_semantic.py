"""With the extra installed (`make semantic`): what the sentence model is worth, on all questions."""

import numpy as np
import pytest

from knowledge import Knowledge, meaning
from knowledge.bag import Floats
from knowledge.guides import entry_of
from knowledge.index import Index
from knowledge.meaning import Meanings, installed_meanings
from knowledge.zones import Zones
from tests.knowledge.test_measuring import ANSWERABLE

pytestmark = pytest.mark.semantic


@pytest.fixture(scope="module")
def desk() -> Knowledge:
    assert installed_meanings()
    return Knowledge.shipped()


class _Counting:
    def __init__(self) -> None:
        self.asked = 0

    def query(self, texts: str) -> Floats:
        self.asked += 1
        return np.ones(384, np.float32)


def test_the_shipped_phrasings_are_read_already(desk: Knowledge) -> None:
    model = _Counting()
    entries = [entry_of(guide) for guide in desk.book.guides]
    Index.build(entries, meanings=Meanings(model, meaning.SHIPPED))
    assert model.asked <= 0.1 * sum(len(each.phrasings) for each in entries), "run: make meanings"


def test_the_right_guide_is_found(desk: Knowledge) -> None:
    """Bars of the project; measured .97 and 1.00, and .01 answered wrongly."""
    places, wrong = [], 0
    for question in ANSWERABLE:
        reply = desk.answer(question.text)
        found = [candidate.id for candidate in reply.candidates]
        places.append(next((n for n, name in enumerate(found, 1) if name in question.guides), 0))
        wrong += reply.guide is not None and reply.guide.id not in question.guides
    assert sum(place == 1 for place in places) / len(places) >= 0.95
    assert sum(place > 0 for place in places) / len(places) >= 0.99
    assert wrong / len(places) <= 0.03


async def test_a_question_waits_in_a_thread(desk: Knowledge) -> None:
    reply = await desk.reply("捡到一条流浪狗想养要办什么")
    assert reply.candidates[0].id == "yangquan"


def test_limits_are_learned_by_meaning_too(desk: Knowledge) -> None:
    zones = Zones.learn([entry_of(guide) for guide in desk.book.guides[:12]])
    assert 0 < zones.choices < zones.answer <= zones.exact
