"""The office's week: export, edit the workbook, import, look, publish, take back; as typed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.shelf import to_yaml
from knowledge.blank import blank
from knowledge.guides import shipped_guides

Run = Callable[..., Result]
GUIDE = "gaoling-jintie"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loaded_before: None) -> Run:
    """Type a command in an empty folder, with a database file of its own."""
    for name in [name for name in os.environ if name.startswith("LINLI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINLI_DATABASE_URL", f"sqlite:///{tmp_path / 'linli.sqlite3'}")
    monkeypatch.setenv("LINLI_SECRET_KEY", "command line " * 4)

    def typed(*words: str, code: int = 0) -> Result:
        said = CliRunner().invoke(app, ("guides", *words))
        assert said.exit_code == code, said.output
        return said

    return typed


def edit(file: Path, **cells: str) -> None:
    """Change cells of the guide's row as an office worker would, by the heading."""
    book = load_workbook(file)
    page = book["办事指南"]
    columns = {cell.value: n for n, cell in enumerate(page[1], 1)}
    row = next(n for n, cell in enumerate(page["A"], 1) if cell.value == GUIDE)
    for heading, value in cells.items():
        page.cell(row, columns[heading], value)
    book.save(file)


def test_an_edit_is_a_draft_until_it_is_published_and_can_be_taken_back(run: Run) -> None:
    run("export", "g.xlsx")
    assert "0 drafts, 92 as they are" in run("import", "g.xlsx", "--why", "试试").output

    edit(Path("g.xlsx"), 收费="一块钱", 一句话说清="八十岁以上每月有钱。")
    told = run("import", "g.xlsx", "--why", "民政局来文", "--by", "林书记").output
    assert f"1 drafts, 91 as they are: {GUIDE}" in told
    assert "一块钱" not in _exported(run)

    seen = run("preview").output
    assert "八十岁以上每月有钱" in seen
    assert "- 不收费" in seen
    assert "+ 一块钱" in seen

    assert f"1 published: {GUIDE}" in run("publish", "--all").output
    assert "一块钱" in _exported(run)
    history = run("history", GUIDE).output.splitlines()
    assert "published" in history[0]
    assert history[0].endswith("林书记: 民政局来文")
    assert "+ 一块钱" in run("diff", GUIDE, "1", "2").output

    assert "version 3 says what version 1 said" in run("rollback", GUIDE, "1").output
    assert "一块钱" not in _exported(run)


def test_the_same_import_twice_is_one_draft_and_a_draft_can_be_let_go(run: Run) -> None:
    run("export", "g.xlsx")
    edit(Path("g.xlsx"), 收费="一块钱")
    for _ in range(2):
        run("import", "g.xlsx", "--why", "来文")
    assert len(run("history", GUIDE).output.splitlines()) == 2
    assert "draft 2 waits (来文)" in run("check").output

    run("export", "d.xlsx", "--drafts")
    edit(Path("d.xlsx"), 内部备注="窗口搬了")
    assert "draft 2" in (told := run("import", "d.xlsx", "--why", "电话").output)
    assert f"guides diff {GUIDE} 2 3" in told, "what it replaces is named"
    assert "+ 窗口搬了" in (seen := run("preview").output)
    assert "+ 一块钱" in seen
    assert "1 let go" in run("drop", GUIDE).output
    assert "draft" not in run("history", GUIDE).output


def test_the_preview_says_which_questions_change_their_answer(run: Run) -> None:
    run("export", "g.yaml")
    book = yaml.safe_load(Path("g.yaml").read_text("utf-8"))
    guide = next(g for g in book["guides"] if g["id"] == GUIDE)
    guide["questions"].append("孝心红包哪天到账呀")
    Path("g.yaml").write_text(yaml.safe_dump(book, allow_unicode=True), "utf-8")
    run("import", "g.yaml", "--why", "居民这样问")
    seen = run("preview", GUIDE).output
    assert "questions change their answer" in seen
    assert "孝心红包哪天到账呀\n" in seen
    assert "→  高龄津贴" in seen


def test_a_guide_that_nobody_has_filled_in_goes_out_by_its_name_only(run: Run) -> None:
    book = shipped_guides()
    new = blank("楼道灯坏了谁修", book, book.retrieved)
    Path("g.yaml").write_text(to_yaml(book.with_guides([*book.guides, new])), "utf-8")
    assert (
        f"1 drafts, 92 as they are: {new.id}" in run("import", "g.yaml", "--why", "等人写").output
    )
    said = run("publish", "--all").output
    assert f"{new.id}: left out" in said
    assert "0 published" in said
    assert f"1 published: {new.id}" in run("publish", new.id).output


def test_a_yaml_file_comes_back_as_it_was(run: Run) -> None:
    run("export", "g.yaml")
    assert "0 drafts, 92 as they are" in run("import", "g.yaml", "--why", "试试").output


@pytest.mark.parametrize(
    ("file", "style"), [("g.zip", "hsds"), ("g.json", "hsds"), ("g.xlsx", "items")]
)
def test_open_formats_go_out_and_come_back(run: Run, file: str, style: str) -> None:
    run("export", file, "--format", style)
    told = run("import", file, "--format", style, "--why", "试试").output
    assert "0 drafts, 92 as they are" in told


def test_a_faulty_workbook_changes_nothing_and_names_every_cell(run: Run) -> None:
    run("export", "g.xlsx")
    edit(Path("g.xlsx"), 收费="", 社区能盖章吗="也许")
    told = run("import", "g.xlsx", "--why", "来文", code=2).output
    assert "“收费”（K3）：不能空着" in told
    assert "“社区能盖章吗”（N3）：“也许”不行" in told
    assert "Traceback" not in told
    assert len(run("history", GUIDE).output.splitlines()) == 1


def test_a_guide_is_taken_off_the_shelf_and_brought_back(run: Run) -> None:
    run("withdraw", GUIDE)
    assert GUIDE not in _exported(run)
    assert "was not on the shelf" in run("withdraw", GUIDE).output
    run("rollback", GUIDE, "1")
    assert GUIDE in _exported(run)


def test_what_cannot_be_done_is_told_in_a_sentence(run: Run) -> None:
    assert "no version 9" in run("rollback", GUIDE, "9", code=2).output
    assert "no such version" in run("diff", GUIDE, "1", "9", code=2).output
    assert "No guide has the id" in run("history", "nothing", code=2).output
    assert "no draft of nothing" in run("publish", "nothing", code=2).output
    assert "say --all" in run("publish", code=2).output
    assert "known are" in run("export", "g.pdf", code=2).output
    assert "does not exist" in run("import", "g.xlsx", "--why", "x", code=2).output
    assert "Nobody" in run("own", "nobody", GUIDE, code=2).output
    assert "--category" in run("own", "nobody", code=2).output


def test_check_tells_what_nobody_has_verified(run: Run) -> None:
    said = run("check").output
    assert f"{GUIDE}  高龄津贴: unverified: hours, materials" in said


def _exported(run: Run) -> str:
    run("export", "now.yaml")
    return Path("now.yaml").read_text("utf-8")
