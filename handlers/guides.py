"""How a guide reads: short first, the rest one tap away, and honest about what is not known."""

from markupsafe import Markup

from domain.enquiry import Verdict
from domain.messages import Button, Message, Rows
from handlers.guide_parts import (
    PARTS,
    SHOWN_AT_ONCE,
    amount_of,
    caveats,
    has_part,
    hours_of,
    is_doubtful,
    limit_of,
    no_papers,
    number_to_ask,
    part_lines,
    quoted,
)
from handlers.reader import Reader
from knowledge.conditions import check_of
from knowledge.guides import Guide
from knowledge.online import OnlinePlace, online_of, shipped_online
from knowledge.parts import Part
from knowledge.words import without_brackets
from wording.ask import LINE

FEW = ("materials", "where", "phone", "who")
"""The parts that stand under an answer in large text, beside its source; the others come with one
more tap."""
MOST_PAPERS = 3
"""Papers named in the answer itself."""
SHORT_NOTE, LONG_NOTE = 40, 110
"""Characters of a note that stands in the answer: any that is short, and one that says how much."""


def guide_message(reader: Reader, guide: Guide, part: Part | None = None) -> Message:
    """The answer: what there is, what to bring, where, until when; everything else behind buttons.

    `part` is what was asked for in particular, which then stands there at once.
    """
    opened = SHOWN_AT_ONCE.get(part) if part else None
    lines = (_large if reader.large else _usual)(reader, guide, opened)
    if opened:
        title = reader.say("ask.part_title", part=reader.say.plain(f"ask.part_{opened}"))
        wanted = part_lines(reader, guide, opened)
        lines += [Markup(), title, *(line for line in wanted if line not in lines)]
    lines = [lines[0], *quoted(reader, lines[1:]), *caveats(reader, guide)]
    return Message(LINE.join(lines), buttons=_buttons(reader, guide), in_place=True)


def _usual(reader: Reader, guide: Guide, opened: str | None) -> list[Markup]:
    say, shown = reader.say, guide.in_language(reader.say.language)
    lines = [say("ask.guide", name=shown.name, summary=shown.summary)]
    if note := _note(guide):
        lines.append(say("ask.note", note=note))
    if opened != "materials":
        lines.append(_papers(reader, guide))
    if opened != "where":
        lines += _place_and_hours(reader, guide)
    return [*lines, *_limit(reader, guide, opened)]


def _place_and_hours(reader: Reader, guide: Guide) -> list[Markup]:
    """Where to go, and until when somebody is there."""
    say, place, hours = reader.say, reader.place(guide.where[0]), hours_of(guide)
    if reader.translates:
        hours = reader.fixed(guide.hours)
    elif reader.large:
        place, hours = without_brackets(place), without_brackets(hours)
    return [say("ask.where_short", where=place), say("ask.hours", hours=hours)]


def _limit(reader: Reader, guide: Guide, opened: str | None) -> list[Markup]:
    """By when it must be asked for or will be done, where that is known."""
    limit = limit_of(guide)
    return [reader.say("ask.limit_short", limit=limit)] if limit and opened != "time" else []


def _note(guide: Guide) -> str:
    """What of the note belongs into the answer: figures first, and nothing that is long."""
    note, amount = guide.note or "", amount_of(guide)
    return note if len(note) <= (LONG_NOTE if amount else SHORT_NOTE) else amount


def _large(reader: Reader, guide: Guide, opened: str | None) -> list[Markup]:
    """Figures first, no brackets, one thing a line."""
    say, shown = reader.say, guide.in_language(reader.say.language)
    lines = [say("ask.guide", name=without_brackets(shown.name), summary=shown.summary)]
    if amount := amount_of(guide):
        lines.append(say("ask.note", note=without_brackets(amount)))
    if opened != "materials":
        lines.append(_papers(reader, guide))
    if opened != "where":
        lines += _place_and_hours(reader, guide)
    lines += _limit(reader, guide, opened)
    if not is_doubtful(reader, guide):  # else the last line names the number, once
        lines.append(say("ask.phone_short", phone=reader.phone or number_to_ask(guide)))
    return lines


def _papers(reader: Reader, guide: Guide) -> Markup:
    """What to bring; in large text without brackets, but in English these hold the Chinese name, to be
    shown at the window."""
    plainly = without_brackets if reader.large and not reader.translates else reader.fixed
    names = [plainly(material.name) for material in guide.materials]
    if not names:
        return no_papers(reader, guide)
    joined = reader.say.plain("ask.join").join(names[:MOST_PAPERS])
    key = "ask.bring_more" if len(names) > MOST_PAPERS else "ask.bring"
    return reader.say(key, names=joined, count=len(names))


def part_message(reader: Reader, guide: Guide, part: str) -> Message:
    """One part of a guide, shown in the place of the answer, with the way back."""
    titled = quoted(reader, titled_part(reader, guide, part))
    lines = [*titled, *caveats(reader, guide)]
    back = Button(reader.say.plain("menu.back"), f"ask.guide:{guide.id}:{reader.enquiry}")
    beside = (*FEW, "source") if reader.large else PARTS
    rows = (*_open_parts(reader, guide, beside, part), *_links(reader, guide, part), (back,))
    return Message(LINE.join(lines), buttons=rows, in_place=True)


def all_parts_message(reader: Reader, guide: Guide) -> Message:
    """Everything that can be opened, for those who see few buttons at first."""
    message = guide_message(reader, guide)
    back = Button(reader.say.plain("menu.back"), f"ask.guide:{guide.id}:{reader.enquiry}")
    rows = (*_open_parts(reader, guide, PARTS), *_links(reader, guide), (back,))
    return Message(message.text, buttons=rows, in_place=True)


def titled_part(reader: Reader, guide: Guide, part: str) -> list[Markup]:
    """A part with what it is of."""
    name = guide.in_language(reader.say.language).name
    title = reader.say("ask.title", name=name, part=reader.say.plain(f"ask.part_{part}"))
    return [title, Markup(), *part_lines(reader, guide, part)]


def _buttons(reader: Reader, guide: Guide) -> Rows:
    if not reader.large:
        rows = (*_open_parts(reader, guide, PARTS), *_links(reader, guide))
    else:
        more = Button(reader.say.plain("ask.more"), f"ask.all:{guide.id}:{reader.enquiry}")
        links = _links(reader, guide) if guide.where[0].type == "online" else ()
        rows = (
            *_open_parts(reader, guide, FEW),
            *links,
            (_part_button(reader, guide, "source"), more),
        )
    return (*rows, (worker_button(reader),), *feedback_row(reader))


def _open_parts(reader: Reader, guide: Guide, parts: tuple[str, ...], opened: str = "") -> Rows:
    """A button for each part that there is; whether one may have it is asked where rules are known."""
    buttons = [
        _part_button(reader, guide, part)
        for part in parts
        if part != opened and has_part(guide, part)
    ]
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def _part_button(reader: Reader, guide: Guide, part: str) -> Button:
    if part == "who" and check_of(guide) is not None:
        return Button(reader.say.plain("check.may_i"), f"check:{guide.id}:{reader.enquiry}:")
    label = reader.say.plain(f"ask.part_{part}")
    return Button(label, f"ask.part:{guide.id}:{part}:{reader.enquiry}")


def worker_button(reader: Reader) -> Button:
    """问社工, under the question it stands for."""
    return Button(reader.say.plain("ask.ask_worker"), f"question.ask:{reader.enquiry}")


def case_button(reader: Reader) -> Button:
    """这是反映问题, beside it."""
    return Button(reader.say.plain("case.from_question"), f"case.from:{reader.enquiry}")


def _links(reader: Reader, guide: Guide, part: str = "") -> Rows:
    """可以在线办 as something to tap; and the way to the window, where it was asked for."""
    rows: Rows = tuple(
        (Button(_link_label(reader, place), url=place.address),)
        for place in online_of(guide, shipped_online())
    )
    if part == "where" and {"lat", "lon"} <= reader.centre.keys():
        rows = (*rows, (Button(reader.say.plain("ask.map"), "ask.map"),))
    return rows


def _link_label(reader: Reader, place: OnlinePlace) -> str:
    """Whose site it is; that nobody has checked the address, where nobody has."""
    key = "ask.online" if place.verified else "ask.online_unverified"
    return reader.say.plain(key, place=without_brackets(place.name))


def feedback_row(reader: Reader) -> Rows:
    """有用, 没解决, 说错了: one tap, where the answer is one to a question."""
    if not reader.enquiry or not reader.may_judge:
        return ()
    row = tuple(
        Button(reader.say.plain(f"felt.{verdict}"), f"felt:{reader.enquiry}:{verdict}")
        for verdict in Verdict
    )
    return (row,)
