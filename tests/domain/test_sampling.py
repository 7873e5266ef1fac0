"""A sample that can be drawn again, and the chances that its weights are made of."""

from itertools import product

import pytest

from domain.sampling import Allotment, Part, allot, draw, ticket

CODES = [f"{block}幢-{room}" for block, room in product(range(1, 6), range(101, 141))]


@pytest.mark.parametrize(
    ("ordinary", "special", "wanted", "drawn"),
    [
        (1700, 300, 75, (60, 15)),  # Ningbo's four to one
        (1700, 5, 75, (70, 5)),  # too few special homes: ordinary ones make up for it
        (20, 300, 75, (20, 55)),
        (30, 10, 75, (30, 10)),  # a small community is asked whole
        (1700, 0, 75, (75, 0)),
        (0, 0, 75, (0, 0)),
        (100, 100, 3, (2, 1)),  # at least one special home
        (100, 100, 1, (0, 1)),
        (120, 30, None, (120, 30)),
    ],
)
def test_four_ordinary_homes_for_each_special_one(
    ordinary: int, special: int, wanted: int | None, drawn: tuple[int, int]
) -> None:
    made = allot({Part.ORDINARY: ordinary, Part.SPECIAL: special}, wanted)
    assert tuple(each.drawn for each in made) == drawn
    assert tuple(each.homes for each in made) == (ordinary, special)


def test_a_sample_is_never_larger_than_its_stratum_nor_than_what_was_wanted() -> None:
    for ordinary, special, wanted in product(range(12), range(12), range(1, 20)):
        made = allot({Part.ORDINARY: ordinary, Part.SPECIAL: special}, wanted)
        assert sum(each.drawn for each in made) == min(wanted, ordinary + special)
        assert all(0 <= each.drawn <= each.homes for each in made)


def test_a_home_stands_for_so_many_of_its_stratum() -> None:
    assert Allotment(Part.SPECIAL, 300, 15).weight == 20
    assert Allotment(Part.SPECIAL, 0, 0).weight is None


def test_no_sample_of_nobody() -> None:
    with pytest.raises(ValueError, match="at least one home"):
        allot({}, 0)


def test_the_same_seed_draws_the_same_homes_in_whatever_order_the_register_comes() -> None:
    first = draw("2026-11", "haitang", CODES, 20)
    assert draw("2026-11", "haitang", CODES[::-1], 20) == first
    assert draw("2026-12", "haitang", CODES, 20) != first
    assert draw("2026-11", "magnolia", CODES, 20) != first
    assert draw("2026-11", "haitang", CODES, 30)[:20] == first, "a larger one holds the smaller"


def test_the_draw_is_what_its_documentation_says() -> None:
    """printf '2026-11|haitang|1幢-101' | sha256sum"""
    assert ticket("2026-11", "haitang", "1幢-101") == (
        "667ce98b8ab472eb0419100fd948b365e7ae17326be7e2a734d75acbd18ff301"
    )


def test_every_home_has_the_same_chance() -> None:
    """Over 2,000 seeds each of 200 homes is drawn 200 times of 2,000 on average; the sum of squared
    deviations over its expectation is chi-squared with 199 degrees: above 273 once in 2,500 times."""
    times = dict.fromkeys(CODES, 0)
    for seed in range(2000):
        for code in draw(str(seed), "haitang", CODES, 20):
            times[code] += 1
    expected = 2000 * 20 / len(CODES)
    variance = expected * (1 - 20 / len(CODES))
    assert sum((n - expected) ** 2 for n in times.values()) / variance < 273
