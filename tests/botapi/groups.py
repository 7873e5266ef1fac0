"""A group of people: it takes the bot in and puts it out, talks, and votes.

In a group the bot hears commands, mentions and answers to its own messages only; as an administrator it
hears everything (core.telegram.org/bots/features#privacy-mode).
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.botapi.engine import Engine
from tests.botapi.messages import Message
from tests.botapi.polls import cast
from tests.botapi.state import GroupChat
from tests.botapi.texts import typed_by_user
from tests.botapi.updates import Update

if TYPE_CHECKING:
    from tests.botapi.users import User

Wire = dict[str, Any]


class Group:
    """What its members do there, and what they see."""

    def __init__(self, engine: Engine, chat: GroupChat) -> None:
        self._engine = engine
        self._chat = chat
        self.id: int = chat.person["id"]

    def takes_in(self, by: User, *, admin: bool = False) -> Update:
        """A member adds the bot; the group is told, and so is the bot."""
        self._engine.state.write(
            self._chat,
            from_bot=False,
            sender=by.person,
            kind="new_chat_members",
            content={"new_chat_members": [self._engine.state.bot]},
        )
        return self._becomes("administrator" if admin else "member", by)

    def promotes(self, by: User) -> Update:
        return self._becomes("administrator", by)

    def puts_out(self, by: User) -> Update:
        return self._becomes("kicked", by)

    def says(self, user: User, text: str, reply_to: Message | None = None) -> Update | None:
        """A member's words; None where the bot is not told of them."""
        plain, entities = typed_by_user(text)
        message = self._engine.state.write(
            self._chat,
            from_bot=False,
            sender=user.person,
            text=plain,
            entities=entities,
            reply_to=reply_to,
        )
        to_bot = bool(reply_to and reply_to.from_bot) or f"@{self._name}" in text
        told = self._chat.standing == "administrator" or bool(entities) or to_bot
        return self._update("message", message.wire()) if told else None

    def votes(self, user: User, *labels: str) -> Update:
        """A member chooses in the newest poll; the bot is told how it stands, not who chose what."""
        poll = cast(self.poll, user.id, labels)
        return self._engine.queue.add("poll", deepcopy(poll), (0, poll["id"]), self._mark)

    def moves(self, chat_id: int) -> Group:
        """The group grows, and the platform gives it another number."""
        wire = self._engine.state.write(
            self._chat,
            from_bot=False,
            sender=_NOBODY,
            kind="migrate_to_chat_id",
            content={"migrate_to_chat_id": chat_id},
        ).wire()
        new = GroupChat({"id": chat_id, "first_name": self._chat.title}, title=self._chat.title)
        new.standing = self._chat.standing
        self._chat.moved_to = chat_id
        self._engine.state.chats[chat_id] = new
        self._update("message", wire)
        return Group(self._engine, new)

    @property
    def heard(self) -> list[Message]:
        """What the bot said here."""
        return [m for m in self._chat.messages.values() if m.from_bot and not m.deleted]

    @property
    def polls(self) -> list[Message]:
        """The polls that stand here, oldest first."""
        return [message for message in self.heard if message.kind == "poll"]

    @property
    def poll(self) -> Message:
        """The newest poll."""
        return self.polls[-1]

    @property
    def _name(self) -> str:
        return str(self._engine.state.bot["username"])

    @property
    def _mark(self) -> int:
        return self._engine.state.revision

    def _becomes(self, standing: str, by: User) -> Update:
        old, self._chat.standing = self._chat.standing, standing
        bot: Wire = {"user": self._engine.state.bot}
        content = {
            "chat": self._chat.wire,
            "from": by.person,
            "date": int(self._engine.clock()),
            "old_chat_member": bot | _STANDINGS[old],
            "new_chat_member": bot | _STANDINGS[standing],
        }
        return self._update("my_chat_member", content)

    def _update(self, kind: str, content: Wire) -> Update:
        return self._engine.queue.add(kind, content, (self.id, kind), self._mark)


# Who stands as the sender of what a group's administrators do without a name, core.telegram.org/bots/api.
_NOBODY: Wire = {"id": 1087968824, "is_bot": True, "first_name": "Group"}

_RIGHTS = dict.fromkeys(
    (
        "can_be_edited",
        "is_anonymous",
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
        "can_send_welcome_messages",
    ),
    False,
)
_STANDINGS: dict[str, Wire] = {
    "left": {"status": "left"},
    "member": {"status": "member"},
    "kicked": {"status": "kicked", "until_date": 0},
    "administrator": {"status": "administrator"} | _RIGHTS,
}
