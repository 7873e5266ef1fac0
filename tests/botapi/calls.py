"""A request to the Bot API, out of any of the bodies the libraries send."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.botapi.errors import bad_request

Params = dict[str, Any]


@dataclass(slots=True)
class Upload:
    """A file inside a multipart request."""

    name: str
    data: bytes
    mime: str = "application/octet-stream"


Files = dict[str, Upload]


@dataclass(slots=True)
class Call:
    """One call of one method; parameters are text unless the body was JSON."""

    method: str
    params: Params = field(default_factory=dict)
    files: Files = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Method names are not case-sensitive on the platform."""
        return self.method.lower()

    @property
    def chat_id(self) -> int | None:
        """The addressed chat, when it is addressed by a number."""
        try:
            return int(self.params["chat_id"])
        except (KeyError, TypeError, ValueError):
            return None

    def has(self, name: str) -> bool:
        return self.params.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self.params.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise bad_request(f'Parameter "{name}" is required')
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """Like the server, takes what it cannot read as the default."""
        try:
            return int(self.params.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "yes", "1")

    def json(self, name: str, noun: str) -> Any:
        """A JSON parameter, decoded once more where it came as text; None when absent."""
        value = self.params.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"Can't parse {noun} JSON object") from None


def parse_body(content_type: str, raw: bytes) -> tuple[Params, Files]:
    """Parameters and files of a body; urlencoded, multipart and JSON are all in use."""
    if not raw:
        return {}, {}
    if content_type.startswith("multipart/form-data"):
        return _parse_multipart(content_type, raw)
    if content_type.startswith("application/json"):
        return _parse_json(raw), {}
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)), {}


def _parse_json(raw: bytes) -> Params:
    try:
        value = json.loads(raw)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("object expected as parameters")
    return value


def _parse_multipart(content_type: str, raw: bytes) -> tuple[Params, Files]:
    _, _, rest = content_type.partition("boundary=")
    boundary = b"--" + rest.split(";")[0].strip().strip('"').encode()
    params: Params = {}
    files: Files = {}
    for part in raw.split(boundary)[1:-1]:
        head, _, body = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name, filename, mime = _read_part_head(head.decode("utf-8", "replace"))
        data = body.removesuffix(b"\r\n")
        if filename is None:
            params[name] = data.decode("utf-8", "replace")
        else:
            files[name] = Upload(filename, data, mime)
    return params, files


def _read_part_head(head: str) -> tuple[str, str | None, str]:
    """The field's name, the file's name if it is a file, and the media type."""
    name, filename, mime = "", None, "application/octet-stream"
    for line in head.split("\r\n"):
        key, _, value = line.partition(":")
        if key.lower() == "content-type":
            mime = value.strip()
        if key.lower() == "content-disposition":
            fields = dict(_disposition_fields(value))
            name, filename = fields.get("name", ""), fields.get("filename")
    return name, filename, mime


def _disposition_fields(value: str) -> list[tuple[str, str]]:
    found = []
    for item in value.split(";")[1:]:
        key, _, quoted = item.strip().partition("=")
        found.append((key.lower(), quoted.strip('"')))
    return found
