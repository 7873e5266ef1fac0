"""The community as a name list again: what is written here, loaded as it is, changes nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from bot.render.sheet import GRID, aligned, to_bytes, write
from bot.roll.headings import HEADINGS, Field
from bot.roll.words import LANGUAGES, ROLES, TIERS
from knowledge.register import CommunityEntry, HouseholdEntry, PersonEntry

_PERSON = (Field.CODE, Field.NAME, Field.PHONE, Field.ROLES, Field.LANGUAGE, Field.LARGE)
_HOME = (Field.BUILDING, Field.ROOM)
_MORE = (
    Field.WORKER,
    Field.CATEGORY,
    Field.SPECIAL,
    Field.WAY,
    Field.HEALTH,
    Field.KEY,
    Field.TIER,
)
_STAFF = (Field.HEALTH, Field.KEY, Field.SHARE, Field.SINCE, Field.UNTIL)
_FAMILY = (Field.CODE, Field.NAME, Field.ELDER, Field.RELATION)
_FILL = PatternFill("solid", fgColor="DCE6F1")

Values = dict[Field, str]


def written(entry: CommunityEntry, made: datetime) -> bytes:
    """A workbook of staff, residents and families; all cells are texts, the same community the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _sheet(book, "社工", (*_PERSON, *_STAFF), map(_worker, entry.staff))
    _sheet(book, "居民", (*_HOME, *_PERSON, *_MORE), _residents(entry))
    _sheet(book, "家属", _FAMILY, _families(entry))
    return to_bytes(book, made)


def _person(one: PersonEntry) -> Values:
    return {
        Field.CODE: one.code,
        Field.NAME: one.name,
        Field.PHONE: one.phone or "",
        Field.ROLES: "、".join(ROLES[role] for role in one.roles),
        Field.LANGUAGE: LANGUAGES[one.language],
        Field.LARGE: "是" if one.large_text else "否",
        Field.HEALTH: one.health or "",
        Field.KEY: one.key_holder or "",
    }


def _worker(one: PersonEntry) -> Values:
    return _person(one) | {
        Field.SHARE: f"{one.share}%" if one.share else "",
        Field.SINCE: one.since.isoformat() if one.since else "",
        Field.UNTIL: one.until.isoformat() if one.until else "",
    }


def _residents(entry: CommunityEntry) -> Iterable[Values]:
    """A row for everybody at home, and one for a home without people."""
    for home in entry.households:
        rows: Sequence[Values] = [_person(one) for one in home.members] or [{}]
        yield from (_home(home) | row for row in rows)


def _home(home: HouseholdEntry) -> Values:
    return {
        Field.BUILDING: home.building,
        Field.ROOM: home.room,
        Field.WORKER: home.worker,
        Field.CATEGORY: "、".join(home.tags),
        Field.SPECIAL: "是" if home.special else "否",
        Field.WAY: home.way or "",
        Field.TIER: TIERS[home.tier] if home.tier else "",
    }


def _families(entry: CommunityEntry) -> Iterable[Values]:
    for one in entry.people():
        for elder, relation in one.family.items():
            yield {
                Field.CODE: one.code,
                Field.NAME: one.name,
                Field.ELDER: elder,
                Field.RELATION: relation,
            }


def _sheet(book: Workbook, title: str, fields: Sequence[Field], rows: Iterable[Values]) -> None:
    page = book.create_sheet(title)
    for at, name in enumerate(fields, 1):
        cell = page.cell(1, at)
        assert isinstance(cell, Cell)
        write(cell, HEADINGS[name][0], bold=True).fill = _FILL
        page.column_dimensions[get_column_letter(at)].width = 16
    for number, values in enumerate(rows, 2):
        for at, name in enumerate(fields, 1):
            cell = page.cell(number, at)
            assert isinstance(cell, Cell)
            if text := values.get(name, ""):
                write(cell, text, size=10).number_format = "@"
            cell.border, cell.alignment = GRID, aligned(wrap=False)
    page.freeze_panes = "C2"
