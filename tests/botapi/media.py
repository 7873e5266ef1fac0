"""Files inside requests: uploaded, attached by name, or named by an earlier file's id."""

from __future__ import annotations

import mimetypes
from typing import Any

from tests.botapi.calls import Call
from tests.botapi.errors import bad_request
from tests.botapi.state import State, StoredFile

_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
_MAX_SIDES = 10_000  # width and height of a photo together, core.telegram.org/bots/api#sendphoto


def attached(state: State, call: Call, name: str, value: str | None = None) -> StoredFile:
    """The file of a parameter, kept for later download."""
    value = call.text(name) if value is None else value
    field = value.removeprefix("attach://") if value.startswith("attach://") else name
    upload = call.files.get(field)
    if upload is not None:
        if not upload.data:
            raise bad_request("File must be non-empty")
        return state.store(name, upload.data, upload.name or "file", upload.mime)
    if not value:
        raise bad_request(f"There is no {name} in the request")
    stored = state.files.get(value)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored


def photo_sizes(photo: StoredFile) -> list[dict[str, Any]]:
    """A photo as the platform lists it; what is no picture is refused."""
    if not photo.data.startswith(_IMAGES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = _png_size(photo.data)
    if width + height > _MAX_SIDES or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return [photo.wire | {"width": width, "height": height}]


def _png_size(data: bytes) -> tuple[int, int]:
    """Pixels of a PNG, from its header; other formats are taken to be of an ordinary size."""
    if not data.startswith(_IMAGES[0]) or len(data) < 24:
        return 800, 600
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def described(document: StoredFile) -> dict[str, Any]:
    mime = mimetypes.guess_type(document.name)[0] or document.mime
    return document.wire | {"file_name": document.name, "mime_type": mime}
