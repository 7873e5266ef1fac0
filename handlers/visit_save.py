"""Writing a visit down from what was said: its mode and topics are guessed, one tap corrects them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from domain.calendar import local_day
from domain.people import Language
from domain.visit import Mode, Topic, matching, moment_of, opened_by
from handlers.base import Answer, Services, Step, Turn
from handlers.visit_card import show, zone_here
from storage import visit, visit_media
from storage.visit import Entry
from storage.visit_homes import Door

MAX_NOTE = 2000
"""Characters of a note; what is longer is cut, for a diary is read on paper."""

_GUESSED_MODES = (Mode.NOBODY_IN, Mode.PHONE, Mode.PATROL)
_GUESSED_TOPICS = tuple(each for each in Topic if each is not Topic.OTHER)

Code = TypeVar("Code", Topic, Mode)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a visit, kept while the home is still asked for. `key` makes it one visit."""

    text: str
    note: str
    made_at: datetime
    key: str

    @classmethod
    def now(cls, turn: Turn, note: str, key: str = "") -> "Said":
        """What this turn says, at the time it was sent."""
        at = moment_of(turn.incoming.sent_at, turn.now)
        text = turn.incoming.text[:MAX_NOTE]
        return cls(text, note[:MAX_NOTE], at, key or f"turn:{turn.inbox_id}")

    def step(self) -> Step:
        """Kept with the conversation until the home is known."""
        data = {"text": self.text, "note": self.note, "key": self.key}
        return Step("said.home", data | {"at": self.made_at.isoformat()})

    @classmethod
    def kept(cls, data: Mapping[str, Any]) -> "Said":
        """What `step` kept."""
        at = datetime.fromisoformat(data["at"])
        return cls(data["text"], data["note"], at, data["key"])


async def save_words(turn: Turn, services: Services, door: Door, said: Said) -> Answer:
    """Save a visit described in words."""
    mode = opened_by(said.note, _words(services, "mode", _GUESSED_MODES)) or Mode.HOME
    topics = matching(said.note, _words(services, "topic", _GUESSED_TOPICS))
    return await save(turn, services, door, said, mode, topics)


async def save(
    turn: Turn,
    services: Services,
    door: Door,
    said: Said,
    mode: Mode = Mode.HOME,
    topics: tuple[Topic, ...] = (),
) -> Answer:
    """Save a visit, once, and show its card: in place of what was tapped, if anything was."""
    entry = Entry(
        community_id=door.home.community_id,
        worker_id=turn.who.id,
        household_id=door.home.id,
        made_at=said.made_at,
        day=local_day(said.made_at, await zone_here(turn, services)),
        source_key=said.key,
        mode=mode,
        topics=topics,
        note=said.note,
    )
    saved, _ = await visit.record(services.work, entry)
    if (media := turn.incoming.media) is not None:
        await visit_media.keep(services.work, saved.id, media, f"turn:{turn.inbox_id}")
    tapped = bool(turn.incoming.action)
    return Answer.of(await show(turn, services, saved, in_place=tapped))


def _words(services: Services, kind: str, codes: Sequence[Code]) -> dict[Code, list[str]]:
    """The words that suggest a topic or a mode, in both languages."""
    return {
        code: [
            word
            for language in Language
            for word in services.phrases[language].plain(f"papers.{kind}_words_{code}").split()
        ]
        for code in codes
    }
