"""The ballot as it is read: the invitation, one question at a time, and the end."""

from collections.abc import Iterable, Sequence
from math import ceil

from markupsafe import Markup

from domain.answering import next_item
from domain.ballot import Ballot, BallotState
from domain.messages import Button, Message, Rows
from domain.survey import Item, Kind, Option, Questionnaire
from wording.phrases import Say
from wording.survey import subject_name

QUESTIONS_A_MINUTE = 5
"""How fast people tap, for the promise in the invitation: our guess, on the slow side."""

SHORT_LABEL = 3
"""Options of at most so many characters (marks) stand side by side; words have a row each."""
SIDE_BY_SIDE = 4
PERCENT = 100
"""Scales of words are worth up to this; others are marks that people give as numbers."""
BAR = 10
"""The most steps a progress bar has."""


def minutes(questions: int) -> int:
    """How long so many taps take, as it is promised to those who are asked."""
    return ceil(questions / QUESTIONS_A_MINUTE)


def invitation(
    say: Say, questionnaire: Questionnaire, round_id: int, name: str, community: str, until: str
) -> Message:
    """The first thing that somebody in the sample reads. `questionnaire` is the one asked."""
    rated = sum(item.kind is not Kind.TEXT for item in questionnaire.items)
    text = say(
        "ballot.invite_raters" if questionnaire.subjects else "ballot.invite_homes",
        name=name,
        community=community,
        count=rated,
        subjects=len(questionnaire.subjects),
        minutes=minutes(rated),
        day=until,
    )
    start = (Button(say.plain("ballot.start"), f"ballot.go:{round_id}"),)
    decline = (Button(say.plain("ballot.decline"), f"ballot.no:{round_id}"),)
    return Message(text, buttons=(start, decline), card=f"ballots:{round_id}")


def question(say: Say, questionnaire: Questionnaire, ballot: Ballot, note: str = "") -> Message:
    """The question a ballot has come to, or its last page; it replaces the one before it.

    `note` is a phrase key for what must be said about the tap that led here.
    """
    item = next_item(questionnaire, ballot.draft)
    parts = [say(note)] if note else []
    if name := subject_name(say, questionnaire, ballot.subject):
        parts.append(say("ballot.about", subject=name))
    parts += [say("ballot.finished")] if item is None else _asked(say, questionnaire, ballot, item)
    return Message(
        Markup("\n\n").join(parts),
        buttons=(*_choices(say, ballot, item), _moves(say, ballot)),
        card=card(ballot),
        in_place=True,
    )


def card(ballot: Ballot) -> str:
    """The one message in which a ballot is answered."""
    return f"ballot:{ballot.id}"


def _asked(say: Say, questionnaire: Questionnaire, ballot: Ballot, item: Item) -> list[Markup]:
    text, aspect = item.text.get(say.language), _aspect(say, questionnaire, item)
    if item.kind is Kind.TEXT:
        return [say("ballot.free"), say("ballot.question_free", text=text)]
    key = "ballot.question_item" if aspect else "ballot.question_plain"
    if aspect and questionnaire.full != PERCENT:
        key = "ballot.question_marks"
    elif item.id == item.aspect:  # the short form rates the aspect itself
        key = "ballot.question_aspect"
    asked = say(key, name=text, aspect=aspect, text=text, full=f"{questionnaire.full:g}")
    return [_progress(say, questionnaire, item), asked]


def _aspect(say: Say, questionnaire: Questionnaire, item: Item) -> str:
    names = (a.name.get(say.language) for a in questionnaire.aspects if a.id == item.aspect)
    return next(names, "")


def _progress(say: Say, questionnaire: Questionnaire, item: Item) -> Markup:
    tapped = [each.id for each in questionnaire.items if each.kind is not Kind.TEXT]
    number, total = tapped.index(item.id) + 1, len(tapped)
    steps = min(BAR, total)
    filled = max(1, number * steps // total)
    bar = "●" * filled + "○" * (steps - filled)
    return say("ballot.progress", number=number, total=total, bar=bar)


def _choices(say: Say, ballot: Ballot, item: Item | None) -> Rows:
    at = f"{ballot.id}:{ballot.position}"
    if item is None:
        return ((Button(say.plain("ballot.hand_in"), f"ballot.done:{at}"),),)
    if item.kind is Kind.TEXT:
        return ((Button(say.plain("ballot.skip"), f"ballot.skip:{at}"),),)
    return tuple(
        tuple(Button(o.words.get(say.language), f"ballot.pick:{at}:{o.code}") for o in row)
        for row in _in_rows(item.options)
    )


def _in_rows(options: Iterable[Option]) -> list[list[Option]]:
    rows: list[list[Option]] = []
    for option in options:
        short = len(option.words.zh) <= SHORT_LABEL
        beside = rows and len(rows[-1]) < SIDE_BY_SIDE and len(rows[-1][-1].words.zh) <= SHORT_LABEL
        if short and beside:
            rows[-1].append(option)
        else:
            rows.append([option])
    return rows


def _moves(say: Say, ballot: Ballot) -> tuple[Button, ...]:
    later = Button(say.plain("ballot.later"), f"ballot.later:{ballot.id}")
    if not ballot.position:
        return (later,)
    back = Button(say.plain("ballot.back"), f"ballot.back:{ballot.id}:{ballot.position}")
    return (back, later)


def departments(
    say: Say, questionnaire: Questionnaire, ballots: Sequence[Ballot], first: Markup | None = None
) -> Message:
    """The departments that are still to be rated, with what has just been done before them."""
    left = [ballot for ballot in ballots if ballot.state is not BallotState.DONE]
    total, done = len(ballots), len(ballots) - len(left)
    head = say("ballot.pick_subject", done=done, total=total)
    if not left:
        head = say("ballot.all_done", total=total)
    rows = tuple((_department(say, questionnaire, ballot),) for ballot in left)
    text = Markup("\n\n").join([first, head]) if first else head
    return Message(text, buttons=rows, card=f"ballots:{ballots[0].round_id}", in_place=True)


def _department(say: Say, questionnaire: Questionnaire, ballot: Ballot) -> Button:
    begun = ballot.state is BallotState.BEGUN and ballot.position
    key = "ballot.subject_begun" if begun else "ballot.subject_new"
    name = subject_name(say, questionnaire, ballot.subject)
    return Button(say.plain(key, name=name), f"ballot.open:{ballot.id}")
