"""What stands behind the buttons of a guide, line by line."""

import re
from collections.abc import Callable, Mapping

from markupsafe import Markup

from handlers.reader import Reader
from knowledge.certificates import Certificates, List
from knowledge.cities import HOTLINE
from knowledge.guides import Guide
from knowledge.parts import Part
from knowledge.words import without_brackets, without_posted
from wording import Say

PARTS = ("materials", "steps", "where", "time", "phone", "stamp", "who", "source", "note")
"""What can be opened behind a guide's answer; labels are `ask.part_<part>`."""
SHOWN_AT_ONCE: Mapping[Part, str] = {
    "materials": "materials",
    "where": "where",
    "time": "time",
    "fee": "time",
    "phone": "phone",
    "stamp": "stamp",
}
"""What was asked for in so many words stands in the answer; 怎么办 and 谁能办 mean the whole."""

STAMPS: Mapping[bool | str, str] = {True: "yes", False: "no", "na": "na"}
"""Whether the community stamps, as the keys of the wording say it."""

_LABELLED = frozenset({
    "audience", "summary", "eligibility", "materials", "steps", "where", "hours", "fee", "phone",
    "legal_basis", "time_limit", "can_community_stamp", "note", "source",
})  # fmt: skip
"""Fields of a guide that a resident has a word for."""
_EMERGENCIES = ("110", "119", "120", "122")
_SENTENCE = re.compile(r"[^。；]*[。；]?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BRACKETED = re.compile(r"\([^()]*\)")
_AMOUNT = re.compile(r"\d[\d.]*\s*(?:元|万元|%|％)")


def stamps(guide: Guide) -> str:
    """Whether the community stamps, as a key of the wording."""
    return (
        "unknown" if guide.is_unknown("can_community_stamp") else STAMPS[guide.can_community_stamp]
    )


def amount_of(guide: Guide) -> str:
    """The sentences of a guide's note that say how much, "" where none does."""
    sentences: list[str] = _SENTENCE.findall(guide.note or "")
    return "".join(sentence for sentence in sentences if _AMOUNT.search(sentence)).rstrip("；。")


def limit_of(guide: Guide) -> str:
    """How long it takes, as the window promises or else the law allows; "" where nothing is known."""
    return guide.time_limit.promised or guide.time_limit.statutory or ""


def hours_of(guide: Guide) -> str:
    """When it is open, in short: the part 在哪办、几点 has the whole."""
    return without_posted(guide.hours)


def number_to_ask(guide: Guide) -> str:
    """Whom to ring with a question: nobody asks the police for opening hours."""
    return next((number for number in guide.phone if number not in _EMERGENCIES), HOTLINE)


def has_part(guide: Guide, part: str) -> bool:
    """Whether there is anything behind the button."""
    return part != "note" or bool(guide.note)


def part_lines(reader: Reader, guide: Guide, part: str) -> list[Markup]:
    """One part, by its name in PARTS."""
    return _PARTS[part](reader, guide)


def quoted(reader: Reader, lines: list[Markup]) -> list[Markup]:
    """The lines, and before the first that an English reader cannot read, that it is the guide's own
    Chinese: facts are not translated by a machine."""
    first = next((n for n, line in enumerate(lines) if _is_chinese(line)), None)
    if first is None or not reader.translates:
        return lines
    return [*lines[:first], reader.say("ask.quoted"), *lines[first:]]


def _is_chinese(line: Markup) -> bool:
    """Whether more is Chinese than a name in brackets behind the English."""
    return _HAN.search(_BRACKETED.sub("", line)) is not None


def caveats(reader: Reader, guide: Guide) -> list[Markup]:
    """What is uncertain is said, with a number to ask; and the day by which all of it holds."""
    say = reader.say
    phone = number_to_ask(guide)
    if reader.large and is_doubtful(reader, guide):
        lines = [say(_one_doubt(reader, guide), phone=reader.phone or phone)]
    else:
        lines = _doubts(reader, guide, phone)
    return [*lines, _as_of(say, guide)]


def _as_of(say: Say, guide: Guide) -> Markup:
    """The day of the rule; of what no rule stands behind, that none does."""
    if guide.source is None:
        return say("ask.as_of_none", date=guide.as_of)
    return say("ask.as_of_said" if guide.is_hearsay else "ask.as_of", date=guide.as_of)


def _one_doubt(reader: Reader, guide: Guide) -> str:
    """All doubts as one sentence, for large text."""
    stale = guide.is_stale(reader.today)
    if not _is_unsure(guide):
        return "ask.stale"
    if stale:
        return "ask.call_first_stale"
    return "ask.call_first" if guide.verified else "ask.call_first_all"


def is_doubtful(reader: Reader, guide: Guide) -> bool:
    """Whether anything of it has to be asked before one goes."""
    return _is_unsure(guide) or guide.is_stale(reader.today)


def _is_unsure(guide: Guide) -> bool:
    return not guide.verified or bool(guide.unverified_fields)


def _doubts(reader: Reader, guide: Guide, phone: str) -> list[Markup]:
    say, lines = reader.say, []
    if not guide.verified:
        lines.append(say("ask.not_verified", phone=phone))
    elif guide.unverified_fields:
        named = (name if name in _LABELLED else "other" for name in guide.unverified_fields)
        fields = [say.plain(f"ask.field_{name}") for name in dict.fromkeys(named)]
        joined = say.plain("ask.join").join(fields)
        lines.append(say("ask.unverified", fields=joined, phone=phone))
    if guide.is_stale(reader.today):
        lines.append(say("ask.stale", phone=phone))
    return lines


def no_papers(reader: Reader, guide: Guide) -> Markup:
    """That there is nothing to bring, or that nobody knows."""
    key = "ask.materials_unknown" if guide.is_unknown("materials") else "ask.no_materials"
    return reader.say(key)


def _materials(reader: Reader, guide: Guide) -> list[Markup]:
    if not guide.materials:
        return [no_papers(reader, guide)]
    return [
        reader.say(
            "ask.material",
            name=reader.fixed(m.name),
            form=reader.fixed(m.form),
            where=reader.fixed(m.where),
        )
        for m in guide.materials
    ]


def _steps(reader: Reader, guide: Guide) -> list[Markup]:
    return [
        reader.say("ask.numbered", number=number, item=step)
        for number, step in enumerate(guide.steps, 1)
    ]


def _where(reader: Reader, guide: Guide) -> list[Markup]:
    lines = []
    for where in guide.where:
        lines.append(reader.say("ask.bullet", item=reader.place(where)))
        if where.type == "community":
            lines += _centre(reader, guide)
    return [*lines, reader.say("ask.hours", hours=reader.fixed(guide.hours))]


def _centre(reader: Reader, guide: Guide) -> list[Markup]:
    """The window around the corner: its name, street and number, as the community states them."""
    centre = reader.centre
    if not centre.get("address"):
        return []
    name = " ".join(filter(None, (str(centre.get("name", "")), reader.window(guide))))
    phone = str(centre.get("phone") or reader.phone)
    return [reader.say("ask.centre", name=name, address=centre["address"], phone=phone)]


def _time_and_fee(reader: Reader, guide: Guide) -> list[Markup]:
    say, limit = reader.say, guide.time_limit
    lines = []
    if limit.statutory:
        lines.append(say("ask.statutory", limit=limit.statutory))
    if limit.promised:
        lines.append(say("ask.promised", limit=limit.promised))
    if not lines:
        lines.append(say("ask.no_limit"))
    lines.append(say("ask.fee", fee=reader.fixed(guide.fee)))
    if amount := amount_of(guide):
        lines.append(say("ask.note", note=amount))
    return lines


def _phones(reader: Reader, guide: Guide) -> list[Markup]:
    say = reader.say
    names = {line.number: line.name for line in reader.knowledge.hotlines}
    lines = [say("ask.phone", number=n, name=names.get(n, "")) for n in guide.phone]
    if reader.phone:
        worker = say("ask.worker_default")
        lines.append(say("ask.community_phone", number=reader.phone, name=worker))
    return lines or [say("ask.phone", number=HOTLINE, name=names.get(HOTLINE, ""))]


def _stamp(reader: Reader, guide: Guide) -> list[Markup]:
    say = reader.say
    lines = [say(f"ask.stamp_{stamps(guide)}")]
    if guide.stamp_note:
        lines.append(say("ask.note", note=guide.stamp_note))
    if guide.can_community_stamp is True:
        lists = reader.knowledge.certificates
        lines.append(say("ask.stamp_may"))
        lines += [say("ask.bullet", item=without_brackets(item)) for item in lists.may_issue]
        lines += [_may_not(say, lists, which) for which in List]
    return lines


def _may_not(say: Say, lists: Certificates, which: List) -> Markup:
    """What a list says that the community may not certify; of the province's, what is known of it."""
    names = [refused.name for refused in lists.refused if refused.listed is which]
    return say(
        f"ask.stamp_may_not_{which}",
        count=lists.length(which),
        names=say.plain("ask.join").join(names),
    )


def _who(reader: Reader, guide: Guide) -> list[Markup]:
    return [
        reader.say("ask.for_whom", audience=guide.audience),
        *(reader.say("ask.bullet", item=item) for item in guide.eligibility),
    ]


def _sources(reader: Reader, guide: Guide) -> list[Markup]:
    say, sources = reader.say, [guide.source] if guide.source else []
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
    return lines


def _note(reader: Reader, guide: Guide) -> list[Markup]:
    return [reader.say("ask.note", note=guide.note or "")]


_PARTS: Mapping[str, Callable[[Reader, Guide], list[Markup]]] = {
    "materials": _materials,
    "steps": _steps,
    "where": _where,
    "time": _time_and_fee,
    "phone": _phones,
    "stamp": _stamp,
    "who": _who,
    "source": _sources,
    "note": _note,
}
