"""The channels, listed in `CHANNELS`: each is made from the settings, or left out (None).

Each is imported when it is made: a platform's library takes longer to load than all the rest to start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.base import Channel, Draw
from bot.parts import Parts

if TYPE_CHECKING:
    from bot.channels.web import Persona


@dataclass(frozen=True, slots=True)
class Ground:
    """What channels stand on: the parts, how files are drawn, where the web server is reached."""

    parts: Parts
    draw: Draw
    web_url: str
    place: str = ""
    personas: "tuple[Persona, ...]" = ()


def _telegram(ground: Ground) -> Channel | None:
    settings = ground.parts.settings
    if settings.telegram_token is None:
        return None
    from bot.channels.telegram import TelegramChannel, TelegramConfig

    secret = settings.webhook_secret
    return TelegramChannel(
        TelegramConfig(
            token=settings.telegram_token.get_secret_value(),
            api=settings.telegram_api,
            mode=settings.telegram_mode,
            webhook_url=settings.webhook_url,
            webhook_secret=secret.get_secret_value() if secret else "",
            front_rate=settings.front_rate,
            routine_rate=settings.routine_rate,
        )
    )


def _web(ground: Ground) -> Channel | None:
    from bot.channels.web import WebChannel, WebConfig

    parts = ground.parts
    config = WebConfig(
        secret=parts.settings.secret(),
        base_url=ground.web_url,
        zone=parts.settings.timezone,
        place=ground.place,
        personas=ground.personas,
        behind_proxy=bool(parts.settings.web_url),
    )
    return WebChannel(config, parts.database, ground.draw, parts.phrases, parts.policies)


def _device(ground: Ground) -> Channel | None:
    from bot.channels.device import DeviceChannel, DeviceConfig

    parts = ground.parts
    config = DeviceConfig(parts.settings.operator, behind_proxy=bool(parts.settings.web_url))
    return DeviceChannel(config, parts.database, parts.phrases, parts.metrics.devices)


def _probe(ground: Ground) -> Channel | None:
    from bot.channels.probe import ProbeChannel

    return ProbeChannel() if ground.parts.policies.probe_every else None


CHANNELS: dict[str, Callable[[Ground], Channel | None]] = {
    "telegram": _telegram,
    "web": _web,
    "device": _device,
    "probe": _probe,
}
"""The catalogue: a new channel is one module and one line here."""
