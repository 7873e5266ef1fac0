"""Who is asked, what counts when, and how far people are."""

import pytest

from domain.ballot import OUTCOMES, BallotState, Turnout, to_count
from domain.outcome import Outcome


def test_nobody_vanishes_from_the_denominator() -> None:
    states = dict.fromkeys(BallotState, 2)
    turnout = Turnout(states)
    assert turnout.sampled == 2 * len(BallotState)
    assert turnout.outcomes.sampled == turnout.sampled
    assert turnout.rate == pytest.approx(2 / (len(BallotState) - 1)), "one is out of scope"
    assert set(OUTCOMES) == set(BallotState)
    assert set(OUTCOMES.values()) == set(Outcome), "each outcome is one that somebody can come to"
    assert Turnout({}).rate == 0.0


@pytest.mark.parametrize("minimum", [1, 2, 5])
def test_running_results_grow_by_the_minimum_and_hold_as_many_back(minimum: int) -> None:
    held: list[str] = []
    counted = 0
    for number in range(40):
        held.append(f"{number * 7919 % 101:03}")
        taken = to_count(held, minimum)
        assert len(taken) in (0, minimum)
        held = [each for each in held if each not in taken]
        counted += len(taken)
        assert counted == 0 or len(held) >= minimum, "the final result differs by enough sheets"
    assert counted > 0
