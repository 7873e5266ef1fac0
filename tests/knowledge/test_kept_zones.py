"""What was learned of the shipped guides and kept is what would be learned now."""

from dataclasses import astuple, replace

import pytest

from knowledge.elsewhere import shipped_elsewhere
from knowledge.guides import entry_of, shipped_guides
from knowledge.kept_zones import kept_zones
from knowledge.meaning import NO_MEANINGS
from knowledge.zones import Zones

ENTRIES = [entry_of(guide) for guide in shipped_guides().guides]
OTHERS = shipped_elsewhere()


def test_what_is_kept_is_what_would_be_learned() -> None:
    """Where this fails, guides or the search have changed: `make zones`."""
    kept = kept_zones(ENTRIES, OTHERS)
    assert kept is not None
    *limits, weights = astuple(Zones.learn(ENTRIES, OTHERS, NO_MEANINGS))
    assert [kept.answer, kept.choices, kept.exact] == pytest.approx(limits, rel=1e-6)
    assert kept.weights == pytest.approx(weights, rel=1e-6)


def test_what_is_asked_for_in_other_words_is_learned_anew() -> None:
    first, *rest = ENTRIES
    reworded = replace(first, phrasings=(*first.phrasings, "还有一种问法"))
    assert kept_zones([reworded, *rest], OTHERS) is None
    assert kept_zones(rest, OTHERS) is None
    assert kept_zones(ENTRIES, OTHERS[1:]) is None
