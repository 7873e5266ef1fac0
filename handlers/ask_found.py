"""What a resident reads in reply to a question that is no emergency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from domain.messages import Button, Message, Rows
from handlers.ask_check import check_message, check_section, known_of
from handlers.guide_parts import stamps
from handlers.guides import case_button, guide_message, part_message, worker_button
from handlers.reader import Reader
from knowledge.answers import Reply, ReplyKind
from knowledge.cities import Place
from knowledge.conditions import asks_whether, check_of
from knowledge.guides import Guide
from knowledge.parts import Part, shipped_parts
from knowledge.words import without_brackets
from wording.ask import LINE

_TOPICS = {"courtesies": "ask.courtesy", "a-person": "ask.a_person"}
"""What is said to topics of elsewhere.yaml that need no apology."""
ANSWERED = 3
"""Of several questions, how many are answered at once."""


def unanswered(reply: Reply) -> tuple[Reply, ...]:
    """Of several questions, those that no guide answers."""
    return tuple(r for r in reply.replies if r.kind is ReplyKind.HANDOFF and r.place is None)


def reply_messages(
    reader: Reader, reply: Reply, question: str, left: Mapping[str, int] | None = None
) -> tuple[Message, ...]:
    """The answer, a few choices, or that nobody is sure; several where several things were asked.

    `left` are the enquiries of questions that are `unanswered`, by their text.
    """
    if reply.place is not None:
        return (_elsewhere(reader, reply, reply.place),)
    refused = reader.knowledge.certificates.refused_in(question)
    first: tuple[Message, ...] = ()
    if refused:
        listed = reader.say.plain(f"ask.list_{refused.listed}")
        instead = refused.where_instead
        text = reader.say("ask.refused", name=refused.name, listed=listed, instead=instead)
        first = (Message(text, buttons=() if reply.guide else ((worker_button(reader),),)),)
    if len(reply.replies) > 1:
        return (*first, *_several(reader, reply.replies, left or {}))
    if reply.kind is ReplyKind.HANDOFF:
        return first or (_handoff(reader, reply),)
    return (*first, *_one(reader, reply, question))


def is_no_question(reply: Reply) -> bool:
    """Whether it is 谢谢 or 找人工: nothing that was missed, and no words to pass on."""
    return reply.kind is ReplyKind.HANDOFF and reply.topic in _TOPICS


def _handoff(reader: Reader, reply: Reply) -> Message:
    """That nobody is sure; to what is no question, what to do now."""
    if key := _TOPICS.get(reply.topic):
        button = worker_button(replace(reader, enquiry=0))
        return Message(reader.say(key), buttons=((button,),))
    rows = ((worker_button(reader),), (case_button(reader),))
    return Message(reader.say("ask.handoff"), buttons=rows)


def _elsewhere(reader: Reader, reply: Reply, place: Place) -> Message:
    """What another city does is asked of that city; ours is a tap away for whoever meant ours."""
    say, language = reader.say, reader.say.language
    names = {"city": place.name(language), "home": place.home(language)}
    key = "ask.elsewhere" if place.is_whole else "ask.elsewhere_province"
    text = say(key, number=place.number, **names)
    if reply.kind is ReplyKind.HANDOFF:
        return Message(text, buttons=((worker_button(reader),),))
    return Message(
        text + "\n" + say("ask.elsewhere_ours", **names), buttons=_choices(reader, reply.offered)
    )


def _several(
    reader: Reader, replies: Sequence[Reply], left: Mapping[str, int]
) -> tuple[Message, ...]:
    """One answer a question, in their order; what is thought of them is not asked, for it would be of
    which? A question without one is named, and a person is asked just that."""
    each = replace(reader, may_judge=False)
    told = [reply for reply in replies if reply.kind is not ReplyKind.HANDOFF][:ANSWERED]
    messages = [Message(reader.say("ask.several", count=len(replies)))]
    for reply in replies:
        if reply.place is not None:
            messages.append(_elsewhere(each, reply, reply.place))
        elif reply.kind is ReplyKind.HANDOFF:
            messages.append(_unanswered(reader, reply.asked, left.get(reply.asked, 0)))
        elif reply in told:
            messages += _one(each, reply, "")
        else:
            messages.append(Message(reader.say("ask.piece_later", text=reply.asked)))
    return tuple(messages)


def _unanswered(reader: Reader, piece: str, enquiry: int) -> Message:
    one = replace(reader, enquiry=enquiry)
    rows = ((worker_button(one),), (case_button(one),))
    return Message(reader.say("ask.piece_missed", text=piece), buttons=rows)


def _one(reader: Reader, reply: Reply, question: str) -> tuple[Message, ...]:
    if reply.kind is ReplyKind.CHOICES or reply.guide is None:
        key = "ask.choices_of_what" if shipped_parts().leans(question) else "ask.choices"
        told = reader.knowledge.certificates.refused_in(question) is not None
        stamps = _stamps(reader, reply) if reply.part == "stamp" and not told else []
        lines = [reader.say(key), *stamps]
        return (Message(LINE.join(lines), buttons=_choices(reader, reply.offered)),)
    message = replace(guide_message(reader, reply.guide, reply.part), in_place=False)
    message = _with_check(reader, reply, question, message)
    if not reply.read_as:
        return (message,)
    read = reader.say("ask.read_as", text=reply.read_as)
    return (replace(message, text=read + "\n\n" + message.html),)


def _with_check(reader: Reader, reply: Reply, question: str, message: Message) -> Message:
    """Whether this person may have it stands in the answer, where the question is about that."""
    assert reply.guide is not None, "only an answer is checked"
    rules = check_of(reply.guide)
    about_it = reply.part == "who" or asks_whether(question)
    if rules is None or not (about_it or rules.stated_in(question)):
        return message
    known = known_of(reader, rules, question)
    lines, rows = check_section(reader, reply.guide, rules, known)
    head = reader.say("check.section")
    text = LINE.join([message.html, Markup(), head, *lines])
    return replace(message, text=text, buttons=(*rows, *message.buttons))


def not_urgent_message(reader: Reader, guides: Iterable[str]) -> Message:
    """After the advice for what sounded like an emergency: what it may have meant if it is none."""
    return Message(reader.say("ask.not_urgent"), buttons=_choices(reader, guides))


def _stamps(reader: Reader, reply: Reply) -> list[Markup]:
    """Whether the community stamps, for each matter that may be meant; the guide to stamps has no
    one answer."""
    say = reader.say
    return [
        say(
            "ask.choice_stamp",
            name=without_brackets(guide.in_language(say.language).name),
            stamps=say.plain(f"ask.stamps_{stamps(guide)}"),
        )
        for guide in _offered(reader, reply.offered)
        if not guide.is_of_stamps
    ]


def _offered(reader: Reader, guides: Iterable[str]) -> list[Guide]:
    found = [reader.knowledge.guide(guide) for guide in guides]
    return [guide for guide in found if guide]


def _choices(reader: Reader, guides: Iterable[str]) -> Rows:
    rows = [
        (Button(g.in_language(reader.say.language).name, f"ask.guide:{g.id}:{reader.enquiry}"),)
        for g in _offered(reader, guides)
    ]
    none = Button(reader.say.plain("ask.none_of_these"), f"question.ask:{reader.enquiry}")
    return (*rows, (none,), (case_button(reader),))


def leaning(reply: Reply, question: str, context: str | None) -> Part | None:
    """The part that was asked of the guide shown before, where the question says nothing else."""
    if context is None or reply.guide is None or reply.guide.id != context:
        return None
    return shipped_parts().leans(question, shown=True)


def leaning_message(reader: Reader, reply: Reply, part: Part, question: str) -> Message:
    """Just that part of the guide shown before; 外地人可以吗 gets its rule, where there are rules."""
    assert reply.guide is not None, "what leans on a guide has it"
    rules = check_of(reply.guide)
    if part == "who" and rules is not None:
        known = known_of(reader, rules, question)
        return check_message(reader, reply.guide, rules, known, in_place=False)
    wanted = "time" if part == "fee" else part
    return replace(part_message(reader, reply.guide, wanted), in_place=False)
