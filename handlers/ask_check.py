"""我能办吗？: at most three taps, then an answer for this one person with the rule that decided it.

Each button carries all that was answered before it, so the dialogue keeps no state and survives a
restart. What is known already, from the question itself or the register, is shown and can be changed.
"""

from collections.abc import Mapping

from markupsafe import Markup

from domain.messages import Button, Message, Rows
from domain.people import ANYONE
from handlers.base import Answer, Services, Topic, Turn
from handlers.guide_parts import number_to_ask
from handlers.guides import worker_button
from handlers.reader import Reader, reader_of
from knowledge.conditions import Check, Rule, check_of
from knowledge.guides import Guide
from storage import enquiries
from wording.ask import LINE

topic = Topic("check")

ANEW = "-"
"""In the place of answers: ask everything, take nothing for known."""
LIVES = ("lives", "here")
"""What the register knows of somebody with a home in the community."""

_FINDINGS = {"fits": "check.fits", "not": "check.not", "ask": "check.ask_office"}

Known = Mapping[str, str]


@topic.action("check", roles=ANYONE, strangers=True)
async def check(turn: Turn, services: Services) -> Answer:
    """One answer more: the next question, or the finding."""
    guide = services.knowledge.guide(turn.args[0] if turn.args else "")
    rules = check_of(guide) if guide else None
    if guide is None or rules is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    enquiry = await enquiries.own(services.work, turn.number(1), turn.address_id)
    reader = await reader_of(turn, services, enquiry.id if enquiry else 0)
    answers = turn.args[2] if len(turn.args) > 2 else ""
    if answers:
        known = _decoded(rules, answers.removeprefix(ANEW))
    else:
        known = known_of(reader, rules, enquiry.text if enquiry else "")
    if known is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    message = check_message(reader, guide, rules, known, in_place=True)
    return Answer.of(message, step=turn.step)


def known_of(reader: Reader, rules: Check, question: str) -> Known:
    """What the question says of the person, and what the register knows."""
    fact, option = LIVES
    at_home = reader.at_home and option in _options(rules, fact)
    return ({fact: option} if at_home else {}) | rules.stated_in(question)


def check_message(
    reader: Reader, guide: Guide, rules: Check, known: Known, *, in_place: bool
) -> Message:
    """What must still be asked, else the finding, by itself."""
    head = reader.say("check.title", name=guide.in_language(reader.say.language).name)
    lines, rows = check_section(reader, guide, rules, known)
    if isinstance(rules.next(known), Rule):
        rows = _afterwards(reader, guide)
    back = Button(reader.say.plain("menu.back"), f"ask.guide:{guide.id}:{reader.enquiry}")
    text = LINE.join([head, *lines])
    return Message(text, buttons=(*rows, (back,)), in_place=in_place)


def check_section(
    reader: Reader, guide: Guide, rules: Check, known: Known
) -> tuple[list[Markup], Rows]:
    """The same as lines and buttons for an answer: what is known, and the question or the finding."""
    found = rules.next(known)
    lines = [reader.say("check.known", facts=_told(reader, rules, known))] if known else []
    if isinstance(found, Rule):
        return [*lines, *_finding(reader, guide, found)], ()
    ask = rules.facts[found].ask.get(reader.say.language)
    return [*lines, reader.say("check.ask", ask=ask)], _choices(reader, guide, rules, known, found)


def _told(reader: Reader, rules: Check, known: Known) -> str:
    words = [
        rules.facts[fact].options[known[fact]].get(reader.say.language)
        for fact in rules.asks
        if fact in known
    ]
    return reader.say.plain("ask.join").join(words)


def _finding(reader: Reader, guide: Guide, rule: Rule) -> list[Markup]:
    """By the rule of a day, never a promise; the rule in its own words, and where it was read."""
    say = reader.say
    kind = "" if guide.source else "_none"
    basis = say.plain(f"check.basis{kind}", date=guide.as_of)
    lines = [
        say(_FINDINGS[rule.finding], basis=basis, text=rule.text.get(say.language)),
        say(f"check.because{kind}", because=rule.because),
    ]
    if guide.source:
        lines.append(say("check.source", title=guide.source.title, date=guide.source.date or "—"))
    if not guide.verified or "eligibility" in guide.unverified_fields:
        lines.append(say("check.unverified", phone=number_to_ask(guide)))
    return [*lines, say("check.no_promise")]


def _choices(reader: Reader, guide: Guide, rules: Check, known: Known, fact: str) -> Rows:
    before = _encoded(rules, known)
    number = rules.asks.index(fact)
    return tuple(
        (
            Button(
                option.get(reader.say.language),
                f"check:{guide.id}:{reader.enquiry}:{before}{number}{place}",
            ),
        )
        for place, option in enumerate(rules.facts[fact].options.values())
    )


def _afterwards(reader: Reader, guide: Guide) -> Rows:
    again = Button(reader.say.plain("check.again"), f"check:{guide.id}:{reader.enquiry}:{ANEW}")
    return ((again, worker_button(reader)),)


def _options(rules: Check, fact: str) -> list[str]:
    return list(rules.facts[fact].options) if fact in rules.facts else []


def _encoded(rules: Check, known: Known) -> str:
    """Two digits an answer: which question, which option; `-` before them, for all is in them."""
    pairs = [
        f"{number}{_options(rules, fact).index(known[fact])}"
        for number, fact in enumerate(rules.asks)
        if fact in known
    ]
    return ANEW + "".join(pairs)


def _decoded(rules: Check, answers: str) -> Known | None:
    """What a button carries; None where the rules have changed since, or it is forged."""
    known = {}
    for number, place in zip(answers[::2], answers[1::2], strict=False):
        try:
            fact = rules.asks[int(number)]
            known[fact] = _options(rules, fact)[int(place)]
        except (IndexError, ValueError):
            return None
    return known
