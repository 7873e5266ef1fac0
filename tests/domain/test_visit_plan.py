"""Special homes that nobody has seen, and the order of a walk."""

from datetime import date

from domain.calendar import Month
from domain.people import Home
from domain.visit_plan import unseen_special, walking_order


def home(number: int, building: str = "1幢", *, special: bool = False) -> Home:
    return Home(number, 1, building, f"{number}01", 7, special)


def test_homes_stand_in_the_order_of_a_walk() -> None:
    homes = [home(1, "12幢"), home(2, "3幢"), home(1, "3幢"), home(10, "3幢")]
    places = [each.place for each in sorted(homes, key=walking_order)]
    assert places == ["3幢101", "3幢201", "3幢1001", "12幢101"]


def test_unseen_special_homes_are_those_of_this_month() -> None:
    homes = [home(1, special=True), home(2, special=True), home(3), home(4, special=True)]
    last = {1: date(2026, 11, 1), 2: date(2026, 10, 31)}
    assert [each.id for each in unseen_special(homes, last, Month(2026, 11))] == [2, 4]
