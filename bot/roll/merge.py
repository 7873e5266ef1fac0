"""A name list laid over the community as it stands: it adds and changes, and withdraws nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from bot.roll.door import Doors
from bot.roll.draft import ORDER, Draft, Key
from bot.roll.headings import Field
from bot.roll.problems import Problems
from bot.roll.read import Kind, Row
from bot.roll.words import language_of, roles_of
from domain import roll
from domain.people import STAFF, Role
from domain.roll import OLD, Severity
from knowledge.register import CommunityEntry, PersonEntry

_TERMS: Mapping[Field, Callable[[object], object]] = {
    Field.SHARE: roll.share,
    Field.SINCE: roll.day,
    Field.UNTIL: roll.day,
}
_TEXTS = {Field.HEALTH: "health", Field.KEY: "key_holder"}


@dataclass(slots=True)
class _Merge:
    draft: Draft
    problems: Problems
    today: date
    blind: Callable[[str], str]
    doors: Doors
    seen: dict[str, Row] = field(default_factory=dict)
    """The row in which somebody's code stood first."""


def merged(
    entry: CommunityEntry,
    rows: Sequence[Row],
    problems: Problems,
    today: date,
    blind: Callable[[str], str],
) -> CommunityEntry:
    """The community with all rows that can be read; what is wrong is added to the problems.

    `blind` makes the code of somebody who has none, the same from the same words and telling nothing.
    """
    draft = Draft(entry)
    merge = _Merge(draft, problems, today, blind, Doors(draft, problems))
    for row in rows:
        match row.kind:
            case Kind.STAFF:
                _staff(merge, row)
            case Kind.FAMILY:
                _family(merge, row)
            case _:
                _resident(merge, row)
    return draft.whole()


def _staff(merge: _Merge, row: Row) -> None:
    name = _name(merge, row)
    code = row.text(Field.CODE) or next(iter(merge.draft.at(None, name)), "")
    old = merge.draft.people.get(code)
    phone = _phone(merge, row, old)
    if not name or phone is None:
        return
    code = code or _new_code(merge, "staff", name, phone)
    if _twice(merge, row, code, phone):
        return
    roles, unknown = roles_of(row.said(Field.ROLES))
    if unknown:
        told = "、".join(unknown)
        merge.problems.add(Severity.ASKED, row.place(Field.ROLES), "roll.roles", said=told)
    default = tuple(old["roles"]) if old else (Role.WORKER,)
    said = {"code": code, "name": name, "roles": roles or default} | _terms(merge, row)
    if _put(merge, row, code, said | _details(row, phone), None) and (grid := row.text(Field.GRID)):
        merge.draft.grids[grid] = code


def _resident(merge: _Merge, row: Row) -> None:
    name = _name(merge, row)
    home = merge.doors.of(row, name)
    if home is None:
        return
    code = _known(merge, row, name, home) if name else ""
    phone = _phone(merge, row, merge.draft.people.get(code))
    if phone is None or not merge.doors.keep(row, home):
        return
    if not name:
        return
    code = code or _moved(merge, row, name, phone, home)
    code = code or _new_code(merge, *home, name)
    if _twice(merge, row, code, phone):
        return
    old = merge.draft.people.get(code)
    said = {"code": code, "name": name, "roles": _roles(merge, row, old)} | _details(row, phone)
    _put(merge, row, code, said, home)


def _known(merge: _Merge, row: Row, name: str, home: Key) -> str:
    if code := row.text(Field.CODE):
        if merge.draft.lives.get(code) not in (None, home):
            _elsewhere(merge, row, code, name, home)
        return code
    return next(iter(merge.draft.at(home, name)), "")


def _moved(merge: _Merge, row: Row, name: str, phone: str, home: Key) -> str:
    """Whoever has the name and the number elsewhere has moved; asked, for a namesake can share one."""
    same = [
        code
        for code in merge.draft.called(name)
        if phone and merge.draft.people[code]["phone"] == phone and merge.draft.lives[code]
    ]
    if len(same) != 1:
        return ""
    _elsewhere(merge, row, same[0], name, home)
    return same[0]


def _elsewhere(merge: _Merge, row: Row, code: str, name: str, home: Key) -> None:
    """A move, but two homes where the same list had them at another before."""
    before = "".join(merge.draft.lives[code] or ())
    key = "roll.two_homes" if code in merge.seen else "roll.moves"
    severity = Severity.REFUSED if code in merge.seen else Severity.ASKED
    merge.problems.add(
        severity, row.place(Field.NAME), key, name=name, before=before, now="".join(home)
    )


def _new_code(merge: _Merge, *words: str) -> str:
    known = merge.blind("\n".join((merge.draft.entry.code, *words)))
    return f"{merge.draft.entry.code}-{known[:12]}"[-64:]


def _name(merge: _Merge, row: Row) -> str:
    at = Field.NAME if row.text(Field.NAME) or Field.HEAD not in row.cells else Field.HEAD
    raw = row.said(at)
    if at is Field.HEAD and (Field.NAME in row.cells or roll.truth(raw) is not None):
        return ""
    if raw is not None and merge.draft.called(str(raw)):
        return str(raw)
    return _take(merge, row, at, roll.name(raw))


def _take(merge: _Merge, row: Row, at: Field, read: roll.Read) -> str:
    if read.severity is not None:
        said = roll.words(row.said(at))
        merge.problems.add(read.severity, row.place(at), read.why, said=said, value=read.value)
    return read.value


def _phone(merge: _Merge, row: Row, old: dict[str, Any] | None) -> str | None:
    """The number, "" where none is said, None where what is said is none."""
    raw = row.said(Field.PHONE)
    if old and roll.words(raw) == old["phone"]:
        return str(old["phone"])
    read = roll.phone(raw)
    _take(merge, row, Field.PHONE, read)
    return None if read.severity is Severity.REFUSED else read.value


def _twice(merge: _Merge, row: Row, code: str, phone: str) -> bool:
    """Whether somebody stood in the list before and this row is not to be read: with another number it
    is refused; a list of elders, or of staff, naming a resident again only adds to what is known."""
    first = merge.seen.setdefault(code, row)
    if first is row:
        return False
    known = merge.draft.people[code]["phone"] if code in merge.draft.people else None
    place = row.place(Field.NAME)
    if phone and known and phone != known:
        merge.problems.add(
            Severity.REFUSED, place, "roll.twice_differs", sheet=first.sheet, row=first.number
        )
        return True
    if first.sheet == row.sheet:
        merge.problems.add(Severity.REPAIRED, place, "roll.twice", row=first.number)
    return False


def _roles(merge: _Merge, row: Row, old: dict[str, Any] | None) -> tuple[Role, ...]:
    roles, _ = roles_of(row.said(Field.ROLES))
    found = set(roles or (old["roles"] if old else (Role.RESIDENT,)))
    if row.kind is Kind.ELDERS or (old and Role.ELDER in old["roles"]):
        found.add(Role.ELDER)
    if raw := row.said(Field.AGE):
        years = roll.age(raw, merge.today)
        if years is None:
            said = roll.words(raw)
            merge.problems.add(Severity.ASKED, row.place(Field.AGE), "roll.age", said=said)
        elif years >= OLD:
            found.add(Role.ELDER)
    if STAFF & found and not (old and STAFF.intersection(old["roles"])):
        merge.problems.add(Severity.ASKED, row.place(Field.ROLES), "roll.staff_at_home")
    return tuple(sorted(found, key=ORDER.index))


def _details(row: Row, phone: str) -> dict[str, Any]:
    """What else a row says of somebody; what it leaves empty stays as it is."""
    found: dict[str, Any] = {"phone": phone} if phone else {}
    found |= {name: text for at, name in _TEXTS.items() if (text := roll.said(row.said(at)))}
    if (language := language_of(row.said(Field.LANGUAGE))) is not None:
        found["language"] = language
    if (large := roll.truth(row.said(Field.LARGE))) is not None:
        found["large_text"] = large
    return found


def _terms(merge: _Merge, row: Row) -> dict[str, Any]:
    """On what terms somebody works here: the part of full time, the first and the last day."""
    found: dict[str, Any] = {}
    for at, read in _TERMS.items():
        raw = roll.said(row.said(at))
        value = read(row.said(at)) if raw else None
        if value is not None:
            found[at.value] = value
        elif raw:
            merge.problems.add(Severity.ASKED, row.place(at), f"roll.{at}", said=raw)
    return found


def _put(merge: _Merge, row: Row, code: str, said: dict[str, Any], home: Key | None) -> bool:
    old = merge.draft.people.get(code)
    if old is not None and (home is None or STAFF.intersection(old["roles"])):
        home = merge.draft.lives[code]  # whoever works here stays where the register has them
    try:
        person = PersonEntry.model_validate((old or {}) | said).model_dump()
    except ValidationError as error:
        why = str(error.errors()[0]["msg"])
        merge.problems.add(Severity.REFUSED, row.place(Field.NAME), "roll.not_valid", why=why)
        return False
    merge.draft.put(person, home)
    return True


def _family(merge: _Merge, row: Row) -> None:
    """Who is whose family, by their codes."""
    relative, elder = row.text(Field.CODE), row.text(Field.ELDER)
    missing = next((code for code in (relative, elder) if code not in merge.draft.people), None)
    if missing is not None:
        at = Field.CODE if missing == relative else Field.ELDER
        merge.problems.add(Severity.REFUSED, row.place(at), "roll.no_such_code", code=missing)
        return
    person = merge.draft.people[relative]
    family = person["family"] | {elder: row.text(Field.RELATION)[:20]}
    roles = tuple(sorted({*person["roles"], Role.FAMILY}, key=ORDER.index))
    merge.draft.put(person | {"family": family, "roles": roles}, merge.draft.lives[relative])
