"""Settings: each from the environment, each fault by its name, the key kept as a key should be."""

import os
import stat
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings, unknown_names

KEY = "k" * 32
GIVEN: dict[str, tuple[str, object]] = {
    "database_url": ("postgresql://linli@db/linli", "postgresql://linli@db/linli"),
    "telegram_token": ("123:abc", "123:abc"),
    "telegram_api": ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
    "telegram_mode": ("webhook", "webhook"),
    "webhook_url": ("https://desk.example", "https://desk.example"),
    "webhook_secret": ("hush", "hush"),
    "web_host": ("0.0.0.0", "0.0.0.0"),
    "web_port": ("9000", 9000),
    "web_url": ("https://desk.example", "https://desk.example"),
    "timezone": ("Asia/Urumqi", "Asia/Urumqi"),
    "secret_key": (KEY, KEY),
    "front_rate": ("20.5", 20.5),
    "routine_rate": ("10", 10.0),
    "quiet_from": ("22", 22),
    "quiet_until": ("7", 7),
    "false_alarm_minutes": ("3", 3.0),
    "visits_a_month": ("20", 20),
    "questions_a_day": ("20", 20),
    "stranger_questions_a_day": ("0", 0),
    "strangers_an_hour": ("5", 5),
    "reply_minutes": ("15", 15.0),
    "operator": ("s01", "s01"),
    "survey_from": ("8", 8),
    "survey_until": ("21", 21),
    "survey_homes_an_hour": ("30", 30),
    "survey_reminders": ("1", 1),
    "survey_reminder_days": ("3", 3.0),
    "survey_low_score": ("65", 65.0),
    "survey_duty_days": ("7", 7),
    "probe_minutes": ("10", 10.0),
    "sweep_seconds": ("0.5", 0.5),
    "content_seconds": ("0.5", 0.5),
    "stop_seconds": ("4", 4.0),
    "keep_days": ("90", 90),
    "log_format": ("json", "json"),
    "log_level": ("debug", "debug"),
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of this machine, no `.env` of this folder."""
    for name in [name for name in os.environ if name.startswith("LINLI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_every_setting_is_tried_here() -> None:
    assert GIVEN.keys() == Settings.model_fields.keys()


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_a_setting_comes_from_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other, (text, _) in GIVEN.items():
        monkeypatch.setenv(f"LINLI_{other.upper()}", text)
    value = getattr(read_settings(), name)
    secret = getattr(value, "get_secret_value", None)
    assert (secret() if secret else value) == GIVEN[name][1]


def test_and_from_a_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LINLI_WEB_PORT=9001\n", encoding="utf-8")
    assert read_settings().web_port == 9001
    assert unknown_names() == {}


def test_a_slip_of_the_hand_is_named_with_what_was_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("LINLI_TELEGRAM_TOKN=1:a\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("LINLI_COLOUR", "red")
    monkeypatch.setenv("LINLI_TEST_SHARE", "0.1")
    assert read_settings().telegram_token is None
    meant = {"LINLI_COLOUR": "", "LINLI_TELEGRAM_TOKN": "LINLI_TELEGRAM_TOKEN"}
    assert unknown_names() == meant


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("web_port", "eighty", "valid integer"),
        ("web_port", "70000", "65535"),
        ("telegram_mode", "pigeon", "polling"),
        ("timezone", "Mars/Base", "Asia/Shanghai"),
        ("timezone", "../etc", "Asia/Shanghai"),
        ("secret_key", "short", "32 characters"),
        ("front_rate", "0", "greater than 0"),
        ("quiet_from", "24", "23"),
        ("log_format", "xml", "plain"),
        ("keep_days", "0", "2"),
    ],
)
def test_a_fault_names_the_variable_and_what_would_do(
    name: str, text: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"LINLI_{name.upper()}", text)
    with pytest.raises(SettingsError) as told:
        read_settings()
    assert f"LINLI_{name.upper()}: " in str(told.value)
    assert says in str(told.value)


def test_all_faults_are_told_at_once_and_no_secret_with_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LINLI_WEB_PORT", "x")
    monkeypatch.setenv("LINLI_SECRET_KEY", "my-password")
    with pytest.raises(SettingsError) as told:
        read_settings()
    assert len(str(told.value).splitlines()) == 2
    assert "my-password" not in str(told.value)


def test_a_webhook_needs_its_address_and_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_TELEGRAM_MODE", "webhook")
    assert read_settings().telegram_token is None, "without a token there is no webhook to set"
    monkeypatch.setenv("LINLI_TELEGRAM_TOKEN", "123:abc")
    with pytest.raises(SettingsError, match="LINLI_WEBHOOK_URL and LINLI_WEBHOOK_SECRET"):
        read_settings()


def test_a_database_of_ones_own_needs_a_key_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_DATABASE_URL", "postgresql://linli@db/linli")
    with pytest.raises(SettingsError, match="LINLI_SECRET_KEY is required"):
        read_settings()


def test_an_empty_token_is_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_TELEGRAM_TOKEN", "")
    assert read_settings().telegram_token is None


def test_the_embedded_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    key = read_settings().secret()
    assert len(key) == 64
    assert read_settings().secret() == key
    file = tmp_path / "linli-data" / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret.key"], (
        "no half-made key lies about"
    )


def test_a_key_that_was_lost_in_part_is_not_used(tmp_path: Path) -> None:
    """A process killed while it wrote, or a full disk: an empty key would seal data all the same."""
    read_settings().secret()
    (tmp_path / "linli-data" / "secret.key").write_text("", encoding="ascii")
    with pytest.raises(SettingsError, match="backup"):
        read_settings().secret()


def test_secrets_do_not_show() -> None:
    settings = read_settings(_env_file=None, telegram_token="123:abc", secret_key=KEY)
    assert "123:abc" not in repr(settings)
    assert KEY not in repr(settings)
