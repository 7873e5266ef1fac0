"""A duty in somebody's hands: how long its next step may be away."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.duty import Asking, Duty, DutyKind, DutyState
from knowledge.ladders import load_ladders

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)


def a_call(state: DutyState, asking: Asking | None = None, *, handed: bool = False) -> Duty:
    return Duty(
        id=1,
        kind=DutyKind.HELP,
        community_id=1,
        household_id=1,
        subject_id=1,
        raised_by=1,
        owner_id=2,
        state=state,
        presses=1,
        opened_at=NOON,
        ladder=load_ladders()["help"],
        rung=2,
        next_at=NOON,
        asking=asking,
        handed_at=NOON if handed else None,
    )


@pytest.mark.parametrize(
    ("call", "seconds"),
    [
        (a_call(DutyState.TAKEN), 300),
        (a_call(DutyState.ARRIVED), 3600),
        (a_call(DutyState.ARRIVED, Asking.SUPPORT), 120),
        (a_call(DutyState.ON_THE_WAY, Asking.OFFER), 120),
        (a_call(DutyState.ARRIVED, Asking.OUTCOME), 600),
        (a_call(DutyState.ON_THE_WAY, Asking.ANYONE), 2400),
        (a_call(DutyState.TAKEN, handed=True), 300),
    ],
)
def test_what_is_asked_of_somebody_is_waited_for_by_its_own_time(call: Duty, seconds: int) -> None:
    """Whoever stands at the door alone and calls for support must not wait for an hour because a clock was
    set back in between."""
    assert call.longest_wait == timedelta(seconds=seconds)
