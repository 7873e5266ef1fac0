"""How a guide reads: short first, the rest one tap away, and honest about what is not known."""

from datetime import date

from markupsafe import Markup

from domain.messages import Button, Message, Rows
from domain.people import Language
from knowledge import Knowledge
from knowledge.guides import Guide
from wording import Say

PARTS = ("materials", "steps", "where", "time", "phone", "stamp", "who", "source")
"""What can be opened behind a guide's answer; labels are `ask.part_<part>`."""

_LINES = Markup("\n")


def guide_message(say: Say, guide: Guide, today: date, enquiry: int = 0) -> Message:
    """The answer: what it is, where, what is uncertain; everything else behind buttons.

    `enquiry` is the question that it answers; the buttons carry it, 0 is none.
    """
    shown = guide.in_language(say.language)
    lines = [say("ask.guide", name=shown.name, summary=shown.summary)]
    if guide.note and say.language is Language.ZH:
        lines.append(say("ask.note", note=guide.note))
    lines.append(say("ask.where_short", where=guide.where[0].text))
    lines += _caveats(say, guide, today)
    buttons = (*_parts(say, guide, "", enquiry), _ask_worker(say, enquiry))
    return Message(_LINES.join(lines), buttons=buttons, in_place=True)


def _ask_worker(say: Say, enquiry: int) -> tuple[Button, ...]:
    return (Button(say.plain("ask.ask_worker"), f"question.ask:{enquiry}"),)


def part_message(
    say: Say, guide: Guide, part: str, knowledge: Knowledge, community_phone: str, enquiry: int = 0
) -> Message:
    """One part of a guide, shown in the place of the answer, with the way back."""
    title = say(
        "ask.title",
        name=guide.in_language(say.language).name,
        part=say.plain(f"ask.part_{part}"),
    )
    lines = {
        "materials": lambda: _materials(say, guide),
        "steps": lambda: [
            say("ask.numbered", number=n, item=step) for n, step in enumerate(guide.steps, 1)
        ],
        "where": lambda: [
            *(say("ask.bullet", item=where.text) for where in guide.where),
            say("ask.hours", hours=guide.hours),
        ],
        "time": lambda: _time_and_fee(say, guide),
        "phone": lambda: _phones(say, guide, knowledge, community_phone),
        "stamp": lambda: _stamp(say, guide),
        "who": lambda: [
            say("ask.for_whom", audience=guide.audience),
            *(say("ask.bullet", item=item) for item in guide.eligibility),
        ],
        "source": lambda: _sources(say, guide),
    }[part]()
    buttons = (
        *_parts(say, guide, part, enquiry),
        (Button(say.plain("menu.back"), f"ask.guide:{guide.id}:{enquiry}"),),
    )
    return Message(_LINES.join([title, Markup(), *lines]), buttons=buttons, in_place=True)


def _parts(say: Say, guide: Guide, open_part: str, enquiry: int) -> Rows:
    buttons = [
        Button(say.plain(f"ask.part_{part}"), f"ask.part:{guide.id}:{part}:{enquiry}")
        for part in PARTS
        if part != open_part
    ]
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def _caveats(say: Say, guide: Guide, today: date) -> list[Markup]:
    """What is uncertain is said, with a number to ask."""
    phone = guide.phone[0] if guide.phone else "12345"
    lines = []
    if not guide.verified:
        lines.append(say("ask.not_verified", phone=phone))
    elif guide.unverified_fields:
        names = "、" if say.language is Language.ZH else ", "
        fields = names.join(say.plain(f"ask.field_{name}") for name in guide.unverified_fields)
        lines.append(say("ask.unverified", fields=fields, phone=phone))
    if guide.is_stale(today):
        lines.append(say("ask.stale", phone=phone))
    lines.append(say("ask.as_of", date=guide.as_of))
    return lines


def _materials(say: Say, guide: Guide) -> list[Markup]:
    if not guide.materials:
        return [say("ask.no_materials")]
    return [say("ask.material", name=m.name, form=m.form, where=m.where) for m in guide.materials]


def _time_and_fee(say: Say, guide: Guide) -> list[Markup]:
    limit = guide.time_limit
    lines = []
    if limit.statutory:
        lines.append(say("ask.statutory", limit=limit.statutory))
    if limit.promised:
        lines.append(say("ask.promised", limit=limit.promised))
    if not lines:
        lines.append(say("ask.no_limit"))
    return [*lines, say("ask.fee", fee=guide.fee)]


def _phones(say: Say, guide: Guide, knowledge: Knowledge, community_phone: str) -> list[Markup]:
    names = {line.number: line.name for line in knowledge.hotlines}
    lines = [say("ask.phone", number=n, name=names.get(n, "")) for n in guide.phone]
    if community_phone:
        worker = say("ask.worker_default")
        lines.append(say("ask.community_phone", number=community_phone, name=worker))
    return lines


def _stamp(say: Say, guide: Guide) -> list[Markup]:
    key = {True: "yes", False: "no", "na": "na"}[guide.can_community_stamp]
    lines = [say(f"ask.stamp_{key}")]
    if guide.stamp_note:
        lines.append(say("ask.note", note=guide.stamp_note))
    return lines


def _sources(say: Say, guide: Guide) -> list[Markup]:
    sources = [guide.source] if guide.source else []
    lines = []
    for reference in [*sources, *guide.more_sources]:
        link = bool(reference.address and reference.address.startswith("http"))
        lines.append(
            say(
                "ask.source_link" if link else "ask.source",
                address=reference.address or "",
                title=reference.title,
                date=reference.date or "—",
            )
        )
    if not lines:
        lines.append(say("ask.no_source"))
    if guide.legal_basis:
        lines.append(say("ask.legal", basis="；".join(guide.legal_basis)))
    return [*lines, say("ask.as_of", date=guide.as_of)]
