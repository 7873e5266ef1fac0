"""The colleagues who can take something over, to choose one from: who is on duty first."""

from collections.abc import Sequence

from domain.messages import Button, Rows
from handlers.base import Services, Turn
from handlers.pages import Page
from storage import help_hands
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


async def chosen(turn: Turn, services: Services, community_id: int) -> Colleague | None:
    """Whom such a tap names, if they can still be asked."""
    found = await help_hands.colleagues(services.work, community_id, turn.who.id)
    return next((one for one in found if one.id == turn.number(1)), None)
