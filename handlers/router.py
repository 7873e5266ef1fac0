"""Which handler a turn belongs to, and whether this person may use it."""

from collections.abc import Iterable
from dataclasses import replace

import structlog

from domain.messages import Message
from domain.people import Role
from handlers.base import Answer, Route, Services, TextRoute, Topic, Turn
from handlers.checkin_life import sign
from handlers.poll_group import heard
from handlers.spoken import going_on
from wording import Phrases

log = structlog.get_logger()


class Router:
    """Finds the handler: a tap or command by its name, a keyboard label by its words, text by claim."""

    def __init__(self, topics: Iterable[Topic], phrases: Phrases) -> None:
        self.topics = tuple(topics)
        self.routes: dict[str, Route] = {}
        self.labels: dict[str, str] = {}
        for topic in self.topics:
            self._add(topic, phrases)
        texts = [text for topic in self.topics for text in topic.texts]
        self.texts: tuple[TextRoute, ...] = tuple(sorted(texts, key=lambda text: text.order))

    def _add(self, topic: Topic, phrases: Phrases) -> None:
        for name, route in topic.routes.items():
            if name in self.routes:
                raise ValueError(f"two topics register the action {name!r}")
            self.routes[name] = route
        for key, action in topic.keys.items():
            for label in phrases.every(key):
                self.labels[label] = action

    async def answer(self, turn: Turn, services: Services) -> Answer:
        """The one handler's answer; a button from before an update, or not theirs, gets a sentence."""
        if turn.incoming.news is not None:
            return await heard(turn, services)
        if turn.person is not None and not turn.person.roles:
            turn = replace(turn, person=None)  # who may do nothing is a stranger, who may still ask
        action = turn.incoming.action or self.labels.get(turn.incoming.text.strip(), "")
        answer = await (
            self._tapped(turn, services, action) if action else self._said(turn, services)
        )
        if turn.person is None or Role.ELDER not in turn.person.roles or not turn.checks_in:
            return answer
        owed = await sign(turn, services)  # whatever an elder says, they are there
        return replace(answer, owed=(*answer.owed, *owed)) if owed else answer

    async def _tapped(self, turn: Turn, services: Services, action: str) -> Answer:
        name, *args = action.split(":")
        route = self.routes.get(name)
        if route is None:
            log.info("action.unknown", action=name[:40], turn=turn.inbox_id)
            return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
        turn = going_on(turn, services)
        if not route.admits(turn.person):
            log.warning("action.refused", action=name, turn=turn.inbox_id)
            return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)
        return await route.answer(replace(turn, args=tuple(args)), services)

    async def _said(self, turn: Turn, services: Services) -> Answer:
        for text in self.texts:
            if not text.claim(turn, services) or not text.route.admits(turn.person):
                continue
            answer = await text.route.answer(turn, services)
            if not answer.passed:
                return answer
            turn = replace(turn, step=None)
        return Answer.of(Message(turn.say("menu.not_understood")))


def at_step(prefix: str) -> "StepClaim":
    """Claims what is said while the address's dialogue stands at that step."""
    return StepClaim(prefix)


class StepClaim:
    """A claim on the next thing said after a handler left a step of that name."""

    def __init__(self, action: str) -> None:
        self.action = action

    def __call__(self, turn: Turn, services: Services) -> bool:
        return turn.step is not None and turn.step.action == self.action
