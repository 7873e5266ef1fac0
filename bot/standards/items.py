"""国家政务服务事项 (国办函〔2016〕108号): one row a matter, its columns in the standard's own words.

What a guide does not know (基本编码, 实施编码 …) stays empty on the way out, and is named as left out on
the way in. docs/content.md has the whole mapping.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from pydantic import ValidationError

from bot.render.sheet import aligned, to_bytes, write
from bot.standards.papers import paper_from, paper_text
from bot.workbook.layout import lines, unlines
from knowledge.blank import OPEN, blank_but_for
from knowledge.guides import Guide, GuideBook, body_of
from knowledge.source import ContentError
from wording import Say

ID = "业务办理项编码"
NAME = "事项名称"
OURS = (ID, NAME, "事项主题分类", "服务对象", "受理条件", "申请材料", "办理流程", "办理地点",
        "办理时间", "法定办结时限", "承诺办结时限", "是否收费", "收费标准", "设定依据",
        "咨询方式", "到办事现场次数")  # fmt: skip
"""Columns that a guide fills; only the last is worked out and not read back."""
NOTHING, FREE = "无需提交材料", "不收费"
_NOTHING = frozenset({NOTHING, "无", "无材料", "无需材料", "不需要", "/"})
_CHARGED = {"否": FREE, "是": "收费，标准" + OPEN}
"""What 是否收费 says where 收费标准 says nothing."""
_SUMS = re.compile(r"\d|元|交工本费|自费|自付|租金|定价")
EMPTY = ("基本编码", "实施编码", "事项类型", "办件类型", "行使层级", "实施主体", "收费依据",
         "必须现场办理原因", "通办区域", "办理形式", "是否支持预约办理", "是否支持物流快递",
         "监督方式")  # fmt: skip
"""Columns of the standard that a guide has no place for."""


def to_workbook(book: GuideBook, say: Say, made: datetime) -> bytes:
    """The book as the standard's table."""
    file = Workbook()
    file.remove(file.worksheets[0])
    page = file.create_sheet(say.plain("content.sheet_items"))
    headings = (*OURS, *EMPTY)
    for at, heading in enumerate(headings, 1):
        page.column_dimensions[get_column_letter(at)].width = 24
        _put(page.cell(1, at), heading)
    for row, guide in enumerate(book.guides, 2):
        values = _values(guide)
        for at, heading in enumerate(headings, 1):
            _put(page.cell(row, at), values.get(heading, ""))
    page.freeze_panes = "C2"
    return to_bytes(file, made)


def _put(cell: Any, text: str) -> None:
    assert isinstance(cell, Cell)
    write(cell, text, size=10).alignment = aligned()
    cell.number_format = "@"


def _values(guide: Guide) -> Mapping[str, str]:
    limit = guide.time_limit
    online_only = all(where.type == "online" for where in guide.where)
    return {
        ID: guide.id,
        NAME: guide.name,
        "事项主题分类": guide.category,
        "服务对象": guide.audience,
        "受理条件": lines(guide.eligibility),
        "申请材料": _papers(guide),
        "办理流程": lines(guide.steps),
        "办理地点": lines([where.text for where in guide.where]),
        "办理时间": guide.hours,
        "法定办结时限": limit.statutory or "",
        "承诺办结时限": limit.promised or "",
        "是否收费": _is_charged(guide.fee),
        "收费标准": guide.fee,
        "设定依据": lines(guide.legal_basis),
        "咨询方式": lines(guide.phone),
        "到办事现场次数": "0" if online_only else "",
    }


def _papers(guide: Guide) -> str:
    """Empty where nobody knows, which is not the same as nothing."""
    if guide.materials or guide.is_unknown("materials"):
        return lines([paper_text(m) for m in guide.materials])
    return NOTHING


def _is_charged(fee: str) -> str:
    """是 or 否; nothing where it is open or depends, which 收费标准 beside it says."""
    if fee == OPEN:
        return ""
    if "不收费" in fee or "免费" in fee:
        return "" if _SUMS.search(fee) else "否"
    return "是"


def read_workbook(file: bytes, say: Say, now: GuideBook, on: date) -> tuple[GuideBook, list[str]]:
    """Guides changed by the standard's table, read on that day, or new from it; and columns left out."""
    rows, headings = _rows(file, say)
    left_out = [h for h in headings if h not in OURS and any(row.get(h) for row in rows)]
    problems: list[str] = []
    guides = [guide for row in rows if (guide := _guide(row, now, on, problems))]
    if problems:
        raise ContentError(problems)
    told = [f"{heading}: a guide has no place for it" for heading in left_out]
    return now.with_guides(guides), told


def _rows(file: bytes, say: Say) -> tuple[list[Mapping[str, str]], Sequence[str]]:
    try:
        page = load_workbook(BytesIO(file), data_only=True).worksheets[0]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise ContentError([say.plain("content.bad_file", why=type(error).__name__)]) from None
    table: Iterator[tuple[Any, ...]] = page.iter_rows(values_only=True)
    headings = [str(value or "").strip() for value in next(table, ())]
    if NAME not in headings:
        sheet = page.title
        raise ContentError([say.plain("content.bad_no_column", sheet=sheet, word=NAME)])
    rows = [
        {h: str(v).strip() for h, v in zip(headings, row, strict=False) if h and v is not None}
        for row in table
    ]
    return [row for row in rows if row.get(NAME)], headings


def _guide(row: Mapping[str, str], now: GuideBook, on: date, problems: list[str]) -> Guide | None:
    known = now.by_id.get(row.get(ID, "")) or next(
        (guide for guide in now.guides if guide.name == row[NAME]), None
    )
    said = {field: value for field, value in _fields(row) if value or value == []}
    body = body_of(known or blank_but_for(said, row[NAME], now, on))
    if limit := said.pop("time_limit", None):
        limit = {**body["time_limit"], **limit}
        body["time_limit"] = limit
    if places := said.pop("where", None):
        body["where"] = _places(places, body["where"])
    body.update(said)
    try:
        return Guide.model_validate(body)
    except ValidationError as error:
        problems += [f"{row[NAME]}: {p['loc']}: {p['msg']}" for p in error.errors()]
        return None


def _fields(row: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """What the standard says in fields of a guide, and nothing where it says nothing."""
    yield "name", row[NAME]
    for field, heading in (
        ("category", "事项主题分类"), ("audience", "服务对象"), ("hours", "办理时间"),
    ):  # fmt: skip
        yield field, row.get(heading)
    for field, heading in (
        ("eligibility", "受理条件"), ("steps", "办理流程"), ("legal_basis", "设定依据"),
        ("phone", "咨询方式"), ("where", "办理地点"),
    ):  # fmt: skip
        yield field, unlines(row.get(heading, "")) or None
    yield "fee", row.get("收费标准") or _CHARGED.get(row.get("是否收费", ""))
    limit = {"statutory": row.get("法定办结时限"), "promised": row.get("承诺办结时限")}
    yield "time_limit", {kind: text for kind, text in limit.items() if text}
    papers = [text for text in unlines(row.get("申请材料", "")) if text not in _NOTHING]
    yield "materials", [paper_from(text) for text in papers] if row.get("申请材料") else None


def _places(texts: Sequence[str], before: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Places by their text; the standard does not say of which type one is."""
    types = {place["text"]: place["type"] for place in before}
    return [{"type": types.get(text, "community"), "text": text} for text in texts]
