"""What a street or the bureau reads of a survey in all its communities."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.campaign import Ended, Whole
from domain.messages import Button, Lane, Message, Owed, Rows
from domain.outcome import Outcome, Outcomes
from domain.survey import Questionnaire
from domain.survey_compared import Apart, Waves
from domain.survey_ranks import places
from domain.survey_result import Result, Results
from wording.phrases import Phrases, Say
from wording.survey import BLANK, LINE, clock, day, subject_name
from wording.survey_result import changed, order_line, points, why


def standing(
    say: Say,
    asked: Questionnaire,
    whole: Whole,
    zone: ZoneInfo,
    first: str = "",
    said: Sequence[Markup] = (),
) -> Message:
    """Who answered so far, what is said of those whom communities rate, and the buttons that the campaign
    has now; `first` is said before it."""
    campaign = whole.campaign
    title = say(
        "survey.city_open" if whole.open else "survey.city_closed",
        title=asked.title.get(say.language),
        number=campaign.number,
        places=len(whole.rounds),
        day=day(say, campaign.closes_at, zone),
        time=clock(campaign.closes_at, zone),
    )
    parts = [say(first)] if first else []
    parts += [title, outcomes(say, whole.turnout.outcomes)]
    parts += said
    buttons = _buttons(say, whole) if whole.open else _ends(say, asked, whole)
    return Message(BLANK.join(parts), buttons=buttons, in_place=True)


def over(phrases: Phrases, ended: Ended, zone: ZoneInfo) -> Owed:
    """The whole, to whoever launched it, once: its last round has closed."""
    say, person = phrases[ended.launcher.language], ended.launcher
    said = scores(say, *ended.scores)
    message = standing(say, ended.asked, ended.whole, zone, "survey.over", said)
    key = f"survey-campaign:{ended.whole.campaign.id}:{person.id}"
    return Owed(person.id, replace(message, in_place=False), Lane.ROUTINE, key)


def outcomes(say: Say, found: Outcomes) -> Markup:
    """The sample, the two response rates, and every outcome that somebody came to."""
    head = say(
        "survey.rates",
        sampled=found.sampled,
        rr1=_share(found.rr1),
        rr2=_share(found.rr2),
    )
    lines = [
        say("survey.outcome", outcome=say(f"survey.outcome_{one}"), count=found.counts[one])
        for one in Outcome
        if found.counts.get(one)
    ]
    return LINE.join([head, *lines])


def _share(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.1%}"


def _buttons(say: Say, whole: Whole) -> Rows:
    def button(name: str, action: str) -> Button:
        return Button(say.plain(f"survey.{name}"), f"campaign.{action}:{whole.campaign.id}")

    back = (Button(say.plain("survey.back"), "campaign"),)
    hold = button("resume", "resume") if whole.paused else button("pause", "pause")
    return ((button("refresh", "show"), hold), (button("end", "end"),), back)


def _ends(say: Say, asked: Questionnaire, whole: Whole) -> Rows:
    """The ways to its pictures and papers; where departments are rated, to the picture of each."""
    back = (Button(say.plain("survey.back"), "campaign"),)
    if not asked.aspects or not whole.rounds:
        return (back,)

    def button(label: str, action: str) -> Button:
        return Button(label, f"campaigned.{action}")

    number = whole.campaign.id
    rank = button(say.plain("surveyed.rank_button"), f"rank:{number}:1")
    bars = button(say.plain("surveyed.bars_button"), f"bars:{number}:0")
    files = (
        button(say.plain("surveyed.book_button"), f"book:{number}"),
        Button(say.plain("surveyed.open_button"), "surveyed.open"),
    )
    if not asked.subjects:
        return (rank, bars), files, back
    each = [
        button(subject_name(say, asked, subject), f"bars:{number}:{subject}")
        for subject in range(1, len(asked.subjects) + 1)
    ]
    pairs = [tuple(each[at : at + 2]) for at in range(0, len(each), 2)]
    return ((rank,), *pairs, files, back)


def scores(
    say: Say, results: Sequence[tuple[int, Results]], waves: Waves, apart: Apart | None
) -> list[Markup]:
    """What all communities together say of each of those they rate, what can be said of who is above
    whom, and what changed, or why that cannot be said."""
    if not any(found.whole.shown for _, found in results):
        few = [say("survey.too_few", minimum=found.least) for _, found in results[:1]]
        return [*few, *why(say, apart)]
    asked = results[0][1].questionnaire
    names = {subject: subject_name(say, asked, subject) for subject, _ in results}
    lines = [_score(say, names[subject], found.whole) for subject, found in results]
    ranked = places({subject: found.whole.index for subject, found in results})
    order = [order_line(say, ranked, names)] if len(ranked) > 1 else []
    more = [*order, *changed(say, waves), *why(say, apart)]
    return [LINE.join(lines), *([LINE.join(more)] if more else [])]


def _score(say: Say, name: str, whole: Result) -> Markup:
    index = whole.index
    if index is None:
        return say("survey.subject_hidden", name=name)
    score = points(index.value)
    if index.interval is None:
        return say("survey.subject", name=name, score=score, count=whole.n)
    low, high = (points(end) for end in index.interval)
    return say("surveyed.subject", name=name, score=score, low=low, high=high, count=index.n)
