"""The flood limits, on a clock of our own and, where spacing matters, on a loop of our own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random

import pytest

from bot.channels.telegram.pace import (
    JITTER,
    Backoff,
    Budget,
    ChatPace,
    Gate,
    Halts,
    PacedLimiter,
    Places,
    Window,
)
from domain.messages import Lane
from tests.botapi.ledger import busiest
from tests.support.hourglass import Hourglass, in_no_time, now


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def gate(wait: Callable[[], Awaitable[None]], window: Window) -> Gate:
    """As the channel has them: the budget, and then a place in the window."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[None]:
        await wait()
        async with window.place(0):
            yield

    return opened


async def send(limiter: PacedLimiter, message: Callable[[], Awaitable[None]]) -> None:
    async def callback() -> bool:
        await message()
        return True

    await limiter.process_request(callback, (), {}, "sendMessage", {"chat_id": 1}, None)


@in_no_time
async def test_routine_sends_give_way_to_urgent_ones() -> None:
    budget = Budget(rate=5, clock=now)
    started = now()
    for _ in range(5):
        await budget.front()
    assert now() == started
    await budget.routine()
    assert now() - started == pytest.approx(1)


@in_no_time
async def test_urgent_sends_never_wait_for_routine_ones() -> None:
    budget = Budget(rate=1, clock=now)
    await budget.routine()
    waiting = asyncio.create_task(budget.routine())
    async with asyncio.timeout(0.1):
        for _ in range(50):
            await budget.front()
    waiting.cancel()


async def test_a_long_rush_holds_the_push_for_a_second_more_and_not_for_minutes() -> None:
    clock = Clock()
    budget = Budget(rate=25, clock=clock)
    for _ in range(60 * 28):
        await budget.front()
        clock.now += 1 / 28
    assert budget._free_at - clock.now <= 1


@pytest.mark.parametrize("lead", [0.0, 0.5, 1.5])
@in_no_time
async def test_no_second_is_over_the_limit_when_a_rush_comes_during_a_push(lead: float) -> None:
    """Seconds after the beginning of the push; in the middle of its first second is the worst."""
    budget, window, sent = Budget(rate=25, clock=now), Window(30), list[float]()
    front = PacedLimiter(28.4, gate(budget.front, window), now)
    routine = PacedLimiter(25, gate(budget.routine, window), now)

    async def message() -> None:
        sent.append(now())

    push = [asyncio.create_task(send(routine, message)) for _ in range(50)]
    await asyncio.sleep(lead)
    started = now()
    await asyncio.gather(*(send(front, message) for _ in range(35)))
    took = now() - started
    await asyncio.gather(*push)
    assert busiest(sent) <= 30
    assert took < 1.6, "the rush waited for the push"


@pytest.mark.parametrize("most", [30, 1000])
@in_no_time
async def test_what_is_held_up_on_the_way_and_arrives_together_is_not_over_the_limit(
    most: int,
) -> None:
    """A platform that answers after 5 to 60 ms, and three times in ten seconds reads nothing for 0.4 s.
    With no window (1000) the same push is over the limit."""
    window, chance, arrived = Window(most), Random(5), list[float]()
    limiter = PacedLimiter(29.5, gate(Budget(29.5, now).routine, window), now)

    async def message() -> None:
        await asyncio.sleep(chance.uniform(0.002, 0.03))
        for deaf in (2.0, 5.5, 8.1):
            if deaf <= now() < deaf + 0.4:
                await asyncio.sleep(deaf + 0.4 - now())
        arrived.append(now())
        await asyncio.sleep(chance.uniform(0.003, 0.03))

    async def sender() -> None:
        while now() < 10:
            await send(limiter, message)

    await asyncio.gather(*(sender() for _ in range(16)))
    assert (busiest(arrived) <= 30) is (most == 30)
    assert len(arrived) > 270, "it went too slowly"


@in_no_time
async def test_who_is_woken_late_each_time_loses_no_place_by_it() -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Hourglass)
    loop.late = 0.002
    limiter = PacedLimiter(28, gate(Budget(28, now).routine, Window(30)), now)
    sent = list[float]()

    async def message() -> None:
        sent.append(now())

    started = now()
    await asyncio.gather(*(send(limiter, message) for _ in range(280)))
    assert now() - started < 10.1
    assert busiest(sent) <= 30


@in_no_time
async def test_the_most_urgent_enters_the_window_first_and_nobody_for_what_hangs() -> None:
    window, order = Window(2), list[str]()

    async def enter(name: str, urgency: int, seconds: float) -> None:
        async with window.place(urgency):
            order.append(f"{name} {now():.0f}")
            await asyncio.sleep(seconds)

    hang = [asyncio.create_task(enter(f"hangs{n}", 4, 60)) for n in range(2)]
    await asyncio.sleep(0)
    wait = [asyncio.create_task(enter(f"push{n}", 4, 0)) for n in range(3)]
    cry = asyncio.create_task(enter("cry", 0, 0))
    await asyncio.sleep(0)
    wait[0].cancel()
    await asyncio.gather(cry, *wait[1:], *hang)
    # A second for the answer and one more, then a second each; what hung gives no place back twice.
    assert order == ["hangs0 0", "hangs1 0", "cry 2", "push1 2", "push2 3"]
    await asyncio.gather(*(enter(f"later{n}", 4, 0) for n in range(3)))
    assert order[5:] == ["later0 60", "later1 60", "later2 61"]


@in_no_time
async def test_at_the_limit_a_cry_for_help_stands_behind_nobody() -> None:
    places, order = Places(rate=50, clock=now), list[str]()

    async def take(name: str, urgency: int) -> None:
        await places.take(urgency)
        order.append(name)

    talk = [asyncio.create_task(take(f"talk {n}", 2)) for n in range(6)]
    await asyncio.sleep(0)
    talk[3].cancel()
    cries = [asyncio.create_task(take(name, 0)) for name in ("first cry", "second cry")]
    started = now()
    await asyncio.gather(*talk, *cries, return_exceptions=True)
    took = now() - started
    assert order == ["talk 0", "first cry", "second cry", "talk 1", "talk 2", "talk 4", "talk 5"]
    assert took > 0.1, "they were not spaced"


@in_no_time
async def test_processes_that_share_a_budget_slow_down_and_speed_up_again() -> None:
    budget = Budget(rate=1000, clock=now)
    limiter = PacedLimiter(1000, gate(budget.front, Window(1000)), now)

    async def message() -> None:
        return None

    async def seconds(messages: int) -> float:
        started = now()
        for _ in range(messages):
            await send(limiter, message)
        return now() - started

    assert await seconds(10) < 0.1
    limiter.pace(20)
    assert 0.4 < await seconds(10) < 0.51
    limiter.pace(1000)
    assert await seconds(10) < 0.1
    budget.pace(20)
    for _ in range(3):  # two make up for what may have come late
        await budget.front()
    started = now()
    await budget.routine()
    assert 0.05 <= now() - started < 0.06


@in_no_time
async def test_answers_to_taps_are_not_counted() -> None:
    budget = Budget(rate=0.1, clock=now)
    limiter = PacedLimiter(0.1, gate(budget.routine, Window(30)), now)

    async def callback() -> bool:
        return True

    async with asyncio.timeout(0.5):
        for _ in range(5):
            await limiter.process_request(callback, (), {}, "answerCallbackQuery", {}, None)


def test_a_chat_gets_a_small_burst_and_then_one_a_second() -> None:
    clock = Clock()
    pace = ChatPace(clock)
    assert [pace.reserve(7, burst=3) for _ in range(5)] == [0, 0, 0, 1, 2]
    assert pace.in_burst(7)


def test_how_long_a_chat_must_be_waited_for_is_told_without_taking_its_place() -> None:
    clock = Clock()
    pace = ChatPace(clock)
    for _ in range(3):
        assert pace.wait(7, burst=3) == 0
        pace.reserve(7, burst=3)
    assert [pace.wait(7, burst=3), pace.wait(7, burst=3), pace.wait(8, burst=3)] == [1, 1, 0]
    assert pace.wait(7, burst=1) == 3 + JITTER
    clock.now += 1
    assert pace.wait(7, burst=3) == 0
    assert pace.reserve(8, burst=3) == 0
    clock.now += 60
    assert not pace.in_burst(7)
    assert [pace.reserve(7, burst=1) for _ in range(3)] == [0, 1 + JITTER, 2 + JITTER]


def test_chats_that_are_quiet_are_forgotten() -> None:
    clock = Clock()
    pace = ChatPace(clock)
    for chat in range(25_000):
        pace.reserve(chat, burst=1)
        clock.now += 0.01
    assert len(pace._free_at) <= 10_001


def test_a_push_that_is_told_to_wait_halts_nobody_else() -> None:
    clock = Clock()
    halts = Halts(clock)
    halts.halt(Lane.ROUTINE, 30)
    assert [halts.left(lane) for lane in Lane] == [0, 0, 30]
    clock.now += 31
    assert halts.left(Lane.ROUTINE) == 0


def test_replies_that_are_told_to_wait_halt_the_push_but_no_emergency() -> None:
    halts = Halts(Clock())
    halts.halt(Lane.CONVERSATION, 5)
    assert [halts.left(lane) for lane in Lane] == [0, 5, 5]


def test_an_emergency_that_is_refused_halts_what_is_less_urgent() -> None:
    halts = Halts(Clock())
    halts.halt(Lane.EMERGENCY, 5)
    assert [halts.left(lane) for lane in Lane] == [0, 5, 5]


def test_pauses_grow_and_start_small_again() -> None:
    backoff = Backoff(1, 30)
    assert [backoff.next() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    backoff.reset()
    assert backoff.next() == 1
