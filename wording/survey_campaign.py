"""What a street or the bureau reads of a survey in all its communities."""

from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.ballot import Standing
from domain.campaign import Whole
from domain.messages import Button, Message, Rows
from domain.outcome import Outcome, Outcomes
from domain.survey import Questionnaire
from wording.phrases import Say
from wording.survey import BLANK, LINE, clock, day, figures


def standing(
    say: Say,
    asked: Questionnaire,
    whole: Whole,
    zone: ZoneInfo,
    first: str = "",
    rated: Standing | None = None,
) -> Message:
    """Who answered so far, what is said of those `rated` where communities rate them, and the buttons
    that the campaign has now; `first` is said before it."""
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
    parts += figures(say, rated) if rated else []
    return Message(BLANK.join(parts), buttons=_buttons(say, whole), in_place=True)


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
    if not whole.open:
        return (back,)
    hold = button("resume", "resume") if whole.paused else button("pause", "pause")
    return ((button("refresh", "show"), hold), (button("end", "end"),), back)
