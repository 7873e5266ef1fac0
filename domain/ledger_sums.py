"""What is added up from a month's facts: a worker's month, and the community's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from domain.appraisal import WORK, Appraised, Measure, Reached, appraise
from domain.ledger import Event, Source, Sources
from domain.ledger_facts import Asked, Cover, Facts, Made, Matter, home_days
from domain.visit import Mode

PROMISED = (Event.QUESTION, Event.SERVICE, Event.CASE, Event.UNSOLVED)
"""What a resident was promised a time for; a return is promised by the worker, counted apart."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number and the events that it counts; of visits, all lines of a counted home-day."""

    count: int
    sources: Sources = ()


def counted(events: Iterable[Matter | Made]) -> Counted:
    """How many these are."""
    sources = tuple(event.source for event in events)
    return Counted(len(sources), sources)


@dataclass(frozen=True, slots=True)
class WorkerMonth:
    """One worker's month in numbers. `shares` is how much of each measure of their work was reached."""

    id: int
    name: str
    target: int
    visits: Counted
    homes: int
    attempts: Counted
    other: Counted
    cover: Cover
    matters: Counted
    kept: Counted
    open: Counted
    overdue: Counted
    calls: Counted
    shares: Mapping[Measure, Reached]
    behind_shares: Mapping[Measure, Sources]


def worker_months(facts: Facts) -> list[WorkerMonth]:
    """Every worker of the month, by name."""
    return [_month(facts, staff.id, staff.name, staff.target) for staff in facts.staff]


def _month(facts: Facts, who: int, name: str, target: int) -> WorkerMonth:
    lines = [line for line in facts.visits if line.worker_id == who]
    theirs = [matter for matter in facts.matters if matter.worker_id == who]
    days = home_days(lines)
    visits = Counted(len(days), tuple(line.source for some in days.values() for line in some))
    cover = next(
        (one for one in facts.cover if one.worker_id == who), Cover(who, 0, (0, 0, 0, 0, 0), 0, 0)
    )
    promised = [m for m in theirs if m.event in PROMISED]
    returns = [m for m in theirs if m.event not in PROMISED]
    due, back = _due(promised, facts.ends_at), _due(returns, facts.ends_at)
    calls = tuple(call.source for call in facts.calls if call.worker_id == who)
    return WorkerMonth(
        id=who,
        name=name,
        target=target,
        visits=visits,
        homes=homes_of(lines),
        attempts=attempts_of(lines),
        other=counted(line for line in lines if line.mode in (Mode.PHONE, Mode.PATROL)),
        cover=cover,
        matters=counted(theirs),
        kept=counted(m for m in theirs if m.closed_at is not None),
        open=counted(m for m in theirs if m.closed_at is None),
        overdue=counted(m for m in theirs if m.late(facts.ends_at)),
        calls=Counted(len(calls), calls),
        shares={
            Measure.VISITS: Reached(visits.count, target),
            Measure.SPECIAL: Reached(cover.special_seen, cover.special),
            Measure.ON_TIME: Reached(sum(m.kept is True for m in due), len(due)),
            Measure.RETURNS: Reached(sum(m.kept is True for m in back), len(back)),
        },
        behind_shares={
            Measure.VISITS: visits.sources,
            Measure.ON_TIME: counted(due).sources,
            Measure.RETURNS: counted(back).sources,
        },
    )


def homes_of(visits: Iterable[Made]) -> int:
    """Different homes that were reached: one that two workers went to is one."""
    return len({home for _, home, _ in home_days(visits)})


def attempts_of(lines: Sequence[Made]) -> Counted:
    """Home-days on which nobody was in, unless somebody was later that day."""
    met = {(line.worker_id, line.home, line.day) for line in lines if line.mode is Mode.HOME}
    tried: dict[tuple[int, int, date], list[Source]] = {}
    for line in lines:
        key = line.worker_id, line.home, line.day
        if line.mode is Mode.NOBODY_IN and key not in met:
            tried.setdefault(key, []).append(line.source)
    return Counted(len(tried), tuple(source for some in tried.values() for source in some))


def _due(matters: Iterable[Matter], end: datetime) -> list[Matter]:
    """Those whose promised time was up by then, or that were done before it was."""
    return [m for m in matters if m.kept is not None or m.late(end)]


def satisfaction(rounds: Sequence[Asked]) -> Asked | None:
    """The newest round of the month in which residents rated their own community."""
    own = [one for one in rounds if one.questionnaire == RESIDENTS]
    return max(own, key=lambda one: (one.closed_at, one.id), default=None)


RESIDENTS = "resident-rates-community"
"""The questionnaire whose satisfied share is the 群众满意率."""


def appraised(facts: Facts, month: WorkerMonth) -> Appraised:
    """A worker's points by the weights of the facts."""
    asked = satisfaction(facts.rounds)
    share = None if asked is None else asked.whole.satisfied
    exact = None if share is None else Fraction(share).limit_denominator(10_000)
    return appraise(facts.weights, {m: month.shares[m] for m in WORK}, exact)


def together(cover: Iterable[Cover]) -> Cover:
    """The coverage of all homes of the community, those that no worker looks after, too."""
    every = list(cover)
    ages = tuple(sum(one.ages[n] for one in every) for n in range(5))
    return Cover(
        None,
        sum(one.homes for one in every),
        (ages[0], ages[1], ages[2], ages[3], ages[4]),
        sum(one.special for one in every),
        sum(one.special_seen for one in every),
    )
