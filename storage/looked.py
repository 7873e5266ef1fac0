"""Who looked at the board: a call's log read there is a row beside all other looks, the rest a log line."""

import structlog

from domain.duty import Duty
from domain.help import Saw
from storage import looks
from storage.database import Work

_log = structlog.get_logger()


async def looked(work: Work, who_id: int, what: str, duty: Duty | None = None) -> None:
    """This person has looked at `what` (`board`, `sheet`: all that is theirs; `log`: of one call)."""
    if duty is not None:
        await looks.note(work, [who_id], [duty], Saw.LOG)
    number = None if duty is None else duty.id
    _log.info("looked", who=who_id, what=what, duty=number)
