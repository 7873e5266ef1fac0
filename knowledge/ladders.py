"""The shipped escalation ladders, checked."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from pathlib import Path

import yaml

from domain.duty import SERVICES, DutyKind
from domain.ladder import Ladder, LadderError

_ACCEPTED = (*SERVICES, DutyKind.CHECKIN)
"""Kinds that somebody accepts and the clock then waits for."""


_DAY = timedelta(days=1)


def load_ladders(path: Path | None = None) -> Mapping[str, Ladder]:
    """The ladders by kind of duty; raises LadderError that names the ladder and the rung."""
    if path is not None:
        return _ladders(path.read_text(encoding="utf-8"))
    return dict(_shipped())


@cache
def _shipped() -> Mapping[str, Ladder]:
    file = resources.files("knowledge").joinpath("content/ladders.yaml")
    return _ladders(file.read_text(encoding="utf-8"))


def _ladders(text: str) -> Mapping[str, Ladder]:
    data = yaml.safe_load(text)
    if not isinstance(data, dict) or not data:
        raise LadderError("the ladders' file holds no ladders")
    ladders = {}
    for name, rungs in data.items():
        try:
            ladders[name] = Ladder.from_data(rungs)
        except LadderError as error:
            raise LadderError(f"ladder {name!r}, {error}") from None
        if name != DutyKind.HELP and ladders[name].surge is not None:
            raise LadderError(f"ladder {name!r}, surge: only calls for help have one")
        if name == "case_due" and any(rung.after % _DAY for rung in ladders[name].rungs):
            raise LadderError(f"ladder {name!r}: times are whole days of 86400 seconds")
        if name in _ACCEPTED and "taken" not in ladders[name].stays:
            raise LadderError(f"ladder {name!r}, stays: 'taken' is missing")
    return ladders
