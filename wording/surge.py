"""Surge mode in words: what waits in one list, and what the staff are told of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.help import Call
from domain.messages import Button, Lane, Message, Owed
from domain.people import Person
from domain.surge import Surge, Waiting, window_of
from wording.help import clock_time
from wording.phrases import Phrases, Say
from wording.roster import moment
from wording.visit import LINE

_TAKEN_FROM_LIST = 8
"""Calls that have a button in a list; the rest are in /helplist."""


def lists(
    phrases: Phrases, call: Call, found: Sequence[Waiting], whom: Iterable[Person], now: datetime
) -> tuple[Owed, ...]:
    """What nobody has taken, in one message for each; owed once in a window, whatever rings in it."""
    return tuple(
        Owed(
            person.id,
            _list(phrases[person.language], found, call.zone),
            Lane.EMERGENCY,
            f"surge:{call.duty.community_id}:{window_of(now)}:{person.id}",
            call.duty.id,
        )
        for person in whom
        if found
    )


def _list(say: Say, found: Sequence[Waiting], zone: ZoneInfo) -> Message:
    lines = [say("surge.list", count=len(found))]
    for building, here in groupby(found, key=lambda each: each.building):
        lines.append(say("surge.list_building", building=building or say("help.unknown_place")))
        lines += [_line(say, each, zone) for each in here]
    buttons = tuple(
        (Button(say.plain("surge.take", place=each.place, name=each.name), take),)
        for each in found[:_TAKEN_FROM_LIST]
        for take in [f"calls.take:{each.duty_id}"]
    )
    all_ = (Button(say.plain("help.list_key"), "helplist"),)
    return Message(LINE.join(lines), buttons=(*buttons, all_))


def _line(say: Say, each: Waiting, zone: ZoneInfo) -> Markup:
    time = clock_time(each.opened_at, zone)
    key = "surge.list_line_again" if each.presses > 1 else "surge.list_line"
    return say(key, room=each.room, name=each.name, time=time, presses=each.presses)


def beside(say: Say, card: Message, near: Sequence[Waiting], zone: ZoneInfo) -> Message:
    """A request's card, and below it what else waits in the same building."""
    lines = [say("surge.near", building=near[0].building, count=len(near))]
    lines += [_line(say, each, zone) for each in near]
    return replace(card, text=LINE.join([card.html, *lines]))


def announced(say: Say, surge: Surge, community: str, by: str, zone: ZoneInfo) -> Message:
    """What everybody of the staff reads when it begins, has a new end, or is over."""
    reason = say(f"surge.reason_{surge.reason}")
    if surge.ended_at is not None:
        return Message(say("surge.over", community=community, reason=reason))
    until = moment(say, surge.ends_at, zone)
    return Message(say("surge.is_on", community=community, reason=reason, until=until, by=by))
