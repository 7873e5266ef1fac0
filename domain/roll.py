"""What a cell of an office's name list says, put right where only one reading is possible.

Spreadsheets lose digits (1.38E+10), add a `.0`, make dates of doors; people type full-width digits and
spaces between the characters of a name. What has one reading is repaired and said; what was lost is
refused and never guessed; what is likely but not certain is asked.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.address import parse_visit_sentence

OLD = 60
"""Years from which somebody is an elder by law (老年人权益保障法, article 2)."""


class Severity(StrEnum):
    """What becomes of a cell that is not as it should be: nothing is loaded while any is refused, and
    what is asked is loaded only after a person has said yes."""

    REFUSED = "refused"
    ASKED = "asked"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class Read:
    """What a cell was read as; `why` is the key of the sentence that tells what was wrong."""

    value: str = ""
    severity: Severity | None = None
    why: str = ""


_EXPONENT = re.compile(r"(\d)(?:\.(\d*))?[eE]\+?(\d{1,2})")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_PREFIX = re.compile(r"^\+?86[\s-]*(?=1[3-9][\d\s-]{9,}$)")
_LANDLINE = re.compile(r"0\d{2,3}-?[2-9]\d{6,7}(?:-\d{1,6})?")
_SERVICE = re.compile(r"[48]00-?\d{3}-?\d{4}")
_SHORT = re.compile(r"\d{3,8}")
_SEVERAL = re.compile(r"[/、,;；，]+|\s+(?=1[3-9]\d{9})")
_HAN_GAP = re.compile(r"(?<=[\u4e00-\u9fff·])\s+(?=[\u4e00-\u9fff·])")
_BUILDING = re.compile(
    r"(.*?)([0-9]+|[A-Za-z][0-9]*|[甲乙丙丁]|[一二三四五六七八九十]+)\s*(幢|栋|号楼|#|座|号)?"
)
_HAN_NUMBERS = {char: str(value) for value, char in enumerate("一二三四五六七八九十", 1)}
_ROOM_END = re.compile(r"(?<=[0-9A-Za-z])(?:号?室|号房|号|房|户)$")
_STREET = re.compile(
    r"^(?:.*?[省市县]|.*?(?<!小)区(?=.*[幢栋楼#座]))?(?:.*?街道|.*?[镇乡])?(?:.*?(?:路|大道|街|巷)\s*\d+\s*(?:弄|号(?!楼)))?"
)
"""What stands before an estate and says the same for all its homes: city, district, road and number."""
_NOTHING = frozenset({"", "/", "\\", "-", "--", "—", "——", "无", "没有", "暂无", "无电话", "空"})
_DAY = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})?(?:\s*[-/.月]?\s*(\d{1,2})?日?)?.*")


def words(raw: object) -> str:
    """What was typed into a cell: a number is written without its `.0`, a date as 2026-03-02."""
    if raw is None:
        return ""
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw).strip()


def plain(raw: object) -> str:
    """The same in usual widths, with single spaces and nothing that cannot be seen."""
    text = unicodedata.normalize("NFKC", words(raw))
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return " ".join(seen.split())


def said(raw: object) -> str:
    """What was typed, "" for the usual ways to write that there is nothing: 无, /, —."""
    return "" if plain(raw) in _NOTHING else words(raw)


def _as(value: str, raw: object, why: str) -> Read:
    same = value == words(raw)
    return Read(value) if same else Read(value, Severity.REPAIRED, why)


def name(raw: object) -> Read:
    """Somebody's name; 张 三, spaced to be as wide as the others, is 张三."""
    return _as(_HAN_GAP.sub("", plain(raw)), raw, "roll.name_repaired")


def phone(raw: object) -> Read:
    """A telephone number: mobile, landline with its area, 400, or the short number of an office."""
    text = plain(said(raw)).replace("—", "-").replace("–", "-")
    if not text:
        return Read()
    if found := _EXPONENT.fullmatch(text):
        return _exponent(*found.groups(""))
    text = _PREFIX.sub("", text)
    first, *more = [piece for piece in _SEVERAL.split(text) if piece.strip()] or [""]
    number = _number(first)
    if more:
        number = number if _number(more[0]) else ""
    if more and number:
        return Read(number, Severity.ASKED, "roll.phone_several")
    if not number:
        return Read("", Severity.REFUSED, "roll.phone_bad")
    return _as(number, raw, "roll.phone_repaired")


def _exponent(whole: str, rest: str, power: str) -> Read:
    """Only as long as all its digits are still there."""
    digits = whole + rest
    if len(digits) == int(power) + 1 and _MOBILE.fullmatch(digits):
        return Read(digits, Severity.REPAIRED, "roll.phone_repaired")
    return Read("", Severity.REFUSED, "roll.phone_lost")


def _number(text: str) -> str:
    bare = re.sub(r"\.0+$", "", text.strip())
    bare = re.sub(r"[\s()]+", "", bare)
    digits = bare.replace("-", "")
    if _MOBILE.fullmatch(digits):
        return digits
    fits = _LANDLINE.fullmatch(bare) or _SERVICE.fullmatch(bare) or _SHORT.fullmatch(bare)
    return bare if fits else ""


def building_key(written: str) -> tuple[str, str, str]:
    """What two ways to write a building have in common: 3幢, 3栋, 3号楼, 3# and 3 are one; 3座 is not."""
    text = plain(written).replace(" ", "")
    found = _BUILDING.fullmatch(text)
    if found is None:
        return text, "", ""
    estate, number, mark = found.groups("")
    number = _HAN_NUMBERS.get(number, number).upper().lstrip("0") or "0"
    return estate, number, mark if mark in ("座", "号") else "幢"


def building(raw: object) -> str:
    """A building as it is called where it has no other name yet: a bare number is so many 幢."""
    text = plain(raw).replace(" ", "")
    return f"{text}幢" if re.fullmatch(r"[0-9]+|[A-Za-z]", text) else text


def room(raw: object, unit: object = None) -> str:
    """A room without the word for it, the unit before it: 502, 2-502."""
    text = _ROOM_END.sub("", plain(raw).replace(" ", ""))
    stairs = re.sub(r"(?:单元|门|梯)$", "", plain(unit).replace(" ", ""))
    return f"{_HAN_NUMBERS.get(stairs, stairs)}-{text}" if stairs and text else text


def address(raw: object) -> tuple[str, str] | None:
    """Building and room in one cell (3幢502室, 樱花苑3号楼2单元502); None where they cannot be told."""
    if isinstance(raw, date):
        return None
    home = parse_visit_sentence(_STREET.sub("", plain(raw)))
    if home is None:
        return None
    unit = f"{home.unit}-" if home.unit else ""
    return f"{home.estate}{home.building}幢", f"{unit}{home.room}"


def age(raw: object, today: date) -> int | None:
    """Years, from an age or a day of birth in any usual form; None where it is neither."""
    text = plain(raw).removesuffix("周岁").removesuffix("岁")
    if text.isdecimal() and len(text) <= 3:
        return int(text) if int(text) <= 120 else None
    found = _DAY.fullmatch(text)
    if found is None or not 1900 <= int(found[1]) <= today.year:
        return None
    born = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    return today.year - born[0] - ((today.month, today.day) < born[1:])


def share(raw: object) -> int | None:
    """A part of full time in hundredths: 50, 50%, or a sheet's 0.5 and 1; None where it is neither."""
    found = re.fullmatch(r"(0\.\d+|1)|(\d{1,3})%?", plain(raw))
    if found is None:
        return None
    hundredths = round(float(found[1]) * 100) if found[1] else int(found[2])
    return hundredths if 1 <= hundredths <= 100 else None


def day(raw: object) -> date | None:
    """A whole date in any usual form; None where a part is missing or there is no such day."""
    found = _DAY.fullmatch(plain(raw))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except (TypeError, ValueError):
        return None


def several(raw: object) -> tuple[str, ...]:
    """The words of a cell that holds several: 独居、高龄."""
    return tuple(dict.fromkeys(w for w in re.split(r"[、,;/\s]+", plain(raw)) if w not in _NOTHING))


def truth(raw: object) -> bool | None:
    """是 and 否 in their usual forms; None where nothing is said."""
    text = plain(raw).casefold()
    if text in ("是", "有", "√", "✓", "y", "yes", "1", "true", "对"):
        return True
    return False if text in ("否", "无", "×", "x", "n", "no", "0", "false") else None
