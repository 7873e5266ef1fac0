"""The pages themselves, the chat and the boards: HTML, style sheets, a few modules, no build step."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib import resources
from string import Template

from aiohttp import web

from domain.people import Language
from wording import Phrases

_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "webmanifest": "application/manifest+json",
}
GUARDS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # An enrolment code may stand in the address.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page."""

    body: bytes
    type: str


_PAGES = {
    "index.html": "web",
    "board.html": "helpboard",
    "survey.html": "surveyed",
    "visits.html": "visitboard",
}
"""Each page, and the file of the catalogue that its own words come from."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is asked for each time and sent only when it changed."""

    body: bytes

    async def get(self, request: web.Request) -> web.Response:
        tag = f'"{sha256(self.body).hexdigest()[:32]}"'
        headers = {**GUARDS, "Cache-Control": "no-cache", "ETag": tag}
        if tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=self.body, content_type="text/html", charset="utf-8", headers=headers
        )


class Site:
    """Serves the pages' files; all but the pages stand under the hash of them all for ever."""

    def __init__(self, phrases: Phrases, zone: str, place: str) -> None:
        folder = resources.files("bot.channels.web").joinpath("page")
        files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
        templates = {name: files.pop(name).decode() for name in _PAGES}
        self.assets = {
            name: Asset(body, _TYPES[name.rpartition(".")[2]])
            for name, body in files.items()
            if name.rpartition(".")[2] in _TYPES
        }
        self.digest = _digest(self.assets)
        pages = {
            name: Page(_fill(template, phrases, _PAGES[name], self.digest, zone, place).encode())
            for name, template in templates.items()
        }
        self.index, self.board = pages["index.html"].get, pages["board.html"].get
        self.survey = pages["survey.html"].get
        self.visits = pages["visits.html"].get

    async def asset(self, request: web.Request) -> web.Response:
        """GET /static/{digest}/{name}: an old digest is gone, so that versions never mix."""
        asset = self.assets.get(request.match_info["name"])
        if asset is None or request.match_info["digest"] != self.digest:
            raise web.HTTPNotFound(headers={"Cache-Control": "no-store"})
        return web.Response(
            body=asset.body,
            content_type=asset.type,
            charset="utf-8",
            headers={**GUARDS, "Cache-Control": _FOR_EVER},
        )


def _digest(assets: Mapping[str, Asset]) -> str:
    total = sha256()
    for name, asset in sorted(assets.items()):
        total.update(name.encode() + b"\0" + asset.body + b"\0")
    return total.hexdigest()[:16]


def _fill(
    template: str, phrases: Phrases, catalogue: str, digest: str, zone: str, place: str
) -> str:
    """The page in Chinese, with the words of both languages beside it for the switch."""
    words = {language.value: _words(phrases, language, catalogue) for language in Language}
    values = {f"say_{key}": escape(words["zh"][key]) for key in words["zh"]}
    # "<" is written so that no sentence can end the element that carries them all.
    data = json.dumps({"words": words, "zone": zone}, ensure_ascii=False).replace("<", "\\u003c")
    return Template(template).substitute(
        values, static=f"/static/{digest}", data=data, place=escape(place)
    )


def _words(phrases: Phrases, language: Language, catalogue: str) -> dict[str, str]:
    start = f"{catalogue}."
    sentences = phrases[language].sentences
    return {
        key.removeprefix(start): text for key, text in sentences.items() if key.startswith(start)
    }
