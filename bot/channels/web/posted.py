"""What the page posts: checked when it comes, stored as it came, read again by the engine."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.channels.base import Unreadable
from bot.channels.web.config import MAX_TEXT
from domain.messages import MAX_ACTION_BYTES, Incoming, Location, Message

CHANNEL = "web"
_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
_REF = re.compile(r"[0-9]{0,10}")
_COMMAND = re.compile(r"/([a-z_]{1,32})(?:\s+(\S{1,50}))?\s*", re.ASCII)
_MAX_LABEL = 200
LONGEST_WAIT = 86_400.0


class MalformedError(Exception):
    """The page sent something that no page of ours sends."""


class TooLongError(Exception):
    """The text is longer than MAX_TEXT characters."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One thing said at the page: exactly one of text, action and location.

    `label` stood on the pressed key of the lasting keyboard; `ref` is the message that was tapped. `waited`
    is how many seconds it lay in the page without a network, by the page's own clock.
    """

    id: str
    text: str = ""
    action: str = ""
    location: Location | None = None
    label: str = ""
    ref: str = ""
    waited: float = 0.0

    @property
    def words(self) -> Message | None:
        """What the person sees as their own words; a tap under a message says nothing."""
        if self.location is not None:
            return Message("", location=self.location)
        return Message(self.text or self.label) if self.text or self.label else None

    def payload(self, address: str, language: str, now: datetime) -> str:
        """What is stored in the inbox."""
        said_at = now - timedelta(seconds=self.waited)
        out: dict[str, Any] = {"address": address, "id": self.id, "at": said_at.isoformat()}
        out |= {"text": self.text, "action": self.action, "ref": self.ref, "language": language}
        if self.location is not None:
            out["location"] = [self.location.latitude, self.location.longitude]
        return json.dumps({key: value for key, value in out.items() if value}, ensure_ascii=False)


def parse(body: bytes) -> Posted:
    """Raises MalformedError or TooLongError."""
    data = _object(body)
    posted = Posted(
        id=_string(data, "id", 40),
        text=_string(data, "text").strip(),
        action=_string(data, "action"),
        location=_location(data.get("location")),
        label=_string(data, "label", _MAX_LABEL),
        ref=_string(data, "ref", 10),
        waited=_seconds(data.get("waited", 0)),
    )
    if len(posted.text) > MAX_TEXT:
        raise TooLongError(len(posted.text))
    said = [bool(posted.text), bool(posted.action), posted.location is not None]
    if sum(said) != 1 or not _ID.fullmatch(posted.id) or not _REF.fullmatch(posted.ref):
        raise MalformedError("exactly one of text, action and location, with an id")
    if len(posted.action.encode()) > MAX_ACTION_BYTES:
        raise MalformedError("action")
    return posted


def incoming(payload: str) -> Incoming:
    """The stored update in the desk's terms. Raises Unreadable."""
    try:
        data = json.loads(payload)
        text, action = str(data.get("text", "")), str(data.get("action", ""))
        command = _COMMAND.fullmatch(text)
        if command:
            text, action = "", ":".join(part for part in command.groups() if part)
        return Incoming(
            channel=CHANNEL,
            address=data["address"],
            text=text,
            action=action,
            location=Location(*data["location"]) if "location" in data else None,
            message_ref=data.get("ref", ""),
            tap_id=data["id"] if data.get("ref") else "",
            sent_at=datetime.fromisoformat(data["at"]),
            language_hint=data.get("language", ""),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable(f"not what the page's door stores: {error!r}") from error


def language_of(accepted: str) -> str:
    """The first language tag of an Accept-Language header."""
    return re.split(r"[,;]", accepted, maxsplit=1)[0].strip()[:20]


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedError("not JSON") from error
    if not isinstance(data, dict):
        raise MalformedError("not an object")
    return data


def _string(data: Mapping[str, Any], key: str, longest: int | None = None) -> str:
    value = data.get(key, "")
    if not isinstance(value, str) or (longest is not None and len(value) > longest):
        raise MalformedError(key)
    try:
        value.encode()
    except UnicodeEncodeError as error:  # half a surrogate pair: JSON can say it, UTF-8 cannot
        raise MalformedError(key) from error
    return value.replace("\x00", "")


def _seconds(value: object) -> float:
    """A page keeps what was said for a day; what claims to have lain longer has lain so long."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise MalformedError("waited")
    return min(float(value), LONGEST_WAIT)


def _location(value: object) -> Location | None:
    if value is None:
        return None
    match value:
        case [int() | float() as latitude, int() | float() as longitude]:
            # Not a number fails both comparisons.
            if -90 <= latitude <= 90 and -180 <= longitude <= 180:
                return Location(float(latitude), float(longitude))
    raise MalformedError("location")
