"""The messages about a question that both a conversation and the clock send."""

from domain.messages import Button, Message
from domain.question import Asked
from wording.help import clock_time
from wording.phrases import Say


def question_card(say: Say, asked: Asked) -> Message:
    """A resident's question for a worker: answer in words, or with a guide in one tap."""
    time = clock_time(asked.duty.opened_at, asked.zone)
    if asked.name:
        text = say("ask.card", name=asked.name, place=asked.place, time=time, question=asked.text)
    else:
        text = say("ask.card_stranger", time=time, question=asked.text)
    if asked.duty.rung > 0:
        text += "\n" + say("ask.card_late")
    duty_id = asked.duty.id
    rows = [(Button(say.plain("ask.reply"), f"question.reply:{duty_id}"),)]
    rows += [
        (Button(say.plain("ask.reply_with", name=name), f"question.with:{duty_id}:{guide_id}"),)
        for guide_id, name in asked.candidates
    ]
    return Message(text, buttons=tuple(rows), card=f"question:{duty_id}")
