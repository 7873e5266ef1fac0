"""The rota check as rules: what is found by eight cases is what climbing for everybody finds."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.ladder import Ladder, Who
from domain.readiness import HORIZON, Facts, Reach, examine, told_apart
from domain.roster import Span
from knowledge.ladders import load_ladders

START = datetime(2026, 11, 23, tzinfo=UTC)
HOURS = int(HORIZON / timedelta(hours=1))
HELP = load_ladders()["help"]
SHARED = (Who.ALL_WORKERS, Who.SUPERVISOR, Who.STREET)


def span(since: int, until: int) -> Span:
    return Span(START + timedelta(hours=since), START + timedelta(hours=until))


def reached(ladder: Ladder, facts: Facts, elder: Reach, hour: int) -> list[bool]:
    """Each rung, climbed for one elder at one hour."""
    at = START + timedelta(hours=hour)
    there = set(facts.shared)
    there |= {Who.HOUSEHOLD_WORKER} if elder.worker else set()
    there |= {Who.FAMILY} if elder.family else set()
    there |= {Who.DUTY_WORKER} if any(s.since <= at < s.until for s in facts.reached) else set()
    return [bool(there.intersection(rung.who)) for rung in ladder.rungs]


@given(
    st.lists(st.tuples(st.integers(0, HOURS), st.integers(1, 200)), max_size=4),
    st.frozensets(st.sampled_from(SHARED)),
    st.dictionaries(st.builds(Reach, st.booleans(), st.booleans()), st.integers(1, 9)),
)
def test_every_rung_is_climbed_for_every_elder_at_every_hour(
    spans: list[tuple[int, int]], shared: frozenset[Who], elders: dict[Reach, int]
) -> None:
    there = tuple(span(since, since + long) for since, long in spans)
    facts = Facts(1, "x", covered=there, reached=there, shared=shared, elders=elders)
    report = examine(facts, HELP, START)
    climbed = {elder: [reached(HELP, facts, elder, n) for n in range(HOURS)] for elder in elders}
    lost = sum(count for e, count in elders.items() if any(not any(each) for each in climbed[e]))
    assert report.unheard == lost
    for number in range(len(HELP.rungs)):
        silent = [
            sum(count for e, count in elders.items() if not climbed[e][n][number])
            for n in range(HOURS)
        ]
        found = next((r for r in report.silent if r.number == number + 1), None)
        assert (max(silent), sum(map(bool, silent))) == (
            (found.elders, found.hours) if found else (0, 0)
        )


def test_gaps_are_counted_and_loads_compared() -> None:
    whole = (span(0, HOURS),)
    facts = Facts(
        1,
        "x",
        covered=(span(0, 8), span(20, HOURS)),
        reached=whole,
        homes={"a": 310, "b": 240, "c": 60},
        hours={"a": 20.0, "b": 90.0},
    )
    report = examine(facts, HELP, START)
    assert report.gap_hours == 12
    assert report.overloaded == ("a", "b"), "by homes, by hours"
    assert report.underloaded == ("c",)
    assert report.is_fault
    calm = Facts(1, "x", covered=whole, reached=whole, homes={"a": 3, "b": 9})
    assert examine(calm, HELP, START).is_clear


def test_two_of_one_name_are_two() -> None:
    """A community with two 王芳 has two people on duty, and two shares of its homes."""
    people = {1: ("王芳", "s03"), 2: ("李敏", "s04"), 3: ("王芳", "s07")}
    assert told_apart(people) == {1: "王芳（s03）", 2: "李敏", 3: "王芳（s07）"}
