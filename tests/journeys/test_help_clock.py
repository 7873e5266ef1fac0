"""Somebody sets the clock while a call for help is open."""

import asyncio

from tests.support.desk import Desk, Someone


async def heard(desk: Desk, who: Someone, words: str) -> None:
    """The desk looks at its clock every second; what follows is soon heard."""
    async with asyncio.timeout(10):
        while words not in who.transcript:
            await asyncio.sleep(0.1)
            await desk.tick()


async def test_a_clock_set_back_stops_no_ladder(desk: Desk) -> None:
    granny, other, head = await desk.people("granny", "w3", "head")
    await granny.does("help.press")

    desk.clock.forward(hours=-1)
    await asyncio.sleep(1.1)  # for as long as the desk does not look at its clock
    await desk.later(seconds=60)
    await heard(desk, other, "陈奶奶 求助")
    assert "陈奶奶 求助" not in head.transcript
    await desk.later(seconds=120)
    await heard(desk, head, "陈奶奶 求助")


async def test_a_clock_set_back_leaves_nothing_in_silent_hands(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await mine.taps("我来")

    desk.clock.forward(hours=-1)
    await asyncio.sleep(1.1)
    await desk.later(seconds=300)
    await heard(desk, mine, "在您手上")
    await desk.later(seconds=120)
    await heard(desk, granny, "另外找人")
