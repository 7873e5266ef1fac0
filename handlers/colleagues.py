"""The colleagues who can take something over, to choose one from: who is on duty first."""

from collections.abc import Sequence

from domain.messages import Button, Rows
from handlers.base import Turn
from handlers.pages import Page
from storage.help_hands import Colleague


def colleague_rows(
    turn: Turn, duty_id: int, found: Sequence[Colleague], topic: str, back: Button
) -> Rows:
    """A page of them; a tap offers them the duty by the topic's own `offer`."""
    page = Page.of(found, turn.number(1))
    names = [
        (
            Button(
                turn.say.plain("help.give_on_duty", name=one.name) if one.on_duty else one.name,
                f"{topic}.offer:{duty_id}:{one.id}",
            ),
        )
        for _, one in page.numbered()
    ]
    return (*names, *page.turns(turn.say, f"{topic}.give:{duty_id}"), (back,))
