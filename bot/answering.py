"""`python -m bot answer`: what the desk would say to each question, for people and for programs."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.messages import Message
from domain.people import Language
from handlers.ask_found import not_urgent_message, reply_messages
from handlers.emergency import emergency_message
from handlers.reader import Reader
from knowledge import Knowledge
from knowledge.answers import Reply, ReplyKind
from wording import Phrases, Say


def answers(questions: Iterable[str], *, as_json: bool) -> Iterator[str]:
    """A line (or a JSON object) for each question, in its order; empty lines are questions too."""
    knowledge, phrases = Knowledge.shipped(), Phrases.shipped()
    for line in questions:
        question = line.rstrip("\r\n")
        language = (
            Language.EN if question.isascii() and any(map(str.isalpha, question)) else Language.ZH
        )
        reply = knowledge.answer(question, language)
        said = _messages(phrases[language], knowledge, reply, question)
        text = "\n\n".join(message.plain + _offered(message) for message in said)
        yield _object(question, reply, text) if as_json else f"❓ {question}\n{text}\n"


def _messages(say: Say, knowledge: Knowledge, reply: Reply, question: str) -> tuple[Message, ...]:
    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
    reader = Reader(say, today, knowledge)
    if reply.kind is ReplyKind.EMERGENCY and reply.emergency is not None:
        advice = emergency_message(say, reply.emergency, may_press=True)
        if not reply.candidates or knowledge.emergencies.recognise(question):
            return (advice,)  # beyond doubt: anything else stands behind a button
        return (advice, not_urgent_message(reader, reply.offered))
    return reply_messages(reader, reply, question)


def _offered(message: Message) -> str:
    """The guides behind buttons, a line each: without them "您是不是想问：" ends in nothing."""
    rows = (button for row in message.buttons for button in row)
    return "".join(f"\n• {b.label}" for b in rows if b.action.startswith("ask.guide:"))


def _object(question: str, reply: Reply, text: str) -> str:
    return json.dumps(
        {
            "question": question,
            "kind": reply.kind.value,
            "guide": reply.guide.id if reply.guide else None,
            "candidates": [{"id": c.id, "score": c.score} for c in reply.candidates],
            "text": text,
        },
        ensure_ascii=False,
    )
