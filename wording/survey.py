"""What the head of a community reads about a round, in a conversation and from the clock."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.ballot import BallotState, Form, Round, Standing, Turnout, as_asked
from domain.messages import Attachment, Button, Message, Rows
from domain.survey import Item, Kind, Questionnaire, Score, Tally, usual_least
from wording.phrases import Say

LINE = Markup("\n")
BLANK = Markup("\n\n")


def day(say: Say, moment: datetime, zone: ZoneInfo) -> str:
    """The calendar day of a moment on the community's clock."""
    local = moment.astimezone(zone)
    return say.plain("survey.day", month=local.month, day=local.day)


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """`14:02` on the community's clock."""
    return moment.astimezone(zone).strftime("%H:%M")


def content(say: Say, questionnaire: Questionnaire, form: Form) -> Markup:
    """What a questionnaire asks, one line an aspect."""
    asked = as_asked(questionnaire, form)
    lines = []
    if asked.subjects:
        names = ("、" if say.language == "zh" else ", ").join(
            subject.get(say.language) for subject in asked.subjects
        )
        lines.append(say("survey.plan_subjects", count=len(asked.subjects), names=names))
    for number, aspect in enumerate(asked.aspects, start=1):
        items = len(asked.items_of(aspect.id))
        key = "survey.plan_aspect" if items == 1 else "survey.plan_aspect_count"
        lines.append(say(key, number=number, name=aspect.name.get(say.language), count=items))
    others = {Kind.CHOICE, Kind.MULTIPLE, Kind.NUMBER}
    for kinds, key in ((others, "survey.plan_background"), ({Kind.TEXT}, "survey.plan_free")):
        if count := sum(item.kind in kinds for item in asked.items):
            lines.append(say(key, count=count))
    return LINE.join(lines)


def least(say: Say, questionnaire: Questionnaire) -> Markup:
    """Of how few sheets no result is shown, and why of so few, where a questionnaire states its own."""
    minimum, reason = questionnaire.minimum_group, questionnaire.minimum_reason
    if reason is None:
        return say("survey.least", minimum=minimum)
    usual, because = usual_least(questionnaire), reason.get(say.language)
    return say("survey.least_because", minimum=minimum, usual=usual, reason=because)


def reminder(
    say: Say, round_id: int, name: str, community: str, until: str, *, raters: bool
) -> Message:
    """Another word to somebody who has not answered; no longer than it must be."""
    key = "survey.remind_raters" if raters else "survey.remind_homes"
    start = (Button(say.plain("ballot.start"), f"ballot.go:{round_id}"),)
    decline = (Button(say.plain("ballot.decline"), f"ballot.no:{round_id}"),)
    text = say(key, name=name, community=community, day=until)
    return Message(text, buttons=(start, decline), card=f"ballots:{round_id}")


def result(say: Say, standing: Standing, zone: ZoneInfo, *, over: bool = False) -> list[Message]:
    """The round in words, with the buttons it has now; and as a picture where one can be shown."""
    head = round_head(say, standing.round, standing.questionnaire, standing.turnout, zone, over)
    text = BLANK.join([*head, *figures(say, standing)])
    messages = [Message(text, buttons=_buttons(say, standing), in_place=not over)]
    if 0 in standing.tallies and standing.shown:
        messages.append(picture(say, standing, 0))
    return messages


def round_head(
    say: Say,
    round_: Round,
    questionnaire: Questionnaire,
    turnout: Turnout,
    zone: ZoneInfo,
    over: bool,
) -> list[Markup]:
    """Which round it is, and what became of all who were asked; `over`: it has closed just now."""
    running = round_.closed_at is None
    title = say(
        "survey.result_open" if running else "survey.result_closed",
        title=questionnaire.title.get(say.language),
        number=round_.number,
        day=day(say, round_.closes_at, zone),
        time=clock(round_.closes_at, zone),
    )
    unit = "raters" if questionnaire.subjects else "homes"
    asked = say(
        f"survey.turnout_{unit}",
        sampled=turnout.sampled,
        answered=turnout.answered,
        rate=f"{turnout.rate:.0%}",
    )
    detail = say(
        "survey.turnout_detail",
        begun=turnout.count(BallotState.BEGUN, BallotState.PARTIAL, BallotState.BROKEN_OFF),
        declined=turnout.count(BallotState.DECLINED),
        moved=turnout.count(BallotState.INELIGIBLE),
        no_channel=turnout.count(BallotState.NO_CHANNEL, BallotState.UNREACHABLE),
        silent=turnout.count(BallotState.SAMPLED, BallotState.INVITED),
    )
    told = [say("survey.over")] if over else []
    return [*told, title, LINE.join([asked, detail])]


def figures(say: Say, standing: Standing) -> list[Markup]:
    """What the sheets say, or why that is not shown."""
    minimum = standing.questionnaire.minimum_group
    running = standing.round.closed_at is None
    held = [say("survey.held", minimum=minimum)] if running else []
    if not standing.shown:
        why = "survey.too_few_open" if running else "survey.too_few"
        return [say(why, minimum=minimum), *held]
    if 0 in standing.tallies:
        return [_one(say, standing.tallies[0]), *held]
    lines = [_subject(say, standing, subject) for subject in standing.tallies]
    return [LINE.join([*lines, say("survey.subject_order")]), *held]


def _one(say: Say, tally: Tally) -> Markup:
    lines = [say("survey.counted", count=tally.n)]
    if tally.score is not None:
        lines.append(say("survey.total", score=f"{tally.score:.1f}"))
    aspects = zip(tally.questionnaire.aspects, tally.aspects, strict=True)
    names = [(aspect.name.get(say.language), score) for aspect, score in aspects]
    return LINE.join([*lines, *(_aspect(say, name, s, tally.minimum) for name, s in names)])


def _aspect(say: Say, name: str, score: Score, minimum: int) -> Markup:
    if score.mean is None or score.satisfied is None or score.interval is None:
        return say("survey.aspect_hidden", name=name, minimum=minimum)
    low, high = score.interval
    return say(
        "survey.aspect",
        name=name,
        mean=f"{score.mean:.1f}",
        share=f"{score.satisfied:.0%}",
        low=f"{low:.0%}",
        high=f"{high:.0%}",
        n=score.n,
        unknown=score.dont_know,
    )


def subject_name(say: Say, questionnaire: Questionnaire, subject: int) -> str:
    """Who is rated by that number, "" for the own community."""
    named = 1 <= subject <= len(questionnaire.subjects)
    return questionnaire.subjects[subject - 1].get(say.language) if named else ""


def _subject(say: Say, standing: Standing, subject: int) -> Markup:
    tally = standing.tallies[subject]
    name = subject_name(say, standing.questionnaire, subject)
    if tally.score is None:
        return say("survey.subject_hidden", name=name)
    return say("survey.subject", name=name, score=f"{tally.score:.1f}", count=tally.n)


def _buttons(say: Say, standing: Standing) -> Rows:
    def button(name: str, action: str) -> Button:
        return Button(say.plain(f"survey.{name}"), f"survey.{action}:{standing.round.id}")

    rows: list[tuple[Button, ...]] = [
        (
            Button(
                subject_name(say, standing.questionnaire, subject),
                f"survey.subject:{standing.round.id}:{subject}",
            ),
        )
        for subject, tally in standing.tallies.items()
        if subject and not tally.suppressed
    ]
    if standing.round.closed_at is None:
        hold = ("resume", "resume") if standing.round.paused_at else ("pause", "pause")
        return (*rows, (button("refresh", "show"), button(*hold)), (button("end", "end"),))
    if not standing.questionnaire.aspects:
        return (*rows, (button("words_button", "words"),)) if standing.shown else tuple(rows)
    files = (_later(say, standing, "book"), _later(say, standing, "brief"))
    if not standing.shown:
        return (*rows, files)
    return (*rows, (_later(say, standing, "rank"), button("words_button", "words")), files)


def _later(say: Say, standing: Standing, name: str) -> Button:
    return Button(say.plain(f"surveyed.{name}_button"), f"surveyed.{name}:{standing.round.id}")


def picture(say: Say, standing: Standing, subject: int) -> Message:
    """The tally of one of those rated as a picture, drawn when it is sent."""
    return picture_of(say, standing.round, standing.questionnaire, subject)


def picture_of(say: Say, round_: Round, questionnaire: Questionnaire, subject: int) -> Message:
    """The same for a round that is known, its sheets not counted."""
    title = questionnaire.title.get(say.language)
    named = subject_name(say, questionnaire, subject)
    key = "survey.picture_subject" if named else "survey.picture"
    return Message(
        say(key, title=title, subject=named),
        attachment=Attachment(
            "survey.tally",
            say.plain("survey.filename", number=round_.number),
            {"round": round_.id, "subject": subject},
            picture=True,
        ),
    )


def in_their_words(
    say: Say, asked: Questionnaire, said: Sequence[tuple[int, Item, Sequence[str]]], most: int
) -> Message | None:
    """Free texts by subject and question, already shuffled, of each at most `most`; None: no text."""
    written = [(subject, item, [t for t in texts if t]) for subject, item, texts in said]
    total = sum(len(texts) for _, _, texts in written)
    shown = sum(len(texts[:most]) for _, _, texts in written)
    parts = [say("survey.words_head", count=total, shown=shown)]
    for subject, item, texts in written:
        if texts:
            about = [subject_name(say, asked, subject), item.text.get(say.language)]
            head = say("survey.words_question", text=" · ".join(filter(None, about)))
            lines = [say("survey.words_line", text=text) for text in texts[:most]]
            parts.append(LINE.join([head, *lines]))
    return Message(BLANK.join(parts)) if total else None
