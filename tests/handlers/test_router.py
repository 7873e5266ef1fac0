"""Whom the router turns away: by the name of what they tap, whatever stands behind it."""

from datetime import UTC, datetime
from typing import cast

import pytest
from structlog.testing import capture_logs

from domain.messages import Incoming, Message
from domain.people import Language, Person, Role
from handlers import TOPICS
from handlers.base import Answer, Services, Turn
from handlers.router import Router
from wording import Phrases

PHRASES = Phrases.shipped()
SAY = PHRASES[Language.ZH]
ROUTER = Router(TOPICS, PHRASES)
NOTHING = cast(Services, None)
"""Whoever reads or changes anything on the way fails."""
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BEHIND = ("", ":1", ":1:lift", ":2:1", ":1:2:x")
STRANGER = None
WITHOUT_A_ROLE = Person(2, "小陈", 1)
WITH_ONE = [Person(2, "小陈", 1, roles=frozenset({role})) for role in Role]


@pytest.mark.parametrize("who", [STRANGER, WITHOUT_A_ROLE, *WITH_ONE])
async def test_who_is_not_admitted_is_told_so_before_anything_is_read(who: Person | None) -> None:
    counts_as = who if who and who.roles else STRANGER
    shut = [name for name, route in ROUTER.routes.items() if not route.admits(counts_as)]
    assert shut
    with capture_logs() as logged:
        for action in (f"{name}{args}" for name in shut for args in BEHIND):
            incoming = Incoming("memory", "x", action=action)
            turn = Turn(1, 1, incoming, who, Language.ZH, SAY, NOW, checks_in=False)
            answer = await ROUTER.answer(turn, NOTHING)
            assert answer == Answer.of(Message(SAY("menu.not_for_you"))), action
    assert [line["action"] for line in logged] == [name for name in shut for _ in BEHIND]
