"""What a worker reads about the month's visits, in a conversation and from the clock."""

from datetime import date

from markupsafe import Markup

from domain.calendar import Month
from domain.messages import Button, Message
from domain.visit import Pace, ReminderKind
from wording.phrases import Say

LINE = Markup("\n")


def day_of(say: Say, day: date) -> str:
    """A day without its year: `11月24日`."""
    return say.plain("visit.day", month=day.month, day=day.day)


def dated(say: Say, day: date, today: date) -> str:
    """The same with its year, where that is not this one: `2025年12月5日`."""
    if day.year == today.year:
        return day_of(say, day)
    return say.plain("visit.day_of_year", year=day.year, month=day.month, day=day.day)


def standing(say: Say, pace: Pace) -> Markup:
    """How the month stands: the count, what is due by now, and what is left."""
    if not pace.target:
        return say("visit.standing_none")
    head = say("visit.standing", done=pace.done, target=pace.target)
    return LINE.join([head, *outlook(say, pace)])


def outlook(say: Say, pace: Pace) -> list[Markup]:
    """The lines below the count: praise, calm, or what is missing and how it can still be done."""
    if pace.kept:
        return [say("visit.standing_kept")]
    expected, short = pace.expected_by_now, pace.expected_by_now - pace.done
    if pace.behind:
        lines = [say("visit.standing_behind", expected=expected, short=short)]
    else:
        lines = [say("visit.standing_ahead", expected=expected)]
    days = pace.remaining_workdays
    if pace.impossible:
        return [*lines, say("visit.standing_impossible", days=days, missing=pace.missing)]
    return [*lines, say("visit.standing_left", days=days, a_day=pace.needed_a_day)]


def reminder(say: Say, name: str, worker_id: int, kind: ReminderKind, pace: Pace) -> Message:
    """A milestone's message: behind the pace with a way on, or the summary of the month that ended."""
    month = pace.month.number
    opening = say(f"visit.remind_{kind}", name=name, month=month)
    if kind is ReminderKind.MONTH_END:
        done = say("visit.standing_of", month=month, done=pace.done, target=pace.target)
        button = Button(say.plain("visit.remind_diary", month=month), diary(worker_id, pace.month))
        return Message(LINE.join([opening, done, summary(say, pace)]), buttons=((button,),))
    button = Button(say.plain("visit.remind_where"), "visit")
    return Message(LINE.join([opening, standing(say, pace)]), buttons=((button,),))


def summary(say: Say, pace: Pace) -> Markup:
    """What is said of a month that ended."""
    if pace.kept:
        return say("visit.summary_kept")
    return say("visit.summary_short", target=pace.target, short=pace.missing)


def came(say: Say, visit_id: int, worker: str, day: date) -> Message:
    """For a resident, the day after: did somebody come?"""
    buttons = tuple(
        Button(say.plain(f"visit.came_{each}"), f"came.{each}:{visit_id}") for each in ("yes", "no")
    )
    text = say("visit.came", worker=worker, day=day_of(say, day))
    return Message(text, buttons=(buttons,), quiet=True)


def diary(worker_id: int, month: Month) -> str:
    """The action that hands out a worker's diary of a month."""
    return f"board.diary:{worker_id}:{month}"
