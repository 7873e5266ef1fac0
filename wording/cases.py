"""The card of a case as the staff read it, from either room that speaks."""

from datetime import datetime

from markupsafe import Markup

from domain.case import Case, Gone
from domain.duty import Asking, DutyState, Outcome
from domain.messages import Button, Message, Rows
from wording.ask import LINE, moment
from wording.case import end, short, when
from wording.phrases import Say

_OWN = (("say", "done"), ("give", "up"))
_ONCE = (("later", "kind"),)
"""What is promised for another time is promised for good."""
_ACTIONS = {
    "take": "casestep.take",
    "say": "casestep.say",
    "done": "casestep.done",
    "over": "casestep.over",
    "up": "casestep.up",
    "later": "caselater",
    "kind": "cases.kind",
    "give": "casehand.give",
    "accept": "casehand.accept",
    "decline": "casehand.decline",
    "keep": "casehand.keep",
    "whose": "cases.whose",
    "see": "cases.see",
    "back": "cases.open",
}
"""Which action stands behind a button of the card."""


def button(say: Say, name: str, duty_id: int) -> Button:
    """A button of the card."""
    label = say.plain("cases.up_button" if name == "up" else f"cases.{name}")
    return Button(label, f"{_ACTIONS[name]}:{duty_id}")


def staff_card(
    say: Say,
    case: Case,
    reader_id: int,
    kind: str,
    now: datetime,
    head: str = "card",
    note: Markup | None = None,
    *,
    may_take: bool = False,
) -> Message:
    """Who, where, what, promised by when, and whose it is; `note` stands right under the head. `may_take`:
    the reader may take it out of another's hands."""
    worker = case.owner
    lines = [say(f"cases.head_{head}", kind=kind, worker=worker)]
    lines += [note] if note else []
    lines += [say("cases.words", words=case.text), *_who(say, case), *_promise(say, case, now)]
    lines += _standing(say, case, now)
    rows = buttons(say, case, reader_id, may_take=may_take)
    return Message(LINE.join(lines), buttons=rows, card=card_name(case.duty.id))


def card_name(duty_id: int) -> str:
    """The card under which a case stands with each of the staff."""
    return f"case:{duty_id}"


def late_or_near(case: Case, now: datetime) -> str:
    """The head of a card that the clock sends, when its rung has been climbed."""
    if case.is_late(now) or now >= case.promised_at:
        return "late"
    if case.duty.state is DutyState.OPEN:
        if case.previous_id is not None:
            return "unsolved"
        return "unseen" if case.duty.rung > 1 else "new"
    return "near"


def _who(say: Say, case: Case) -> list[Markup]:
    if case.name:
        lines = [say(_who_key(case), name=case.name, place=case.place, lives=case.lives)]
    elif case.place:
        lines = [say("cases.who_home", place=case.place)]
    else:
        lines = [say("cases.who_nobody")]
    if case.gone is Gone.DIED:
        return lines
    if case.phone:
        lines.append(say("cases.phone", phone=case.phone))
    if case.silent and case.duty.state is not DutyState.CLOSED:
        lines.append(say("cases.silent"))
    return lines


def _who_key(case: Case) -> str:
    if case.gone in (Gone.DIED, Gone.LEFT):
        return f"cases.who_{case.gone}"
    return "cases.who_moved" if case.lives else "cases.who"


def _promise(say: Say, case: Case, now: datetime) -> list[Markup]:
    time = moment(say, case.duty.opened_at, now, case.zone)
    lines = [say(f"cases.via_{case.via}", time=time)]
    if case.duty.state is not DutyState.CLOSED:
        key = "cases.promise_late" if case.is_late(now) else "cases.promise"
        lines.append(say(key, when=when(say, case, now)))
    if case.postponed:
        lines.append(say("cases.postponed", why=case.postponed))
    if case.media:
        lines.append(say("cases.files", count=case.media))
    return lines


def _standing(say: Say, case: Case, now: datetime) -> list[Markup]:
    duty, lines = case.duty, []
    if case.previous_id is not None:
        lines.append(say("cases.again"))
    if case.first and case.first_id != duty.owner_id:
        lines.append(say("cases.first", first=case.first))
    if case.raised_at and duty.state is not DutyState.CLOSED:
        lines.append(say("cases.up"))
    if duty.state is DutyState.CLOSED:
        return [*lines, *_ended(say, case, now)]
    if duty.state is DutyState.OPEN:
        waits = "cases.state_open" if case.owner else "cases.state_nobody"
        return [*lines, say(waits, worker=case.owner)]
    key = "cases.state_offer" if duty.asking is Asking.OFFER else "cases.state_taken"
    return [*lines, say(key, worker=case.owner, asked=case.asked)]


def _ended(say: Say, case: Case, now: datetime) -> list[Markup]:
    duty = case.duty
    time = moment(say, duty.moved_at or duty.opened_at, now, case.zone)
    outcome = end(say, duty.outcome)
    key = "withdrawn" if duty.outcome is Outcome.CALLED_OFF else "closed"
    lines = [say(f"cases.state_{key}", worker=case.owner, outcome=outcome, time=time)]
    if case.result:
        lines.append(say("cases.state_result", result=case.result))
    if case.solved is not None:
        lines.append(say("cases.solved_yes" if case.solved else "cases.solved_no"))
    return lines


def buttons(say: Say, case: Case, reader_id: int, *, may_take: bool) -> Rows:
    """What the reader may do: who has it everything, who is asked for it two things, others may take it
    where nobody has it in hand, or where it is theirs to step in."""
    duty = case.duty
    names: list[tuple[str, ...]] = []
    if duty.state is not DutyState.CLOSED:
        names += _open_rows(case, reader_id, may_take)
    if case.media:
        names.append(("see",))
    return tuple(tuple(button(say, name, duty.id) for name in row) for row in names)


def _open_rows(case: Case, reader_id: int, may_take: bool) -> list[tuple[str, ...]]:
    duty = case.duty
    if duty.asking is Asking.OFFER and duty.asked_id == reader_id:
        return [("accept", "decline")]
    if duty.state is DutyState.OPEN:
        return [("take",)]
    if duty.owner_id != reader_id:
        return [("take",)] if may_take else []
    asking = duty.asking is Asking.OFFER
    rows = [tuple("keep" if name == "give" and asking else name for name in row) for row in _OWN]
    if case.gone is Gone.DIED:
        rows = [tuple("over" if name == "say" else name for name in row) for row in rows]
    rows += _ONCE if case.postponed is None else ()
    if duty.subject_id is None and duty.household_id is not None:
        rows.append(("whose",))
    return rows


def line(say: Say, case: Case, kind: str, number: int, now: datetime) -> Markup:
    """A case in a list."""
    who = f"{case.name} {case.place}".strip() or say.plain("cases.nobody")
    return say(
        "cases.list_line",
        number=number,
        mark="⏰ " if case.is_late(now) else "",
        kind=kind,
        words=short(case.text),
        who=who,
        worker=case.owner or say.plain("cases.list_unowned"),
        when=when(say, case, now),
    )
