"""Who is asked, what counts when, and how far people are."""

import pytest

from domain.ballot import BallotState, Candidate, Turnout, choose, to_count
from domain.people import Role


def a_candidate(person_id: int, *roles: Role, home: int = 1) -> Candidate:
    return Candidate(person_id, home, frozenset(roles))


def test_a_resident_is_preferred_then_an_elder_then_family() -> None:
    family, elder = a_candidate(1, Role.FAMILY), a_candidate(2, Role.ELDER)
    resident = a_candidate(3, Role.RESIDENT, Role.FAMILY)
    assert choose([family, elder, resident]) == {1: 3}
    assert choose([family, elder]) == {1: 2}
    assert choose([family]) == {1: 1}


def test_equals_are_chosen_by_their_number_whatever_the_order() -> None:
    people = [a_candidate(number, Role.RESIDENT) for number in (7, 3, 5)]
    assert choose(people) == choose(reversed(people)) == {1: 3}


@pytest.mark.parametrize("role", [Role.WORKER, Role.SUPERVISOR, Role.STREET])
def test_staff_are_not_asked_about_their_own_work(role: Role) -> None:
    assert choose([a_candidate(1, Role.RESIDENT, role)]) == {}
    assert choose([a_candidate(1, role), a_candidate(2, Role.RESIDENT)]) == {1: 2}


def test_one_ballot_a_home() -> None:
    homes = [a_candidate(n, Role.RESIDENT, home=n % 3) for n in range(1, 10)]
    assert choose(homes) == {0: 3, 1: 1, 2: 2}


def test_nobody_vanishes_from_the_denominator() -> None:
    states = dict.fromkeys(BallotState, 2)
    turnout = Turnout(states)
    assert turnout.sampled == 2 * len(BallotState)
    assert turnout.rate == pytest.approx(2 / len(BallotState)), "handed in, or confirmed so far"
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
