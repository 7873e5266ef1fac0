"""The result of a round from its sheets: weighted groups, hidden ones, and a city's communities."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.ballot import Form, as_asked
from domain.sampling import Part
from domain.survey import Questionnaire
from domain.survey_paper import as_tally, low
from domain.survey_ranks import places, tell_apart
from domain.survey_result import results
from domain.survey_units import Unit, together, unit
from domain.survey_weights import Key, Stratum
from knowledge.questionnaires import shipped_questionnaires

ORD, SPE = Part.ORDINARY, Part.SPECIAL


@pytest.fixture(scope="module")
def asked() -> Questionnaire:
    return as_asked(shipped_questionnaires()["resident-rates-community"], Form.SHORT)


def sheets(asked: Questionnaire, key: Key, *codes: int) -> list[Unit]:
    """A sheet for each code, which stands under every aspect."""
    aspects = [aspect.id for aspect in asked.aspects]
    return [unit(asked, key, dict.fromkeys(aspects, code)) for code in codes]


STRATA = (Stratum(1, ORD, 800, 60), Stratum(1, SPE, 200, 15))


def test_each_home_counts_by_what_it_stands_for(asked: Questionnaire) -> None:
    """By hand: 800 homes at 80 and 200 at 30, of twenty ordinary and ten special sheets."""
    units = sheets(asked, (1, ORD), *[4] * 20) + sheets(asked, (1, SPE), *[2] * 10)
    found = results(asked, STRATA, units, 10)
    assert found.whole.index is not None
    assert found.whole.index.value == pytest.approx((800 * 80 + 200 * 30) / 1000)
    services = found.whole.of("a1")
    assert services.satisfied is not None
    assert services.satisfied.value == pytest.approx(0.8)
    assert services.steps == pytest.approx({5: 0, 4: 0.8, 3: 0, 2: 0.2, 1: 0})
    special = found.groups[SPE].index
    assert special is not None
    assert special.value == pytest.approx(30)
    assert [aspect.id for aspect, _ in low(found, 70.1)] == [a.id for a in asked.aspects]
    assert low(found, 70) == []
    assert as_tally(found, found.whole).score == pytest.approx(70)


def test_a_small_stratum_takes_its_neighbour_with_it(asked: Questionnaire) -> None:
    units = sheets(asked, (1, ORD), *[4] * 20) + sheets(asked, (1, SPE), *[2] * 9)
    found = results(asked, STRATA, units, 10)
    assert found.whole.shown
    assert not found.groups[SPE].shown
    assert not found.groups[ORD].shown, "the whole less it would be the other"


def test_an_aspect_of_which_few_know_anything_is_hidden_and_the_total_with_it(
    asked: Questionnaire,
) -> None:
    units = sheets(asked, (1, ORD), *[4] * 20)
    said = [
        replace(one, said={k: v for k, v in one.said.items() if k != "a3" or number < 9})
        for number, one in enumerate(units)
    ]
    found = results(asked, STRATA, said, 10)
    assert not found.whole.of("a3").shown
    assert found.whole.of("a4").n == 20
    assert found.whole.index is None


def city(asked: Questionnaire, counts: Sequence[int]) -> tuple[list[Stratum], list[Unit]]:
    strata = [Stratum(n, ORD, 500, 50) for n in range(1, len(counts) + 1)]
    units = [
        one
        for n, count in enumerate(counts, 1)
        for one in sheets(asked, (n, ORD), *[4 - n % 2] * count)
    ]
    return strata, units


def test_a_city_shows_its_communities_and_leaves_out_what_would_be_told_by_subtraction(
    asked: Questionnaire,
) -> None:
    strata, units = city(asked, [30, 20, 4])
    found = results(asked, strata, units, 10)
    assert [one.key for one in found.communities] == [1, 2]
    assert found.left_out == {3}
    assert found.n == 50
    both = results(asked, *city(asked, [30, 20, 6, 6]), 10)
    assert both.n == 62, "twelve together point at nobody"
    assert both.whole.index is not None
    assert [one.key for one in both.communities if one.shown] == [1, 2]
    assert both.whole.index.value == pytest.approx(70), "each community weighs what it has"


def test_communities_of_a_dozen_equal_sheets_are_not_put_in_order(asked: Questionnaire) -> None:
    """By their spread alone 60 and 80 marks would each be certain; with two more answers each they meet.
    Fifty equal sheets in each carry the order."""
    few = results(asked, *city(asked, [12, 12]), 10)
    assert [one.index.value for one in few.communities if one.index] == pytest.approx([60, 80])
    assert not tell_apart(places({one.key: one.index for one in few.communities}))
    many = results(asked, *city(asked, [50, 50]), 10)
    assert tell_apart(places({one.key: one.index for one in many.communities}))


def test_nobody_answered(asked: Questionnaire) -> None:
    found = results(asked, STRATA, [], 10)
    assert not found.whole.shown
    assert found.whole.index is None


def test_a_community_counts_once_however_many_rated(asked: Questionnaire) -> None:
    one = together(sheets(asked, (7, Part.ALL), 5, 3))
    assert one.said["a1"].marks == 80
    assert one.said["a1"].satisfied == 0.5
    assert one.said["a1"].steps == {5: 0.5, 3: 0.5}
    assert together(sheets(asked, (7, Part.ALL), 0, 0)).unknown == {a.id for a in asked.aspects}
