"""The lasting keyboard: what somebody's work needs, and the key for help where it may be needed."""

import re

import pytest

from domain.people import Language, Person, Role
from handlers import TOPICS
from handlers.greeting import keyboard, tools
from handlers.menu import page_for
from wording import Phrases

SAY = Phrases.shipped()[Language.ZH]
ROWS_ON_A_TELEPHONE = 4
"""Of the web chat's keys on 360 by 740; Telegram shows as many before it scrolls."""
WORK = {Role.WORKER: "visit", Role.SUPERVISOR: "board", Role.STREET: "board"}


def actions(*roles: Role) -> list[list[str]]:
    who = Person(1, "小陈", 1, roles=frozenset(roles))
    return [[button.action for button in row] for row in keyboard(SAY, who).rows]


@pytest.mark.parametrize("at_home", [Role.FAMILY, Role.ELDER])
@pytest.mark.parametrize("work", list(WORK))
def test_staff_who_are_family_have_the_keys_of_their_work_and_help(
    work: Role, at_home: Role
) -> None:
    rows = actions(work, at_home, Role.RESIDENT)
    assert rows[:-1] == actions(work)
    assert any(WORK[work] in row for row in rows)
    assert rows[-1] == ["help.press"], "alone"


def test_whoever_is_worker_and_head_has_the_keys_of_both_once_each() -> None:
    keys = [key for row in actions(Role.WORKER, Role.SUPERVISOR, Role.RESIDENT) for key in row]
    both = {key for role in (Role.WORKER, Role.SUPERVISOR) for row in actions(role) for key in row}
    assert set(keys) == both
    assert len(keys) == len(both)


@pytest.mark.parametrize("role", [Role.FAMILY, Role.ELDER, Role.RESIDENT])
def test_at_home_help_comes_first_and_alone(role: Role) -> None:
    assert actions(role, Role.RESIDENT)[0] == ["help.press"]


def test_nobody_else_at_work_has_a_key_for_help() -> None:
    assert ["help.press"] not in actions(Role.WORKER)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.STREET])
def test_who_leads_sees_all_keys_at_once_and_the_rarer_ones_behind_the_last(role: Role) -> None:
    rows = actions(role)
    assert rows[0] == ["helplist", "helpboard"], "who waits, first"
    assert len(rows) <= ROWS_ON_A_TELEPHONE
    assert rows[-1][-1] == "menu.tools"
    behind = [button.action for row in tools(SAY) for button in row]
    assert behind[0] == "surge", "rare, and urgent when it is needed"
    assert not {key for row in rows for key in row}.intersection(behind)
    topics = {name: route for topic in TOPICS for name, route in topic.routes.items()}
    assert all(role in topics[action].roles for action in behind), "nothing that is refused"


def test_whoever_only_looks_has_the_board_and_is_told_of_no_key_that_is_not_there() -> None:
    assert actions(Role.BUREAU, Role.RESIDENT) == [["helpboard", "ledger"], ["menu"]]
    assert SAY.plain("help.key") not in SAY.plain("menu.welcome_bureau", name="陈科长")
    assert SAY.plain("helpboard.key") in SAY.plain("menu.welcome_bureau", name="陈科长")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("roles", [(), *((role,) for role in Role)])
def test_how_to_use_it_names_only_keys_that_whoever_reads_it_has(
    roles: tuple[Role, ...], language: Language
) -> None:
    say = Phrases.shipped()[language]
    who = Person(1, "小陈", 1, roles=frozenset(roles)) if roles else None
    keys = {button.label for row in keyboard(say, who).rows for button in row}
    named = re.findall("“([^\\w/][^”]+)”", say.plain(f"menu.{page_for(who)}", name=""))
    assert set(named) <= keys
