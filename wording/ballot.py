"""The ballot as it is read: the invitation, and one question at a time."""

from collections.abc import Iterable
from math import ceil

from markupsafe import Markup

from domain.answering import before, next_item, pending, route
from domain.ballot import Ballot
from domain.messages import Button, Message, Rows
from domain.survey import TYPED, Answer, Answers, Item, Kind, Option, Questionnaire
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
    skips = any(item.when for item in questionnaire.items if item.kind is not Kind.TEXT)
    text = say(
        "ballot.invite_raters" if questionnaire.subjects else "ballot.invite_homes",
        name=name,
        community=community,
        count=say.plain("ballot.count_most" if skips else "ballot.count", count=questionnaire.taps),
        subjects=len(questionnaire.subjects),
        minutes=minutes(questionnaire.taps),
        day=until,
    )
    start = (Button(say.plain("ballot.start"), f"ballot.go:{round_id}"),)
    decline = (Button(say.plain("ballot.decline"), f"ballot.no:{round_id}"),)
    return Message(text, buttons=(start, decline), card=f"ballots:{round_id}")


def question(
    say: Say, questionnaire: Questionnaire, ballot: Ballot, item: Item, note: str = ""
) -> Message:
    """One question of a ballot: the one it has come to, or an earlier one with what was answered.

    `note` is a phrase key for what must be said about the tap that led here.
    """
    parts = [*headed(say, questionnaire, ballot, note), *_asked(say, questionnaire, ballot, item)]
    if item.id in ballot.draft:
        parts.append(say("ballot.answered", answer=said(say, item, ballot.draft[item.id])))
    return Message(
        Markup("\n\n").join(parts),
        buttons=(
            *_choices(say, questionnaire, ballot, item),
            *_moves(say, questionnaire, ballot, item),
        ),
        card=card(ballot),
        in_place=True,
    )


def headed(say: Say, questionnaire: Questionnaire, ballot: Ballot, note: str) -> list[Markup]:
    """What stands above everything: that it is a trial, what became of a tap, who is rated."""
    parts = [] if ballot.id else [say("ballot.trial")]
    parts += [say(note)] if note else []
    if name := subject_name(say, questionnaire, ballot.subject):
        parts.append(say("ballot.about", subject=name))
    return parts


def card(ballot: Ballot) -> str:
    """The one message in which a ballot is answered."""
    return f"ballot:{ballot.id}"


def said(say: Say, item: Item, answer: Answer) -> str:
    """An answer as it is read back."""
    if answer == "":
        return say.plain("ballot.passed_over")
    if item.kind is Kind.NUMBER:
        return f"{answer}{_unit(say, item)}"
    if item.kind is Kind.TEXT:
        return str(answer)
    codes = answer if isinstance(answer, list) else [answer]
    names = [o.words.get(say.language) for o in item.options if o.code in codes]
    return say.plain("ballot.and").join(names) or say.plain("ballot.none_ticked")


def _unit(say: Say, item: Item) -> str:
    unit = item.unit.get(say.language) if item.unit else ""
    return f" {unit}" if unit and unit.isascii() else unit


def span(say: Say, item: Item) -> str:
    """From where to where a number may lie."""
    low, high = (f"{edge:g}" for edge in (item.minimum or 0, item.maximum or 0))
    return say.plain("ballot.span", low=low, high=high, unit=_unit(say, item))


def _asked(say: Say, questionnaire: Questionnaire, ballot: Ballot, item: Item) -> list[Markup]:
    text = item.text.get(say.language)
    numbered = [_progress(say, questionnaire, ballot, item)] if _counts(item) else []
    match item.kind:
        case Kind.TEXT:
            items = questionnaire.items
            last = all(each.kind is Kind.TEXT for each in items[items.index(item) :])
            key = "ballot.free" if last else "ballot.free_between"
            free = [] if item.required else [say(key)]
            return [*numbered, *free, say("ballot.question_free", text=text)]
        case Kind.SCALE:
            return [*numbered, _rating(say, questionnaire, item)]
        case Kind.NUMBER:
            how = say("ballot.type_number", span=span(say, item))
        case Kind.MULTIPLE:
            how = say("ballot.tick_all")
        case Kind.CHOICE:
            how = Markup()
    titles = {each.id: each.title.get(say.language) for each in questionnaire.sections}
    lines = [
        say("ballot.question_section", section=titles[item.section])
        if item.section in titles
        else "",
        say("ballot.question_plain", text=text),
        how,
    ]
    return [*numbered, Markup("\n").join(line for line in lines if line)]


def _rating(say: Say, questionnaire: Questionnaire, item: Item) -> Markup:
    text, aspect = item.text.get(say.language), _aspect(say, questionnaire, item)
    full = f"{questionnaire.full:g}"
    if questionnaire.full != PERCENT:
        key = "ballot.question_marks"
    elif text == aspect:  # the short form rates the aspect itself
        key = "ballot.question_aspect"
    elif text.endswith(("？", "?")):
        key = "ballot.question_whole"
    else:
        key = "ballot.question_item"
    return say(key, name=text, aspect=aspect, text=text, full=full)


def _aspect(say: Say, questionnaire: Questionnaire, item: Item) -> str:
    names = (a.name.get(say.language) for a in questionnaire.aspects if a.id == item.aspect)
    return next(names, "")


def _counts(item: Item) -> bool:
    """Whether it is numbered: not the optional words at the end, which nobody should hurry to."""
    return item.kind is not Kind.TEXT or item.required


def _progress(say: Say, questionnaire: Questionnaire, ballot: Ballot, item: Item) -> Markup:
    way = route(questionnaire, ballot.draft)
    certain = [each.id for each in way.asked if _counts(each)]
    number, total = certain.index(item.id) + 1, len(certain)
    most = total + sum(_counts(each) for each in way.perhaps)
    steps = min(BAR, most)
    filled = max(1, number * steps // most)
    bar = "●" * filled + "○" * (steps - filled)
    key = "ballot.progress" if most == total else "ballot.progress_most"
    return say(key, number=number, total=most, bar=bar)


def ticks(item: Item, draft: Answers) -> list[int]:
    """What is ticked of several, finished or not."""
    found = draft.get(pending(item), draft.get(item.id))
    return list(found) if isinstance(found, list) else []


def _choices(say: Say, questionnaire: Questionnaire, ballot: Ballot, item: Item) -> Rows:
    at, number = f"{ballot.id}:{ballot.position}", questionnaire.items.index(item) + 1
    now = next_item(questionnaire, ballot.draft)
    here = "" if now is not None and now.id == item.id else f":{number}"
    rows: Rows = ()
    if item.kind is Kind.MULTIPLE:
        rows = _several(say, item, ticks(item, ballot.draft), f"{at}:{number}")
    elif item.kind not in TYPED:
        action = f"ballot.fix:{at}{here}" if here else f"ballot.pick:{at}"
        chosen = ballot.draft.get(item.id)
        rows = tuple(
            tuple(Button(_label(say, o, o.code == chosen), f"{action}:{o.code}") for o in row)
            for row in _in_rows(item.options)
        )
    if item.required:
        return rows
    key = "ballot.skip" if item.kind is Kind.TEXT else "ballot.pass"
    return (*rows, (Button(say.plain(key), f"ballot.skip:{at}{here}"),))


def _label(say: Say, option: Option, chosen: bool) -> str:
    words = option.words.get(say.language)
    return " ".join(filter(None, ["✔️" if chosen else "", option.face, words]))


def _several(say: Say, item: Item, chosen: list[int], at: str) -> Rows:
    rows = tuple(
        (
            Button(
                f"{'☑️' if o.code in chosen else '⬜'} {o.words.get(say.language)}",
                f"ballot.tick:{at}:{o.code}:{int(o.code not in chosen)}",
            ),
        )
        for o in item.options
    )
    return (*rows, (Button(say.plain("ballot.ticked"), f"ballot.ticked:{at}"),))


def _in_rows(options: Iterable[Option]) -> list[list[Option]]:
    rows: list[list[Option]] = []
    for option in options:
        short = len(option.words.zh) <= SHORT_LABEL and option.words.zh.isdigit()
        beside = rows and len(rows[-1]) < SIDE_BY_SIDE and rows[-1][-1].words.zh.isdigit()
        if short and beside:
            rows[-1].append(option)
        else:
            rows.append([option])
    return rows


def _moves(say: Say, questionnaire: Questionnaire, ballot: Ballot, item: Item) -> Rows:
    at = f"{ballot.id}:{ballot.position}"
    number = questionnaire.items.index(item) + 1
    earlier = item.id in ballot.draft
    row = []
    if before(questionnaire, ballot.draft, item):
        where = f"{at}:{number}" if earlier else at
        row.append(Button(say.plain("ballot.back"), f"ballot.back:{where}"))
    if earlier:
        row.append(Button(say.plain("ballot.go_on"), f"ballot.see:{at}:0"))
    else:
        row.append(Button(say.plain("ballot.later"), f"ballot.later:{ballot.id}"))
    return (tuple(row),)
