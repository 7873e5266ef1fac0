"""What an operator may set for the web chat, and the personas of the demonstration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from domain.people import Language

MAX_TEXT = 4000
"""The longest text a person may send, in characters; Telegram takes 4096, and we promise 4000."""

MAX_BODY = 64 * 1024
"""The largest request in bytes: MAX_TEXT characters at JSON's worst (12 bytes each) and change."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the sample community whom a visitor may play. `key` is lower-case ASCII."""

    key: str
    labels: Mapping[Language, str]
    person_id: int


@dataclass(frozen=True, slots=True)
class WebConfig:
    """`base_url` is where people reach the page; with https the cookie is kept to https.

    `secret` signs the cookies; `zone` is the community's, `place` its name; rates count in each
    process; times are seconds.
    """

    secret: str
    base_url: str = "http://127.0.0.1:8080"
    zone: str = "Asia/Shanghai"
    place: str = ""
    personas: tuple[Persona, ...] = ()
    messages_per_10s: int = 15
    files_per_10s: int = 30
    new_sessions_per_minute: int = 60
    behind_proxy: bool = False
    session_days: int = 400
    heartbeat: float = 15.0
    poll: float = 1.0
    history: int = 100
    streams_per_session: int = 4
    by_key: Mapping[str, Persona] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {persona.key: persona for persona in self.personas})

    @property
    def secure(self) -> bool:
        """Whether the page is served by https."""
        return urlsplit(self.base_url).scheme == "https"
