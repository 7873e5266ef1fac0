"""Name lists as offices have them, made for a test."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

STAFF = (
    ("姓名", "岗位", "手机", "网格"),
    ("林书记", "书记", 13800000001, ""),
    ("社工甲", "网格员", 13800000002, "第一网格"),
)
HEAD = ("姓名", "住址", "联系电话", "社工")


def sheet(book: Workbook, title: str, rows: Sequence[Sequence[object]]) -> Worksheet:
    """One more sheet of a workbook."""
    page: Worksheet = book.create_sheet(title)
    for row in rows:
        page.append(list(row))
    return page


def a_list(*residents: Sequence[object], head: Sequence[object] = HEAD) -> Workbook:
    """Two of the staff, and residents under usual headings."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet(book, "社工", STAFF)
    sheet(book, "居民", [head, *residents])
    return book


def as_bytes(book: Workbook) -> bytes:
    """The workbook as a file."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()
