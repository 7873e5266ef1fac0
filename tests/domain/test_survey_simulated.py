"""Simulated respondents whose truth is known: the intervals hold what they promise, and weights help."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from domain.sampling import Part
from domain.survey_estimate import LEVEL, Estimate, mean, sample_of, share
from domain.survey_weights import Key, Stratum, weigh

ROUNDS, SEED = 1000, 20261126
HEAD = (
    "           truth       bias plain bias       rmse plain rmse    covered       deff       kish"
)


@dataclass(frozen=True)
class Kind:
    """Homes of one kind: how many there are and were drawn, how they rate (from very satisfied down to
    not at all), and how many of those drawn answer."""

    stratum: Stratum
    rates: Sequence[float]
    answers: float

    @property
    def satisfied(self) -> float:
        return self.rates[0] + self.rates[1]

    @property
    def score(self) -> float:
        return float(np.dot(self.rates, SCORES))


SCORES = np.array([100.0, 80.0, 60.0, 30.0, 0.0])
KINDS = (
    Kind(Stratum(1, Part.ORDINARY, 1600, 320), (0.45, 0.40, 0.10, 0.04, 0.01), 0.65),
    Kind(Stratum(1, Part.SPECIAL, 400, 80), (0.25, 0.30, 0.20, 0.15, 0.10), 0.30),
)
"""Ningbo's two strata, drawn four to one; the special homes are less satisfied and answer less often."""

ALIKE = Stratum(1, Part.ORDINARY, 500, 30)


@dataclass(frozen=True)
class Heard:
    """One simulated round: estimates of the share satisfied and the mean, and the plain ones."""

    share: Estimate
    mean: Estimate
    plain_share: float
    plain_mean: float


def town(rng: np.random.Generator) -> list[np.ndarray]:
    """A rating for every home there is: this town's truth."""
    return [
        rng.permutation(
            np.repeat(
                np.arange(5),
                np.diff(np.rint(np.cumsum([0, *k.rates]) * k.stratum.homes)).astype(int),
            )
        )
        for k in KINDS
    ]


def a_round(rng: np.random.Generator, homes: Sequence[np.ndarray]) -> Heard:
    drawn = [
        rng.choice(rated, k.stratum.drawn, replace=False)
        for k, rated in zip(KINDS, homes, strict=True)
    ]
    said = [
        rated[rng.random(len(rated)) < k.answers] for k, rated in zip(KINDS, drawn, strict=True)
    ]
    keys: list[Key] = [k.stratum.key for k, rated in zip(KINDS, said, strict=True) for _ in rated]
    codes = np.concatenate(said)
    answered = {k.stratum.key: len(rated) for k, rated in zip(KINDS, said, strict=True)}
    sample = sample_of(weigh([k.stratum for k in KINDS], answered), keys)
    satisfied, marks = (codes <= 1).astype(float), SCORES[codes]
    shared, meant = share(sample, satisfied.tolist()), mean(sample, marks.tolist(), 100)
    assert shared is not None
    assert meant is not None
    return Heard(shared, meant, float(satisfied.mean()), float(marks.mean()))


def covers(estimate: Estimate, truth: float) -> bool:
    assert estimate.interval is not None
    return estimate.interval[0] <= truth <= estimate.interval[1]


def test_intervals_cover_the_truth_as_often_as_they_say_and_weighted_beats_unweighted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rng = np.random.default_rng(SEED)
    homes = town(rng)
    rated = np.concatenate(homes)
    truth_share, truth_mean = float((rated <= 1).mean()), float(SCORES[rated].mean())

    heard = [a_round(rng, homes) for _ in range(ROUNDS)]

    rows = {}
    for name, truth, weighted, plain in (
        ("share", truth_share, [h.share for h in heard], [h.plain_share for h in heard]),
        ("mean", truth_mean, [h.mean for h in heard], [h.plain_mean for h in heard]),
    ):
        values = np.array([one.value for one in weighted])
        rows[name] = (
            truth,
            values.mean() - truth,
            np.mean(plain) - truth,
            np.sqrt(np.mean((values - truth) ** 2)),
            np.sqrt(np.mean((np.array(plain) - truth) ** 2)),
            np.mean([covers(one, truth) for one in weighted]),
            np.mean([one.deff for one in weighted]),
            np.mean([one.kish for one in weighted]),
        )
    with capsys.disabled():
        sys.stdout.write(f"\n{ROUNDS} simulated rounds, seed {SEED}\n{HEAD}\n")
        for name, row in rows.items():
            sys.stdout.write(f"{name:5}" + "".join(f"{figure:11.4g}" for figure in row) + "\n")
    for _, bias, plain_bias, error, plain_error, covered, _, _ in rows.values():
        assert 0.93 <= covered <= 0.97
        assert abs(bias) < abs(plain_bias) / 10
        assert error < plain_error
    assert LEVEL == 0.95


def test_where_nearly_all_agree_the_interval_still_covers_the_truth(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of 500 homes 15 give 0 marks and all others 80; thirty answer, and in four rounds of ten nobody
    hears of the fifteen. A mean without spread is then not taken for certain."""
    rng = np.random.default_rng(SEED)
    homes = np.repeat([80.0, 0.0], [485, 15])
    heard = [
        mean(sample_of(weigh([ALIKE], {ALIKE.key: 30}), [ALIKE.key] * 30), said.tolist(), 100)
        for said in (rng.choice(homes, 30, replace=False) for _ in range(ROUNDS))
    ]
    known = [one for one in heard if one is not None]
    covered = np.mean([covers(one, homes.mean()) for one in known])
    alike = np.mean([one.variance == 0 for one in known])
    with capsys.disabled():
        sys.stdout.write(f"\nall agree in {alike:.3f} of {ROUNDS} rounds; covered {covered:.3f}\n")
    assert len(known) == ROUNDS
    assert 0.3 < alike < 0.5
    assert covered >= LEVEL - 0.02
