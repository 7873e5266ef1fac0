"""The kinds of residents' matters as an office may set them."""

from pathlib import Path

import pytest

from knowledge.cases import case_kind, check_promises, load_cases
from knowledge.source import ContentError

LAST = "{id: other, name: {zh: 其他, en: Other}, days: 5, basis: office, words: []}"
ONE = "{id: noise, name: {zh: 噪音, en: Noise}, days: 3, basis: office, words: [吵]}"


def test_the_shipped_kinds_can_be_used_and_a_kind_that_is_gone_is_the_last() -> None:
    kinds = load_cases()
    assert {"dispute", "hazard", "property", "policy"} <= {kind.id for kind in kinds}
    assert case_kind("dispute").days <= 22, "about a month, as the rules of mediation say"
    assert case_kind("gone") == kinds[-1]


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        (f"[{ONE}]", "kinds"),
        (f"[{ONE}, {ONE}, {LAST}]", "'noise' stands twice"),
        (f"[{LAST}, {ONE}]", "no words"),
        (f"[{ONE.replace('3', '0')}, {LAST}]", "kinds.0.days"),
        (f"[{ONE.replace(', en: Noise', '')}, {LAST}]", "noise: the name in 'en'"),
        (f"[{ONE.replace('basis: office, ', '')}, {LAST}]", "kinds.0.basis"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, kinds: str, why: str) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(f"version: 1\nkinds: {kinds}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=why):
        load_cases(file)


@pytest.mark.parametrize(
    ("stated", "why"), [({"smile": 3}, "smile"), ({"property": 0}, "property"), (["x"], "write it")]
)
def test_a_communitys_own_promises_are_checked_when_it_is_loaded(stated: object, why: str) -> None:
    check_promises({"property": 7})
    with pytest.raises(ValueError, match=why):
        check_promises(stated)
