"""What Telegram's refusals mean to delivery."""

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.base import Refused, TryAgain, Unknown, Unreachable

TOKEN_PAUSE = 60.0
"""Seconds between tries while the token is refused: an operator has to act, nothing is lost."""

UNCHANGED = ("message is not modified",)
UNEDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "no text in the message to edit",
    "message_id_invalid",
    "message identifier is not specified",
)
NOBODY = ("chat not found", "peer_id_invalid", "user not found", "chat_id is empty")
MARKUP = ("can't parse entities", "entity_")
PICTURE = ("photo_", "image_process_failed", "file is too big")
TOO_LARGE = ("entity too large",)


def says(fault: TelegramError, what: tuple[str, ...]) -> bool:
    """Whether the platform's description contains one of the texts."""
    text = fault.message.lower()
    return any(part in text for part in what)


def seconds(fault: RetryAfter) -> float:
    """The pause that was asked for."""
    pause = fault.retry_after
    return float(pause) if isinstance(pause, int | float) else pause.total_seconds()


def meaning(fault: TelegramError, repeatable: bool = False) -> Exception:
    """The channel's own error for it. `repeatable`: sending it twice does no harm (an edit)."""
    why = f"{type(fault).__name__}: {fault.message}"
    match fault:
        case RetryAfter():
            return TryAgain(why, after=seconds(fault), everyone=True)
        case Forbidden() | ChatMigrated():
            return Unreachable(why)
        case InvalidToken():
            return TryAgain("the token was refused", after=TOKEN_PAUSE, everyone=True)
        case BadRequest():
            return Unreachable(why) if says(fault, NOBODY) else Refused(why)
        case TimedOut():
            return TryAgain(why) if repeatable else Unknown(why)
        case NetworkError():
            return Refused(why) if says(fault, TOO_LARGE) else TryAgain(why)
    return Unknown(why)  # an answer that makes no sense: it may have arrived
