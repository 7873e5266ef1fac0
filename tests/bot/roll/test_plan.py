"""What a name list would do, without a database: refused, asked and repaired, each by its place."""

import io
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from zipfile import ZipFile

import pytest

from bot.roll.grid import Book
from bot.roll.plan import Plan, plan
from bot.roll.problems import Problems
from bot.roll.read import read
from domain.people import Language, Role
from domain.roll import Severity
from knowledge.register import CommunityEntry, PersonEntry, RegisterError
from tests.support.roll import a_list, as_bytes
from wording import Phrases

SAY = Phrases.shipped()[Language.ZH]
EMPTY = CommunityEntry(code="new-place", name="新社区")
Rows = Sequence[Sequence[object]]


def blind(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def planned(file: bytes, before: CommunityEntry = EMPTY, *, skip_bad: bool = False) -> Plan:
    problems = Problems(SAY)
    rows = read(Book(file), problems)
    return plan(before, rows, problems, date(2026, 11, 26), blind, skip_bad=skip_bad)


def listed(*residents: Sequence[object], before: CommunityEntry = EMPTY) -> Plan:
    return planned(as_bytes(a_list(*residents)), before)


def told(of: Plan, severity: Severity) -> str:
    return "\n".join(p.told(SAY) for p in of.problems.found if p.severity is severity)


def everyone(entry: CommunityEntry) -> dict[str, tuple[str, PersonEntry]]:
    return {
        one.name: (f"{home.building}{home.room}", one)
        for home in entry.households
        for one in home.members
    }


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (
            [("张三", "3幢502", "1.38E+10", "社工甲")],
            "第 2 行“联系电话”（C2）：“1.38E+10”后面的数字已经丢了",
        ),
        ([("张三", "3幢502", "1380000000", "社工甲")], "（C2）：“1380000000”不是电话号码"),
        ([("张三", "大槐树下", "", "社工甲")], "“住址”（B2）：“大槐树下”看不出是哪一户"),
        (
            [("张三", date(2026, 3, 2), "", "社工甲")],
            "（B2）：表格软件把它变成了日期（2026-03-02）",
        ),
        ([("张三", "3幢502", "", "社工丁")], "（D2）：社工里没有“社工丁”"),
        ([("张三", "3幢502", "", "")], "第 2 行：3幢502 归哪位社工管"),
        (
            [
                ("张三", "樱花苑3幢502", "", "社工甲"),
                ("李四", "桃花苑3幢502", "", "社工甲"),
                ("王五", "3幢502", "", "社工甲"),
            ],
            "（B4）：“3幢”是哪个小区的？可能是 樱花苑3幢、桃花苑3幢",
        ),
        ([("张三", None, "", "社工甲")], "“姓名”（A2）：没有写住址"),
        ([("张三", "=1+1", "", "社工甲")], "（B2）：这里是公式，还没算过"),
        (
            [("张三", "3幢502", 13800000020, "社工甲"), ("张三", "3幢502", 13800000021, "社工甲")],
            "第 3 行“姓名”（A3）：这个人在“居民”表第 2 行写过，两处电话不一样",
        ),
        (
            [("张三", "3幢502", 13800000020, "社工甲"), ("张三", "3幢503", 13800000020, "社工甲")],
            "张三 写了两个住址：3幢502 和 3幢503",
        ),
        (
            [("张三", "3幢502", "", "社工甲"), ("李四", "3幢502", "", "林书记")],
            "“社工”（D3）：同一户填了两位社工，另一处在第 2 行",
        ),
    ],
)
def test_what_cannot_be_known_is_refused_by_its_place(rows: Rows, why: str) -> None:
    file = as_bytes(a_list(*rows, ("好人", "9幢901", "13800000099", "社工甲")))
    refused = planned(file)
    assert refused.refused
    assert why in told(refused, Severity.REFUSED)
    without = planned(file, skip_bad=True)
    assert not without.refused
    assert "好人" in everyone(without.entry)
    assert [one.row for one in without.skipped] == [row for _, row in refused.problems.refused_rows]


def test_a_formula_counts_as_it_was_last_seen() -> None:
    """openpyxl cannot calculate: the value is put in as a spreadsheet would have saved it."""
    out = io.BytesIO()
    file = as_bytes(a_list(("张三", "3幢502", "=13800000000+20", "社工甲")))
    assert planned(file).refused
    with ZipFile(io.BytesIO(file)) as old, ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part).replace(b"<v></v>", b"<v>13800000020</v>")
            new.writestr(part, text.replace(b"<v />", b"<v>13800000020</v>"))
    assert everyone(planned(out.getvalue()).entry)["张三"][1].phone == "13800000020"


def test_a_number_that_went_through_a_csv_as_138e10_is_lost_though_it_looks_whole() -> None:
    book = a_list(
        ("张三", "3幢502", 13800000000, "社工甲"), ("李四", "3幢502", 13812345678, "社工甲")
    )
    for cell in ("C2", "C3"):
        book["居民"][cell].number_format = "0.00E+00"
    refused = planned(as_bytes(book))
    assert list(refused.problems.refused_rows) == [("居民", 2)]
    assert "“1.38E+10”后面的数字已经丢了" in told(refused, Severity.REFUSED)


def test_the_same_person_twice_is_made_one_and_said() -> None:
    twice = ("张三", "3幢502", "13800000020", "社工甲")
    one = listed(twice, twice, ("张三", "3号楼502室", None, "社工甲"))
    assert "第 3 行“姓名”（A3）：这个人前面第 2 行写过了，合成一条" in told(one, Severity.REPAIRED)
    assert (one.difference.people.new, one.difference.homes.new) == (1, 1)


def test_a_code_at_another_home_is_a_move_and_at_two_homes_is_refused() -> None:
    first = listed(("张三", "3幢502", "", "社工甲"))
    code = everyone(first.entry)["张三"][1].code
    head = ("代号", "姓名", "住址")
    moved = planned(as_bytes(a_list((code, "张三", "3幢101"), head=head)), first.entry)
    assert "张三 登记在 3幢502，表里写的是 3幢101，是搬家了吗" in told(moved, Severity.ASKED)

    rows = [(code, "张三", "3幢502"), (code, "张三", "3幢101")]
    twice = planned(as_bytes(a_list(*rows, head=head)), first.entry)
    assert "第 3 行“姓名”（B3）：张三 写了两个住址：3幢502 和 3幢101" in told(
        twice, Severity.REFUSED
    )


@pytest.mark.parametrize(("title", "elder"), [("老旧小区住户", False), ("独居老人", True)])
def test_a_tab_that_names_old_people_makes_elders_and_old_houses_do_not(
    title: str, elder: bool
) -> None:
    book = a_list(("张三", "3幢502", "", "社工甲"))
    book["居民"].title = title
    roles = everyone(planned(as_bytes(book)).entry)["张三"][1].roles
    assert (Role.ELDER in roles) is elder


def test_what_is_likely_is_asked() -> None:
    rows = [
        ("张三", "3幢502", "13800000020", "社工甲"),
        ("李四", None, "13800000021/0574-87654321", None),
    ]
    first = listed(*rows)
    assert not first.refused
    asked = told(first, Severity.ASKED)
    assert "（A3）：住址空着，跟上一行一样，算 3幢502" in asked
    assert "有几个号码" in asked

    moved = listed(("张三", "5幢101", "13800000020", "社工甲"), before=first.entry)
    assert "张三 登记在 3幢502，表里写的是 5幢101，是搬家了吗" in told(moved, Severity.ASKED)
    living = {name: home for name, (home, _) in everyone(moved.entry).items()}
    assert living == {"张三": "5幢101", "李四": "3幢502"}, "whoever a list does not name stays"
    assert everyone(moved.entry)["张三"][1].code == everyone(first.entry)["张三"][1].code


def test_a_home_with_and_without_its_estate_is_one_and_asked() -> None:
    one = listed(
        ("张三", "中山路12号樱花苑3号楼502室", "", "社工甲"), ("李四", "3幢502", "", "社工甲")
    )
    assert [home for home, _ in everyone(one.entry).values()] == ["樱花苑3幢502"] * 2
    assert "读作 樱花苑3幢502" in told(one, Severity.REPAIRED)
    assert "（B3）：“3幢”小区名有的写了有的没写，按“樱花苑3幢”算" in told(one, Severity.ASKED)


def test_a_code_tells_nothing_of_who_it_is_for() -> None:
    code = everyone(listed(("张三", "3幢502", "", "社工甲")).entry)["张三"][1].code
    assert code.startswith("new-place-")
    assert len(code) == len("new-place-") + 12


def test_what_is_no_workbook_says_so() -> None:
    with pytest.raises(RegisterError, match="no XLSX workbook"):
        Book("姓名,电话".encode())
