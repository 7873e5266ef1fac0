"""The pages themselves, the chat and the boards: HTML, style sheets, a few modules, no build step."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
Handler = Callable[[web.Request], Awaitable[web.Response]]

_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page."""

    body: bytes
    type: str


@dataclass(frozen=True, slots=True)
class Console:
    """A page of the console: the file of the catalogue that its own words come from, and the page that
    its header leads to. What is in it stands in `<name>.html`, what it does in `<name>.js`."""

    words: str
    elsewhere: str


_CONSOLE = {
    "board": Console("helpboard", "/visits"),
    "survey": Console("surveyed", "/board"),
    "visits": Console("visitboard", "/board"),
}


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
        texts = {name: files.pop(name).decode() for name in list(files) if name.endswith(".html")}
        self.assets = {
            name: Asset(body, _TYPES[name.rpartition(".")[2]])
            for name, body in files.items()
            if name.rpartition(".")[2] in _TYPES
        }
        self.digest = _digest(self.assets)

        def page(text: str, *catalogues: str) -> Handler:
            return Page(_fill(text, phrases, catalogues, self.digest, zone, place).encode()).get

        self.index = page(texts["index.html"], "web")
        consoles = {
            name: page(_framed(texts, name, console), "console", console.words)
            for name, console in _CONSOLE.items()
        }
        self.board, self.survey, self.visits = (
            consoles[name] for name in ("board", "survey", "visits")
        )

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


def _framed(texts: Mapping[str, str], name: str, console: Console) -> str:
    """The console's frame around what is this page's own."""
    board, dialog, rest = texts[f"{name}.html"].partition("<dialog")
    return Template(texts["console.html"]).safe_substitute(
        script=f"{name}.js", elsewhere=console.elsewhere, board=board.rstrip(), dialog=dialog + rest
    )


def _fill(
    template: str, phrases: Phrases, catalogues: Sequence[str], digest: str, zone: str, place: str
) -> str:
    """The page in Chinese, with the words of both languages beside it for the switch."""
    words = {language.value: _words(phrases, language, catalogues) for language in Language}
    values = {f"say_{key}": escape(words["zh"][key]) for key in words["zh"]}
    # "<" is written so that no sentence can end the element that carries them all.
    data = json.dumps({"words": words, "zone": zone}, ensure_ascii=False).replace("<", "\\u003c")
    return Template(template).substitute(
        values, static=f"/static/{digest}", data=data, place=escape(place)
    )


def _words(phrases: Phrases, language: Language, catalogues: Sequence[str]) -> dict[str, str]:
    own = (key.partition(".") for key in phrases[language].sentences)
    return {
        name: phrases[language].sentences[f"{catalogue}.{name}"]
        for catalogue, _, name in own
        if catalogue in catalogues
    }
