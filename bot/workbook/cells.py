"""What one cell says: spreadsheets make numbers, dates and formulas of what people type."""

import re
from datetime import date, datetime
from typing import Any

from openpyxl.cell.cell import Cell

from bot.workbook.layout import Column, Kind, choice_words, field_words, unlines
from wording import Say

_SLASHED = re.compile(r"(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?")


class Unreadable(ValueError):
    """The cell cannot be understood; the message says why, in the office's words."""


def value_of(cell: Cell, column: Column, say: Say) -> Any:
    """The value of a cell as the guide has it; raises Unreadable."""
    if cell.data_type == "f":
        raise Unreadable(say.plain("content.bad_formula"))
    if cell.data_type == "e":
        raise Unreadable(say.plain("content.bad_formula"))
    text = _text(cell.value)
    match column.kind:
        case Kind.LINES:
            return unlines(text)
        case Kind.FIELDS:
            return [_field(word, say) for word in unlines(text)]
        case Kind.CHOICE:
            return _choice(text, column, say)
        case Kind.DAY:
            return _day(text) if text else None
        case Kind.MAYBE:
            return text or None
        case _:
            return text


def _text(value: object) -> str:
    """What was typed: a telephone number is no sum, and a date is the day that was meant."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def _day(text: str) -> str:
    if found := _SLASHED.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        return f"{year:04}-{month:02}-{day:02}"
    return text


def _choice(text: str, column: Column, say: Say) -> Any:
    words = choice_words(column, say)
    found = next((v for v, word in words.items() if text.casefold() in (v.casefold(), word)), None)
    if found is None:
        offered = "、".join(word for word in words.values() if word)
        raise Unreadable(say.plain("content.bad_choice", said=text, offered=offered))
    truths = {"yes": True, "no": False}
    if column.field in ("verified", "can_community_stamp"):
        return truths.get(found, found)
    return found or None


def _field(word: str, say: Say) -> str:
    named = {words: name for name, words in field_words(say).items()}
    return named.get(word, word)
