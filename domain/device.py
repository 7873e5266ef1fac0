"""What a device may say, and how the platform that speaks for it signs a request."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from enum import StrEnum

FRESH = timedelta(minutes=5)
"""How far a request's own time may be from ours, either way: what was heard on the wire is soon useless."""

PLATFORM = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
"""How a platform is named."""

REQUEST = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""How a platform may number its requests."""

_NUMBER = re.compile(r"[0-9A-Za-z+-]{3,40}")


class DeviceEvent(StrEnum):
    """What a device can say."""

    HELP = "help"
    CANCEL = "cancel"
    BATTERY_LOW = "battery_low"


def signature(secret: str, timestamp: str, method: str, path: str, body: bytes) -> str:
    """HMAC-SHA256 in hex over the time, the method, the path and the body as it is sent."""
    head = f"{timestamp}\n{method}\n{path}\n".encode()
    return hmac.new(secret.encode(), head + body, hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compared in constant time, as bytes: a header that is not ASCII must not raise."""
    return hmac.compare_digest(*(text.encode("utf-8", "surrogateescape") for text in (one, other)))


def is_fresh(timestamp: str, now: datetime) -> bool:
    """Whether the seconds since 1970 that a request names are near enough to now."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now.timestamp() - int(timestamp)) <= FRESH.total_seconds()


def number(text: str) -> str:
    """A device's number however it is spaced; "" where it is none."""
    bare = re.sub(r"[\s()（）]", "", text)
    return bare if _NUMBER.fullmatch(bare) else ""


def ending(text: str) -> str:
    """Enough of a number to know it again: `…4321`."""
    return f"…{text[-4:]}"
