"""The week of questions as a message: a conversation and the clock send the same."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from domain.draft import Draft
from domain.enquiry_week import PLACES_PAGE, PlaceWeek, Week, all_places, who_asked
from domain.messages import Attachment, Button, Message, Rows
from domain.paging import pages
from wording.ask import LINE
from wording.phrases import Say

SHOWN = 3
"""Lines of each kind in the message itself; the sheet has them all."""

PLACES_SHOWN = 8
"""Communities in the message, those that miss most first."""

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


def places_report(say: Say, first: date, places: Sequence[PlaceWeek]) -> tuple[Message, ...]:
    """The week of many communities: all together, those that miss most, the picture, the table to file."""
    asked, total = who_asked(places), all_places("", places)
    lines = [
        say("report.places_head", count=len(places), **_days(say, first)),
        say("report.places_all", **_figures(total)),
    ]
    lines += [
        say("report.places_line", name=place.name, **_figures(place))
        for place in asked[:PLACES_SHOWN]
    ]
    filename = say.plain("report.places_file", week=first.isoformat())
    sheet = Attachment("ask.places", f"{filename}.xlsx", {"week": first.isoformat()})
    return (
        _picture(say, first, LINE.join(lines), 1, len(asked)),
        Message(say("report.places_sheet"), buttons=(_weeks(say, "reports"),), attachment=sheet),
    )


def places_picture(say: Say, first: date, page: int, asked: int) -> Message:
    """A further picture, where `asked` communities asked something; beyond the last page, the last."""
    last = pages(asked, PLACES_PAGE)
    page = min(max(1, page), last)
    said = say("report.places_picture", page=page, pages=last, **_days(say, first))
    return _picture(say, first, said, page, asked)


def _picture(say: Say, first: date, said: Markup, page: int, asked: int) -> Message:
    filename = say.plain("report.places_file", week=first.isoformat())
    params = {"week": first.isoformat(), "page": page}
    drawn = Attachment("ask.city", f"{filename}-{page}.png", params, picture=True)
    following = f"report.page:{first.toordinal()}:{page + 1}"
    more = ((Button(say.plain("report.places_more"), following),),)
    further = page < pages(asked, PLACES_PAGE)
    return Message(said, buttons=more if further else (), attachment=drawn)


def _days(say: Say, first: date) -> dict[str, str]:
    return {"first": day(say, first), "last": day(say, first + timedelta(days=6))}


def _figures(place: PlaceWeek) -> dict[str, int | str]:
    share = place.solved_share
    return {
        "asked": place.asked,
        "found": place.found,
        "offered": place.offered,
        "missed": place.missed,
        "wrong": place.wrong,
        "solved": "—" if share is None else f"{share:.0%}",
    }


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
        _weeks(say, "report"),
    )


def _weeks(say: Say, action: str) -> tuple[Button, ...]:
    return (
        Button(say.plain("report.this_week"), f"{action}:0"),
        Button(say.plain("report.last_week"), f"{action}:1"),
    )
