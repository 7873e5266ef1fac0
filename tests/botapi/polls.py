"""Polls: asked, voted on, stopped.

Descriptions of refusals are those of the official server's `check_message` and of tdlib/td `PollManager`
and `PollOption`. The official server quietly ignores `open_period` beside `close_date`; a double must tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.botapi.calls import Call
from tests.botapi.errors import bad_request
from tests.botapi.keyboards import read_markup
from tests.botapi.messages import Message
from tests.botapi.sending import deliver
from tests.botapi.texts import formatted

if TYPE_CHECKING:
    from tests.botapi.engine import Engine

Wire = dict[str, Any]

MAX_QUESTION, MAX_OPTION, MAX_OPTIONS, MAX_DESCRIPTION = 300, 100, 12, 1024
SHORTEST, LONGEST = 5, 2_628_000  # seconds a poll may be open, core.telegram.org/bots/api#sendpoll


async def send_poll(engine: Engine, call: Call) -> Wire:
    question = _text(call, "question", MAX_QUESTION, "Poll question length must not exceed 300")
    poll = {
        "id": str(8_000_000_000 + engine.state.revision),
        "question": question,
        "options": [
            {"text": text, "voter_count": 0, "persistent_id": str(at)}
            for at, text in enumerate(_options(call))
        ],
        "total_voter_count": 0,
        "is_closed": call.flag("is_closed"),
        "is_anonymous": not call.has("is_anonymous") or call.flag("is_anonymous"),
        "type": call.text("type", "regular"),
        "allows_multiple_answers": call.flag("allows_multiple_answers"),
        "allows_revoting": True,
        "members_only": False,
    } | _until(engine, call)
    if call.has("description"):
        poll["description"] = _text(call, "description", MAX_DESCRIPTION, "MESSAGE_TOO_LONG")
    return deliver(engine, call, kind="poll", content={"poll": poll})


def _text(call: Call, name: str, most: int, complaint: str) -> str:
    text, _ = formatted(call, name, f"{name}_parse_mode", f"{name}_entities")
    if not text:
        raise bad_request("Text must be non-empty")
    if len(text) > most:
        raise bad_request(complaint)
    return text


def _options(call: Call) -> list[str]:
    options = call.json("options", "options")
    if not isinstance(options, list):
        raise bad_request("Expected an Array of InputPollOption")
    if not options:
        raise bad_request("Poll must have at least one answer option")
    if len(options) > MAX_OPTIONS:
        raise bad_request("POLL_ANSWERS_TOO_MUCH")
    return [_option(option) for option in options]


def _option(option: Any) -> str:
    text = option.get("text") if isinstance(option, dict) else option
    if not isinstance(text, str):
        raise bad_request("Can't parse InputPollOption: Can't find field \"text\"")
    if not text.strip():
        raise bad_request("Text must be non-empty")
    if len(text) > MAX_OPTION:
        raise bad_request("Poll options length must not exceed 100")
    return text.strip()


def _until(engine: Engine, call: Call) -> Wire:
    if call.has("open_period") and call.has("close_date"):
        raise bad_request("open_period and close_date can't be used together")
    if call.has("open_period"):
        period = call.integer("open_period")
    elif call.has("close_date"):
        period = call.integer("close_date") - int(engine.clock())
    else:
        return {}
    if not SHORTEST <= period <= LONGEST:
        raise bad_request("POLL_CLOSE_DATE_INVALID")
    return {"open_period": period, "close_date": int(engine.clock()) + period}


async def stop_poll(engine: Engine, call: Call) -> Wire:
    markup = read_markup(call, inline_only=True)
    purpose = "message with poll to stop"
    message = engine.state.message(call.chat_id, call.integer("message_id"), purpose)
    engine.state.reachable(call.chat_id)
    if message.kind != "poll":
        raise bad_request("Message is not a poll")
    if not message.from_bot or message.forwarded:
        raise bad_request("Poll can't be stopped")
    poll: Wire = message.content["poll"]
    if poll["is_closed"]:
        raise bad_request("Poll has already been closed")
    poll["is_closed"] = True
    message.markup = markup
    engine.state.change(message)
    return poll


def cast(message: Message, voter: int, labels: tuple[str, ...]) -> Wire:
    """One person's vote, which takes the place of an earlier one; the poll as it stands then."""
    poll: Wire = message.content["poll"]
    if poll["is_closed"]:
        raise LookupError("the poll is closed: a telephone shows no choices any more")
    if len(labels) > 1 and not poll["allows_multiple_answers"]:
        raise LookupError("the poll takes one choice only")
    votes: dict[int, tuple[str, ...]] = message.votes
    votes[voter] = labels
    for option in poll["options"]:
        option["voter_count"] = sum(option["text"] in chosen for chosen in votes.values())
    poll["total_voter_count"] = len(votes)
    return poll
