"""A person with a telephone: what a test does and sees on the other side of the platform."""

from __future__ import annotations

from typing import Any

from tests.botapi.account import commands_seen_by
from tests.botapi.engine import Engine
from tests.botapi.keyboards import Button, buttons_of
from tests.botapi.messages import Message
from tests.botapi.samples import OGG, PNG
from tests.botapi.state import Chat, Tap, Toast
from tests.botapi.texts import typed_by_user
from tests.botapi.updates import Update

Wire = dict[str, Any]


class NotHeardError(AssertionError):
    """What was waited for did not come in time; the message shows the chat as it is."""


class User:
    """Acts at once (updates go into the queue); only `hears` and `sees_toast` wait."""

    def __init__(self, engine: Engine, chat: Chat) -> None:
        self._engine = engine
        self._chat = chat
        self.id: int = chat.person["id"]

    @property
    def person(self) -> Wire:
        """Who they are, as the platform tells the bot."""
        return self._chat.person

    # What the person does

    def starts(self, payload: str = "") -> Update:
        """Opens the bot's link, with the payload of a deep link if there is one."""
        return self.says(f"/start {payload}".rstrip())

    def says(self, text: str, reply_to: Message | None = None) -> Update:
        plain, entities = typed_by_user(text)
        return self._sends(text=plain, entities=entities, reply_to=reply_to)

    def sends_location(self, latitude: float, longitude: float) -> Update:
        place = {"latitude": latitude, "longitude": longitude}
        return self._sends(kind="location", content={"location": place})

    def sends_contact(self, phone: str, first_name: str = "", user_id: int | None = None) -> Update:
        """A contact card; without a name it is the person's own, as the contact button sends."""
        contact = {
            "phone_number": phone,
            "first_name": first_name or self._chat.person["first_name"],
        }
        owner = user_id if first_name else self.id
        card = contact if owner is None else contact | {"user_id": owner}
        return self._sends(kind="contact", content={"contact": card})

    def sends_photo(self, caption: str = "", data: bytes = PNG) -> Update:
        stored = self._engine.state.store("photo", data, "photo.png", "image/png")
        sizes = [stored.wire | {"width": 64, "height": 64}]
        plain, entities = typed_by_user(caption)
        return self._sends(
            kind="photo", content={"photo": sizes}, data=data, text=plain, entities=entities
        )

    def sends_voice(self, seconds: int = 3, caption: str = "", data: bytes = OGG) -> Update:
        stored = self._engine.state.store("voice", data, "voice.ogg", "audio/ogg")
        voice = stored.wire | {"duration": seconds, "mime_type": "audio/ogg"}
        return self._sends(kind="voice", content={"voice": voice}, data=data, text=caption)

    def edits(self, message: Message, text: str) -> Update:
        """Changes one of the person's own messages."""
        message.text, message.entities = typed_by_user(text)
        message.edited_at = self._engine.clock()
        self._engine.state.change(message)
        return self._update("edited_message", message.wire())

    def taps(
        self, label_or_data: str, message: Message | None = None, *, stale: bool = False
    ) -> Update:
        """Taps an inline button: by its label, its data, or a part of its label.

        The newest message that has it is meant, unless one is named. With `stale`, the telephone
        still shows buttons that the named message had before it was edited.
        """
        button, holder = self._button(label_or_data, message, stale)
        if button.data is None:
            raise LookupError(f"[{button.label}] opens {button.url}, the bot learns nothing of it")
        tap = self._engine.state.tap(self.id, button.data)
        query = {
            "id": tap.query_id,
            "from": self._chat.person,
            "message": holder.wire(),
            "chat_instance": str(self.id * 31),
            "data": button.data,
        }
        return self._update("callback_query", query, "taps")

    def presses(self, label: str) -> Update:
        """Presses a button of the reply keyboard, which says its label for the person."""
        labels = [text for row in self.keyboard for text in row]
        found = [text for text in labels if label in text]
        if not found:
            raise LookupError(f"no key {label!r} on the keyboard {labels}")
        return self.says(found[0])

    def blocks(self) -> Update:
        """Stops the bot; the platform tells it and refuses its messages from now on."""
        self._chat.blocked = True
        return self._membership("member", "kicked")

    def unblocks(self) -> Update:
        self._chat.blocked = False
        return self._membership("kicked", "member")

    def raw(self, update: Wire) -> Update:
        """Hands the bot an update exactly as given, however malformed."""
        return self._engine.queue.add_raw(update, self._engine.state.revision)

    # What the person sees

    @property
    def chat(self) -> list[Message]:
        """Both sides' messages, oldest first, as they look now; the objects follow later edits."""
        return [message for message in self._chat.messages.values() if not message.deleted]

    @property
    def heard(self) -> list[Message]:
        """The bot's messages only."""
        return [message for message in self.chat if message.from_bot]

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of the reply keyboard that is shown now, row by row."""
        for message in reversed(self.heard):
            if message.markup and "remove_keyboard" in message.markup:
                return []
            if message.markup and "keyboard" in message.markup:
                return [[key["text"] for key in row] for row in message.markup["keyboard"]]
        return []

    def buttons(self, message: Message | None = None) -> list[Button]:
        """The inline buttons of a message, or of the newest one that has any."""
        if message is not None:
            return message.buttons
        return next((held for m in reversed(self.heard) if (held := m.buttons)), [])

    @property
    def commands(self) -> list[dict[str, str]]:
        """The bot's menu as this person's telephone shows it."""
        return commands_seen_by(self._engine.state, self._chat.person)

    @property
    def toasts(self) -> list[Toast]:
        """What the bot answered to taps, oldest first; an empty text only stops the spinning."""
        return [tap.answer for tap in self._taps if tap.answer]

    @property
    def spinning(self) -> int:
        """How many taps the bot has not answered yet."""
        return sum(1 for tap in self._taps if tap.answer is None)

    @property
    def _taps(self) -> list[Tap]:
        return [tap for tap in self._engine.state.taps.values() if tap.person_id == self.id]

    @property
    def mark(self) -> int:
        """This moment, for `hears(…, after=mark)`."""
        return self._engine.state.revision

    async def hears(
        self,
        fragment: str = "",
        timeout: float = 5,  # noqa: ASYNC109 - its end is an assertion that shows the chat
        *,
        after: int | Update = 0,
    ) -> Message:
        """The newest message of the bot that contains the fragment, as soon as there is one.

        With `after` (a `mark`, or what an action returned), only what was sent or edited since.
        """
        since = after.mark if isinstance(after, Update) else after
        found = await self._engine.until(lambda: self._find(fragment, since), timeout)
        if found is None:
            raise NotHeardError(f"{fragment!r} was not heard in {timeout} s. The chat:\n{self}")
        return found

    async def sees_toast(
        self,
        fragment: str = "",
        timeout: float = 5,  # noqa: ASYNC109 - as `hears`
    ) -> Toast:
        """The newest answer to a tap that contains the fragment."""
        found = await self._engine.until(
            lambda: next((t for t in reversed(self.toasts) if fragment in t.text), None), timeout
        )
        if found is None:
            raise NotHeardError(f"no toast with {fragment!r} in {timeout} s: {self.toasts}")
        return found

    def _find(self, fragment: str, since: int) -> Message | None:
        for message in reversed(self.heard):
            if message.revision > since and fragment in message.text:
                return message
        return None

    def __str__(self) -> str:
        return "\n".join(map(str, self.chat)) or "(empty)"

    # How it is done

    def _sends(self, **parts: Any) -> Update:
        if self._chat.blocked:
            raise RuntimeError("this person has blocked the bot: unblocks() first")
        self._chat.started = True
        message = self._engine.state.write(self._chat, from_bot=False, **parts)
        return self._update("message", message.wire())

    def _update(self, kind: str, content: Wire, lane: str = "chat") -> Update:
        return self._engine.queue.add(kind, content, (self.id, lane), self.mark)

    def _membership(self, old: str, new: str) -> Update:
        now = int(self._engine.clock())
        states: dict[str, Wire] = {
            "member": {"status": "member"},
            "kicked": {"status": "kicked", "until_date": 0},
        }
        bot: Wire = {"user": self._engine.state.bot}
        content = {
            "chat": self._chat.wire,
            "from": self._chat.person,
            "date": now,
            "old_chat_member": bot | states[old],
            "new_chat_member": bot | states[new],
        }
        return self._update("my_chat_member", content, "membership")

    def _button(self, wanted: str, message: Message | None, stale: bool) -> tuple[Button, Message]:
        messages = [message] if message else list(reversed(self.heard))
        held = [(button, m) for m in messages for button in _shown(m, stale)]
        for exact in (True, False):
            for button, holder in held:
                if _matches(button, wanted, exact):
                    return button, holder
        labels = [button.label for button, _ in held]
        raise LookupError(f"no button {wanted!r} among {labels}. The chat:\n{self}")


def _matches(button: Button, wanted: str, exact: bool) -> bool:
    return wanted in (button.label, button.data) if exact else wanted in button.label


def _shown(message: Message, stale: bool) -> list[Button]:
    if not stale:
        return message.buttons
    past = reversed(message.markups)
    return [button for markup in past for button in buttons_of(markup, message.message_id)]
