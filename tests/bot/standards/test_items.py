"""政务服务事项: the standard's columns out, and back without touching what it does not say."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from bot.standards import items
from domain.people import Language
from knowledge import Knowledge
from knowledge.source import ContentError
from wording import Phrases

SAY = Phrases.shipped()[Language.ZH]
MADE = datetime(2026, 11, 23, tzinfo=UTC)


def table(*rows: tuple[str, ...]) -> bytes:
    file, out = Workbook(), BytesIO()
    for row in rows:
        file.worksheets[0].append(row)
    file.save(out)
    return out.getvalue()


def test_our_own_export_changes_nothing(knowledge: Knowledge) -> None:
    made = items.to_workbook(knowledge.book, SAY, MADE)
    again, left_out = items.read_workbook(made, SAY, knowledge.book, MADE.date())
    assert again.guides == knowledge.book.guides
    assert left_out == []


def test_its_columns_are_the_standards(knowledge: Knowledge) -> None:
    page = load_workbook(BytesIO(items.to_workbook(knowledge.book, SAY, MADE))).worksheets[0]
    headings = [cell.value for cell in page[1]]
    for heading in ("基本编码", "实施编码", "事项类型", "受理条件", "申请材料", "法定办结时限",
                    "承诺办结时限", "到办事现场次数", "收费依据", "咨询方式", "监督方式"):  # fmt: skip
        assert heading in headings


def test_what_it_says_is_taken_and_what_has_no_place_is_told(knowledge: Knowledge) -> None:
    guide = knowledge.book.guides[0]
    file = table(
        ("基本编码", "事项名称", "承诺办结时限", "申请材料"),
        ("000114005000", guide.name, "3个工作日", "身份证\n户口簿"),
        ("", "无偿献血证补办", "", ""),
        ("", "口头咨询", "", "无需提交材料"),
    )
    book, left_out = items.read_workbook(file, SAY, knowledge.book, MADE.date())
    known, new, spoken = book.guides
    assert known.id == guide.id
    assert known.time_limit.promised == "3个工作日"
    assert [paper.name for paper in known.materials] == ["身份证", "户口簿"]
    assert known.questions == guide.questions
    assert not new.verified
    assert new.is_unknown("materials"), "an empty cell is not the same as nothing to bring"
    assert (spoken.materials, spoken.is_unknown("materials")) == ((), False)
    assert left_out == ["基本编码: a guide has no place for it"]


def test_whether_it_costs_something_is_said_only_where_it_is_known(knowledge: Knowledge) -> None:
    file = table(("事项名称", "是否收费"), ("甲证", "否"), ("乙证", "是"), ("丙证", ""))
    book, _ = items.read_workbook(file, SAY, knowledge.book, MADE.date())
    assert [g.fee for g in book.guides] == ["不收费", "收费，标准以窗口公示为准", "以窗口公示为准"]
    page = load_workbook(BytesIO(items.to_workbook(book, SAY, MADE))).worksheets[0]
    column = [cell.value for cell in page[1]].index("是否收费")
    assert [row[column].value or "" for row in page.iter_rows(min_row=2)] == ["否", "是", ""]


def test_another_table_is_told(knowledge: Knowledge) -> None:
    with pytest.raises(ContentError, match="事项名称"):
        items.read_workbook(table(("姓名",), ("甲",)), SAY, knowledge.book, MADE.date())
