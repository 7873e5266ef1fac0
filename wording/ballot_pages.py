"""Pages of a ballot that show several answers: to check them, to correct one, and all departments."""

from collections.abc import Sequence

from markupsafe import Markup

from domain.answering import answered, is_complete, mean_score, no_dealings
from domain.ballot import Ballot, BallotState
from domain.messages import Button, Message, Rows
from domain.survey import Item, Questionnaire
from wording.ballot import card, headed, said
from wording.phrases import Say
from wording.survey import subject_name

PAGE = 8
"""Answers on a page of buttons: what a telephone shows at once."""
QUESTION, ANSWER = 18, 60
"""Characters of a question and of an answer in a list; the whole of it is one tap away."""


def check(say: Say, questionnaire: Questionnaire, ballot: Ballot, note: str = "") -> Message:
    """Everything that was answered, before it is handed in."""
    lines = [
        say(
            "ballot.check_line",
            number=number,
            text=_short(item.text.get(say.language)),
            answer=answer,
        )
        for number, item, answer in _answers(say, questionnaire, ballot)
    ]
    rates = bool(ballot.subject)
    end = "ballot.finished_trial" if not ballot.id else "ballot.finished"
    parts = [
        *headed(say, questionnaire, ballot, note),
        say("ballot.check"),
        Markup("\n").join(lines),
        say("ballot.finished_rater" if rates and ballot.id else end),
    ]
    text = Markup("\n\n").join(parts)
    buttons = _ends(say, ballot, rates=rates and bool(ballot.id))
    return Message(text, buttons=buttons, card=card(ballot), in_place=True)


def _ends(say: Say, ballot: Ballot, *, rates: bool) -> Rows:
    at = f"{ballot.id}:{ballot.position}"
    change = (Button(say.plain("ballot.change"), f"ballot.list:{at}:0"),)
    if rates:
        return change, (
            Button(say.plain("ballot.all_departments"), f"rater.page:{ballot.round_id}"),
        )
    hand_in = (Button(say.plain("ballot.hand_in"), f"ballot.done:{at}"),)
    later = (Button(say.plain("ballot.later"), f"ballot.later:{ballot.id}"),)
    return hand_in, change, later


def _answers(say: Say, questionnaire: Questionnaire, ballot: Ballot) -> list[tuple[int, Item, str]]:
    return [
        (number, item, _cut(said(say, item, ballot.draft[item.id]), ANSWER))
        for number, item in enumerate(answered(questionnaire, ballot.draft), start=1)
    ]


def _short(text: str) -> str:
    return _cut(text.rstrip("？?"), QUESTION if not text.isascii() else 2 * QUESTION)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def listed(say: Say, questionnaire: Questionnaire, ballot: Ballot, page: int) -> Message:
    """A button for each answer; it leads to its question."""
    answers = _answers(say, questionnaire, ballot)
    last = max(0, (len(answers) - 1) // PAGE)
    page = min(max(page, 0), last)
    at = f"{ballot.id}:{ballot.position}"
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                f"{number}. {_short(item.text.get(say.language))}：{_cut(answer, QUESTION)}",
                f"ballot.see:{at}:{questionnaire.items.index(item) + 1}",
            ),
        )
        for number, item, answer in answers[page * PAGE : (page + 1) * PAGE]
    ]
    turn = [Button(say.plain("ballot.earlier"), f"ballot.list:{at}:{page - 1}")] if page else []
    if page < last:
        turn.append(Button(say.plain("ballot.further"), f"ballot.list:{at}:{page + 1}"))
    rows += [tuple(turn)] if turn else []
    rows.append((Button(say.plain("ballot.go_on"), f"ballot.see:{at}:0"),))
    parts = [*headed(say, questionnaire, ballot, ""), say("ballot.which_change")]
    text = Markup("\n\n").join(parts)
    return Message(text, buttons=tuple(rows), card=card(ballot), in_place=True)


def rated(say: Say, questionnaire: Questionnaire, subject: int) -> Markup:
    """A department is done."""
    return say("ballot.rated", subject=subject_name(say, questionnaire, subject))


def departments(
    say: Say,
    questionnaire: Questionnaire,
    ballots: Sequence[Ballot],
    until: str,
    note: Markup | None = None,
) -> Message:
    """Every department with what is given so far: the page that a rater confirms."""
    complete = [ballot for ballot in ballots if is_complete(questionnaire, ballot.draft)]
    to_confirm = [ballot for ballot in complete if ballot.state is not BallotState.CONFIRMED]
    done, total = len(complete), len(ballots)
    head = say("ballot.pick_subject", done=done, total=total)
    if done == total and not to_confirm:
        head = say("ballot.all_done", total=total, day=until)
    elif done > len(to_confirm):
        head = say("ballot.some_done", done=done, total=total, day=until)
    lines = [_line(say, questionnaire, ballot) for ballot in ballots]
    rows = tuple(_department(say, questionnaire, ballot) for ballot in ballots)
    if to_confirm:
        label = say.plain("ballot.confirm", count=len(to_confirm))
        rows = (*rows, (Button(label, f"rater.confirm:{ballots[0].round_id}"),))
    text = Markup("\n\n").join([*filter(None, [note]), head, Markup("\n").join(lines)])
    return Message(text, buttons=rows, card=f"ballots:{ballots[0].round_id}", in_place=True)


def _line(say: Say, questionnaire: Questionnaire, ballot: Ballot) -> Markup:
    name = subject_name(say, questionnaire, ballot.subject)
    if not is_complete(questionnaire, ballot.draft):
        return say("ballot.subject_open", name=name)
    mean = mean_score(questionnaire, ballot.draft)
    if mean is None:
        return say("ballot.subject_none", name=name)
    return say("ballot.subject_mean", name=name, mean=f"{mean:.1f}")


def _department(say: Say, questionnaire: Questionnaire, ballot: Ballot) -> tuple[Button, ...]:
    key = "ballot.subject_begun" if ballot.draft else "ballot.subject_new"
    if is_complete(questionnaire, ballot.draft):
        key = "ballot.subject_done"
    name = subject_name(say, questionnaire, ballot.subject)
    button = Button(say.plain(key, name=name), f"ballot.open:{ballot.id}")
    if ballot.draft or no_dealings(questionnaire) is None:
        return (button,)
    none = f"rater.none:{ballot.id}:{ballot.position}"
    return button, Button(say.plain("ballot.no_dealings"), none)
