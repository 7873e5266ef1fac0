"""The sorting of what waits: who has to wait holds nobody up, and nobody overtakes within a chat."""

import asyncio
from datetime import UTC, datetime

from bot.sorting import Sorting
from domain.messages import Lane
from storage.outbox import Due

URGENT, TALK, PUSH = Lane.EMERGENCY, Lane.CONVERSATION, Lane.ROUTINE


def a_due(row: int, *, lane: Lane = URGENT, to: int = 1) -> Due:
    return Due(row, lane, to, {}, None, None, 0, None, datetime(2026, 11, 23, tzinfo=UTC))


def sorted_out(*dues: Due) -> Sorting:
    made = Sorting()
    for due in dues:
        made.put(due)
    return made


async def taken(sorting: Sorting, lane: Lane = URGENT) -> int | None:
    """The row that a free sender gets now, or None."""
    try:
        return (await asyncio.wait_for(sorting.take(lane), 0.02)).id
    except TimeoutError:
        return None


async def test_a_chats_messages_leave_one_after_the_other_and_others_do_not_wait() -> None:
    first, second, other = a_due(1), a_due(2), a_due(3, to=2)
    sorting = sorted_out(first, second, other)
    assert [await taken(sorting) for _ in range(3)] == [1, 3, None]
    sorting.done(first)
    assert await taken(sorting) == 2


async def test_first_words_leave_before_what_others_are_owed_and_their_chat_keeps_its_order() -> (
    None
):
    sorting = sorted_out(a_due(1), a_due(2, to=2), a_due(3, to=3))
    earlier, word = a_due(4, to=4), a_due(5, to=4)
    sorting.put(earlier)
    sorting.put(word, first=True)
    assert await taken(sorting) == 4, "what was owed to the same chat before"
    sorting.done(earlier)
    assert sorting.is_first(word)
    assert [await taken(sorting) for _ in range(5)] == [5, 1, 2, 3, None]
    sorting.done(word)
    assert not sorting.is_first(word)


async def test_who_rests_gives_the_place_to_others_and_keeps_the_order() -> None:
    first, second, other = a_due(1), a_due(2), a_due(3, to=2)
    sorting = sorted_out(first, second, other)
    assert await taken(sorting) == 1
    sorting.rest(first, 0.05)
    assert [await taken(sorting), await taken(sorting)] == [3, None]
    await asyncio.sleep(0.06)
    assert await taken(sorting) == 1
    sorting.done(first)
    assert await taken(sorting) == 2


async def test_the_more_urgent_need_not_rest_with_a_push_and_comes_first_afterwards() -> None:
    push, talk, urgent = a_due(1, lane=PUSH), a_due(2, lane=TALK), a_due(3)
    sorting = sorted_out(push)
    assert await taken(sorting, PUSH) == 1
    sorting.put(talk)
    sorting.put(urgent)
    assert await taken(sorting, URGENT) is None, "one at a time in a chat"
    sorting.rest(push, 60)
    assert await taken(sorting, TALK) is None
    assert await taken(sorting, URGENT) == 3
    sorting.done(urgent)
    assert await taken(sorting, TALK) == 2


async def test_it_is_empty_when_all_have_left_and_resting_ones_have_not() -> None:
    first, second = a_due(1), a_due(2, to=2)
    sorting = sorted_out(first, second)
    await taken(sorting)
    await taken(sorting)
    sorting.done(first)
    sorting.rest(second, 0.02)
    assert (len(sorting), sorting.held(URGENT), sorting.ready(URGENT)) == (1, 1, 0)
    waiting = asyncio.create_task(sorting.empty())
    assert await taken(sorting) in (2, None)
    await asyncio.sleep(0.03)
    assert not waiting.done()
    sorting.done(second)
    await asyncio.wait_for(waiting, 1)
