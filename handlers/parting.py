"""A chat that speaks for nobody any more: what it shows from now on."""

from collections.abc import Mapping

from domain.messages import Lane, Message, message_to_json
from handlers.greeting import keyboard
from storage import outbox, web
from storage.database import Work
from storage.outbox import Letter
from storage.web import Line
from wording import Say


async def cut_off(work: Work, say: Say, unbound: Mapping[int, tuple[str, str]]) -> None:
    """A stranger's keyboard replaces theirs, with no name beside it, for somebody else may hold the
    telephone; on a page, it and one sentence are all that is left."""
    message = Message(say("enroll.revoked"), keyboard=keyboard(say, None), menu=True)
    pages = [i for i, (channel, _) in unbound.items() if channel == web.CHANNEL]
    source, body = f"revoked:{work.now.isoformat()}", message_to_json(message)
    await web.start_anew(work, [Line(page, source, mine=False, body=body) for page in pages])
    # Not claimed, for this may be a tool: a desk that is open, or opens next, sends it.
    chats = [
        Letter(chat, message, Lane.CONVERSATION, not_before=work.now)
        for chat in unbound.keys() - set(pages)
    ]
    await outbox.owe(work, chats)


async def empty_pages(work: Work, say: Say, unbound: Mapping[int, tuple[str, str]]) -> None:
    """Whose owner has died: nothing is sent anywhere; a page that is opened again shows one line."""
    message = Message(say("moves.page_closed"), keyboard=keyboard(say, None))
    source, body = f"closed:{work.now.isoformat()}", message_to_json(message)
    pages = [i for i, (channel, _) in unbound.items() if channel == web.CHANNEL]
    await web.start_anew(work, [Line(page, source, mine=False, body=body) for page in pages])
