"""Steps of a dialogue that do not wait for ever: what is typed hours later means something else."""

from datetime import datetime, timedelta
from typing import Any

from handlers.base import Step, Turn

_UNTIL = "until"
SPEAKS = "speaks"
"""In a step's data: the language in which the dialogue goes on, where the chat is set to another."""


def lasting(turn: Turn, action: str, time: timedelta, **data: Any) -> Step:
    """A step that holds for so long from now, in the language of this turn."""
    if turn.lent:
        data[SPEAKS] = str(turn.language)
    return Step(action, data | {_UNTIL: (turn.now + time).isoformat()})


def holds(turn: Turn, *actions: str) -> bool:
    """Whether the dialogue stands at one of these steps, and its time is not over."""
    step = turn.step
    if step is None or step.action not in actions:
        return False
    until = step.data.get(_UNTIL)
    return until is None or turn.now <= datetime.fromisoformat(until)
