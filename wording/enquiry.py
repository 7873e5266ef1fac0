"""The week of questions as a message: a conversation and the clock send the same."""

from collections.abc import Mapping, Sequence
from datetime import date

from markupsafe import Markup

from domain.draft import Draft
from domain.enquiry_week import Week
from domain.messages import Attachment, Button, Message, Rows
from wording.ask import LINE
from wording.phrases import Say

SHOWN = 3
"""Lines of each kind in the message itself; the sheet has them all."""

Names = Mapping[str, str]
Words = Sequence[tuple[str, int]]


def day(say: Say, which: date) -> str:
    """`11月23日`."""
    return say.plain("survey.day", month=which.month, day=which.day)


def week_report(
    say: Say,
    week: Week,
    community: str,
    community_id: int,
    names: Names,
    words: Words,
    wanted: Sequence[Draft] = (),
) -> tuple[Message, ...]:
    """The figures, the picture, and the sheet to file.

    `names` are the guides' names by id, `words` the new words, `wanted` what no guide says yet: all
    are known where guides are.
    """
    lines = _lines(say, week, community, names)
    if wanted:
        lines.append(say("report.wanted", count=len(wanted), text=wanted[0].text))
    params = {
        "community": community_id,
        "week": week.first.isoformat(),
        "names": {guide: names.get(guide, guide) for guide in _named(week)},
        "words": [list(pair) for pair in words],
        "wanted": [draft.id for draft in wanted],
    }
    filename = say.plain("report.file", week=week.first.isoformat())
    return (
        Message(
            LINE.join(lines),
            attachment=Attachment("ask.week", f"{filename}.png", params, picture=True),
        ),
        Message(
            say("report.sheet"),
            buttons=_buttons(say),
            attachment=Attachment("ask.sheet", f"{filename}.xlsx", params),
        ),
    )


def _lines(say: Say, week: Week, community: str, names: Names) -> list[Markup]:
    """The figures, and the first of what was said to be wrong and what was missed."""
    lines = [
        say(
            "report.head",
            community=community,
            first=day(say, week.first),
            last=day(say, week.last),
        ),
        say("report.asked", asked=week.asked, chats=week.chats),
        say("report.found", found=week.found, offered=week.offered, missed=week.missed),
    ]
    if week.answers.asked:
        lines.append(
            say(
                "report.people",
                asked=week.answers.asked,
                answered=week.answers.answered,
                in_time=week.answers.in_time,
            )
        )
    lines += [
        say("report.wrong", name=names.get(one.guide, one.guide)) for one in week.wrong[:SHOWN]
    ]
    lines += [
        say("report.missed", text=text, times=times) for text, times in week.missed_texts[:SHOWN]
    ]
    return lines


def _named(week: Week) -> list[str]:
    return list(dict.fromkeys([*(g for g, _ in week.guides), *(one.guide for one in week.wrong)]))


def _buttons(say: Say) -> Rows:
    return (
        (Button(say.plain("report.drafts"), "drafts"),),
        (
            Button(say.plain("report.this_week"), "report:0"),
            Button(say.plain("report.last_week"), "report:1"),
        ),
    )
