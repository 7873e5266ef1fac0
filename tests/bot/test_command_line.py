"""The command line, as an operator types it, and the process as systemd stops it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.parts import Parts
from storage import inbox
from storage.alone import alone
from storage.database import Database
from storage.trouble import address
from storage.vault import Vault
from tests.botapi import BotApi
from tests.faults.process import ROOT, Process
from tests.faults.process import SECRET as FAULTS_SECRET
from tests.faults.rig import real_clock
from tests.support.prepared import COMMUNITY

SECRET = "command line " * 4
Run = Callable[..., Result]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'linli.sqlite3'}"


@pytest.fixture
def run(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, loaded_before: None) -> Run:
    """Type a command in an empty folder, with a database file of its own."""
    for name in [name for name in os.environ if name.startswith("LINLI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINLI_DATABASE_URL", url)
    monkeypatch.setenv("LINLI_SECRET_KEY", SECRET)

    def typed(*words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, words, input=stdin)

    return typed


def test_help_is_in_plain_words(run: Run) -> None:
    said = run("--help").output
    for command in ("serve", "demo", "load", "invite", "revoke", "answer", "migrate", "doctor"):
        assert command in said
    assert "letters" in said


def test_a_register_is_loaded_and_again_changes_nothing(run: Run) -> None:
    first = run("load", str(COMMUNITY))
    assert first.exit_code == 0, first.output
    assert run("load", str(COMMUNITY)).output.strip() == "0 rows added, 0 changed, 0 removed."


def test_a_faulty_register_changes_nothing_and_names_the_place(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text(COMMUNITY.read_text(encoding="utf-8").replace("w2}", "w9}"), encoding="utf-8")
    told = run("load", str(file))
    assert told.exit_code == 2
    assert 'r.yaml line 4: community "test-place": ' in told.output
    assert "'w9' is not in staff" in told.output
    assert "Traceback" not in told.output


def test_a_register_that_takes_something_away_says_what_and_may_only_be_looked_at(
    run: Run, tmp_path: Path
) -> None:
    run("load", str(COMMUNITY))
    file = tmp_path / "r.yaml"
    text = COMMUNITY.read_text(encoding="utf-8")
    file.write_text(text.replace("[resident, elder], phone", "[resident], phone"), "utf-8")
    for arguments in (["--check"], ["--check"], []):
        said = run("load", str(file), *arguments).output
        assert "0 rows added, 0 changed, 1 removed." in said
        assert "granny is no longer elder" in said
    assert "0 removed" in run("load", str(file)).output


def test_access_is_revoked_by_name(run: Run) -> None:
    run("load", str(COMMUNITY))
    code = json.loads(run("invite", "w1", "--json").output)["code"]
    said = run("revoke", "w1").output
    assert "社工甲: unbound nothing" in said
    assert "1 open codes ended" in said
    assert "Still worker in the register" in said
    assert code not in said
    done = json.loads(run("revoke", "w1", "--roles", "--json").output)
    assert done == {"person": "w1", "addresses": {}, "codes": 0, "messages": 0, "roles": ["worker"]}
    assert run("revoke", "nobody").exit_code == 2
    assert "20 homes have no worker" in run("doctor").output


@pytest.mark.parametrize(
    ("host", "public", "link", "note"),
    [
        ("0.0.0.0", "", "http://127.0.0.1:8080/?code=", True),
        ("::", "", "http://[::1]:8080/?code=", True),
        ("127.0.0.1", "", "http://127.0.0.1:8080/?code=", True),
        ("192.0.2.7", "", "http://192.0.2.7:8080/?code=", False),
        ("0.0.0.0", "https://linli.example.org/", "https://linli.example.org/?code=", False),
    ],
)
def test_the_link_of_an_invitation_can_be_opened_or_it_says_where_not(
    run: Run, monkeypatch: pytest.MonkeyPatch, host: str, public: str, link: str, note: bool
) -> None:
    run("load", str(COMMUNITY))
    monkeypatch.setenv("LINLI_WEB_HOST", host)
    monkeypatch.setenv("LINLI_WEB_URL", public)
    said = run("invite", "w1").output
    assert f"  {link}" in said
    assert ("opens on this machine only: set LINLI_WEB_URL" in said) is note
    assert ("opens on this machine only" in run("doctor").output) is note


def test_an_invitation_carries_links(run: Run) -> None:
    run("load", str(COMMUNITY))
    made = json.loads(run("invite", "granny", "--json").output)
    assert made["person"] == "granny"
    assert made["web"].endswith(f"/?code={made['code']}")
    assert "telegram" not in made, "there is no token"
    assert "陈奶奶: " in run("invite", "granny").output
    nobody = run("invite", "nobody")
    assert nobody.exit_code == 2
    assert "'nobody'" in nobody.output


async def test_with_a_token_the_invitation_opens_telegram(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    async with BotApi() as api:
        monkeypatch.setenv("LINLI_TELEGRAM_TOKEN", api.token)
        monkeypatch.setenv("LINLI_TELEGRAM_API", api.url)
        await asyncio.to_thread(run, "load", str(COMMUNITY))
        told = await asyncio.to_thread(run, "invite", "granny", "--json")
        made = json.loads(told.output)
        name = api.engine.state.bot["username"]
        assert made["telegram"] == f"https://t.me/{name}?start={made['code']}"


async def test_a_webhook_that_telegram_cannot_reach_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = "http://127.0.0.1:1/telegram/webhook"
    async with BotApi() as api, ClientSession(f"{api.url}/bot{api.token}/") as telegram:
        for name, value in (
            ("TELEGRAM_TOKEN", api.token),
            ("TELEGRAM_API", api.url),
            ("TELEGRAM_MODE", "webhook"),
            ("WEBHOOK_URL", hook),
            ("WEBHOOK_SECRET", "hush"),
        ):
            monkeypatch.setenv(f"LINLI_{name}", value)
        assert "by webhook" in (await asyncio.to_thread(run, "doctor")).output
        await telegram.post("setWebhook", json={"url": hook})
        api.user(7).says("你好")
        await api.until(lambda: api.engine.delivery and api.engine.delivery.last_error)
        told = (await asyncio.to_thread(run, "doctor")).output
    assert f"could not bring an update to {hook}" in told
    assert "1 wait: check LINLI_WEBHOOK_URL" in told


@pytest.mark.parametrize("token", ["not a token", "123:abc"])
def test_a_bad_token_is_told_and_breaks_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    run("load", str(COMMUNITY))
    monkeypatch.setenv("LINLI_TELEGRAM_TOKEN", token)
    monkeypatch.setenv("LINLI_TELEGRAM_API", "http://127.0.0.1:1")
    assert run("invite", "granny", "--json").exit_code == 0
    assert "no link for Telegram" in run("invite", "granny").output
    monkeypatch.setenv("LINLI_WEB_PROT", "9000")
    told = run("doctor")
    assert "LINLI_WEB_PROT is not known and does nothing; meant was LINLI_WEB_PORT?" in told.output
    assert told.exit_code == 1
    assert "telegram" in told.output
    assert "cannot be reached" in told.output
    assert "Traceback" not in told.output


def test_questions_are_answered_a_line_each(run: Run) -> None:
    asked = "我爸满八十了，高龄津贴怎么领？\n我妈摔倒了起不来\n\nbus card for elderly\n"
    lines = run("answer", "--json", stdin=asked).output.splitlines()
    told = [json.loads(line) for line in lines]
    assert [line["kind"] for line in told][:2] == ["answer", "emergency"]
    assert len(told) == 4
    assert told[0].keys() == {"question", "kind", "guide", "candidates", "text"}
    assert told[0]["guide"]
    assert told[3]["text"].isascii() or "Free bus card" in told[3]["text"]


def test_choices_are_told_by_name(run: Run) -> None:
    told = run("answer", stdin="孩子刚生下来要办哪些手续\n").output
    assert "您是不是想问：\n• " in told
    assert "• 新生儿出生登记（报户口）" in told


def test_thanks_and_a_wish_for_a_person_are_no_questions_that_nobody_can_answer(run: Run) -> None:
    told = run("answer", stdin="谢谢您！\n找人工\nthank you\n今天天气怎么样\n那要带什么？\n").output
    thanks, person, english, weather, leaning = told.split("❓ ")[1:]
    assert "我在的" in thanks
    assert "给您找人" in person
    assert "I am here" in english
    assert "没有把握" in weather
    assert "您问的是哪件事" in leaning


def test_migrating_says_where_the_database_is(run: Run) -> None:
    assert "revision" in run("migrate").output


def test_the_doctor_says_what_to_do(run: Run) -> None:
    before = run("doctor")
    assert before.exit_code == 1
    assert "python -m bot migrate" in before.output
    run("migrate")
    assert "python -m bot load" in run("doctor").output
    run("load", str(COMMUNITY))
    after = run("doctor").output
    assert "测试社区: no gap in the next 14 days" in after
    assert "have no channel: invite them" in after
    assert "别的社区" in after
    assert "LINLI_TELEGRAM_TOKEN" in after
    assert "published: 92 guides" in after
    assert "of these 92 guides" in after, "the limits are those of what residents read"


def test_settings_that_cannot_be_used_are_told_in_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_WEB_PORT", "eighty")
    for command in ("serve", "migrate", "doctor"):
        told = run(command)
        assert told.exit_code == 2
        assert "LINLI_WEB_PORT" in told.output
        assert "Traceback" not in told.output


def test_the_wrong_key_is_told_in_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("load", str(COMMUNITY))
    monkeypatch.setenv("LINLI_SECRET_KEY", "another key " * 4)
    for command in (["load", str(COMMUNITY)], ["serve"]):
        told = run(*command)
        assert told.exit_code == 2, "going on would seal with a second key"
        assert "LINLI_SECRET_KEY" in told.output
        assert told.exception is None or isinstance(told.exception, SystemExit)


async def test_dead_letters_are_shown_tried_again_and_let_go(run: Run, url: str) -> None:
    from domain.messages import Received

    await asyncio.to_thread(run, "migrate")
    database = Database(url, Vault(SECRET), real_clock)
    async with database.writing() as work:
        ids = await inbox.address_ids(work, [("memory", "wang")])
        for key in ("1", "2"):
            update = Received("memory", key, "wang", "{}")
            await inbox.store(work, [(update, ids["memory", "wang"])])
            (row,) = await inbox.take(work, list(ids.values()))
            await inbox.bury(work, row.id, f"why {key}")
        first, second = [letter.id for letter in await inbox.dead_letters(work)]
    await database.close()

    shown = await asyncio.to_thread(run, "letters")
    assert "2 left" in shown.output
    assert "why 1" in shown.output
    arguments = ("letters", "--retry", str(first), "--drop", str(second))
    done = await asyncio.to_thread(run, *arguments)
    assert done.output.startswith("1 to be tried again, 1 let go, 0 left.")


async def test_one_desk_is_all_that_a_file_carries_and_asked_to_stop_it_stops(
    url: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_SECRET_KEY", FAULTS_SECRET)
    (tmp_path / "second").mkdir()
    async with Process(url, tmp_path) as first:
        second = Process(url, tmp_path / "second")
        await second.start(wait=False)
        assert await second.ends() == 3
        assert "A desk is open on" in second.said()
        assert len(second.said().strip().splitlines()) == 1
        for words in (("load", str(COMMUNITY)), ("invite", "w1"), ("revoke", "w1"), ("letters",)):
            done = await asyncio.to_thread(run, *words)
            assert done.exit_code == 0, done.output
        assert "one process is at work" in (await asyncio.to_thread(run, "doctor")).output
        await first.kill()
        assert "no desk is open" in (await asyncio.to_thread(run, "doctor")).output
        await second.start()
        assert await second.ask_to_stop() == 0
    said = second.said().partition("\n")[2]
    for each in (first.said(), said):
        assert "Linli is open: http://127.0.0.1:" in each
        assert "Traceback" not in each
        assert "error" not in each
    assert json.loads(said.splitlines()[-1])["event"] == "stopped"


def test_a_second_desk_is_told_before_the_content_is_read(
    url: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reads(*_: object, **__: object) -> Parts:
        raise AssertionError("the content was read first")

    monkeypatch.setattr(Parts, "make", reads)
    with alone(address(url)):
        done = run("serve")
    assert done.exit_code == 3
    assert "A desk is open on" in done.output


async def test_a_token_that_telegram_refuses_ends_it_with_a_sentence(
    url: str, tmp_path: Path
) -> None:
    async with BotApi("7777777777:another-bot-entirely-000000000000000000") as api:
        process = Process(url, tmp_path, api=api.url)
        await process.start(wait=False)
        assert await process.ends() == 2
    said = process.said()
    assert "@BotFather" in said
    assert "Traceback" not in said


def test_a_python_that_is_too_old_is_told_before_anything_is_made(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    told = subprocess.run(
        ["make", "run", "PYTHON=false"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert told.returncode != 0
    assert "needs Python 3.11 or newer" in told.stderr
    assert "PYTHON=python3.12 run" in told.stderr
    assert not (tmp_path / ".venv").exists()


def test_it_runs_as_a_module_from_anywhere(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    told = subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        cwd=tmp_path,
        env=kept | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert "revision" in told.stdout
    assert (tmp_path / "linli-data" / "secret.key").exists()


def test_a_round_that_has_not_closed_is_not_exported(run: Run, tmp_path: Path) -> None:
    assert "还没有结束的评议" in run("survey", "export", "--list").output
    for number in ("7", "seven"):
        said = run("survey", "export", number, "--out", str(tmp_path / "out"))
        assert said.exit_code == 2
        assert "--list shows them" in said.output
    assert not (tmp_path / "out").exists()


def test_communities_are_joined_when_it_was_meant_and_parted_again(run: Run) -> None:
    run("load", str(COMMUNITY))
    tried = run("community", "merge", "test-place", "other-place")
    assert "30 homes" in tried.output
    assert "Nothing was changed" in tried.output
    assert run("community", "merge", "test-place", "nowhere").exit_code == 2
    assert run("community", "undo", "--yes").exit_code == 2, "nothing was done yet"
    assert run("community", "merge", "test-place", "other-place", "--yes").exit_code == 0
    again = run("load", str(COMMUNITY))
    assert again.exit_code == 2
    assert "part of another community" in again.output
    assert run("community", "undo", "--yes").exit_code == 0
    assert "0 rows added, 0 changed, 0 removed." in run("load", str(COMMUNITY)).output
    torn = run(
        "community", "split", "test-place", "--code", "n", "--name", "新", "--building", "5幢"
    )
    assert torn.exit_code == 2
    assert "10 homes go" in torn.output
