"""Reads where a worker was from one typed or spoken sentence: "3幢502 阿姨血压高 要换药".

Understood: 3幢502, 3号楼502室, 三栋2单元五零二, 3#502, 3-502, 3-2-502 (building, unit, room),
full-width digits and dashes, spaces anywhere between, an estate's name or words such as 今天去了
before it, and the usual slips of speech input (3撞502). Not understood, on purpose: 3楼502, where
楼 may be the floor; a wrong home in the diary costs more than one question back.
"""

import re
from dataclasses import dataclass

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2, "幺": 1}
_POWERS = {"十": 10, "百": 100, "千": 1000}

_SAME_WIDTH = str.maketrans(
    "０１２３４５６７８９－—–―‐−﹣＃　棟號號樓單",
    "0123456789-------# 栋号号楼单",
)
"""One character for one, so that positions in the worker's own text stay valid."""

_CN = "零〇○一二两三四五六七八九十百千幺"
_HEARD = "撞状壮动洞冻"
"""What speech input writes for 幢 (zhuàng) and 栋 (dòng)."""

_BUILDING = rf"(?P<building>\d{{1,3}}[A-Za-z]?|[A-Za-z]\d{{0,2}}|[甲乙丙丁]|[{_CN}]{{1,5}})"
_MARK = rf"\s*(?:幢|栋|号楼|座|号|\#|[{_HEARD}](?=\s*[\d{_CN}]))\s*[-,，、的]?\s*"
_UNIT = rf"(?:(?P<unit>\d{{1,2}}|[{_CN}]{{1,3}}|[东南西北中])\s*(?:单元|门|梯)\s*[-,，、]?\s*)?"
_DASH_UNIT = r"(?:(?P<unit2>\d{1,2})\s*-\s*)?"
_COUNTED = r"(?=[一两二三四五六七八九十](?:个|家|位|人|口|老))"
_ROOM = (
    r"(?P<room>"
    rf"[{_CN}]{{3}}{_COUNTED}"  # 五零二一家三口 is room 502 and a family
    rf"|[{_CN}]{{3,7}}"
    r"|\d{3,4}(?:[A-Za-z](?![A-Za-z]))?(?!\d)"
    r"|\d{1,2}(?=\s*室)"  # houses in a row have short numbers, then the word must say so
    r")"
)
_TAIL = r"(?!元|块)\s*(?:号房|房间|室|房|号|户)?"
_NOT_AFTER = rf"(?<![\d\-/.月年{_CN}A-Za-z])"

_MARKED = re.compile(_NOT_AFTER + r"第?" + _BUILDING + _MARK + _UNIT + _DASH_UNIT + _ROOM + _TAIL)
_DASHED = re.compile(
    r"(?P<building>\d{1,3}[A-Za-z]?)\s*-\s*(?:(?P<unit>\d{1,2})\s*-\s*)?"
    r"(?P<room>\d{3,4}(?:[A-Za-z](?![A-Za-z]))?)(?![\d\-/.])" + _TAIL
)
_OPENING = re.compile(
    r"(?:\s|[，,。.:：、]|我|今天|今早|上午|下午|晚上|刚才|刚刚|刚|已经|已|去了|去|到了|到|在|来|走访了|走访|"
    r"上门|入户|探访|看望|拜访|登记|记录|了|一下)*"
)
_ESTATE = re.compile(r"[\w·]{1,12}?(?:小区|新村|花园|家园|公寓|社区|苑|里|弄|村|园|城|府|庭|湾)\s*")
_LEADING = " \t\r\n　，,。.、:：;；-—的"


@dataclass(frozen=True, slots=True)
class VisitSentence:
    """What one sentence says: numbers in plain digits, and the rest in the worker's own words.

    `estate` is the estate's or lane's name before the number, "" where none is written.
    """

    building: str
    room: str
    note: str
    unit: str | None = None
    estate: str = ""


def parse_visit_sentence(text: str) -> VisitSentence | None:
    """The home and the note in a sentence, None where no home can be read from it."""
    plain = text.translate(_SAME_WIDTH)
    found = _find(plain)
    if found is None:
        return None
    parts = found.groupdict()
    building, room = _number(parts["building"]), _number(parts["room"])
    unit = parts["unit"] or parts.get("unit2")
    if building is None or room is None or not _is_room(room):
        return None
    estate, before = _before(plain, text, found.start())
    after = text[found.end() :].strip(_LEADING)
    note = " ".join(part for part in (before, after) if part)
    return VisitSentence(building, room, note, _number(unit) if unit else None, estate)


def floor_of(room: str) -> int | None:
    """On which floor a room lies, where its number says so: 502 is on the fifth, 1502 on the fifteenth."""
    number = room.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return (
        int(number[:-2])
        if number.isascii() and number.isdigit() and 3 <= len(number) <= 4
        else None
    )


def without_opening(text: str) -> str:
    """The sentence without words such as 今天去了 at its beginning."""
    return text[_skip_opening(text.translate(_SAME_WIDTH)) :]


def _find(plain: str) -> re.Match[str] | None:
    """A home written with its word anywhere; with dashes only where a sentence begins.

    Dashes alone also write blood pressures and telephone numbers.
    """
    marked = _MARKED.search(plain)
    if marked is not None:
        return marked
    start = _skip_opening(plain)
    estate = _ESTATE.match(plain, start)
    return _DASHED.match(plain, estate.end() if estate else start)


def _skip_opening(plain: str) -> int:
    opening = _OPENING.match(plain)
    return opening.end() if opening else 0


def _before(plain: str, text: str, address_at: int) -> tuple[str, str]:
    """The estate's name and the words before an address that belong to the note."""
    start = _skip_opening(plain[:address_at])
    estate = _ESTATE.fullmatch(plain, start, address_at)
    rest = text[start:address_at].strip(_LEADING)
    return (rest, "") if estate else ("", rest)


def _is_room(room: str) -> bool:
    return 1 <= len(room.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) <= 4


def _number(token: str) -> str | None:
    """A building, unit or room in plain digits: "五零二" is 502, "十二" is 12, "03a" is 3A."""
    if token[0] in _DIGITS or token[0] in _POWERS:
        return _chinese(token)
    return token.upper().lstrip("0") or None


def _chinese(token: str) -> str | None:
    """Read digit by digit (五零二), counted (五百零二) or mixed as in speech (十二零三: 1203)."""
    if not set(token) & set(_POWERS):
        return "".join(str(_DIGITS[char]) for char in token).lstrip("0") or None
    floor, zero, rest = token.partition("零")
    if zero and len(rest) == 1 and rest in _DIGITS and not set(floor) & {"百", "千"}:
        return f"{_counted(floor)}{_DIGITS[rest]:02d}"
    return str(_counted(token))


def _counted(token: str) -> int:
    """The value of a counted numeral; a bare last digit after 百 is of the next rank (五百二)."""
    total, digit, rank = 0, 0, 1
    for char in token:
        if char in _POWERS:
            rank = _POWERS[char]
            total, digit = total + (digit or 1) * rank, 0
        elif _DIGITS[char] == 0:
            digit, rank = 0, 1
        else:
            digit = _DIGITS[char]
    return total + digit * (rank // 10 if rank > 10 else 1)
