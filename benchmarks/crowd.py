"""What people do: ask, look into a guide's parts, press for help, in the shares of `Mix`."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.city import Citizen
from domain.people import Language
from knowledge import Knowledge
from tests.botapi import BotApi, Message, Update
from wording import Phrases


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of what is done; the rest are questions. An elder who pressed taps 按错了 next.

    A real city presses a few thousand times a day and asks far more often; 1 % is generous to the
    press, which costs the most.
    """

    taps: float = 0.39
    presses: float = 0.01


class Crowd:
    """The residents of one run on one local Telegram. Everybody waits for a reply, then pauses."""

    def __init__(self, api: BotApi, who: Sequence[Citizen], questions: Sequence[str]) -> None:
        self._api = api
        self._random = Random(7)
        self._questions = questions
        self._press = Phrases.shipped()[Language.ZH].plain("help.key")
        residents = [one for one in who if not one.staff]
        self._random.shuffle(residents)
        self._rested = deque(residents)
        self._elders = sum(one.elder for one in residents) / len(residents)
        self._acting: dict[int, Citizen] = {}
        self._newest: dict[int, Message] = {}

    def open_chats(self, who: Sequence[Citizen]) -> None:
        """Everyone has started the bot before the measurement begins, staff too."""
        for one in who:
            self._api.user(one.chat)
            self._api.engine.state.chats[one.chat].started = True

    def act(self, mix: Mix) -> Update | None:
        """Whoever has rested longest does something; None where everybody is waiting."""
        if not self._rested:
            return None
        one = self._rested.popleft()
        self._acting[one.chat] = one
        return self._does(one, mix)

    def _does(self, one: Citizen, mix: Mix) -> Update:
        user, newest = self._api.user(one.chat), self._newest.get(one.chat)
        chance = self._random.random()
        if one.elder and chance < mix.presses / self._elders:
            return user.says(self._press)
        if newest is not None and (wrong := _data(newest, "adds.wrong:")):
            return user.taps(wrong[0], newest)
        if (
            newest is not None
            and (parts := _data(newest, "ask."))
            and self._random.random() < mix.taps
        ):
            return user.taps(self._random.choice(parts), newest)
        return user.says(self._random.choice(self._questions))

    def heard(self, chat: int, message_id: int) -> bool:
        """The bot said something there; whether somebody was waiting for it."""
        self._newest[chat] = self._api.engine.state.chats[chat].messages[message_id]
        one = self._acting.pop(chat, None)
        if one is not None:
            self._rested.append(one)
        return one is not None

    @property
    def waiting(self) -> int:
        """How many wait for a reply."""
        return len(self._acting)


def _data(message: Message, prefix: str) -> list[str]:
    return [b.data for b in message.buttons if b.data and b.data.startswith(prefix)]


def questions() -> list[str]:
    """How the shipped guides say that people ask."""
    knowledge = Knowledge.shipped()
    guides = [guide for name in knowledge.categories() for guide in knowledge.guides_in(name)]
    return [question for guide in guides for question in guide.questions]
