"""How a guide reads where little is known: nothing is said that nobody said."""

from datetime import UTC, date, datetime

import pytest

from domain.content import Review, State, Version
from domain.people import Language
from handlers.guides import guide_message, part_message
from handlers.reader import Reader
from knowledge import Knowledge
from knowledge.blank import blank, still_open
from knowledge.guides import Guide, body_of
from wording import Phrases
from wording.content import review_card

DAY = date(2026, 12, 1)


def reader(knowledge: Knowledge, *, large: bool = False, today: date = DAY) -> Reader:
    return Reader(Phrases.shipped()[Language.ZH], today, knowledge, large=large)


def test_of_a_matter_known_by_name_only_nothing_is_made_up(knowledge: Knowledge) -> None:
    guide = blank("无偿献血证补办", knowledge.book, DAY)
    for large in (False, True):
        said = guide_message(reader(knowledge, large=large), guide).plain
        assert "要带什么没有查到" in said
        assert "去哪办没有查到" in said
        assert "📅 2026-12-01 整理，没有查到正式出处" in said
        assert "不用带" not in said
        assert "的规定" not in said
        assert "12345" in said
    assert "没有查到" in part_message(reader(knowledge), guide, "stamp").plain
    assert "12345" in part_message(reader(knowledge), guide, "phone").plain


def test_an_editor_who_says_that_nothing_is_to_be_brought_is_believed(knowledge: Knowledge) -> None:
    guide = blank("口头咨询", knowledge.book, DAY)
    kept = [field for field in guide.unverified_fields if field != "materials"]
    guide = guide.model_copy(update={"unverified_fields": tuple(kept)})
    assert "不用带材料" in guide_message(reader(knowledge), guide).plain


def test_its_owner_sees_what_is_open_and_that_nobody_can_have_checked_it(
    knowledge: Knowledge,
) -> None:
    guide = blank("无偿献血证补办", knowledge.book, DAY)
    at = datetime(2026, 12, 1, tzinfo=UTC)
    version = Version(guide.id, 1, body_of(guide), State.PUBLISHED, "甲", at, "")
    card = review_card(Phrases.shipped()[Language.ZH], Review(1, 1, 1, version, None)).plain
    assert "材料：没有查到" in card
    assert "社区能盖章吗：没有查到" in card
    assert still_open(guide) == ("materials", "can_community_stamp", "where")
    assert not any(map(still_open, knowledge.book.guides))


@pytest.mark.parametrize("field", sorted(Guide.model_fields))
def test_whatever_is_called_unverified_the_answer_can_say_so(
    knowledge: Knowledge, field: str
) -> None:
    guide = knowledge.book.guides[0].model_copy(update={"unverified_fields": (field,)})
    assert "还没核实" in guide_message(reader(knowledge), guide).plain


def test_in_large_text_one_line_says_all_that_is_doubtful(knowledge: Knowledge) -> None:
    guide = knowledge.book.guides[0].model_copy(update={"unverified_fields": ("hours",)})
    later = reader(knowledge, large=True, today=date(2030, 1, 1))
    (said,) = (line for line in guide_message(later, guide).plain.splitlines() if "☎️" in line)
    assert "一年多没核对" in said
    assert "没有全部核实" in said
