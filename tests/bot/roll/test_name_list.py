"""An office brings its name list in: every mess told by its place, nothing guessed, twice is once."""

import io
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.support.prepared import COMMUNITY

Run = Callable[..., Result]
HERE = ("--community", "new-place", "--name", "新社区")
STAFF = [
    ("姓名", "岗位", "手机", "网格"),
    ("林书记", "书记", 13800000001, ""),
    ("社工甲", "网格员", 13800000002, "第一网格"),
]


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


def sheet(book: Workbook, title: str, rows: Sequence[Sequence[object]]) -> Worksheet:
    page = book.create_sheet(title)
    for row in rows:
        page.append(row)
    return page


def a_list(
    *residents: Sequence[object], head: Sequence[object] = ("姓名", "住址", "联系电话", "社工")
) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet(book, "社工", STAFF)
    sheet(book, "居民", [head, *residents])
    return book


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


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [("张三", "3幢502", "1.38E+10", "社工甲")],
            "第 2 行“联系电话”（C2）：“1.38E+10”后面的数字已经丢了",
        ),
        ([("张三", "3幢502", "1380000000", "社工甲")], "（C2）：“1380000000”不是电话号码"),
        ([("张三", "大槐树下", "", "社工甲")], "（B2）：“大槐树下”看不出是哪一户"),
        ([("张三", "3幢502", "", "社工丁")], "（D2）：社工里没有“社工丁”"),
        ([("张三", "3幢502", "", "")], "3幢502 归哪位社工管"),
        ([("张三", "=1+1", "", "社工甲")], "（B2）：这里是公式，还没算过"),
        (
            [
                ("张三", "3幢502", "13800000020", "社工甲"),
                ("张三", "3幢502", "13800000021", "社工甲"),
            ],
            "第 3 行“姓名”（A3）：这个人在“居民”表第 2 行写过，两处电话不一样",
        ),
        (
            [
                ("张三", "3幢502", "13800000020", "社工甲"),
                ("张三", "3幢503", "13800000020", "社工甲"),
            ],
            "张三 写了两个住址：3幢502 和 3幢503",
        ),
        (
            [("张三", "3幢502", "", "社工甲"), ("李四", "3幢502", "", "林书记")],
            "同一户填了两位社工，另一处在第 2 行",
        ),
    ],
)
def test_what_cannot_be_known_is_refused_by_its_place_and_nothing_is_loaded(
    run: Run, rows: list[Sequence[object]], told: str
) -> None:
    file = saved(a_list(*rows, ("好人", "9幢901", "13800000099", "社工甲")))
    refused = run("load", file, *HERE, "--yes")
    assert refused.exit_code == 2
    assert told in refused.output, refused.output
    assert "Nothing was loaded" in refused.output
    assert "No community has the code" in run("load", file, "--community", "new-place").output

    skipped = run("load", file, *HERE, "--yes", "--skip-bad")
    assert skipped.exit_code == 0, skipped.output
    assert re.search(r"跳过“居民”表第 \d 行", skipped.output), "it names what it leaves out"
    assert "居民：新增" in skipped.output


def test_the_same_person_twice_is_made_one_and_said(run: Run) -> None:
    twice = ("张三", "3幢502", "13800000020", "社工甲")
    told = run(
        "load", saved(a_list(twice, twice, ("张三", "3号楼502室", None, "社工甲"))), *HERE, "--yes"
    )
    assert "【已改好】“居民”表第 3 行“姓名”（A3）：这个人前面第 2 行写过了，合成一条" in told.output
    assert "居民：新增 1" in told.output
    assert "住户：新增 1" in told.output


def test_what_is_likely_is_asked_before_it_is_done(run: Run) -> None:
    rows = [
        ("张三", "3幢502", "13800000020", "社工甲"),
        ("李四", None, "13800000021/0574-87654321", None),
    ]
    file = saved(a_list(*rows))
    no = run("load", file, *HERE, stdin="n\n")
    assert no.exit_code == 2
    assert "【请确认】“居民”表第 3 行“姓名”（A3）：住址空着，跟上一行一样，算 3幢502" in no.output
    assert "有几个号码" in no.output
    assert run("load", file, *HERE, stdin="y\n").exit_code == 0

    moved = saved(a_list(("张三", "5幢101", "13800000020", "社工甲")), "moved.xlsx")
    told = run("load", moved, "--yes").output
    assert "张三 登记在 3幢502，表里写的是 5幢101，是搬家了吗" in told
    assert "居民：新增 0，更改 1，不变 1" in told, "whoever a list does not name stays"


def test_a_value_that_a_formula_had_is_read_as_it_was_last_seen(run: Run) -> None:
    """openpyxl cannot calculate: the cached value is put in as a spreadsheet would have saved it."""
    file = Path(saved(a_list(("张三", "3幢502", "=13800000000+20", "社工甲"))))
    out = io.BytesIO()
    with ZipFile(file) as old, ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            new.writestr(
                part,
                text.replace(b"<v></v>", b"<v>13800000020</v>").replace(
                    b"<v />", b"<v>13800000020</v>"
                ),
            )
    file.write_bytes(out.getvalue())
    assert run("load", str(file), *HERE, "--yes").exit_code == 0
    run("load", "--export", "back.yaml")
    assert "13800000020" in Path("back.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["xlsx", "yaml"])
def test_what_is_given_back_changes_nothing_when_loaded(run: Run, ending: str) -> None:
    run("load", str(COMMUNITY))
    run("devices", "add", "yjt", "0574-11112222", "granny")
    file = f"back.{ending}"
    assert run("load", "--export", file, "--community", "test-place").exit_code == 0
    assert "is there already" in run("load", "--export", file, "--community", "test-place").output
    again = (
        run("load", file, "--community", "test-place", "--yes")
        if ending == "xlsx"
        else run("load", file)
    )
    assert again.exit_code == 0, again.output
    assert "0 rows added, 0 changed, 0 removed." in again.output
    assert "【" not in again.output, "nothing in it is a problem"


def test_a_wrong_list_is_taken_back(run: Run) -> None:
    run("load", str(COMMUNITY))
    run("load", "--export", "before.yaml", "--community", "test-place")
    wrong = Workbook()
    wrong.remove(wrong.worksheets[0])
    head = ("楼幢", "房号", "姓名", "电话", "社工", "身份")
    rows = [
        ("5幢", 102, "新人", "13800000030", "社工乙", "居民、老人"),
        ("1幢", "201", "王先生", "13800000031", "社工丙", ""),
    ]
    sheet(wrong, "居民", [head, *rows, ("7幢", 101, "生人", "", "社工甲", "")])
    file = saved(wrong)
    assert run("load", file, "--community", "test-place", "--yes").exit_code == 0
    run("load", "--export", "wrong.yaml", "--community", "test-place")
    assert "新人" in Path("wrong.yaml").read_text(encoding="utf-8")

    assert "花名册.xlsx, loaded" in run("load", "--undo").output
    run("load", "--export", "after.yaml", "--community", "test-place")
    assert Path("after.yaml").read_bytes() == Path("before.yaml").read_bytes()
    nothing = run("load", "--undo")
    assert nothing.exit_code == 2
    assert "no load that could be undone" in nothing.output


def test_a_community_that_was_loaded_by_mistake_is_gone_again(run: Run) -> None:
    file = saved(a_list(("张三", "3幢502", "", "社工甲")))
    run("load", file, *HERE, "--yes")
    assert run("load", "--undo").exit_code == 0
    assert "No community has the code" in run("load", file, "--community", "new-place").output


def test_what_was_built_upon_is_not_taken_away(run: Run) -> None:
    run("load", str(COMMUNITY))
    file = saved(a_list(("张三", "3幢502", "", "社工甲")))
    run("load", file, *HERE, "--yes")
    yaml_file = Path("later.yaml")
    run("load", "--export", str(yaml_file), "--community", "new-place")
    code = yaml.safe_load(yaml_file.read_text(encoding="utf-8"))["communities"][0]["staff"][1][
        "code"
    ]
    assert run("revoke", code, "--roles").exit_code == 0
    kept = run("load", "--undo")
    assert kept.exit_code == 2
    assert "were changed" in kept.output
    assert "社工甲" in kept.output


def test_what_is_no_workbook_says_so(run: Run) -> None:
    Path("list.xlsx").write_text("姓名,电话", encoding="utf-8")
    told = run("load", "list.xlsx", *HERE)
    assert told.exit_code == 2
    assert "no XLSX workbook" in told.output
    assert run("load", "none.xlsx", *HERE).exit_code == 2
