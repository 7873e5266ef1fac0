"""The measures mean what they say, and the shipped guides keep the bars on the test questions."""

from collections import Counter
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from bot.evaluating import PARTS
from knowledge.answers import ReplyKind
from knowledge.index import Entry
from knowledge.measures import Trial, auroc, car10, mrr, rate, share_of, top
from knowledge.normalise import core
from knowledge.questions import UNANSWERABLE, half_of, load_questions
from knowledge.rivals import rivals
from knowledge.source import ContentError
from tests.support.shipped import shipped_knowledge

QUESTIONS = load_questions(Path(__file__).parent / "questions.yaml")
ANSWERABLE = [q for q in QUESTIONS if q.guides]
SHIPPED = shipped_knowledge()
KINDS = {
    "plain", "colloquial", "short", "typo", "voice", "pinyin", "traditional", "dialect", "story",
    "english", "several", "out", "emergency", "abuse", "injection",
}  # fmt: skip


def test_the_set_is_large_has_every_kind_and_names_guides_that_exist() -> None:
    assert len(QUESTIONS) >= 400
    assert {q.kind for q in QUESTIONS} == KINDS
    assert set().union(*(q.guides for q in ANSWERABLE)) == set(SHIPPED.book.by_id)
    assert len({q.text for q in QUESTIONS}) == len(QUESTIONS)


def test_both_halves_are_split_by_guide() -> None:
    parts = Counter(q.part for q in QUESTIONS)
    assert min(parts[name] for name in PARTS) >= 100
    alone = [q for q in ANSWERABLE if len(q.guides) == 1 and q.part in ("tuning", "test")]
    assert all(q.part == half_of(min(q.guides)) for q in alone)


def test_no_question_is_a_phrasing() -> None:
    said = [core(p) for g in SHIPPED.book.guides for p in (*g.questions, g.name)]
    said += [core(p) for g in SHIPPED.book.guides for p in g.in_language("en").questions]
    for question in ANSWERABLE:
        if question.kind in ("pinyin", "traditional", "short"):
            continue
        near = process.extractOne(core(question.text), said, scorer=fuzz.ratio)
        assert near[1] <= 90, (question.text, near)
    assert not {core(q.text) for q in ANSWERABLE} & set(said)


def test_the_right_guide_is_found() -> None:
    """Bars of the project; measured .95 and .99, on questions never looked at .93 and .97."""
    places = []
    for question in ANSWERABLE:
        found = [c.id for c in SHIPPED.answer(question.text).candidates]
        places.append(next((n for n, name in enumerate(found, 1) if name in question.guides), 0))
    assert sum(place == 1 for place in places) / len(places) >= 0.92
    assert sum(place > 0 for place in places) / len(places) >= 0.97


def test_residents_are_helped_and_hardly_ever_misled() -> None:
    solved = wrong = 0
    for question in ANSWERABLE:
        reply = SHIPPED.answer(question.text)
        wrong += reply.guide is not None and reply.guide.id not in question.guides
        solved += reply.guide is not None or reply.kind is ReplyKind.CHOICES
    assert (solved - wrong) / len(ANSWERABLE) >= 0.85
    assert wrong / len(ANSWERABLE) <= 0.03


def test_what_no_guide_answers_hardly_ever_gets_one() -> None:
    asked = [SHIPPED.answer(q.text) for q in QUESTIONS if q.kind in UNANSWERABLE]
    assert sum(reply.guide is not None for reply in asked) / len(asked) <= 0.05


@pytest.mark.parametrize("text", [q.text for q in QUESTIONS if q.kind == "emergency"])
def test_every_emergency_is_recognised(text: str) -> None:
    assert SHIPPED.answer(text).kind is ReplyKind.EMERGENCY


TRIALS = [Trial(1, 0.9, 0.2), Trial(2, 0.6, 0.3), Trial(0, 0.1, 0.1), Trial(1, 0.8, 0.5)]


def test_measures_are_plain_sums() -> None:
    assert top(1)(TRIALS) == 0.5
    assert top(3)(TRIALS) == 0.75
    assert mrr(TRIALS) == pytest.approx((1 + 0.5 + 0 + 1) / 4)
    assert auroc([Trial(1, 0.9, 0.1), Trial(1, 0.8, 0.2)]) == 1.0
    assert auroc([Trial(1, 0.5, 0.5)]) == 0.5
    assert car10(TRIALS) == 0.5
    assert (top(1)([]), mrr([]), auroc([]), car10([])) == (0, 0, 0, 0)


def test_intervals_hold_the_value_and_are_the_same_every_time() -> None:
    share = share_of(TRIALS, mrr)
    assert share.low <= share.value <= share.high
    assert share == share_of(TRIALS, mrr)
    assert rate([True] * 20).low == 1.0
    assert rate([]).value == 0.0


def test_rivals_find_plain_things() -> None:
    library = [Entry("card", ("借书证怎么办",)), Entry("room", ("自习室几点开门",))]
    for name, search in rivals(library).items():
        assert search("借书证")[0][0] == "card", name


def test_a_mistake_in_the_questions_is_told() -> None:
    with pytest.raises(ContentError, match="guides"):
        load_questions("first: {}\n")
