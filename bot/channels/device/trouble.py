"""What a platform is told when its request is not taken: a code to act on, and a sentence."""

import json
from typing import Any

from aiohttp import web

TROUBLES: dict[str, tuple[type[web.HTTPException], str]] = {
    "malformed": (web.HTTPBadRequest, "The body is not as documented."),
    "unsigned": (
        web.HTTPUnauthorized,
        "The headers Linli-Key, Linli-Timestamp and Linli-Signature are required.",
    ),
    "unknown_key": (web.HTTPUnauthorized, "No such key; ask whoever runs this desk for one."),
    "revoked_key": (web.HTTPUnauthorized, "This key does not hold any more; use the newest one."),
    "bad_signature": (
        web.HTTPUnauthorized,
        "The signature does not fit: HMAC-SHA256 in hex over the timestamp, the method and the path,"
        " a line each, and then the body exactly as it is sent.",
    ),
    "stale": (
        web.HTTPUnauthorized,
        "The timestamp is more than five minutes from now: set the clock, and sign anew at each try.",
    ),
    "unknown_device": (
        web.HTTPNotFound,
        "This device is not on record, so nobody can be sent. Whoever keeps this desk is told of it,"
        " but do not wait for them: call 120, and have the device put on record.",
    ),
    "unknown_request": (web.HTTPNotFound, "You have made no request of that id."),
    "id_used": (web.HTTPConflict, "You have used this id for another device or event."),
    "too_large": (web.HTTPRequestEntityTooLarge, "The body may have 4096 bytes."),
    "crowded": (web.HTTPTooManyRequests, "Too many refused requests from this address."),
    "away": (web.HTTPServiceUnavailable, "It could not be stored. Try again with the same id."),
}
"""Code, answer, sentence. Every one stands in openapi.yaml."""


def trouble(code: str, *, wait: float = 0.0, **more: Any) -> web.HTTPException:
    """The answer to raise; `wait` in seconds becomes Retry-After."""
    kind, sentence = TROUBLES[code]
    body = json.dumps({"error": code, "message": sentence, **more}, ensure_ascii=False)
    headers = {"Cache-Control": "no-store"}
    if wait:
        headers["Retry-After"] = str(max(1, round(wait)))
    if kind is web.HTTPRequestEntityTooLarge:
        return web.HTTPRequestEntityTooLarge(
            4096, 4097, text=body, content_type="application/json", headers=headers
        )
    return kind(text=body, content_type="application/json", headers=headers)
