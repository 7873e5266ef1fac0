"""What a platform asks for: checked when it comes, stored in our words, read again by the engine."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.channels.base import Unreadable
from domain.device import REQUEST, DeviceEvent, number
from domain.help import HelpKind
from domain.messages import Incoming
from storage.device import CHANNEL


class MalformedError(Exception):
    """The body is not as documented; the message names the field."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`id` is the platform's own number of the request, `device` the number of the device."""

    id: str
    device: str
    event: DeviceEvent = DeviceEvent.HELP
    kind: HelpKind | None = None

    def payload(self, address: str) -> str:
        """What is stored in the inbox. The number is in it nowhere else than in the device's name."""
        action = ":".join([f"device.{self.event}", self.id, *([self.kind] if self.kind else ())])
        return json.dumps({"address": address, "action": action})


def parse(body: bytes) -> Asked:
    """Raises MalformedError."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedError("the body is not JSON") from None
    if not isinstance(data, dict):
        raise MalformedError("the body is not an object")
    if unknown := sorted(data.keys() - {"id", "device", "event", "kind"}):
        raise MalformedError(f"unknown field {unknown[0][:40]!r}")
    request, device = _text(data, "id"), number(_text(data, "device"))
    if not REQUEST.fullmatch(request):
        raise MalformedError("id: 1 to 64 letters, digits, dots, dashes and underscores")
    if not device:
        raise MalformedError("device: 3 to 40 digits, letters and dashes")
    event = DeviceEvent(_one_of(DeviceEvent, data, "event", DeviceEvent.HELP))
    kind = HelpKind(_one_of(HelpKind, data, "kind")) if "kind" in data else None
    return Asked(request, device, event, kind)


def _one_of(known: type[StrEnum], data: dict[str, Any], name: str, default: str = "") -> str:
    value = _text(data, name, default)
    if value not in list(known):
        raise MalformedError(f"{name}: one of {', '.join(known)}")
    return value


def _text(data: dict[str, Any], name: str, default: str = "") -> str:
    value = data.get(name, default)
    if not isinstance(value, str):
        raise MalformedError(f"{name}: must be a string")
    return value


def incoming(payload: str) -> Incoming:
    """The stored request in the desk's terms. Raises Unreadable."""
    try:
        data = json.loads(payload)
        return Incoming(CHANNEL, str(data["address"]), action=str(data["action"]))
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable(f"not what the devices' door stores: {error!r}") from error
