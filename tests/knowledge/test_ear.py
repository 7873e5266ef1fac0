"""The second ear has learned from the examples that are there, and hears what it has not learned."""

from pathlib import Path

import pytest

from knowledge.ear import SHIPPED, load_ear, shipped_ear
from knowledge.emergencies import Emergencies, load_emergencies
from knowledge.learn_ear import digest_of, learn_ear, ordinary_texts, shipped_examples
from knowledge.source import Source
from tests.knowledge.measured import blind

EXAMPLES = shipped_examples()


@pytest.fixture(scope="module")
def emergencies() -> Emergencies:
    return load_emergencies(Source.shipped("emergencies.yaml"))


def is_heard(emergencies: Emergencies, text: str) -> bool:
    return (emergencies.recognise(text) or emergencies.suspect(text)) is not None


def test_the_ear_has_learned_from_the_examples_and_guides_that_are_there() -> None:
    """Whoever changes them runs `make ear`."""
    present = digest_of(EXAMPLES.cries, ordinary_texts(EXAMPLES))
    assert shipped_ear().examples == present


def test_what_was_written_to_measure_with_was_not_learned() -> None:
    cries, ordinary = blind()
    assert not set(cries) & set(EXAMPLES.cries)
    assert not set(ordinary) & set(ordinary_texts(EXAMPLES))


def test_cries_that_nobody_mended_a_rule_by_are_heard(emergencies: Emergencies) -> None:
    """Written unseen. Of 260 rules alone know 162, with the ear it is 245, and of 254 ordinary texts
    that were meant to mislead 3 are taken for a cry: the bars leave some room."""
    cries, ordinary = blind()
    by_rules = emergencies.with_ear(None)
    heard = [text for text in cries if is_heard(emergencies, text)]
    assert len(heard) >= 0.92 * len(cries)
    assert len(heard) > len([text for text in cries if by_rules.recognise(text)]) + 60
    alarms = [text for text in ordinary if is_heard(emergencies, text)]
    assert len(alarms) <= 0.04 * len(ordinary), alarms


def test_an_ear_learns_is_kept_and_hears_the_same_afterwards(tmp_path: Path) -> None:
    cries = dict(list(EXAMPLES.cries.items())[::20])
    ear = learn_ear(cries, EXAMPLES.ordinary[::20])
    ear.save(tmp_path / "ear.npz")
    again = load_ear(tmp_path / "ear.npz")
    for text in (*cries, "你好", "", "\u200b", "😀"):
        (score, kind), (kept, kept_kind) = ear.hear(text), again.hear(text)
        assert kept == pytest.approx(score, abs=0.1)
        assert kept_kind == kind
    assert ear.kinds == again.kinds
    assert SHIPPED.exists()


def test_a_cry_is_no_cry_where_it_is_supposed_or_asked_about(emergencies: Emergencies) -> None:
    for text in (
        "怎么预防老人走失",
        "煤气中毒怎么预防",
        "楼道堆东西万一着火怎么办",
        "火灾保险怎么理赔",
    ):
        assert not is_heard(emergencies, text)
    assert is_heard(emergencies, "万一我爸死了怎么办，他倒在地上叫不醒")


@pytest.mark.parametrize("text", ["电瓶车充电起火咋弄", "精神病人发作砸东西", "入室抢劫", "溺水"])
def test_a_cry_in_the_words_of_a_guide_is_one(emergencies: Emergencies, text: str) -> None:
    assert is_heard(emergencies, text)


@pytest.mark.parametrize(
    "text", ["女儿考上大学了，家里拿不出学费", "脚肿了", "头发掉了", "我失恋了"]
)
def test_what_is_only_sad_or_small_is_no_cry(emergencies: Emergencies, text: str) -> None:
    assert not is_heard(emergencies, text)


def test_where_only_the_ear_heard_it_every_number_is_told(emergencies: Emergencies) -> None:
    """It may be mistaken about the kind; whoever is in need must not pay for that."""
    cries, _ordinary = blind()
    by_rules = emergencies.with_ear(None)
    for text, kind in cries.items():
        found = emergencies.recognise(text) or emergencies.suspect(text)
        if found is not None and by_rules.recognise(text) is None:
            assert {"120", "110", "119", emergencies.of_kind(found.kind).numbers[0]} <= set(
                found.numbers
            ), kind
