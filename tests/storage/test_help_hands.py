"""Many hands on one request at the same moment: the later state wins, and no tap takes it back."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from domain.duty import Asking, Duty, DutyEvent, DutyKind, DutyState, Outcome
from domain.help import Need
from domain.people import Person, Role
from knowledge.ladders import load_ladders
from storage import duties, help_hands, help_press, people
from storage.database import Database, Work
from storage.duties import Opening
from storage.help_hands import Colleague

Tap = Callable[[Work, Duty, Person], Awaitable[Any]]


def _moves(to: DutyState) -> Tap:
    return lambda work, duty, who: duties.move(work, duty, to, who.id)


async def _offer(work: Work, duty: Duty, who: Person) -> Duty | None:
    others = set(await people.with_role(work, duty.community_id, Role.WORKER)) - {who.id}
    return await help_hands.offer(work, duty, who.id, Colleague(max(others), "?", on_duty=False))


TAPS: dict[str, Tap] = {
    "take": _moves(DutyState.TAKEN),
    "go": _moves(DutyState.ON_THE_WAY),
    "arrive": _moves(DutyState.ARRIVED),
    "over": lambda work, duty, who: duties.take_over(work, duty, who.id),
    "offer": _offer,
    "accept": lambda work, duty, who: help_hands.accept(work, duty, who.id),
    "decline": lambda work, duty, who: help_hands.decline(work, duty, who.id),
    "keep": lambda work, duty, who: help_hands.keep(work, duty, who.id),
    "support": lambda work, duty, who: help_hands.ask_support(work, duty, who.id, Need.LIFT),
    "join": lambda work, duty, who: help_hands.join(work, duty, who.id),
    "done": lambda work, duty, who: help_hands.say_over(work, duty, who.id),
    "lapse": lambda work, duty, who: help_hands.lapse(work, duty),
    "again": lambda work, duty, who: help_hands.call_again(work, duty),
    "remind": lambda work, duty, who: duties.remind(work, duty),
    "close": lambda work, duty, who: duties.close(work, duty.id, Outcome.SETTLED, who.id),
}
"""Everything that people and the clock do to a request in somebody's hands, but for giving it back."""


async def opened(database: Database) -> tuple[Duty, list[Person]]:
    async with database.writing() as work:
        found = [await people.person_by_code(work, code) for code in ("granny", "w1", "w2", "w3")]
        granny, *workers = [person for person in found if person]
        opening = Opening(
            DutyKind.HELP,
            granny.community_id,
            load_ladders()["help"],
            "race",
            household_id=granny.household_id,
            subject_id=granny.id,
            raised_by=granny.id,
        )
        duty = await duties.open_duty(work, opening)
    assert duty is not None
    return duty, workers


async def tapped(database: Database, tap: str, read: Duty, who: Person) -> Duty | None:
    """One tap in a transaction of its own, by somebody who saw the request as it was `read`."""
    async with database.writing() as work:
        now: Duty | None = await TAPS[tap](work, read, who)
    return now


async def test_what_changes_nothing_leaves_no_line_in_the_log(peopled: Database) -> None:
    """Opened twice, pressed after its end, closed twice, called off late: each is said once or not at all."""
    duty, (worker, *_) = await opened(peopled)
    assert duty.subject_id is not None
    async with peopled.writing() as work:
        opening = Opening(
            duty.kind, duty.community_id, duty.ladder, "once more", subject_id=duty.subject_id
        )
        assert await duties.open_duty(work, opening) is None, "one is open"
        assert await help_press.again(work, duty, duty.subject_id) is not None
        assert await duties.call_off(work, duty, Outcome.FALSE_ALARM, worker.id) is None, "pressed"
        closed = await duties.close(work, duty.id, Outcome.SETTLED, worker.id, "tea")
        assert closed is not None
        assert closed.closed_by == worker.id
        assert await duties.close(work, duty.id, Outcome.SETTLED, worker.id) is None
        assert await help_press.again(work, duty, duty.subject_id) is None
    async with peopled.reading() as work:
        lines = await duties.history(work, duty.id)
    assert [(line.event, line.detail) for line in lines] == [
        (DutyEvent.OPENED, ""),
        (DutyEvent.PRESSED_AGAIN, ""),
        (DutyEvent.CLOSED, "settled: tea"),
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_taps_at_the_same_moment_never_take_a_request_back(
    peopled: Database, seed: int
) -> None:
    """Eight at a time, on cards of this moment and on old ones, until it is closed."""
    chance = Random(seed)
    duty, workers = await opened(peopled)
    seen, reached = [duty], [DutyState.OPEN]
    for round_ in range(12):
        names = [n for n in TAPS if n != "close"] if round_ < 10 else list(TAPS)
        taps = [
            tapped(
                peopled,
                "close" if round_ == 11 and n == 0 else chance.choice(names),
                chance.choice(seen[-3:]),
                chance.choice(workers),
            )
            for n in range(8)
        ]
        await asyncio.gather(*taps)
        async with peopled.reading() as work:
            now = await duties.get(work, duty.id, DutyKind.HELP)
        assert now is not None
        assert now.state >= reached[-1], "no state goes backwards"
        assert (now.owner_id is None) is (now.state is DutyState.OPEN), "and a hand keeps it"
        assert now.asking is not Asking.OFFER or now.asked_id not in (None, now.owner_id)
        assert (now.next_at is None) is (now.state is DutyState.CLOSED), "the clock waits for it"
        seen.append(now)
        reached.append(now.state)
    assert reached[-1] is DutyState.CLOSED
    async with peopled.reading() as work:
        log = await duties.history(work, duty.id)
    kept = [line.detail for line in log if line.event is DutyEvent.KEPT]
    assert set(kept) <= set(Asking), "the log can be read"
    moved = [DutyState[line.detail] for line in log if line.event is DutyEvent.MOVED]
    by_rank = [state for state in moved if state is not DutyState.TAKEN]
    assert by_rank == sorted(set(by_rank)), "each later state is reached once, in order"
    closed = [line for line in log if line.event is DutyEvent.CLOSED]
    assert len(closed) == 1
    assert log[-1] == closed[0], "and nothing is done to what is over"


async def test_two_who_accept_at_once_and_one_who_goes_on(peopled: Database) -> None:
    """Whoever brings it forward beats whoever would take it over; of two who take it over, one has it."""
    duty, (first, second, third) = await opened(peopled)
    taken = await tapped(peopled, "take", duty, first)
    assert taken is not None
    async with peopled.writing() as work:
        offer = await help_hands.offer(work, taken, first.id, Colleague(second.id, "乙", True))
    assert offer is not None
    assert await tapped(peopled, "accept", offer, third) is None, "who was not asked cannot"
    peopled.clock.forward(minutes=3)  # type: ignore[attr-defined]
    anyone = await tapped(peopled, "lapse", offer, first)
    assert anyone is not None
    assert anyone.asking is Asking.ANYONE
    both = await asyncio.gather(
        tapped(peopled, "accept", anyone, second), tapped(peopled, "accept", anyone, third)
    )
    assert sum(one is not None for one in both) == 1

    has = next(one for one in both if one is not None)
    owner = second if has.owner_id == second.id else third
    async with peopled.writing() as work:
        again = await help_hands.offer(work, has, owner.id, Colleague(first.id, "甲", True))
    assert again is not None
    arrived, accepted = await asyncio.gather(
        tapped(peopled, "arrive", again, owner), tapped(peopled, "accept", again, first)
    )
    assert arrived is not None
    assert arrived.owner_id == owner.id
    async with peopled.reading() as work:
        now = await duties.get(work, duty.id, DutyKind.HELP)
    assert now is not None
    assert (now.state, now.owner_id) == (DutyState.ARRIVED, owner.id)
    assert accepted is None or accepted.state is DutyState.TAKEN, (
        "it was theirs for a moment at most"
    )


async def test_what_is_waited_for_has_its_own_time(peopled: Database) -> None:
    duty, (first, second, _) = await opened(peopled)
    start = peopled.clock()
    taken = await tapped(peopled, "take", duty, first)
    assert taken is not None
    assert taken.next_at == start + timedelta(seconds=300)
    async with peopled.writing() as work:
        offer = await help_hands.offer(work, taken, first.id, Colleague(second.id, "乙", True))
    assert offer is not None
    assert offer.next_at == start + timedelta(seconds=120)
    said = await tapped(peopled, "done", offer, first)
    assert said is not None
    assert (said.asking, said.asked_id) == (Asking.OUTCOME, None)
    assert said.next_at == start + timedelta(seconds=300)
    assert await tapped(peopled, "done", said, first) is None, "said once"
