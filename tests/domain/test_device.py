"""How requests are signed, and what is fresh, same and a number."""

from datetime import UTC, datetime

import pytest

from domain.device import is_fresh, number, same, signature

NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


def test_a_signature_that_openssl_makes_too() -> None:
    """printf '1700000000\\nPOST\\n/devices/help\\n{"id":"r1"}' | openssl dgst -sha256 -hmac secret"""
    assert signature("secret", "1700000000", "POST", "/devices/help", b'{"id":"r1"}') == KNOWN


KNOWN = "6727e24cdbf3d9a8dfdb76922f13540b2e9175146408b1755031f1f7b1fff13f"


@pytest.mark.parametrize("part", range(4))
def test_every_part_counts(part: int) -> None:
    given = ["1700000000", "POST", "/devices/help", "{}"]
    changed = [text + "x" if i == part else text for i, text in enumerate(given)]
    one, other = (
        signature("s", time, method, path, body.encode())
        for time, method, path, body in (given, changed)
    )
    assert not same(one, other)


def test_whatever_is_compared_nothing_raises() -> None:
    assert same("é", "é")
    assert not same("\udcff", "a")


@pytest.mark.parametrize(
    ("away", "fresh"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)]
)
def test_five_minutes_either_way(away: int, fresh: bool) -> None:
    assert is_fresh(str(int(NOW.timestamp()) + away), NOW) is fresh


@pytest.mark.parametrize("text", ["", "now", "-5", "1e9", "９９", "9" * 40])
def test_what_is_no_time_is_not_fresh(text: str) -> None:
    assert not is_fresh(text, NOW)


@pytest.mark.parametrize(
    ("given", "bare"),
    [
        ("0574-8765 4321", "0574-87654321"),
        ("(0574) 87654321", "057487654321"),
        ("+8657487654321", "+8657487654321"),
        ("SN-00A1", "SN-00A1"),
        ("12", ""),
        ("call me", "callme"),
        ("'; --", ""),
    ],
)
def test_numbers_however_they_are_spaced(given: str, bare: str) -> None:
    assert number(given) == bare
