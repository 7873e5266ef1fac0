"""What an operator may set for Telegram, and what goes wrong before anything can be sent."""

from dataclasses import dataclass, field
from math import ceil
from typing import Literal

from bot.channels.base import Abilities, ChannelError

__all__ = ["ChannelError", "TelegramConfig"]

NAME = "telegram"
OFFICIAL_API = "https://api.telegram.org"
LIMIT = 30
"""Messages a second that the platform takes of a bot (its FAQ: "My bot is hitting limits")."""
WEBHOOK_PATH = "/telegram/webhook"

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member", "poll"]
"""What is asked of Telegram: what `read` understands. Edits of old messages are nothing to us."""

ABILITIES = Abilities(max_text=4096, max_caption=1024, max_label=64)
"""Bot API, sendMessage.text and sendPhoto.caption, counted after entities are parsed."""


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """Settings of the channel. Rates are messages a second, times are seconds.

    `front_rate` paces the emergency and conversation lanes (30 is the platform's limit; 28.4 paced
    was measured at 29 in the busiest second, with no refusal), `routine_rate` paces pushes, and
    both together stay near the greater of the two. `webhook_url` is this process's public
    https address; `WEBHOOK_PATH` is added where it is missing.
    """

    token: str = field(repr=False)
    api: str = OFFICIAL_API
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    front_rate: float = 28.4
    routine_rate: float = 25.0
    chat_burst: int = 3
    """Messages that may follow one another at once where a person waits; then one a second."""
    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    poll_seconds: int = 25
    backoff: tuple[float, float] = (1.0, 30.0)
    """The first and the longest pause when the platform or our own database is away."""

    @property
    def most_a_second(self) -> int:
        """What no second exceeds: the limit, or the rate of a bot that was granted more."""
        return max(LIMIT, ceil(max(self.front_rate, self.routine_rate)))

    @property
    def base(self) -> str:
        """The API server's address without a slash at the end."""
        return self.api.rstrip("/")

    @property
    def webhook_address(self) -> str:
        """The full address that Telegram is told to call."""
        url = self.webhook_url.rstrip("/")
        return url if url.endswith(WEBHOOK_PATH) else url + WEBHOOK_PATH
