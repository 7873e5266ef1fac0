"""The description of the devices' endpoint, for programs and for people: no script, no other server."""

import json
from collections.abc import Iterator
from html import escape
from importlib import resources
from typing import Any

import yaml
from aiohttp import web

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;"
    "color:#1f2328;background:#fff}code,pre{font:14px/1.5 ui-monospace,monospace}"
    "pre{background:#f3f4f6;padding:.8rem;overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "td,th{border-top:1px solid #d0d7de;padding:.4rem .6rem;text-align:left;vertical-align:top}"
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
_EXAMPLE = """\
BODY='{"id":"20261126-000417","device":"0574-87654321"}'
TS=$(date +%s)
SIGN=$(printf '%s\\nPOST\\n/devices/help\\n%s' "$TS" "$BODY" |
  openssl dgst -sha256 -hmac "$SECRET" | sed 's/^.* //')
curl -sS "$DESK/devices/help" -H "Linli-Key: $KEY" -H "Linli-Timestamp: $TS" \\
  -H "Linli-Signature: $SIGN" -H 'Content-Type: application/json' --data-raw "$BODY"
"""


def described() -> dict[str, Any]:
    """The description as it is shipped."""
    file = resources.files("bot.channels.device").joinpath("openapi.yaml")
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


class Pages:
    """Made once, served as they are."""

    def __init__(self) -> None:
        told = described()
        self._json = json.dumps(told, ensure_ascii=False).encode()
        self._html = "".join(_html(told)).encode()

    async def openapi(self, _request: web.Request) -> web.Response:
        """GET /devices/openapi.json."""
        return web.Response(body=self._json, content_type="application/json", headers=_HEADERS)

    async def page(self, _request: web.Request) -> web.Response:
        """GET /devices."""
        return web.Response(
            body=self._html, content_type="text/html", charset="utf-8", headers=_HEADERS
        )


def _html(told: dict[str, Any]) -> Iterator[str]:
    title = _text(told["info"]["title"])
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<style>{_STYLE}</style><h1>{title}</h1><p>{_text(told['info']['description'])}</p>"
    yield '<p><a href="/devices/openapi.json">openapi.json</a></p><h2>Signing</h2>'
    schemes = told["components"]["securitySchemes"].values()
    yield from _table(("header", "holds"), ((s["name"], s["description"]) for s in schemes))
    yield f"<pre>{escape(_EXAMPLE)}</pre>"
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield from _operation(f"{method.upper()} {path}", operation, told)
    for name, schema in told["components"]["schemas"].items():
        yield f'<h2 id="{escape(name)}">{escape(name)}</h2>'
        yield from _table(("field", "", "meaning"), _fields(schema))


def _operation(name: str, operation: dict[str, Any], told: dict[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{escape(name)}</code></h2><p>{_text(operation['summary'])}</p>"
    if more := operation.get("description"):
        yield f"<p>{_text(more)}</p>"
    shared = told["components"]["responses"]
    answers = (
        (code, shared[given["$ref"].rpartition("/")[2]] if "$ref" in given else given)
        for code, given in operation["responses"].items()
    )
    yield from _table(("answer", "means"), ((code, one["description"]) for code, one in answers))


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, field in schema["properties"].items():
        kind = ", ".join(field["enum"]) if "enum" in field else field["type"]
        needed = " (required)" if name in schema.get("required", ()) else ""
        yield name, kind + needed, field.get("description", "")


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield "<table><tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>"
    for first, *rest in rows:
        cells = "".join(f"<td>{_text(cell)}</td>" for cell in rest)
        yield f"<tr><td><code>{escape(first)}</code></td>{cells}</tr>"
    yield "</table>"


def _text(words: str) -> str:
    """Escaped, with what stands in backticks as code."""
    parts = escape(words).split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))
