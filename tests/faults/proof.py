"""What must be true after a life, whatever was suffered in it."""

import re
from collections import Counter
from itertools import groupby
from typing import Any

from bot.delivery import OVERTAKEN
from domain.duty import DutyEvent, DutyState
from domain.messages import Lane, message_from_json
from tests.botapi import BotApi
from tests.faults.town import Evidence

_TIMES = re.compile(r"\d{1,2}:\d{2}(:\d{2})?|\d+ 分钟")
SETTLED = {"sent"}


def prove(found: Evidence, api: BotApi, ends: set[str] = SETTLED, *, ended: bool = True) -> None:
    """Nothing lost, nothing twice, nothing backwards. `ends`: how a message may end; `ended`: whether the
    script was played to its end, where every request is closed."""
    _received_is_handled_once(found, api)
    _one_request_a_cry(found)
    _each_rung_once(found)
    _never_backwards(found)
    if ended:
        _closed_by_somebody(found)
    _told(found, api, ends)


def _received_is_handled_once(found: Evidence, api: BotApi) -> None:
    handled = Counter(row.update_key for row in found.inbox)
    assert set(handled.values()) == {1}, "an update is stored twice"
    assert {str(number) for number in api.confirmed} == set(handled), "a confirmed update is lost"
    assert {row.state for row in found.inbox} == {"done"}, "an update was given up"


def _one_request_a_cry(found: Evidence) -> None:
    """Each press is one request, or one press more on the one that was open."""
    turns = Counter(duty.source_key for duty in found.duties)
    assert set(turns.values()) == {1}
    for duty in found.duties:
        lines = Counter(row.event for row in found.log if row.duty_id == duty.id)
        assert lines[DutyEvent.OPENED] == 1
        assert duty.presses == 1 + lines[DutyEvent.PRESSED_AGAIN]


def _each_rung_once(found: Evidence) -> None:
    """The database's own notes: rungs are climbed in order, one by one; nobody is told of one twice."""
    for duty in found.duties:
        rungs = [
            (move.rung_was, move.rung_became)
            for move in found.moves
            if move.duty_id == duty.id and move.rung_was != move.rung_became
        ]
        assert rungs == [(rung, rung + 1) for rung in range(duty.rung)]
    keys = Counter(row.dedupe_key for row in found.outbox)
    assert set(keys.values()) <= {1}


def _never_backwards(found: Evidence) -> None:
    """But for what the clock takes out of silent hands, which the log says."""
    for duty in found.duties:
        back = 0
        for move in found.moves:
            if move.duty_id == duty.id and move.became < move.was:
                assert move.became == DutyState.OPEN
                assert move.was in (DutyState.TAKEN, DutyState.ON_THE_WAY)
                back += 1
        given = [r for r in found.log if r.duty_id == duty.id and r.event == DutyEvent.GIVEN_BACK]
        assert back == len(given)


def _closed_by_somebody(found: Evidence) -> None:
    for duty in found.duties:
        assert duty.state == DutyState.CLOSED
        assert duty.closed_by is not None
        assert duty.outcome


def _told(found: Evidence, api: BotApi, ends: set[str]) -> None:
    """Everybody owed a message got it, and not oftener than it was sent."""
    assert not (astray := _astray(found, ends)), astray
    told = Counter((str(sent.chat_id), sent.text) for sent in api.sent)
    least: Counter[tuple[str, str]] = Counter()
    most: Counter[tuple[str, str]] = Counter()
    for row in found.outbox:
        message = message_from_json(row.body)
        key = (row.address, message.plain)
        most[key] += 1 + row.tries
        # A card that is edited into what it says already is no news to the platform.
        least[key] += row.state == "sent" and not message.in_place
        if row.state == "sent" and row.error != OVERTAKEN:
            assert told[key], f"never told: {key}"
    for key, times in least.items():
        assert times <= told[key] <= most[key], (key, times, told[key], most[key])


def _astray(found: Evidence, ends: set[str]) -> list[Any]:
    """A push that was on the wire at a death is left as unknown on purpose, and never repeated."""
    return [
        (row.address, row.state, row.error)
        for row in found.outbox
        if row.state not in ends and (row.lane, row.state) != (Lane.ROUTINE, "unknown")
    ]


def story(found: Evidence) -> list[Any]:
    """All of it in words that are the same for any life that came to the same: who was told what, what
    became of each request, and each line of its log."""
    owed = Counter(
        (row.address, row.lane, _TIMES.sub("·", message_from_json(row.body).plain), row.state)
        for row in found.outbox
        if _of_the_story(row)
    )
    return [
        ("updates", len(found.inbox)),
        *[_request(found, duty) for duty in found.duties],
        *sorted(owed.items()),
    ]


def _of_the_story(row: Any) -> bool:
    """Not what a job pushes when its hour comes, sooner or later, nor what a watchdog says that looked in
    the moment between a step's being due and its being taken."""
    return row.lane != Lane.ROUTINE and not row.dedupe_key.startswith("watchdog:")


def _request(found: Evidence, duty: Any) -> tuple[Any, ...]:
    names = found.names
    lines = [
        (row.event, names.get(row.actor_id), row.detail)
        for row in found.log
        if row.duty_id == duty.id
    ]
    return (
        names[duty.subject_id],
        duty.state,
        duty.presses,
        duty.rung,
        names.get(duty.owner_id),
        names.get(duty.closed_by),
        duty.outcome,
        tuple(key for key, _ in groupby(lines)),
    )


def same(expected: list[Any], found: list[Any]) -> None:
    """The same life; the message says what differs."""
    missing = [line for line in expected if line not in found]
    surplus = [line for line in found if line not in expected]
    assert not missing, f"it should also be: {missing}\ninstead: {surplus}"
    assert not surplus, f"it should not be: {surplus}"
