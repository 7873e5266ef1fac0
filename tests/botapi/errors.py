"""What the platform answers when it refuses, in the platform's own words.

Codes and descriptions were read in the sources of the official server (tdlib/telegram-bot-api
`Client.cpp`, tdlib/td `MessageContent.cpp`, `ReplyMarkup.cpp`, `MessageEntity.cpp`). What only the
closed part of the platform says (BUTTON_DATA_INVALID and its like) was read in issue threads.
"""

from __future__ import annotations


class ApiError(Exception):
    """A refusal: an HTTP status, the platform's description and, for floods, seconds to wait; for a
    group that became another, which."""

    def __init__(
        self,
        code: int,
        description: str,
        retry_after: int | None = None,
        moved_to: int | None = None,
    ) -> None:
        super().__init__(f"{code} {description}")
        self.moved_to = moved_to
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def wire(self) -> dict[str, object]:
        """The JSON object that the platform sends."""
        answer: dict[str, object] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        if self.moved_to is not None:
            answer["parameters"] = {"migrate_to_chat_id": self.moved_to}
        return answer


def _lowered(reason: str) -> str:
    """The server lowers a reason's first letter, except in an ERROR_CONSTANT."""
    if len(reason) > 1 and (reason[1] == "_" or reason[1].isupper()):
        return reason
    return reason[:1].lower() + reason[1:]


def bad_request(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {_lowered(reason)}")


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {_lowered(reason)}")


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after)


def chat_not_found() -> ApiError:
    return bad_request("chat not found")


def not_modified() -> ApiError:
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )


_USUAL = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def of_status(status: int, retry_after: int | None = None, description: str = "") -> ApiError:
    """An error as the platform would word it, for a fault that names only a status."""
    if status == 429:
        error = too_many_requests(retry_after or 1)
        return ApiError(429, description or error.description, error.retry_after)
    return ApiError(status, description or _USUAL.get(status, "Error"), retry_after)
