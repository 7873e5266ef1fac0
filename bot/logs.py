"""Structured logs: ids and outcomes, never names, texts, numbers or addresses of people."""

import logging
import sys
from typing import Literal

import structlog

LogFormat = Literal["plain", "json"]


def set_up_logs(shape: LogFormat, level: str) -> None:
    """One line an event on standard error, for a person (`plain`) or a collector (`json`)."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if shape == "json"
        # A plain traceback: the rich one shows local variables, which hold what people said.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if shape == "json" else _leave,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard module: their warnings only, and never their access logs,
    # which hold addresses and tokens.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    for chatty in ("aiohttp.access", "httpx", "telegram", "aiogram", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


def _leave(
    _logger: structlog.typing.WrappedLogger, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return event
