"""For whom a guide is written down: their language, their eyes, their community's window."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.calendar import local_day
from domain.people import Language
from handlers.base import Services, Turn
from handlers.places import community_of
from knowledge import Knowledge
from knowledge.english import fixed_english
from knowledge.guides import Guide, Where
from storage.people import Community
from wording import Say


@dataclass(frozen=True, slots=True)
class Reader:
    """`enquiry` is the question that is answered, 0 for a guide of the menu; the buttons carry it.

    `large` asks for short sentences, few lines and few buttons. `community` is what the community
    says of itself: its centre, windows and number; `at_home` that the reader's home is known there.
    """

    say: Say
    today: date
    knowledge: Knowledge
    enquiry: int = 0
    large: bool = False
    community: Mapping[str, Any] = field(default_factory=dict)
    at_home: bool = False
    may_judge: bool = True

    @property
    def translates(self) -> bool:
        """Whether the reader knows other words than the guides'."""
        return self.say.language is not Language.ZH

    def fixed(self, text: str) -> str:
        """A text of a guide; in English where it is one of the fixed words, else as the guide has it."""
        return fixed_english().get(text, text) if self.translates else text

    def place(self, where: Where) -> str:
        """A place of a guide; whoever reads no Chinese is told at least what kind of place it is."""
        text = self.fixed(where.text)
        if not self.translates or text != where.text:
            return text
        return self.say.plain(
            "ask.place", kind=self.say.plain(f"ask.place_{where.type}"), text=text
        )

    @property
    def phone(self) -> str:
        """The community's number, "" where it states none."""
        return str(self.community.get("phone") or "")

    @property
    def centre(self) -> Mapping[str, Any]:
        """The service centre as the community states it: name, address, lat, lon, phone."""
        stated = self.community.get("service_centre")
        return stated if isinstance(stated, Mapping) else {}

    def window(self, guide: Guide) -> str:
        """The window of the centre that does this matter, "" where none says so."""
        told = " ".join((guide.name, guide.category, *guide.questions))
        windows = self.community.get("windows")
        for window in windows if isinstance(windows, list) else ():
            if isinstance(window, Mapping) and any(
                str(matter) in told for matter in window.get("matters", ())
            ):
                return str(window.get("name", ""))
        return ""


async def reader_of(turn: Turn, services: Services, enquiry: int = 0) -> Reader:
    """Whoever speaks, as a reader."""
    return reader_in(turn, services, await community_of(turn, services), enquiry)


def reader_in(
    turn: Turn, services: Services, community: Community | None, enquiry: int = 0
) -> Reader:
    """The same, where the community is known."""
    zone = community.zone if community else services.policies.zone
    return Reader(
        say=turn.say,
        today=local_day(turn.now, zone),
        knowledge=services.knowledge,
        enquiry=enquiry,
        large=turn.person is not None and turn.person.large_text,
        community=community.details if community else {},
        at_home=turn.person is not None and turn.person.household_id is not None,
    )
