"""What is kept of what was made lately."""

import asyncio

import pytest

from bot.channels.web.lately import Lately


async def test_the_last_few_are_kept_and_whoever_wants_the_same_waits_for_it() -> None:
    kept, made = Lately[str](2), list[str]()

    async def wanted(key: str) -> str:
        async def make() -> str:
            await asyncio.sleep(0)
            made.append(key)
            return key.upper()

        return await kept.get(key, make)

    assert await asyncio.gather(*map(wanted, "aab")) == ["A", "A", "B"]
    for key in "acab":
        await wanted(key)
    assert made == ["a", "b", "c", "b"], "b was asked for longest ago when c came"


async def test_what_could_not_be_made_is_made_when_it_is_asked_for_again() -> None:
    kept = Lately[int](1)

    async def fails() -> int:
        raise LookupError

    async def works() -> int:
        return 1

    with pytest.raises(LookupError):
        await kept.get("", fails)
    assert await kept.get("", works) == 1
