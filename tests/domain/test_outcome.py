"""Outcomes by AAPOR's book, and its response rates on worked examples."""

import pytest

from domain.outcome import CODES, Group, Outcome, Outcomes


def test_every_outcome_stands_in_the_book() -> None:
    assert set(CODES) == set(Outcome)
    families = {Group.COMPLETE: "1.1", Group.PARTIAL: "1.2", Group.REFUSAL: "2.1"}
    families |= {Group.UNKNOWN: "3.", Group.INELIGIBLE: "4."}
    for outcome, code in CODES.items():
        assert code.number.startswith(families[code.group]), outcome


def test_a_worked_example() -> None:
    """I 300, P 20, R 60 + 20, UH 500 + 40 + 60, not eligible 50: 1,000 eligible or perhaps so.

    RR1 = 300 / ((300 + 20) + 80 + 600) = 0.30 and RR2 = 320 / 1,000 = 0.32, computed by hand.
    """
    found = Outcomes(
        {
            Outcome.COMPLETE: 300,
            Outcome.PARTIAL: 20,
            Outcome.REFUSED: 60,
            Outcome.BREAK_OFF: 20,
            Outcome.SILENT: 500,
            Outcome.NO_CHANNEL: 40,
            Outcome.UNREACHABLE: 60,
            Outcome.INELIGIBLE: 50,
        }
    )
    assert found.sampled == 1050
    assert found.eligible == 1000
    assert found.rr1 == pytest.approx(0.30)
    assert found.rr2 == pytest.approx(0.32)


def test_who_cannot_be_reached_lowers_the_rate() -> None:
    """A home without a channel is an outcome and no exclusion."""
    reached = Outcomes({Outcome.COMPLETE: 50, Outcome.SILENT: 50})
    all_drawn = Outcomes({**reached.counts, Outcome.NO_CHANNEL: 100})
    assert (reached.rr1, all_drawn.rr1) == (0.5, 0.25)


def test_everyone_sampled_is_in_exactly_one_group() -> None:
    found = Outcomes({outcome: n for n, outcome in enumerate(Outcome, start=1)})
    assert sum(found.of(group) for group in Group) == found.sampled


@pytest.mark.parametrize("counts", [{}, {Outcome.INELIGIBLE: 3}])
def test_nobody_eligible_has_no_rate(counts: dict[Outcome, int]) -> None:
    assert Outcomes(counts).rr1 is None
    assert Outcomes(counts).rr2 is None
