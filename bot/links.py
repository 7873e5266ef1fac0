"""The links that carry an enrolment code, for each channel that is set up."""

from urllib.parse import quote

from bot.settings import Settings

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (recognised, not bound)
_HERE = ("127.0.0.1", "::1", "localhost")


def http_address(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def web_address(settings: Settings) -> str:
    """Where the web chat is found, as far as the settings tell."""
    if settings.web_url:
        return settings.web_url.rstrip("/")
    return http_address(settings.web_host, settings.web_port)


def opens_here_only(settings: Settings) -> str:
    """Why the web link cannot be opened on a telephone, or ""."""
    if settings.web_url:
        return ""
    host = _EVERYWHERE.get(settings.web_host, settings.web_host)
    if host not in _HERE:
        return ""
    return "the web link opens on this machine only: set LINLI_WEB_URL to what telephones can reach"


async def links(settings: Settings, code: str) -> dict[str, str]:
    """By channel; Telegram's needs the bot's name, which is asked of Telegram."""
    ways = {"web": f"{web_address(settings)}/?code={quote(code, safe='')}"}
    name = await telegram_name(settings)
    if name:
        ways["telegram"] = f"https://t.me/{name}?start={quote(code, safe='')}"
    return ways


async def telegram_name(settings: Settings) -> str:
    """The name of the bot, or "" where there is no token or nobody answers for it."""
    if settings.telegram_token is None:
        return ""
    from bot.channels.telegram.name import username

    return await username(settings.telegram_token.get_secret_value(), settings.telegram_api)
