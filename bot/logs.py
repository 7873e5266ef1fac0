"""Structured logs: ids and outcomes, never names, texts, numbers or addresses of people."""

import logging
import sys
import traceback
from pathlib import Path
from typing import Literal

import structlog

LogFormat = Literal["plain", "json"]


def set_up_logs(shape: LogFormat, level: str) -> None:
    """One line an event on standard error, for a person (`plain`) or a collector (`json`)."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if shape == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _trace,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        # Looked up at each line: whoever redirects standard error later gets what follows.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard module: their warnings only, and never their access logs,
    # which hold addresses and tokens.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    for chatty in ("aiohttp.access", "httpx", "telegram", "aiogram", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


def _trace(
    _logger: structlog.typing.WrappedLogger, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Where it went wrong, without the exception's own words: those may repeat what a person said."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["exception"] = trace(error)
    return event


def trace(error: BaseException) -> str:
    """Frames and types of an error and of what caused it; no messages, no values."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{trace(earlier)}\nthen\n" if earlier is not None else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}{frames}{type(error).__name__}"


def place_of(error: BaseException) -> str:
    """The error in one short line that repeats nobody's words: `KeyError in ask.py:31 said`."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    where = f" in {Path(last.filename).name}:{last.lineno} {last.name}" if last else ""
    return type(error).__name__ + where
