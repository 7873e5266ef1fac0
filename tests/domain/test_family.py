"""Who may keep an elder's family, and what is taken for a name."""

import pytest

from domain.family import introduced, may_keep
from domain.people import Home, Person, Role


def person(number: int, *roles: Role, community: int = 1) -> Person:
    return Person(number, "某人", community, roles=frozenset(roles))


ELDER = person(1, Role.ELDER)
HOME = Home(1, 1, "3幢", "502", worker_id=2)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (ELDER, True),
        (person(2, Role.WORKER), True),
        (person(3, Role.WORKER), False),
        (person(2, Role.RESIDENT), False),
        (person(4, Role.SUPERVISOR), True),
        (person(4, Role.SUPERVISOR, community=2), False),
        (person(5, Role.FAMILY), False),
        (person(6, Role.STREET), False),
    ],
)
def test_who_may_keep_an_elders_family(who: Person, may: bool) -> None:
    assert may_keep(who, ELDER, HOME) is may


def test_nobody_keeps_the_family_of_who_is_no_elder() -> None:
    resident = person(1, Role.RESIDENT)
    assert not may_keep(resident, resident, HOME)
    assert not may_keep(person(2, Role.WORKER), resident, HOME)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("陈明 13900000001", ("陈明", "13900000001")),
        ("我叫陈明，电话 139-0000-0001", ("陈明", "139-0000-0001")),
        ("我是欧阳小明", ("欧阳小明", "")),
        ("陈明，0574-87000000", ("陈明", "0574-87000000")),
        ("Chen Ming 13900000001", ("Chen Ming", "13900000001")),
        ("13900000001", None),
        ("社保卡丢了怎么办？", None),
        ("老人满八十有什么补贴", None),
        ("谢谢您！", None),
        ("", None),
        ("我是她女儿", None),
        ("怎么用", None),
        ("妈妈好吗", None),
        ("不认识你们", None),
    ],
)
def test_what_is_a_name(text: str, said: tuple[str, str] | None) -> None:
    assert introduced(text) == said
