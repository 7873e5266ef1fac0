"""Who is at the page: a signed cookie and nothing else."""

import re
import secrets
from hashlib import sha256

from aiohttp import web
from itsdangerous import BadSignature, TimestampSigner

from bot.channels.web.config import WebConfig
from storage.vault import derive

_SESSION = re.compile(r"[A-Za-z0-9_-]{24}")


class Sessions:
    """Gives and reads session cookies; a session is 144 bits from `secrets`."""

    def __init__(self, config: WebConfig) -> None:
        self._signer = TimestampSigner(
            derive(config.secret, "cookies"), salt="session", digest_method=sha256
        )
        self._lasts = config.session_days * 24 * 3600
        self._secure = config.secure
        # The prefix makes a browser refuse this cookie from a neighbouring host or from plain http.
        self.cookie = "__Host-linli" if config.secure else "linli"

    def read(self, request: web.Request) -> str | None:
        """The session of the request, or None for no cookie, a forged one or an old one."""
        try:
            name = self._signer.unsign(request.cookies.get(self.cookie, ""), max_age=self._lasts)
        except BadSignature:
            return None
        session = name.decode("ascii", "replace")
        return session if _SESSION.fullmatch(session) else None

    def new(self) -> str:
        """A session nobody can guess."""
        return secrets.token_urlsafe(18)

    def give(self, response: web.StreamResponse, session: str) -> None:
        """Set the cookie, or make it last longer."""
        response.set_cookie(
            self.cookie,
            self._signer.sign(session).decode(),
            max_age=self._lasts,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )
