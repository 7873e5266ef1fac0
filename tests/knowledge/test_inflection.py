"""English asked in any form of a word finds what is written in another."""

import pytest

from knowledge.index import Entry, Index
from knowledge.inflection import stem
from knowledge.meaning import NO_MEANINGS
from knowledge.reading import Reading
from knowledge.vocabulary import Vocabulary

FORMS = """
renew renews renewed renewing renewal
move moves moved moving
die dies died dying
apply applies applied applying application
register registers registered registering registration
vaccine vaccines vaccinate vaccinated vaccination
reimburse reimbursed reimbursement
donate donated donating donation
house houses housing
battery batteries
child children
lose lost losing
bus buses
class classes
stop stopped stopping
agree agreed agreeing
fly flies flying
hospitalise hospitalised hospitalized
neighbour neighbours neighbor
"""


@pytest.mark.parametrize("forms", FORMS.strip().splitlines())
def test_all_forms_of_a_word_are_one(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("fire", "fired"), ("even", "evening"), ("train", "training"), ("new", "news"), ("us", "use"),
     ("bus", "bu"), ("thing", "th"), ("speed", "sped")],
)  # fmt: skip
def test_what_looks_like_a_form_and_is_none_stays_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_a_question_in_another_form_finds_the_entry_and_what_its_words_point_to() -> None:
    entries = [Entry("book", ("Renewing a loan",)), Entry("room", ("Reservations of rooms",))]
    index = Index.build(entries, NO_MEANINGS, Reading(Vocabulary.of()))
    assert index.search("my loans must be renewed")[0].id == "book"
    words = Vocabulary.of(told={"laid off": ["失业"], "lost": ["丢"]})
    assert words.hints("we are losing it") == ("丢",)
    assert words.hints("laying off and off") == ()
