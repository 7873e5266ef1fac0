"""Reviews are spread out, and a change is told field by field."""

from dataclasses import replace
from datetime import date, timedelta

from domain.content import CHORES_A_DAY, CHORES_AT_ONCE, Kept, changes, chores

TODAY = date(2026, 11, 23)


def kept(number: int, days: int, *, owner: int = 1, **fields: bool) -> Kept:
    given = {"unverified": False, "waits": False} | fields
    day = TODAY + timedelta(days=days)
    return Kept(f"g{number}", owner, day, given["unverified"], given["waits"])


def test_ninety_two_reviews_do_not_arrive_at_once() -> None:
    due = [kept(n, -n) for n in range(92)]
    asked = chores(due, TODAY)
    assert [guide.guide_id for guide in asked] == ["g91", "g90"], "the longest overdue first"
    assert len(asked) == CHORES_A_DAY


def test_nobody_is_asked_for_more_while_many_wait() -> None:
    waiting = [kept(n, -1, waits=True) for n in range(CHORES_AT_ONCE - 1)]
    assert len(chores([*waiting, kept(50, -9), kept(51, -9)], TODAY)) == 1
    waiting.append(kept(20, -1, waits=True))
    assert chores([*waiting, kept(50, -9)], TODAY) == []


def test_each_owner_has_a_share_of_their_own() -> None:
    both = [kept(n, -1, owner=n % 2) for n in range(10)]
    assert len(chores(both, TODAY)) == 2 * CHORES_A_DAY


def test_overdue_comes_before_unverified_and_what_is_well_is_left_alone() -> None:
    guides = [kept(1, 300, unverified=True), kept(2, 0), kept(3, 1), kept(4, 300)]
    assert [guide.guide_id for guide in chores(guides, TODAY)] == ["g2", "g1"]


def test_what_residents_said_is_wrong_comes_first_however_many_wait() -> None:
    waiting = [kept(n, -1, waits=True) for n in range(CHORES_AT_ONCE)]
    wrong = [replace(kept(n, 300), wrong={"phone": n}) for n in (50, 51, 52)]
    found = chores([*waiting, kept(20, -9), *wrong], TODAY)
    assert [guide.guide_id for guide in found] == ["g52", "g51"], "a few a day all the same"


def test_changes_are_told_field_by_field() -> None:
    told = changes({"fee": "1", "note": "x", "id": "a"}, {"id": "a", "fee": "2", "hours": "9"})
    assert [(c.field, c.before, c.after) for c in told] == [
        ("fee", "1", "2"),
        ("hours", None, "9"),
        ("note", "x", None),
    ]
