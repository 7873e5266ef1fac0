"""Who writes English where the chat is set to Chinese is answered in English, and may keep it so.

What is set changes by their own tap only: a language is chosen for all that the desk will ever send them, and
a sentence in another one, typed by a guest or a grandchild, does not choose it.
"""

from dataclasses import replace
from datetime import timedelta

from domain.messages import Button
from domain.people import Language
from handlers.base import Answer, Services, Step, Turn
from handlers.lasting import SPEAKS, holds, lasting
from knowledge.answers import Reply
from knowledge.spoken import written_in


def as_written(turn: Turn, services: Services) -> Turn:
    """The turn in English, where its words are; else as it is."""
    written = written_in(turn.incoming.text)
    return _in(turn, services, Language.EN) if written is Language.EN else turn


def as_asked(turn: Turn, services: Services, question: str, reply: Reply) -> Turn:
    """The same for a question: one word is a name of something, and letters that were read as pinyin are
    Chinese."""
    if len(question.split()) < 2 or not reply.read_as.isascii():
        return turn
    return as_written(turn, services)


def going_on(turn: Turn, services: Services) -> Turn:
    """A tap under an English answer, in English: the dialogue goes on as it began, while it lasts."""
    step = turn.step
    if step is None or SPEAKS not in step.data or not holds(turn, step.action):
        return turn
    return _in(turn, services, Language.from_tag(str(step.data[SPEAKS])))


def _in(turn: Turn, services: Services, language: Language) -> Turn:
    if language is turn.language:
        return turn
    return replace(turn, language=language, say=services.phrases[language], lent=True)


def kept(turn: Turn, time: timedelta) -> Step | None:
    """The dialogue as it stands, going on in the language of this turn; where none runs, for so long."""
    if not turn.lent:
        return turn.step
    if turn.step is None:
        return lasting(turn, "ask.last", time, guide=None)
    return replace(turn.step, data={**turn.step.data, SPEAKS: str(turn.language)})


def chosen(step: Step | None) -> Step | None:
    """The dialogue as it stands, in the language that has just been chosen."""
    if step is None or SPEAKS not in step.data:
        return step
    return replace(step, data={name: kept for name, kept in step.data.items() if name != SPEAKS})


def offering(turn: Turn, answer: Answer) -> Answer:
    """Under the first answer in another language than the chat's: that it is, and one tap to keep it."""
    offered = turn.step is not None and SPEAKS in turn.step.data and holds(turn, turn.step.action)
    if not turn.lent or offered or not answer.messages:
        return answer
    *before, last = answer.messages
    switch = Button(turn.say.plain("menu.keep_language"), f"language:{turn.language}")
    last = replace(
        last,
        text=last.html + "\n\n" + turn.say("menu.lent_language"),
        buttons=(*last.buttons, (switch,)),
    )
    return replace(answer, messages=(*before, last))
