"""An office brings its name list in: every mess told by its place, nothing guessed, twice is once."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.support.prepared import COMMUNITY
from tests.support.roll import HEAD, a_list, sheet

Run = Callable[..., Result]
HERE = ("--community", "new-place", "--name", "新社区")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loaded_before: None) -> Run:
    """Type a command in an empty folder with a database of its own."""
    for name in [name for name in os.environ if name.startswith("LINLI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINLI_DATABASE_URL", f"sqlite:///{tmp_path / 'linli.sqlite3'}")

    def typed(*words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, words, input=stdin)

    return typed


def saved(book: Workbook, name: str = "花名册.xlsx") -> str:
    book.save(name)
    return name


def messy() -> Workbook:
    """What offices have: a title, a merged building, a two-row heading, numbers in every disguise."""
    book = a_list()
    del book["居民"]
    page = sheet(
        book,
        "居民花名册",
        [
            ("新社区居民花名册（2026年11月）",),
            (
                "序号",
                "住　址",
                "",
                "*姓名",
                "联系电话（手机）",
                "所属网格",
                "出生年月",
                "特殊对象类别",
                "备注",
            ),
            ("", "楼栋", "房号", "", "", "", "", "", ""),
            (
                1,
                "３号楼",
                502.0,
                "陈　奶奶",
                13800000010.0,
                "第一网格",
                "1940.3",
                "独居、高龄",
                "敲门要重",
            ),
            (2, None, "503室", "王先生", "１３８００００００１１", "社工甲", 45, None, None),
            (3, None, "503", "王小妹", "138 0000 0012", "社工甲", "2001年5月", "无", None),
            (4, None, 504, None, None, "第一网格", None, None, None),
            ("合计", 4, None, None, None, None, None, None, None),
        ],
    )
    page.merge_cells("A1:I1")
    page.merge_cells("B2:C2")
    for letter in "ADEFGHI":
        page.merge_cells(f"{letter}2:{letter}3")
    page.merge_cells("B4:B7")
    sheet(book, "老人", [("姓名", "电话", "健康状况"), ("陈奶奶", "13800000010", "高血压")])
    sheet(book, "填表说明", [("请如实填写",)])
    return book


def test_the_list_an_office_has_is_read_and_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = saved(messy())
    looked = run("load", file, *HERE, "--dry-run")
    assert looked.exit_code == 0, looked.output
    assert "Nothing was changed" in looked.output
    assert "【已改好】“居民花名册”表第 4 行“姓名”（D4）：“陈　奶奶”读作“陈奶奶”" in looked.output
    assert "“居民花名册”表第 5 行“联系电话”（E5）" in looked.output
    assert "这几栏不导入：序号、备注" in looked.output
    assert "【请确认】“填表说明”表：没找到" in looked.output

    loaded = run("load", file, *HERE, "--yes")
    assert loaded.exit_code == 0, loaded.output
    assert "住户：新增 3，更改 0，不变 0" in loaded.output
    assert "居民：新增 3，更改 0，不变 0" in loaded.output
    again = run("load", file, "--yes")
    assert "住户：新增 0，更改 0，不变 3" in again.output
    assert "工作人员：新增 0，更改 0，不变 2" in again.output
    assert "0 rows added, 0 changed, 0 removed." in again.output

    assert run("load", "--export", "back.yaml").exit_code == 0
    place = yaml.safe_load(Path("back.yaml").read_text(encoding="utf-8"))["communities"][0]
    homes = {f"{h['building']}{h['room']}": h for h in place["households"]}
    assert list(homes) == ["3号楼502", "3号楼503", "3号楼504"]
    granny = homes["3号楼502"]["members"][0]
    assert (granny["name"], granny["phone"], granny["health"]) == (
        "陈奶奶",
        "13800000010",
        "高血压",
    )
    assert granny["roles"] == ["resident", "elder"]
    assert homes["3号楼502"]["tags"] == ["独居", "高龄"]
    assert homes["3号楼502"]["special"] is True
    assert len(homes["3号楼503"]["members"]) == 2
    assert [one["roles"] for one in place["staff"]] == [["supervisor"], ["worker"]]
    assert Path("back.yaml").stat().st_mode & 0o077 == 0


def test_a_row_that_is_refused_holds_everything_up_unless_it_is_left_out(run: Run) -> None:
    file = saved(a_list(("张三", "3幢502", "1.38E+10", "社工甲"), ("李四", None, "", "")))
    refused = run("load", file, *HERE, "--yes")
    assert refused.exit_code == 2
    assert "Nothing was loaded" in refused.output
    assert "No community has the code" in run("load", file, "--community", "new-place").output

    file = saved(a_list(("张三", "3幢502", "1.38E+10", "社工甲"), ("李四", "3幢503", "", "社工甲")))
    no = run("load", file, *HERE, "--skip-bad", stdin="n\n")
    assert no.exit_code == 2
    assert "跳过“居民”表第 2 行：“1.38E+10”后面的数字已经丢了" in no.output
    assert run("load", file, *HERE, "--skip-bad", stdin="y\n").exit_code == 0
    assert run("load", "--undo").exit_code == 0
    assert "No community has the code" in run("load", file, "--community", "new-place").output


def test_what_is_given_back_changes_nothing_when_loaded(run: Run) -> None:
    run("load", str(COMMUNITY))
    run("devices", "add", "yjt", "0574-11112222", "granny")
    here = ("--community", "test-place")
    assert run("load", "--export", "back.xlsx", *here).exit_code == 0
    assert "is there already" in run("load", "--export", "back.xlsx", *here).output
    assert run("load", "--export", "back.yaml", *here).exit_code == 0
    for words in (("back.xlsx", "--yes", *here), ("back.yaml",)):
        again = run("load", *words)
        assert again.exit_code == 0, again.output
        assert "0 rows added, 0 changed, 0 removed." in again.output
        assert "【" not in again.output, "nothing in it is a problem"
    assert run("person", "erase", "resident", "--yes").exit_code == 0
    assert "no load that could be undone" in run("load", "--undo").output, (
        "they stood in its record"
    )


def test_how_often_a_home_is_seen_and_how_much_somebody_works_are_read_and_given_back(
    run: Run,
) -> None:
    homes = [
        ("王先生", "3幢502", "", "社工甲", "每季一次"),
        ("李四", "3幢503", "", "社工甲", "常去"),
    ]
    book = a_list(*homes, head=(*HEAD, "走访频次"))
    head = ("姓名", "岗位", "工时比例", "到岗日期", "离岗日期")
    sheet(book, "社工工时", [head, ("社工甲", "网格员", 0.5, "2026年3月1日", "年底")])
    loaded = run("load", saved(book), *HERE, "--yes")
    assert "“常去”看不出多久走访一次，没有用" in loaded.output
    assert "“年底”不是完整的日期，没有用" in loaded.output

    assert run("load", "--export", "back.yaml").exit_code == 0
    place = yaml.safe_load(Path("back.yaml").read_text(encoding="utf-8"))["communities"][0]
    assert [home.get("tier") for home in place["households"]] == ["general", None]
    worker = place["staff"][1]
    assert (worker["share"], str(worker["since"])) == (50, "2026-03-01")
    assert run("load", "--export", "back.xlsx").exit_code == 0
    again = run("load", "back.xlsx", "--yes")
    assert "0 rows added, 0 changed, 0 removed." in again.output
