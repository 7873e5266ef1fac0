"""Everyday services: when they may be asked for, and how people say that they want one."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from domain.duty import DutyKind
from domain.service import Hour, Part, Point, Rule, Serving, Wish
from knowledge.facilities import Facility, Meal, check_facilities
from knowledge.phrases import Phrases, plain, sounded
from knowledge.source import Source
from knowledge.value import Texts, Value, naming_entries, read_value

DINING = "老年食堂"
"""The kind of facility that may state meals."""
LONGEST = 40
"""Signs of a sentence that asks for a service; whoever writes more tells a story."""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(r"(下个?)?(?:周|星期|礼拜)([一二三四五六日天])")
_OF_MONTH = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[号日](?![楼幢栋门单院室\d])")


def _hours(value: object) -> object:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("must be two times such as 08:30")
    since, until = (time.fromisoformat(str(each)) for each in value)
    if since >= until:
        raise ValueError("must end after it begins")
    return (since, until)


class _Kind(Value):
    days: Annotated[int, Field(ge=1, le=14)]
    notice: Annotated[int, Field(ge=0)]
    parts: Mapping[Part, Annotated[tuple[time, time], BeforeValidator(_hours)]]
    workdays: bool = True

    @property
    def rule(self) -> Rule:
        parts = {part: Hour(*hours) for part, hours in self.parts.items()}
        return Rule(self.days, timedelta(minutes=self.notice), parts, self.workdays)


class _Content(Value):
    kinds: Mapping[DutyKind, _Kind]
    said: Mapping[DutyKind, Texts]
    asking: Texts
    help: Texts
    parts: Mapping[Part, Texts]
    at_home: Texts
    there: Texts
    fine: Texts
    signs: Texts
    days: Mapping[str, int]


class ServiceWords:
    """The reviewed words and hours, ready to be applied."""

    def __init__(self, content: _Content) -> None:
        self.rules = {kind: known.rule for kind, known in content.kinds.items()}
        self._content = content
        self._said = {kind: Phrases.of(words, {}) for kind, words in content.said.items()}
        self._asking = tuple(plain(word) for word in content.asking)
        self._help = tuple(plain(word) for word in content.help)
        self._fine = frozenset(plain(word) for word in content.fine)
        self._signs = frozenset(plain(word) for word in content.signs)

    def is_fine(self, text: str) -> bool:
        """Whether a text says nothing but that all is well."""
        return len(text) <= LONGEST and plain(text) in self._fine

    def is_sign_of_life(self, text: str) -> bool:
        """Whether a text says nothing but that somebody wants the daily sign of life."""
        return len(text) <= LONGEST and plain(text) in self._signs

    def wish(self, text: str, today: date) -> Wish | None:
        """What a text asks for; None where it asks for nothing, or about the rules of a service."""
        if len(text) > LONGEST:
            return None
        said = plain(text)
        kind = self._kind(said)
        if kind is None:
            return None
        part = self._part(kind, said)
        home = self._at_home(said) if kind is DutyKind.MEAL else None
        return Wish(kind, self._day(said, today), part, home)

    def _kind(self, said: str) -> DutyKind | None:
        if any(word in said for word in self._asking):
            return None
        if not any(word in said for word in self._help):
            return None
        heard = sounded(said)
        kinds = (kind for kind, phrases in self._said.items() if phrases.are_in(said, heard))
        return next(kinds, None)

    def _part(self, kind: DutyKind, said: str) -> Part | None:
        """早上 is no meal that is cooked, 晚上 no time to go to a hospital."""
        of_kind = (
            (Part.LUNCH, Part.DINNER) if kind is DutyKind.MEAL else tuple(self.rules[kind].parts)
        )
        words = self._content.parts
        return next((p for p in of_kind if any(w in said for w in words.get(p, ()))), None)

    def _at_home(self, said: str) -> bool | None:
        words = (self._content.there, self._content.at_home)
        there, home = (any(word in said for word in each) for each in words)
        return (
            None if there == home else home
        )  # 叫食堂送到家 has both, and then the elder says which

    def _day(self, said: str, today: date) -> date | None:
        """后天, 周三, 12月3号: the next day of that name."""
        days = self._content.days
        for word in sorted(days, key=len, reverse=True):
            if word in said:
                return today + timedelta(days=days[word])
        if found := _WEEKDAY.search(said):
            number = "一二三四五六日".find(found[2].replace("天", "日"))
            if found[1]:
                return today + timedelta(days=7 - today.weekday() + number)
            return today + timedelta(days=(number - today.weekday()) % 7)
        found = _OF_MONTH.search(said)
        return _next_of_month(found, today) if found else None


def _next_of_month(found: re.Match[str], today: date) -> date | None:
    month, day = int(found[1] or today.month), int(found[2])
    for year, number in ((today.year, month), _after(today, month, named=bool(found[1]))):
        try:
            meant = date(year, number, day)
        except ValueError:
            continue
        if meant >= today:
            return meant
    return None


def _after(today: date, month: int, *, named: bool) -> tuple[int, int]:
    """The same month a year later, or the month after this one."""
    if named:
        return today.year + 1, month
    return (today.year, month + 1) if month < 12 else (today.year + 1, 1)


def load_service(source: Source) -> ServiceWords:
    """Read and check; raises ContentError."""
    return ServiceWords(read_value(_Content, source, naming_entries(source, "kinds", "kind")))


@cache
def shipped_service() -> ServiceWords:
    """The words and hours that come with the program."""
    return load_service(Source.shipped("services.yaml"))


def dining_points(details: Mapping[str, Any]) -> tuple[Point, ...]:
    """The dining points that serve a community, as its own file states them."""
    known = check_facilities(details.get("facilities", ()))
    return tuple(_point(f) for f in known if f.type == DINING and f.meals)


def _point(facility: Facility) -> Point:
    return Point(
        facility.id,
        facility.name,
        facility.phone,
        tuple(_serving(meal) for meal in facility.meals),
        facility.person,
        (facility.lat, facility.lon),
    )


def _serving(meal: Meal) -> Serving:
    return Serving(
        Part(meal.meal),
        meal.order_by,
        Hour(*meal.served),
        frozenset(_DAYS.index(day) for day in meal.days),
        meal.home,
        meal.day_before,
    )
