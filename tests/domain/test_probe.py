"""The synthetic request's steps: one after the other, each said once, each in its time."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.probe import Seen, Stage, following, is_due, updates

NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("stage", "ago", "due"),
    [
        (None, 0, True),
        (Stage.DONE, 299, False),
        (Stage.DONE, 300, True),
        (Stage.FAILED, 59, False),
        (Stage.FAILED, 60, True),
        (Stage.AGAIN, 9999, False),
        (Stage.DONE, -1, True),
    ],
)
def test_when_the_next_one_starts(stage: Stage | None, ago: int, due: bool) -> None:
    assert is_due(stage, NOW - timedelta(seconds=ago), NOW, FIVE) is due


@pytest.mark.parametrize(
    ("stage", "seen", "then"),
    [
        (Stage.PRESSED, Seen(), Stage.PRESSED),
        (Stage.PRESSED, Seen(answered=True), Stage.PRESSED),
        (Stage.PRESSED, Seen(told_at=NOW), Stage.PRESSED),
        (Stage.PRESSED, Seen(answered=True, told_at=NOW), Stage.AGAIN),
        (Stage.AGAIN, Seen(answered=True, told_at=NOW), Stage.AGAIN),
        (Stage.AGAIN, Seen(climbed=True), Stage.TAKEN),
        (Stage.TAKEN, Seen(climbed=True), Stage.TAKEN),
        (Stage.TAKEN, Seen(closed=True), Stage.DONE),
        (Stage.FAILED, Seen(closed=True), Stage.FAILED),
    ],
)
def test_a_step_follows_only_what_was_seen(stage: Stage, seen: Seen, then: Stage) -> None:
    assert following(stage, seen) is then


def test_what_is_said_again_is_the_same_update_and_no_two_are_alike() -> None:
    said = [one for stage in Stage for one in updates(stage, NOW, 7)]
    assert said == [one for stage in Stage for one in updates(stage, NOW, 7)]
    assert len({one.update_key for one in said}) == len(said) == 4
    later = updates(Stage.PRESSED, NOW + timedelta(seconds=60), None)
    assert later[0].update_key not in {one.update_key for one in said}
