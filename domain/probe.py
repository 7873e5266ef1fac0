"""The synthetic request: which steps a help request must come through, and how soon."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.duty import Outcome
from domain.messages import Received

CHANNEL = "probe"
ELDER, NEAR, FAR = "elder", "near", "far"
"""Who takes part: who presses, who is told at once, and whom only the clock tells."""

LATE = timedelta(seconds=30)
"""What takes longer from the press to the end is a failure; it takes two or three seconds."""

AGAIN = timedelta(minutes=1)
"""After a failure the next one starts so soon, to see whether all is well again."""


class Stage(StrEnum):
    """How far it has come: `pressed` waits for the answer and the first card, `again` (a second press,
    which makes haste) for the clock to climb, `taken` for the end."""

    PRESSED = "pressed"
    AGAIN = "again"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"

    @property
    def running(self) -> bool:
        return self not in (Stage.DONE, Stage.FAILED)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database shows of a running one. `said`: how many of its updates are stored."""

    said: int = 0
    duty_id: int | None = None
    answered: bool = False
    told_at: datetime | None = None
    climbed: bool = False
    closed: bool = False


def updates(stage: Stage, started_at: datetime, duty_id: int | None) -> list[Received]:
    """What is said at a stage; said again it is the same update."""
    match stage:
        case Stage.PRESSED:
            said = [(ELDER, "help.press")]
        case Stage.AGAIN:
            said = [(ELDER, "help.press")]
        case Stage.TAKEN:
            said = [
                (NEAR, f"calls.take:{duty_id}"),
                (NEAR, f"calls.done:{duty_id}:{Outcome.ALL_WELL}"),
            ]
        case _:
            said = []
    name = f"{started_at.timestamp():.0f}:{stage}"
    return [
        Received(
            CHANNEL, f"{name}:{i}", address, json.dumps({"address": address, "action": action})
        )
        for i, (address, action) in enumerate(said)
    ]


def following(stage: Stage, seen: Seen) -> Stage:
    """The next stage where this one is over, else the same."""
    match stage:
        case Stage.PRESSED if seen.answered and seen.told_at is not None:
            return Stage.AGAIN
        case Stage.AGAIN if seen.climbed:
            return Stage.TAKEN
        case Stage.TAKEN if seen.closed:
            return Stage.DONE
    return stage


def is_due(stage: Stage | None, started_at: datetime, now: datetime, every: timedelta) -> bool:
    """Whether the next one starts now."""
    if stage is None:
        return True
    pause = min(every, AGAIN) if stage is Stage.FAILED else every
    set_back = now < started_at  # the clock was; nobody waits until it has caught up
    return set_back or (not stage.running and now - started_at >= pause)
