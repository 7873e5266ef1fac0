"""A closed round in words: for the head of a community, and back to everyone who was asked."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from domain.ballot import Round
from domain.messages import Attachment, Button, Message, Rows
from domain.sampling import Part
from domain.survey import Aspect, Questionnaire
from domain.survey_compared import INDEX, Apart, Waves, changes
from domain.survey_paper import Low, Paper
from domain.survey_ranks import Place, steps, tell_apart
from domain.survey_result import Figure, Result
from domain.survey_waves import Change, Difference
from wording.phrases import Say
from wording.survey import BLANK, LINE, day, picture_of, round_head, subject_name

MOST = 200
"""Characters of a promise: one sentence."""


def percent(share: float) -> str:
    """`82%`."""
    return f"{share:.0%}"


def points(score: float) -> str:
    """`80.0`."""
    return f"{score:.1f}"


def closed(
    say: Say, paper: Paper, zone: ZoneInfo, due: datetime | None, line: float, *, over: bool = False
) -> list[Message]:
    """The result as its community's head reads it, with the ways to see more; and as a picture. `due` is
    when low aspects must be seen to, None where there are none."""
    blocks = [*round_head(say, paper.round, paper.results.questionnaire, paper.turnout, zone, over)]
    blocks.append(LINE.join(_figures(say, paper)))
    waves = [(paper.subject, paper.wave)] if paper.wave else []
    more = [*_order(say, paper), *changed(say, waves), *_low(say, paper, zone, due, line)]
    blocks += [LINE.join(more)] if more else []
    messages = [Message(BLANK.join(blocks), buttons=buttons(say, paper), in_place=not over)]
    if paper.whole.shown:
        messages.append(picture_of(say, paper.round, paper.results.questionnaire, paper.subject))
    if over:
        asked = paper.results.questionnaire
        messages += [brief_message(say, paper.round, asked), book_message(say, paper.round, asked)]
    return messages


def brief_message(say: Say, round_: Round, questionnaire: Questionnaire) -> Message:
    """One page to edit and print."""
    title, number = questionnaire.title.get(say.language), round_.number
    name = say.plain("surveyed.brief_file", number=number)
    made = Attachment("survey.brief", name, {"round": round_.id})
    return Message(say("surveyed.brief", title=title, number=number), attachment=made)


def book_message(say: Say, round_: Round, questionnaire: Questionnaire) -> Message:
    """Everything as a workbook."""
    title, number = questionnaire.title.get(say.language), round_.number
    name = say.plain("surveyed.book_file", number=number)
    made = Attachment("survey.book", name, {"round": round_.id})
    return Message(say("surveyed.book", title=title, number=number), attachment=made)


def buttons(say: Say, paper: Paper) -> Rows:
    """What may be done with a closed round; only words and figures that may be shown have one."""

    def button(name: str, action: str) -> Button:
        return Button(say.plain(name), f"{action}:{paper.round.id}")

    files = (
        button("surveyed.book_button", "surveyed.book"),
        button("surveyed.brief_button", "surveyed.brief"),
        Button(say.plain("surveyed.open_button"), "surveyed.open"),
    )
    if not paper.whole.shown:
        return (files,)
    return (
        (
            button("surveyed.rank_button", "surveyed.rank"),
            button("survey.words_button", "survey.words"),
        ),
        files,
        (button("surveyed.reply_button", "surveyed.reply"),),
    )


def _figures(say: Say, paper: Paper) -> Iterator[Markup]:
    whole = paper.whole
    if not whole.shown:
        yield say("survey.too_few", minimum=paper.results.least)
        return
    weighted = len(paper.results.weights) > 1
    yield say("surveyed.counted" if weighted else "surveyed.counted_plain", count=whole.n)
    yield index_line(say, whole)
    asked = paper.results.questionnaire
    for aspect, figure in zip(asked.aspects, whole.figures, strict=True):
        yield aspect_line(say, aspect.name.get(say.language), figure)
    if weighted:
        yield from _parts(say, paper)


def index_line(say: Say, result: Result) -> Markup:
    """The total with its interval."""
    if result.index is None:
        return say("surveyed.index_none")
    if result.index.interval is None:
        return say("surveyed.index_bare", score=points(result.index.value))
    low, high = result.index.interval
    return say(
        "surveyed.index", score=points(result.index.value), low=points(low), high=points(high)
    )


def aspect_line(say: Say, name: str, figure: Figure) -> Markup:
    """An aspect with its intervals."""
    mean, satisfied = figure.mean, figure.satisfied
    if mean is None or satisfied is None:
        return say("surveyed.aspect_hidden", name=name)
    known = {
        "name": name,
        "mean": points(mean.value),
        "share": percent(satisfied.value),
        "n": figure.n,
        "unknown": figure.unknown,
    }
    if mean.interval is None or satisfied.interval is None:
        return say("surveyed.aspect_bare", **known)
    return say(
        "surveyed.aspect",
        **known,
        low=points(mean.interval[0]),
        high=points(mean.interval[1]),
        share_low=percent(satisfied.interval[0]),
        share_high=percent(satisfied.interval[1]),
    )


def _parts(say: Say, paper: Paper) -> Iterator[Markup]:
    found = {part: paper.results.groups[part].index for part in (Part.ORDINARY, Part.SPECIAL)}
    if not all(found.values()):
        yield say("surveyed.parts_hidden")
        return
    for part, one in found.items():
        if one is not None:
            yield say(f"surveyed.part_{part}", score=points(one.value))


def _order(say: Say, paper: Paper) -> Iterator[Markup]:
    names = {one.id: one.name.get(say.language) for one in paper.results.questionnaire.aspects}
    if len(paper.ranked) > 1:
        yield order_line(say, paper.ranked, names)


def order_line(say: Say, ranked: Sequence[Place], called: Mapping[Any, str]) -> Markup:
    """What can be said of who is above whom; that nothing can, where nothing can."""
    if not tell_apart(ranked):
        return say("surveyed.order_none")
    classes = steps(ranked)
    if len(classes) == 1:
        high, low = next((a, b) for a in ranked for b in reversed(ranked) if a.above(b))
        return say("surveyed.order_pair", high=called[high.key], low=called[low.key])
    join, than = say.plain("surveyed.join"), say.plain("surveyed.order_than")
    told = than.join(join.join(called[one.key] for one in group) for group in classes)
    return say("surveyed.order_steps", steps=told)


def changed(say: Say, waves: Waves) -> Iterator[Markup]:
    """What changed since the round before: in the score and the aspects of the one who is rated, or in the
    scores of several. Of what was asked otherwise it says that it cannot be compared."""
    found = changes(waves)
    if len(waves) > 1:
        yield from _scores_changed(say, waves, found)
    for subject, wave in waves if len(waves) == 1 else ():
        if (whole := found.get((subject, INDEX))) is not None:
            yield change_line(say, whole, wave.number)
        for aspect in wave.new.questionnaire.aspects:
            one = found.get((subject, aspect.id))
            if one is not None and one.change is not Change.NOT_SEEN:
                yield say(f"surveyed.aspect_{one.change}", name=aspect.name.get(say.language))
    for _, wave in waves[:1]:
        if wave.otherwise:
            names = (one.name.get(say.language) for one in wave.otherwise)
            yield say("surveyed.asked_otherwise", names=say.plain("surveyed.join").join(names))


def why(say: Say, apart: Apart | None) -> Iterator[Markup]:
    """Why many communities are not compared with the round before, where they are not."""
    if apart is not None:
        yield say(f"surveyed.apart_{apart}")


def _scores_changed(
    say: Say, waves: Waves, found: Mapping[tuple[int, Hashable], Difference]
) -> Iterator[Markup]:
    number, seen = waves[0][1].number, False
    for subject, wave in waves:
        one = found.get((subject, INDEX))
        if one is None or one.change is Change.NOT_SEEN:
            continue
        name, seen = subject_name(say, wave.new.questionnaire, subject), True
        change = points(abs(one.value))
        yield say(f"surveyed.score_{one.change}", name=name, number=number, points=change)
    yield say("surveyed.scores_alike" if seen else "surveyed.no_score_changed", number=number)


def short_changes(say: Say, waves: Waves) -> list[str]:
    """The same as plain text, for a page."""
    return [line.striptags() for line in changed(say, waves)]


def change_line(say: Say, one: Difference, number: int) -> Markup:
    """What changed since the round of that number, or that no change can be seen."""
    return say(f"surveyed.{one.change}", number=number, points=points(abs(one.value)))


def _low(
    say: Say, paper: Paper, zone: ZoneInfo, due: datetime | None, line: float
) -> Iterator[Markup]:
    found = paper.low(line)
    if found and due is not None:
        names = say.plain("surveyed.join").join(one.name.get(say.language) for one, _ in found)
        yield say("surveyed.low", line=f"{line:g}", names=names, day=day(say, due, zone))


def rates(paper: Paper) -> tuple[float, float]:
    """AAPOR's RR1 and RR2; 0 where nobody was asked."""
    outcomes = paper.turnout.outcomes
    return outcomes.rr1 or 0.0, outcomes.rr2 or 0.0


def back(say: Say, paper: Paper) -> Message:
    """你们说…，我们做…: what everyone who was asked is told."""
    head = [say("surveyed.back", place=paper.place, count=paper.turnout.answered)]
    if paper.whole.index is not None:
        head.append(say("surveyed.back_index", score=points(paper.whole.index.value)))
    asked = paper.results.questionnaire
    blocks = [
        _answered(say, aspect, paper.whole.of(aspect.id), paper.promises[aspect.id])
        for aspect in asked.aspects
        if paper.promises.get(aspect.id)
    ]
    return Message(BLANK.join([LINE.join(head), *blocks, say("surveyed.back_end")]))


def _answered(say: Say, aspect: Aspect, figure: Figure, text: str) -> Markup:
    name = aspect.name.get(say.language)
    if figure.mean is None or figure.satisfied is None:
        return say("surveyed.back_aspect_hidden", name=name, text=text)
    return say(
        "surveyed.back_aspect",
        name=name,
        mean=points(figure.mean.value),
        share=percent(figure.satisfied.value),
        text=text,
    )


def desk(say: Say, paper: Paper) -> Message:
    """Where the head writes what will be done, an aspect at a time."""
    lines, rows = [], []
    for aspect in paper.results.questionnaire.aspects:
        name, figure = aspect.name.get(say.language), paper.whole.of(aspect.id)
        text = escape(paper.promises.get(aspect.id) or say.plain("surveyed.reply_unwritten"))
        if figure.mean is None:
            lines.append(say("surveyed.reply_line_hidden", name=name, text=text))
        else:
            mean = points(figure.mean.value)
            lines.append(say("surveyed.reply_line", name=name, mean=mean, text=text))
        label = say.plain("surveyed.reply_aspect", name=name)
        rows.append((Button(label, f"surveyed.write:{paper.round.id}:{aspect.id}"),))
    rows.append(
        (Button(say.plain("surveyed.reply_preview"), f"surveyed.preview:{paper.round.id}"),)
    )
    text = BLANK.join([say("surveyed.reply_head"), LINE.join(lines)])
    return Message(text, buttons=tuple(rows), card=f"surveyed:{paper.round.id}")


def duty_card(say: Say, low: Low, aspect: Aspect | None, now: datetime) -> Message:
    """A low aspect to be seen to, and by when."""
    name = aspect.name.get(say.language) if aspect else low.aspect
    until = day(say, low.due_at, low.zone)
    text = say(
        "surveyed.duty",
        place=low.place,
        number=low.number,
        name=name,
        score=points(low.score),
        day=until,
    )
    late = [say("surveyed.duty_late", day=until)] if now >= low.due_at else []
    write = Button(say.plain("surveyed.duty_button"), f"surveyed.did:{low.duty_id}")
    return Message(LINE.join([text, *late]), buttons=((write,),), card=f"duty:{low.duty_id}")
