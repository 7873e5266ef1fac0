"""An office's questionnaire at the command line: checked, tried, stored, changed, retired."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.support.canteen import OWN

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loaded_before: None) -> Run:
    """Type a command in a folder that holds `meals.yaml`, with a database file of its own."""
    for name in [name for name in os.environ if name.startswith("LINLI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINLI_DATABASE_URL", f"sqlite:///{tmp_path / 'linli.sqlite3'}")
    monkeypatch.setenv("LINLI_SECRET_KEY", "command line " * 4)
    Path("meals.yaml").write_text(OWN, encoding="utf-8")

    def typed(*words: str, code: int = 0) -> Result:
        said = CliRunner().invoke(app, ("survey", *words))
        assert said.exit_code == code, said.output
        return said

    return typed


def test_a_file_is_checked_and_every_mistake_told_by_line(run: Run) -> None:
    assert "7 questions, 2 of them always asked" in run("check", "meals.yaml").output
    Path("meals.yaml").write_text(OWN.replace("eats == 2", "eats = 2").replace("max: 90, ", ""))
    told = run("check", "meals.yaml", code=2).output
    lines = Path("meals.yaml").read_text(encoding="utf-8").split("\n")
    skip = next(n for n, line in enumerate(lines, 1) if "eats = 2" in line)
    times = next(n for n, line in enumerate(lines, 1) if "id: times" in line)
    first, second = told.strip().split("\n")
    assert first.startswith(
        f"meals.yaml line {skip}: survey meals, item eats, field \"skip.0.when\": 'eats = 2'"
    )
    assert f"line {times}: survey meals, item times: a number needs min and max" in second
    assert "does not exist" in run("check", "none.yaml", code=2).output


def test_the_chat_is_shown_before_anybody_is_asked(run: Run) -> None:
    wrong = ("--answers", "times=200", "--answers", "which=1+2")
    said = run("preview", "meals.yaml", "--answers", "taste=1", *wrong).output
    assert "第 1 题，最多 5 题\n   ●○○○○" in said
    assert "👤 200\n\n🤖 这个数不对，应该在 1 到 90次之间" in said
    assert "👤 [✅ 完成]" in said
    assert "3. 一个月吃几次：1次" in said
    assert "哪里不好" in said
    assert said.rstrip().endswith("试答完了。没有交上去，也没有记下来。")
    skipped = run("preview", "meals.yaml", "--language", "en", "--answers", "eats=2").output
    assert "味道" not in skipped
    assert "Question 1, 5 at most" in skipped
    assert (
        "has no question tast" in run("preview", "meals.yaml", "--answers", "tast=1", code=2).output
    )


def test_what_is_stored_is_offered_until_it_is_retired(run: Run) -> None:
    assert "meals, version 2: stored" in run("load", "meals.yaml").output
    assert "nothing was changed" in run("load", "meals.yaml").output
    Path("meals.yaml").write_text(OWN.replace("食堂问卷", "食堂"), encoding="utf-8")
    assert "Give the changed one version 3" in run("load", "meals.yaml", code=2).output
    older = OWN.replace("version: 2", "version: 1")
    Path("meals.yaml").write_text(older, encoding="utf-8")
    assert "older than 2, which is stored" in run("load", "meals.yaml", code=2).output

    listed = run("list").output
    assert "meals  version 2  食堂问卷" in listed
    assert "resident-rates-community  version 2" in listed
    assert "【民政局】" in run("preview", "community-rates-department").output
    assert "no longer offered" in run("retire", "meals").output
    assert "meals" not in run("list").output
    assert "No questionnaire is called" in run("preview", "meals", code=2).output


def test_what_cannot_be_exported_is_said(run: Run) -> None:
    assert "还没有结束的评议" in run("export").output
    assert "no closed round 7" in run("export", "7", code=2).output
    assert "no campaign 7 that is over" in run("export", "--campaign", "7", code=2).output
    assert "not both" in run("export", "7", "--campaign", "7", code=2).output
