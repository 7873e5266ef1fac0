"""What a resident reads about the matter they raised, from either room that speaks."""

from datetime import datetime

from markupsafe import Markup

from domain.case import Case
from domain.duty import DutyState, Outcome
from domain.messages import Button, Message, Rows
from wording.ask import moment
from wording.phrases import Say
from wording.ring import to_ring

SHORT = 40
"""Characters of what was said that stand in a sentence about it."""


def short(text: str) -> str:
    """What was said, as far as a sentence has room."""
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def when(say: Say, case: Case, now: datetime) -> str:
    """By when it is promised."""
    return moment(say, case.promised_at, now, case.zone)


def values(say: Say, case: Case, now: datetime) -> dict[str, str]:
    """What most sentences about a case name."""
    return {
        "words": short(case.text),
        "worker": case.owner or say.plain("case.some_worker"),
        "when": when(say, case, now),
    }


def news(say: Say, case: Case, key: str, now: datetime, **more: str) -> Message:
    """One of the sentences `case.news_…`."""
    return Message(say(f"case.news_{key}", **values(say, case, now) | more).rstrip())


def end(say: Say, outcome: Outcome | None) -> str:
    """How it ended, in a word."""
    return say.plain(f"case.end_{outcome}") if outcome else ""


def status(say: Say, case: Case, now: datetime) -> Markup:
    """How it stands, for whoever raised it."""
    known = values(say, case, now)
    if case.duty.state is DutyState.CLOSED:
        return _ended(say, case)
    if case.is_late(now):
        return say("case.status_late", ring=to_ring(say, case.community_phone), **known)
    if case.duty.state is DutyState.OPEN:
        return say("case.status_waits", **known)
    return say("case.status_raised" if case.raised_at else "case.status_in_hand", **known)


def _ended(say: Say, case: Case) -> Markup:
    if case.duty.outcome is Outcome.CALLED_OFF:
        return say("case.status_withdrawn")
    worker, outcome = case.owner, end(say, case.duty.outcome)
    text = say("case.status_done", worker=worker, outcome=outcome, result=case.result)
    text = text.rstrip()
    if case.solved is None:
        return text
    return text + "\n" + say("case.status_solved" if case.solved else "case.status_unsolved")


def own_buttons(say: Say, case: Case, number: int | None = None) -> Rows:
    """What its resident may do; with a number before each word where several stand in one message."""
    duty, mark = case.duty, "" if number is None else f"{number}. "
    if duty.state is not DutyState.CLOSED:
        return (
            (
                Button(mark + say.plain("case.add_button"), f"mycase.add:{duty.id}"),
                Button(mark + say.plain("case.withdraw_button"), f"mycase.withdraw:{duty.id}"),
            ),
        )
    if case.solved is None and duty.outcome is not Outcome.CALLED_OFF:
        return (solved_row(say, duty.id, mark),)
    return ()


def solved_row(say: Say, duty_id: int, mark: str = "") -> tuple[Button, ...]:
    """解决了, 没有."""
    return (
        Button(mark + say.plain("case.solved"), f"mycase.solved:{duty_id}"),
        Button(mark + say.plain("case.unsolved"), f"mycase.unsolved:{duty_id}"),
    )


def asking(say: Say, case: Case, now: datetime) -> Message:
    """解决了吗？, with what was said of it and without buttons once it was said."""
    text = say("case.ask", outcome=end(say, case.duty.outcome), **values(say, case, now))
    card = f"case-asked:{case.duty.id}"
    if case.solved is None:
        return Message(text, buttons=(solved_row(say, case.duty.id),), card=card)
    said = say("case.status_solved" if case.solved else "case.status_unsolved")
    return Message(text + "\n" + said, card=card, in_place=True)
