"""Whether everybody who would be called can be: the rota check, as rules over plain facts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean

from domain.ladder import Ladder, Who
from domain.roster import Span, uncovered

HORIZON = timedelta(days=14)
"""How far ahead is looked."""

NORM_HOMES = 250
"""Households a worker looks after (the 2014 speech of Ningbo's civil-affairs bureau)."""

MOST_HOURS = 88.0
"""Hours of duty in two weeks: 44 a week (Labour Law of the PRC, article 36)."""

_UNEVEN = 1.5
"""Times the average of the community's workers, from which on homes are unevenly shared."""

_FEW = 20
"""Homes a worker on average, below which sharing them unevenly means little."""


class Unreachable(StrEnum):
    """Why somebody cannot be reached."""

    BLOCKED = "blocked"
    """They stopped the chat, or it is gone."""
    NEVER = "never"
    """They were never enrolled."""
    REVOKED = "revoked"
    """They were enrolled once, and no chat speaks for them now."""


@dataclass(frozen=True, slots=True)
class Reach:
    """For how an elder's household is reached apart from the staff that everybody shares."""

    worker: bool
    family: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """One community as the database has it. `covered` are the hours somebody who works there is on
    duty, `reached` those in which somebody on duty can be reached; `shared` are the kinds of staff
    of which at least one can be reached at any hour; `elders` counts them by how they are reached."""

    community_id: int
    name: str
    covered: tuple[Span, ...] = ()
    reached: tuple[Span, ...] = ()
    shared: frozenset[Who] = frozenset()
    elders: Mapping[Reach, int] = field(default_factory=dict)
    on_duty_unreachable: Mapping[str, Unreachable] = field(default_factory=dict)
    """Who stands a shift in that time and cannot be reached, by the name they are told apart by."""
    staff: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Of workers and of supervisors, how many cannot be reached, and how many there are."""
    elders_alone: int = 0
    """Elders for whom no family is entered at all."""
    elders_family_unreachable: int = 0
    """Elders with family, none of whom can be reached."""
    homes_of_nobody: int = 0
    homes: Mapping[str, int] = field(default_factory=dict)
    """Homes that each worker looks after, by name."""
    hours: Mapping[str, float] = field(default_factory=dict)
    """Hours of duty of each in that time, by name."""


@dataclass(frozen=True, slots=True)
class SilentRung:
    """A rung that would reach nobody, for how many elders at worst, and in how many hours."""

    number: int
    elders: int
    hours: int


@dataclass(frozen=True, slots=True)
class Report:
    """What the check has found in one community."""

    facts: Facts
    gaps: tuple[Span, ...]
    silent: tuple[SilentRung, ...]
    unheard: int
    """Elders for whom in some hour no rung of the whole ladder would reach anybody."""
    overloaded: tuple[str, ...]
    underloaded: tuple[str, ...]

    @property
    def gap_hours(self) -> int:
        """Hours without anybody on duty, rounded up."""
        return _whole(self.gaps)

    @property
    def is_fault(self) -> bool:
        """Whether somebody may call and nobody hears: that cannot wait for the week."""
        return bool(self.gaps or self.unheard)

    @property
    def is_clear(self) -> bool:
        """Whether nothing at all was found."""
        facts = self.facts
        counts = (facts.elders_alone, facts.elders_family_unreachable, facts.homes_of_nobody)
        return not (
            self.is_fault
            or self.silent
            or facts.on_duty_unreachable
            or any(counts)
            or self.overloaded
            or self.underloaded
        )


def _whole(spans: Collection[Span]) -> int:
    return -int(-sum(span.hours for span in spans) // 1)


def told_apart(people: Mapping[int, tuple[str, str]]) -> dict[int, str]:
    """Each by name; who shares theirs with somebody, with the code behind it: 王芳（s03）."""
    known = Counter(name for name, _ in people.values())
    return {
        i: f"{name}（{code}）" if known[name] > 1 else name for i, (name, code) in people.items()
    }


def examine(facts: Facts, ladder: Ladder, since: datetime) -> Report:
    """Apply every rule to a community from a moment on."""
    until = since + HORIZON
    silent, unheard = _climbed(facts, ladder, since, until)
    over, under = _loads(facts)
    return Report(facts, uncovered(facts.covered, since, until), silent, unheard, over, under)


def _climbed(
    facts: Facts, ladder: Ladder, since: datetime, until: datetime
) -> tuple[tuple[SilentRung, ...], int]:
    """Climb the ladder for every elder at every hour of that time.

    All hours are of two kinds, with and without somebody on duty who can be reached, and all elders
    of four, so that every case is looked at by looking at eight.
    """
    alone = _whole(uncovered(facts.reached, since, until))
    with_duty = _whole((Span(since, until),)) - alone
    silent = []
    reached: set[tuple[Reach, bool]] = set()
    for number, rung in enumerate(ladder.rungs, 1):
        unheard = Counter[bool]()
        for elder, count in facts.elders.items():
            for on_duty in (False, True):
                if _reaches(rung.who, facts.shared, elder, on_duty):
                    reached.add((elder, on_duty))
                else:
                    unheard[on_duty] += count
        elders = max(unheard[False] if alone else 0, unheard[True] if with_duty else 0)
        hours = (alone if unheard[False] else 0) + (with_duty if unheard[True] else 0)
        if elders and hours:
            silent.append(SilentRung(number, elders, hours))
    kinds = [(False, alone), (True, with_duty)]
    lost = {e for e in facts.elders for duty, hours in kinds if hours and (e, duty) not in reached}
    return tuple(silent), sum(facts.elders[elder] for elder in lost)


def _reaches(who: Sequence[Who], shared: Collection[Who], elder: Reach, on_duty: bool) -> bool:
    theirs = {
        Who.HOUSEHOLD_WORKER: elder.worker,
        Who.FAMILY: elder.family,
        Who.DUTY_WORKER: on_duty,
    }
    return any(theirs.get(one, one in shared) for one in who)


def _loads(facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who has far more or fewer homes than the norm or their colleagues, or too many hours of duty."""
    over = {name for name, hours in facts.hours.items() if hours > MOST_HOURS}
    under: set[str] = set()
    average = fmean(facts.homes.values()) if facts.homes else 0.0
    for name, homes in facts.homes.items():
        if homes > NORM_HOMES * 1.2 or (average >= _FEW and homes > average * _UNEVEN):
            over.add(name)
        elif average >= _FEW and homes < average / _UNEVEN / _UNEVEN:
            under.add(name)
    return tuple(sorted(over)), tuple(sorted(under))
