"""国家政务服务事项 (国办函〔2016〕108号): one row a matter, its columns in the standard's own words.

What a guide does not know (基本编码, 实施编码 …) stays empty on the way out, and is named as left out on
the way in. docs/content.md has the whole mapping.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
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
from knowledge.blank import blank
from knowledge.guides import Guide, GuideBook, body_of
from knowledge.source import ContentError
from wording import Say

ID = "业务办理项编码"
NAME = "事项名称"
OURS = (ID, NAME, "事项主题分类", "服务对象", "受理条件", "申请材料", "办理流程", "办理地点",
        "办理时间", "法定办结时限", "承诺办结时限", "是否收费", "收费标准", "设定依据",
        "咨询方式", "到办事现场次数")  # fmt: skip
"""Columns that a guide fills; only the last is worked out and not read back."""
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
        "申请材料": lines([paper_text(m) for m in guide.materials]),
        "办理流程": lines(guide.steps),
        "办理地点": lines([where.text for where in guide.where]),
        "办理时间": guide.hours,
        "法定办结时限": limit.statutory or "",
        "承诺办结时限": limit.promised or "",
        "是否收费": "否" if "不收费" in guide.fee or "免费" in guide.fee else "是",
        "收费标准": guide.fee,
        "设定依据": lines(guide.legal_basis),
        "咨询方式": lines(guide.phone),
        "到办事现场次数": "0" if online_only else "",
    }


def read_workbook(file: bytes, say: Say, now: GuideBook) -> tuple[GuideBook, list[str]]:
    """Guides changed by the standard's table, or new from it; and the columns left out."""
    rows, headings = _rows(file, say)
    left_out = [h for h in headings if h not in OURS and any(row.get(h) for row in rows)]
    problems: list[str] = []
    guides = [guide for row in rows if (guide := _guide(row, now, problems))]
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


def _guide(row: Mapping[str, str], now: GuideBook, problems: list[str]) -> Guide | None:
    known = now.by_id.get(row.get(ID, "")) or next(
        (guide for guide in now.guides if guide.name == row[NAME]), None
    )
    body = body_of(known or blank(row[NAME], now))
    body.update({field: value for field, value in _fields(row) if value})
    limit = {"statutory": row.get("法定办结时限"), "promised": row.get("承诺办结时限")}
    body["time_limit"] = {**body["time_limit"], **{k: v for k, v in limit.items() if v}}
    if places := unlines(row.get("办理地点", "")):
        body["where"] = _places(places, body["where"])
    try:
        return Guide.model_validate(body)
    except ValidationError as error:
        problems += [f"{row[NAME]}: {p['loc']}: {p['msg']}" for p in error.errors()]
        return None


def _fields(row: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """What the standard says in fields of a guide; empty where it says nothing."""
    yield "name", row[NAME]
    for field, heading in (
        ("category", "事项主题分类"), ("audience", "服务对象"), ("hours", "办理时间"),
        ("fee", "收费标准"),
    ):  # fmt: skip
        yield field, row.get(heading)
    for field, heading in (
        ("eligibility", "受理条件"), ("steps", "办理流程"), ("legal_basis", "设定依据"),
        ("phone", "咨询方式"),
    ):  # fmt: skip
        yield field, unlines(row.get(heading, ""))
    yield "materials", [paper_from(text) for text in unlines(row.get("申请材料", ""))]


def _places(texts: Sequence[str], before: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Places by their text; the standard does not say of which type one is."""
    types = {place["text"]: place["type"] for place in before}
    return [{"type": types.get(text, "community"), "text": text} for text in texts]
