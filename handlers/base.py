"""The one signature that every conversation obeys: `async (turn, services) -> Answer`.

A topic is one conversation: it registers its handlers under action names and says who may use each;
forgetting the roles fails at import.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.messages import Incoming, Lane, Message, Owed, OwedTo
from domain.people import Language, Person, Role
from domain.policies import Policies
from knowledge import Knowledge
from storage.database import Work
from storage.ladder import Climb
from wording import Phrases, Say

_LARGEST_ID = 2**63 - 1
"""What a database takes for a number; a larger one would fail the turn."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a conversation stands, kept with the address between turns: the next text goes to `action`."""

    action: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing somebody said, with all that is known about them.

    `args` are the parts of the action behind its name (`calls.take:12` -> `("12",)`); `person` is None
    for a stranger; `inbox_id` names this turn for good, so it serves as an idempotency key.
    """

    inbox_id: int
    address_id: int
    incoming: Incoming
    person: Person | None
    language: Language
    say: Say
    now: datetime
    args: tuple[str, ...] = ()
    step: Step | None = None
    lent: bool = False
    """Whether it is answered in another language than the chat is set to, for it was written so."""
    hears: bool = False
    """Whether they may speak here instead of typing: only then it is said that they may."""
    checks_in: bool = True
    """Whether they may have agreed, before this turn, to say every day that they are well: whatever such
    an elder says is a sign of life. Most have not, and nothing need be asked of the database."""

    @property
    def who(self) -> Person:
        """The person, where the handler's roles promise that there is one."""
        assert self.person is not None
        return self.person

    def number(self, index: int = 0) -> int:
        """An argument that must be a number; a forged one reaches nothing (-1 is nobody's id)."""
        try:
            number = int(self.args[index])
        except (IndexError, ValueError):
            return -1
        return number if 0 <= number <= _LARGEST_ID else -1


Links = Callable[[str], Mapping[str, str]]
"""The addresses that open the desk with a code, by channel; only channels that can be opened so."""


def no_links(_code: str) -> Mapping[str, str]:
    """A desk that is opened by no link: in tests of single conversations."""
    return {}


@dataclass(frozen=True, slots=True)
class Services:
    """What a handler may use: this turn's transaction, what the desk knows, how it speaks, its rules.

    `climb` is the scheduler's, handed in by the composition root: a press takes the first rung in its
    own transaction, by the same code that takes the later ones on the clock.
    """

    work: Work
    knowledge: Knowledge
    phrases: Phrases
    policies: Policies
    climb: Climb
    links: Links = no_links


@dataclass(frozen=True, slots=True)
class Answer:
    """What a turn leads to: messages here, messages owed to others, and where the talk goes on.

    `step` None ends the dialogue; a handler that leaves a running dialogue alone passes `turn.step`.
    `notice` is the short note that a platform shows on a tap.
    """

    messages: tuple[Message, ...] = ()
    owed: tuple[Owed | OwedTo, ...] = ()
    step: Step | None = None
    notice: str = ""
    lane: Lane = Lane.CONVERSATION
    menu_for: Person | None = None
    """Somebody just enrolled or changed language: show the commands that are theirs."""
    passed: bool = False
    """The handler found that the text is not for it; the next one that claims it is asked."""
    private: bool = False
    """What was said in this turn is not kept, and what is said here is forgotten when it has been sent."""

    @property
    def in_private(self) -> "Answer":
        """The same, not kept."""
        said = tuple(replace(message, private=True) for message in self.messages)
        return replace(self, messages=said, private=True)

    @classmethod
    def of(cls, *messages: Message, **kwargs: Any) -> "Answer":
        """An answer that says these messages."""
        return cls(messages=messages, **kwargs)


PASS = Answer(passed=True)

Handler = Callable[[Turn, Services], Awaitable[Answer]]
Claim = Callable[[Turn, Services], bool]


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and who may use it. `strangers` lets people in whom the desk does not know yet; what is
    said where it is `private` is not kept."""

    name: str
    handler: Handler
    roles: frozenset[Role]
    strangers: bool = False
    private: bool = False

    async def answer(self, turn: Turn, services: Services) -> Answer:
        """What the handler answers."""
        answer = await self.handler(turn, services)
        return answer.in_private if self.private and not answer.passed else answer

    def admits(self, person: Person | None) -> bool:
        return self.strangers if person is None else not self.roles.isdisjoint(person.roles)


@dataclass(frozen=True, slots=True)
class TextRoute:
    """Takes free text for which `claim` is true; the lowest `order` is asked first."""

    order: int
    claim: Claim
    route: Route


@dataclass(frozen=True, slots=True)
class Command:
    """A command in the platform's menu, for those who have one of `roles`; described by a phrase key."""

    name: str
    describe: str
    roles: frozenset[Role]
    strangers: bool = False


class Topic:
    """One conversation and all its ways in.

    `keys` maps the phrase key of a lasting-keyboard label to the action that a press stands for. Of a
    `private` one nothing is kept but what its handlers store.
    """

    def __init__(
        self, name: str, keys: Mapping[str, str] | None = None, *, private: bool = False
    ) -> None:
        self.name = name
        self.private = private
        self.keys = dict(keys or {})
        self.routes: dict[str, Route] = {}
        self.texts: list[TextRoute] = []
        self.commands: list[Command] = []

    def action(
        self, name: str, *, roles: frozenset[Role], strangers: bool = False, command: str = ""
    ) -> Callable[[Handler], Handler]:
        """Register for a tapped action; with `command`, a phrase key, it also stands in the menu."""
        if name.split(".")[0] != self.name and not command:
            raise ValueError(f"action {name!r} does not belong to topic {self.name!r}")

        def register(handler: Handler) -> Handler:
            self.routes[name] = Route(name, handler, roles, strangers, self.private)
            if command:
                self.commands.append(Command(name, command, roles, strangers))
            return handler

        return register

    def text(
        self, *, order: int, claim: Claim, roles: frozenset[Role], strangers: bool = False
    ) -> Callable[[Handler], Handler]:
        """Register for free text (or a location, a photo …) that `claim` recognises."""

        def register(handler: Handler) -> Handler:
            route = Route(f"{self.name}.text", handler, roles, strangers, self.private)
            self.texts.append(TextRoute(order, claim, route))
            return handler

        return register
