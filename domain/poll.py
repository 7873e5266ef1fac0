"""小区投票: one question for whoever is in a group or a chat. A mood, not a survey: no sample, no names,
no weight in any appraisal; its counts are never mixed with a survey's.

Lengths are the platform's (Bot API, sendPoll): a question of at most 300 characters, options of at most
100. It takes up to 12 options; ten are as many as anybody reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MAX_QUESTION = 300
MAX_OPTION = 100
MIN_OPTIONS, MAX_OPTIONS = 2, 10

DAYS = (1, 3, 7)
"""After how many days a poll may close: longer, and nobody knows any more what was asked."""
CLOSES = time(18)
"""When on that day: after work, and before the quiet hours, so that the result is read."""

OPEN_AT_ONCE = 3
"""Polls that may run at once in one place: a group is people's own, and more would drown their talk."""

FEWEST = 5
"""Of fewer votes in private chats no figures are told: the office knows whom it asked. In a group the
platform itself shows them to everybody."""

_MARKS = " \t\u3000•·-—*▫️▪️◦"
_BULLETS = ("、", ".", "．", ")", "）", ":", "：")


class PollState(StrEnum):
    """Drafted, on its way to the group, asked, being closed, over; lost: never (known to be) asked."""

    DRAFT = "draft"
    SENDING = "sending"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    LOST = "lost"


class Flaw(StrEnum):
    """What is wrong with what somebody typed."""

    NO_QUESTION = "no_question"
    LONG_QUESTION = "long_question"
    FEW_OPTIONS = "few_options"
    MANY_OPTIONS = "many_options"
    LONG_OPTION = "long_option"
    TWICE = "twice"


class FlawedPoll(Exception):
    """What was typed makes no poll; `which` is the line or the count that is meant."""

    def __init__(self, flaw: Flaw, which: str = "") -> None:
        super().__init__(flaw)
        self.flaw = flaw
        self.which = which


@dataclass(frozen=True, slots=True)
class Asking:
    """A question and what may be chosen."""

    question: str
    options: tuple[str, ...]


def understand(typed: str) -> Asking:
    """The question in the first line, an option in each that follows. Raises FlawedPoll."""
    question, *rest = [line.strip() for line in typed.strip().splitlines() if line.strip()] or [""]
    options = [option for line in rest if (option := _without_mark(line))]
    if not question:
        raise FlawedPoll(Flaw.NO_QUESTION)
    if len(question) > MAX_QUESTION:
        raise FlawedPoll(Flaw.LONG_QUESTION, str(len(question)))
    if len(options) < MIN_OPTIONS:
        raise FlawedPoll(Flaw.FEW_OPTIONS, str(len(options)))
    if len(options) > MAX_OPTIONS:
        raise FlawedPoll(Flaw.MANY_OPTIONS, str(len(options)))
    for n, option in enumerate(options):
        if len(option) > MAX_OPTION:
            raise FlawedPoll(Flaw.LONG_OPTION, option[:20])
        if option in options[:n]:
            raise FlawedPoll(Flaw.TWICE, option)
    return Asking(question, tuple(options))


def _without_mark(line: str) -> str:
    """Without a bullet or a number in front: `1、周六` is 周六, `18:00 以后` stays as it is."""
    bare = line.lstrip(_MARKS)
    head, rest = bare[:1], bare[1:]
    if head.isascii() and head.isalnum() and rest.startswith(_BULLETS):
        after = rest[1:].strip()
        if after and not after[:1].isdigit():
            return after
    return bare


def closing(now: datetime, days: int, zone: ZoneInfo) -> datetime:
    """When a poll that is asked now closes: in the early evening, so many days on."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, CLOSES, zone).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Count:
    """How often each option was chosen, by how many people."""

    votes: tuple[int, ...]
    voters: int

    def share(self, index: int) -> float:
        """The part of the voters who chose it; of several choices the parts add up to more than one."""
        return self.votes[index] / self.voters if self.voters else 0.0

    @property
    def ahead(self) -> tuple[int, ...]:
        """The options chosen most often: one, several alike, or none where nobody voted."""
        most = max(self.votes, default=0)
        return tuple(n for n, votes in enumerate(self.votes) if votes == most and most)


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll. `group_id` None: it is asked in the chats of the community's people."""

    id: int
    community_id: int
    by_id: int
    group_id: int | None
    question: str
    options: tuple[str, ...]
    multiple: bool
    days: int
    state: PollState
    made_at: datetime
    asked_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    votes: tuple[int, ...]
    voters: int
    told_up_to: int | None

    @property
    def count(self) -> Count:
        """How it stands."""
        return Count(self.votes, self.voters)

    @property
    def hidden(self) -> bool:
        """Whether too few have voted in their own chats for figures to be told."""
        return self.group_id is None and self.voters < FEWEST

    @property
    def card(self) -> str:
        """What its message is found by, to be closed or changed."""
        return f"poll:{self.id}"


def marked(mask: int, options: int) -> Sequence[int]:
    """The options that a button's mask names; a forged one names none that do not exist."""
    return [n for n in range(options) if mask >> n & 1]
