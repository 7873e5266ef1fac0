"""Every setting, from the environment (prefix `LINLI_`) or a `.env` file."""

import os
import secrets
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from storage.trouble import address

DATA = Path("linli-data")
_SQLITE = f"sqlite:///{DATA / 'linli.sqlite3'}"
SECRET_LENGTH = 32


class SettingsError(Exception):
    """The settings cannot be used; the message says which and why."""


class Settings(BaseSettings):
    """What an operator may set. The description of each field is what the documentation says."""

    model_config = SettingsConfigDict(
        env_prefix="LINLI_", env_file=".env", extra="ignore", frozen=True
    )

    database_url: str = Field(
        _SQLITE, description="The database: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."
    )
    telegram_token: SecretStr | None = Field(
        None, description="The bot's token from @BotFather; without one, no Telegram."
    )
    telegram_api: str = Field(
        "https://api.telegram.org", description="Base address of the Bot API server."
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        "polling", description="How updates come: we ask (polling) or Telegram calls (webhook)."
    )
    webhook_url: str = Field(
        "", description="The public https address of this server, for webhook mode."
    )
    webhook_secret: SecretStr | None = Field(
        None, description="What Telegram must show at each webhook call; required in webhook mode."
    )
    web_host: str = Field(
        "127.0.0.1", description="Where the web chat, webhook and health pages listen."
    )
    web_port: int = Field(
        8080, ge=0, le=65535, description="Their port; 0 takes a free one, a busy default moves up."
    )
    web_url: str = Field(
        "", description="The public address of the web chat, for links and secure cookies."
    )
    timezone: str = Field(
        "Asia/Shanghai", description="The time zone of wall-clock rules where a community has none."
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Encrypts what is stored and signs cookies, 32 characters or more; made and kept "
        "beside the database with the default SQLite file, required otherwise.",
    )
    front_rate: float = Field(
        28.0, gt=0, le=1000, description="Messages a second to Telegram, all lanes together."
    )
    routine_rate: float = Field(
        22.0, gt=0, le=1000, description="Messages a second that routine pushes may use of it."
    )
    quiet_from: int = Field(
        21, ge=0, le=23, description="Hour of the evening from which routine pushes wait."
    )
    quiet_until: int = Field(
        8, ge=0, le=23, description="Hour of the morning until which routine pushes wait."
    )
    survey_from: int = Field(
        9, ge=0, le=22, description="Hour from which a survey may invite and remind people."
    )
    survey_until: int = Field(
        20, ge=1, le=23, description="Hour until which it may; never on official holidays."
    )
    survey_homes_an_hour: int = Field(
        100, ge=4, le=1_000_000, description="Homes of one community that it asks in an hour."
    )
    survey_reminders: int = Field(
        2, ge=0, le=5, description="How often who has not answered is reminded."
    )
    survey_reminder_days: float = Field(
        2, ge=1, le=30, description="Days between an invitation and a reminder, and two reminders."
    )
    false_alarm_minutes: float = Field(
        5, gt=0, description="How long 按错了 may close a help request as a false alarm."
    )
    visits_a_month: int = Field(
        30, ge=1, le=250, description="The quota of household visits of a worker with full time."
    )
    questions_a_day: int = Field(
        10, ge=1, le=1000, description="Questions to a worker from one chat in a day."
    )
    stranger_questions_a_day: int = Field(
        3, ge=0, le=1000, description="The same for somebody who has not enrolled."
    )
    strangers_an_hour: int = Field(
        20,
        ge=0,
        le=10_000,
        description="Questions of all strangers together that a community's staff get in an hour.",
    )
    reply_minutes: float = Field(
        10,
        gt=0,
        le=120,
        description="How long what a worker types after tapping 回答 is taken for the answer.",
    )
    operator: str = Field(
        "",
        max_length=64,
        description="Code of the person who is told when the desk itself is in trouble; without one, "
        "every supervisor.",
    )
    survey_low_score: float = Field(
        70,
        ge=0,
        le=100,
        description="An aspect that residents rate lower, of 100, becomes a duty of the supervisor.",
    )
    survey_duty_days: int = Field(
        14, ge=1, le=90, description="Days in which they write what was done about it."
    )
    probe_minutes: float = Field(
        5,
        ge=0,
        le=1440,
        description="How often a synthetic request goes the whole way; 0: never.",
    )
    sweep_seconds: float = Field(
        1.0, gt=0, le=60, description="How often due steps and left-over rows are looked for."
    )
    content_seconds: float = Field(
        2.0, gt=0, le=60, description="How often a look is taken whether guides were published."
    )
    stop_seconds: float = Field(
        8.0, gt=0, description="How long a stop waits for turns and sendings in hand."
    )
    keep_days: int = Field(
        30, ge=2, description="How long handled updates and sent messages are kept."
    )
    log_format: Literal["plain", "json"] = Field(
        "plain", description="Logs for people or for a collector."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important log line that is written."
    )

    @field_validator("database_url")
    @classmethod
    def _readable_address(cls, text: str) -> str:
        address(text)  # raises a ValueError that tells how to write it
        return text

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(
                f"no time zone is called {name!r}; write it like Asia/Shanghai"
            ) from None
        return name

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < SECRET_LENGTH:
            raise ValueError("use at least 32 characters, for instance: openssl rand -hex 32")
        return key

    @field_validator("telegram_token", "webhook_secret", "secret_key", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        if self.survey_from >= self.survey_until:
            raise ValueError("LINLI_SURVEY_FROM must be an earlier hour than LINLI_SURVEY_UNTIL")
        webhook = self.telegram_mode == "webhook" and self.telegram_token
        if webhook and not (self.webhook_url and self.webhook_secret):
            raise ValueError("webhook mode needs LINLI_WEBHOOK_URL and LINLI_WEBHOOK_SECRET")
        if not self.embedded and self.secret_key is None:
            raise ValueError(
                "LINLI_SECRET_KEY is required with a database of your own: openssl rand -hex 32"
            )
        return self

    @property
    def embedded(self) -> bool:
        """Whether the default SQLite file is used, beside which a secret can be kept."""
        return self.database_url == _SQLITE or self.database_url.startswith("sqlite:///")

    @property
    def zone(self) -> ZoneInfo:
        """The default community zone."""
        return ZoneInfo(self.timezone)

    def secret(self) -> str:
        """The secret key; in the embedded default it is made on the first start and kept."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        folder = Path(self.database_url.removeprefix("sqlite:///")).parent
        try:
            return _kept_secret(folder)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise SettingsError(
                f"LINLI_DATABASE_URL: {folder} cannot hold the database and its key ({why});"
                " give that folder to this user, or name another"
            ) from None


def _kept_secret(folder: Path) -> str:
    """The key beside the database. It appears whole or not at all: half a key would seal data too."""
    file = folder / "secret.key"
    folder.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        new = folder / f"secret.key.{os.getpid()}"
        new.touch(mode=0o600)
        new.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        with suppress(FileExistsError):  # another process was first; its key holds
            os.link(new, file)
        new.unlink()
    key = file.read_text(encoding="ascii").strip()
    if len(key) < SECRET_LENGTH:
        raise SettingsError(f"LINLI_SECRET_KEY: {file} holds no key; bring it back from a backup")
    return key


def read_settings(**overrides: object) -> Settings:
    """The settings as they stand now; raises SettingsError with a sentence for each fault."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [
            ": ".join([*(f"LINLI_{part}".upper() for part in fault["loc"]), _plain(fault["msg"])])
            for fault in error.errors()
        ]
        raise SettingsError("\n".join(lines)) from None


def _plain(message: str) -> str:
    says = message.removeprefix("Value error, ").replace("Input should be", "must be")
    return says.partition(", unable to parse")[0]


def unknown_names() -> dict[str, str]:
    """Names with our prefix that are no setting, in the environment or `.env`, and what each may have
    been meant for, or "": a slip of the hand would else be a setting that is not honoured."""
    known = [f"LINLI_{name}".upper() for name in Settings.model_fields]
    given = {name.upper() for name in (*os.environ, *DotEnvSettingsSource(Settings).env_vars)}
    ours = {name for name in given if name.startswith("LINLI_")} - {*known}
    return {
        name: next(iter(get_close_matches(name, known, 1, 0.85)), "")
        for name in sorted(ours)
        if not name.startswith("LINLI_TEST_")
    }
