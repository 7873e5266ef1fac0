"""Weights, intervals, ranks and waves against published examples and sums done by hand."""

from math import sqrt

import pytest

from domain.quantiles import student, within
from domain.sampling import Part
from domain.survey import wilson
from domain.survey_estimate import Estimate, Sample, index, mean, sample_of, share
from domain.survey_ranks import places, steps, tell_apart
from domain.survey_waves import Change, between, paired, together
from domain.survey_weights import Key, Stratum, blurred, kish, weigh

ORD, SPE = Part.ORDINARY, Part.SPECIAL


def two_points(n: int, middle: float, variance: float) -> list[float]:
    """`n` values with exactly this mean and sample variance."""
    apart = sqrt(variance * (n - 1) / (n - n % 2))
    half = n // 2
    return [middle - apart] * half + [middle + apart] * half + [middle] * (n % 2)


def test_students_table() -> None:
    """Abramowitz and Stegun, table 26.10."""
    table = {(0.95, 1): 12.706, (0.95, 2): 4.303, (0.95, 5): 2.571, (0.95, 10): 2.228}
    table |= {(0.95, 30): 2.042, (0.95, 120): 1.980, (0.99, 4): 4.604, (0.999, 20): 3.850}
    for (level, df), printed in table.items():
        assert student(level, df) == pytest.approx(printed, abs=6e-4)
        assert within(student(level, df), df) == pytest.approx(level)
    assert student(0.95, 10**6) == pytest.approx(1.96, abs=1e-4)
    assert student(0.95, 200) == pytest.approx(student(0.95, 201), abs=1e-4), "both ways agree"
    assert within(1.5, 200) == pytest.approx(within(1.5, 201), abs=1e-4)


def test_the_agricultural_census_of_lohr() -> None:
    """Lohr, Sampling: Design and Analysis, example 3.2: acres of farms in 3,078 counties by region.
    Printed: mean 295,561, standard error 16,380. Lohr takes t of n - H = 296 degrees; Cochran's effective
    ones, which we take, are by hand (2.972e8)² / Σ v²/(n-1) = 99.95."""
    regions = {
        "north-east": (220, 21, 97_629.81, 7_647_472_708),
        "north central": (1054, 103, 300_504.16, 29_618_183_543),
        "south": (1382, 135, 211_315.04, 53_587_487_856),
        "west": (422, 41, 662_295.51, 396_185_950_266),
    }
    weights, cells, values = [], [], []
    for cell, (homes, n, middle, variance) in enumerate(regions.values()):
        weights += [homes / n] * n
        cells += [cell] * n
        values += two_points(n, middle, variance)
    sample = Sample(weights, cells, dict(enumerate(r[0] for r in regions.values())))

    found = mean(sample, values, 1e9)

    assert found is not None
    assert found.variance is not None
    assert found.interval is not None
    assert found.value == pytest.approx(295_561, abs=1)
    assert sqrt(found.variance) == pytest.approx(16_380, abs=1)
    assert found.df == 99
    half = student(0.95, found.df) * 16_380
    assert found.interval == pytest.approx((295_561 - half, 295_561 + half), abs=3)
    lohrs = student(0.95, 296) * sqrt(found.variance)
    assert (found.value - lohrs, found.value + lohrs) == pytest.approx((263_325, 327_797), abs=2)
    assert found.value * 3078 == pytest.approx(909_736_034, abs=600)


def test_wilsons_interval_as_newcombe_prints_it() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    printed = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605)}
    printed |= {(0, 20): (0.0, 0.1611), (1, 29): (0.0061, 0.1718)}
    for (hits, of), bounds in printed.items():
        assert wilson(hits, of) == pytest.approx(bounds, abs=6e-5)


STRATA = (Stratum(1, ORD, 800, 60), Stratum(1, SPE, 200, 15))


def test_who_answers_stands_for_who_does_not() -> None:
    ordinary, special = weigh(STRATA, {(1, ORD): 40, (1, SPE): 5})
    assert ordinary.design == pytest.approx(800 / 60)
    assert ordinary.adjustment == pytest.approx(60 / 40)
    assert ordinary.final == pytest.approx(20)
    assert special.final == pytest.approx(40)
    assert 40 * ordinary.final + 5 * special.final == pytest.approx(1000), "all homes, no more"


def test_a_cell_that_is_too_small_is_joined_and_still_every_home_is_stood_for() -> None:
    ordinary, special = weigh(STRATA, {(1, ORD): 40, (1, SPE): 1})
    assert ordinary.cell == special.cell
    assert ordinary.final == pytest.approx(special.final * ordinary.design / special.design)
    assert 40 * ordinary.final + special.final == pytest.approx(1000)
    strata = (*STRATA, Stratum(2, ORD, 300, 30), Stratum(3, ORD, 100, 10))
    weights = weigh(strata, {(1, ORD): 40, (1, SPE): 5, (3, ORD): 8})
    assert sum(one.final * one.answered for one in weights) == pytest.approx(1400)
    assert [one.cell for one in weights] == [0, 1, 1, 2], "an empty one goes with the one before it"


def test_nobody_stands_for_homes_in_which_nobody_lives() -> None:
    """Of 60 drawn 6 were empty, so of 800 homes 80: 720 · 60/800 = 54 may answer, and 40 did."""
    screened = (Stratum(1, ORD, 800, 60, empty=6), STRATA[1])
    ordinary, special = weigh(screened, {(1, ORD): 40, (1, SPE): 5})
    assert ordinary.design == pytest.approx(800 / 60), "known before anybody was screened out"
    assert ordinary.adjustment == pytest.approx(54 / 40)
    assert 40 * ordinary.final + 5 * special.final == pytest.approx(720 + 200)
    (whole,) = blurred(screened, 1)
    assert whole.lived_in == pytest.approx(1000 * 69 / 75)
    with pytest.raises(ValueError, match="more than were drawn"):
        weigh(screened, {(1, ORD): 55})


def test_nobody_answered_or_more_than_were_asked() -> None:
    assert [one.final for one in weigh(STRATA, {})] == [0, 0]
    with pytest.raises(ValueError, match="more than were drawn"):
        weigh(STRATA, {(1, SPE): 16})
    with pytest.raises(ValueError, match="more than were drawn"):
        weigh(STRATA, {(2, ORD): 1})
    (whole,) = blurred(STRATA, 1)
    assert whole == Stratum(1, Part.ALL, 1000, 75)
    assert weigh([whole], {(1, Part.ALL): 50})[0].final == pytest.approx(20)


def test_a_share_of_two_strata_by_hand() -> None:
    """Four of six ordinary homes and one of four special ones are satisfied. With 20 and 5 homes a sheet:
    p = (4·20 + 1·5) / (6·20 + 4·5) = 85/140."""
    keys: list[Key] = [(1, ORD)] * 6 + [(1, SPE)] * 4
    values = [1.0, 1, 1, 1, 0, 0, 1, 0, 0, 0]
    strata = (Stratum(1, ORD, 120, 10), Stratum(1, SPE, 20, 8))
    sample = sample_of(weigh(strata, {(1, ORD): 6, (1, SPE): 4}), keys)

    found = share(sample, values)

    assert found is not None
    p = 85 / 140
    ordinary = (120 / 140) ** 2 * (1 - 6 / 120) * (4 / 6 * 2 / 6) / 5
    special = (20 / 140) ** 2 * (1 - 4 / 20) * (1 / 4 * 3 / 4) / 3
    assert found.value == pytest.approx(p)
    assert found.variance == pytest.approx(ordinary + special)
    assert found.kish == pytest.approx(10 * (6 * 400 + 4 * 25) / 140**2)
    plain = (120 / 140) ** 2 * (4 / 6 * 2 / 6) / 5 + (20 / 140) ** 2 * (1 / 4 * 3 / 4) / 3
    assert found.model_variance == pytest.approx(plain)
    assert found.deff == pytest.approx(plain / (p * (1 - p) / 9))
    n, t = p * (1 - p) / (ordinary + special), 2.570581836
    middle = (p + t * t / (2 * n)) / (1 + t * t / n)
    half = t / (1 + t * t / n) * sqrt(p * (1 - p) / n + t * t / (4 * n * n))
    assert found.interval == pytest.approx((middle - half, middle + half))


def test_an_aspect_is_a_mean_among_those_with_an_opinion_and_the_index_a_mean_of_aspects() -> None:
    """By hand: a = (100·2 + 60·2 + 0·1)/5 = 64 of three with an opinion, b = (80·2 + 30·1)/3."""
    sample = Sample([2, 2, 1, 1], [0, 0, 0, 0], {0: 6})
    a, b = [100.0, 60.0, 0.0, None], [80.0, None, 30.0, None]

    found = index(sample, [a, b], [3, 1], 100)

    assert found is not None
    assert found.value == pytest.approx((3 * 64 + 190 / 3) / 4)
    assert found.n == 3
    pulls = [
        3 / 4 * 2 * (100 - 64) / 5 + 1 / 4 * 2 * (80 - 190 / 3) / 3,
        3 / 4 * 2 * (60 - 64) / 5,
        3 / 4 * (0 - 64) / 5 + 1 / 4 * (30 - 190 / 3) / 3,
        0.0,
    ]
    assert sum(pulls) == pytest.approx(0)
    assert found.model_variance == pytest.approx(4 / 3 * sum(one * one for one in pulls))
    assert found.variance == pytest.approx(4 / 3 * sum(one * one for one in pulls) * (1 - 4 / 6))
    assert index(sample, [a, [None] * 4], [1, 1], 100) is None


def test_where_all_agree_the_interval_is_still_honest() -> None:
    all_yes = share(Sample([50.0] * 20, [0] * 20, {0: 1000}), [1.0] * 20)
    assert all_yes is not None
    assert all_yes.interval is not None
    assert all_yes.interval[0] < 0.9
    everyone = share(Sample([1.0] * 20, [0] * 20, {0: 20}), [1.0] * 20)
    assert everyone is not None
    assert everyone.interval == (1.0, 1.0), "whoever asked all has no error of sampling"
    alone = share(Sample([9.0], [0], {0: 9}), [1.0])
    assert alone is not None
    assert alone.interval is None


def of_all_alike(value: float, n: int, homes: int = 500) -> Estimate:
    found = mean(Sample([homes / n] * n, [0] * n, {0: homes}), [value] * n, 100)
    assert found is not None
    return found


def test_a_mean_on_which_all_agree_has_a_width() -> None:
    """By hand: of 31 sheets from 40 homes none says otherwise; with n = 31/(1 - 31/40) and t = 2.0423 of 30
    degrees at most t²/(n + t²) of the homes would, with 0 or with 100 marks."""
    found = of_all_alike(65, 31, homes=40)
    n, t = 31 / (9 / 40), 2.042272
    otherwise = t * t / (n + t * t)
    assert found.interval == pytest.approx((65 - otherwise * 65, 65 + otherwise * 35), abs=1e-4)
    assert of_all_alike(65, 40, homes=40).interval == (65, 65), "whoever asked all knows"
    best = of_all_alike(100, 31, homes=40).interval
    assert best is not None
    assert best[0] < 100
    assert best[1] == 100


def test_a_dozen_equal_sheets_are_not_certain_of_an_order() -> None:
    """Agresti and Caffo's two more answers by hand: 12 of 65 marks, one of 0 and one of 100, and the
    same about 80. Where thirty agree in each, sixty-five and eighty-five are told apart."""
    found = of_all_alike(65, 12)
    squares, middle = (12 * 65**2 + 100**2) / 14, (12 * 65 + 100) / 14
    assert found.model_variance == pytest.approx((squares - middle**2) / 14)
    assert not tell_apart(places({"a": found, "b": of_all_alike(80, 12)}))
    change = between(found, of_all_alike(70, 12))
    assert change is not None
    assert change.change is Change.NOT_SEEN
    assert tell_apart(places({"a": of_all_alike(65, 30), "b": of_all_alike(85, 30)}))
    top = places({"a": of_all_alike(100, 12), "b": of_all_alike(0, 12)})
    assert [(one.value, one.low > 0, one.high < 100) for one in top] == [
        (100, True, False),
        (0, False, True),
    ], "no interval leaves the scale"


def test_nearly_all_agree_and_the_one_who_does_not_makes_no_narrower_comparison() -> None:
    values = [65.0] * 11 + [70.0]
    nearly = mean(Sample([500 / 12] * 12, [0] * 12, {0: 500}), values, 100)
    assert nearly is not None
    assert nearly.margin() == pytest.approx(of_all_alike(65, 12).margin(), rel=0.02)
    wide = mean(Sample([50.0] * 10, [0] * 10, {0: 500}), [0.0, 100.0] * 5, 100)
    assert wide is not None
    assert wide.model_variance == pytest.approx(2500 / 9), "what was seen, where that is more"


def test_kish_says_what_unequal_weights_cost() -> None:
    assert kish([3.0] * 9) == pytest.approx(1)
    assert kish([1, 1, 4]) == pytest.approx(3 * 18 / 36)


def estimate(value: float, error: float, df: int = 1000) -> Estimate:
    return Estimate(value, df + 1, error**2, error**2, df, 1.0, 1.0)


def test_an_order_is_shown_only_where_intervals_do_not_overlap() -> None:
    ranked = places({"a": estimate(90, 1), "b": estimate(88, 1), "c": estimate(70, 1), "d": None})
    assert [(one.key, one.best, one.worst) for one in ranked] == [
        ("a", 1, 2),
        ("b", 1, 2),
        ("c", 3, 3),
    ]
    assert [[one.key for one in step] for step in steps(ranked)] == [["a", "b"], ["c"]]
    assert tell_apart(ranked)
    level = student(1 - 0.05 / 3, 1000)
    assert ranked[0].high == pytest.approx(90 + level)
    same = places({n: estimate(80 + n, 3) for n in range(5)})
    assert not tell_apart(same)
    assert len(steps(same)) == 1
    assert {(one.best, one.worst) for one in same} == {(1, 5)}


def test_a_change_is_named_only_where_chance_does_not_explain_it() -> None:
    """By hand: 3 over the root of 1 + 1.44 is 1.9205, and 4 over it 2.5607."""
    calm = between(estimate(80, 1.0), estimate(83, 1.2))
    assert calm is not None
    assert calm.p == pytest.approx(0.0549, abs=1e-3)
    assert calm.change is Change.NOT_SEEN
    rise = between(estimate(80, 1.0), estimate(84, 1.2))
    assert rise is not None
    assert rise.change is Change.UP
    assert rise.value == pytest.approx(4)
    assert rise.low == pytest.approx(4 - 1.961 * sqrt(2.44), abs=2e-3)
    assert between(None, estimate(1, 1)) is None
    both = together({"a": rise, "b": calm, "c": rise})
    assert both["a"].p == pytest.approx(3 * rise.p)
    assert both["b"].p >= both["a"].p
    assert both["a"].change is Change.UP


def test_the_same_communities_twice_are_compared_in_pairs() -> None:
    """Student's own data: hours of sleep gained with two drugs (Biometrika 6, 1908); t = 4.06."""
    gained = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    found = paired(gained)
    assert found is not None
    assert found.value == pytest.approx(1.58)
    assert found.p == pytest.approx(0.00283, abs=1e-5)
    assert (found.low, found.high) == pytest.approx((0.7001, 2.4599), abs=1e-4)
    assert paired([1.0]) is None
    assert paired([5.0, 5.0]) is None, "no spread, no certainty"
