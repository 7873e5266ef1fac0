"""What the desk says when spoken to: one module a conversation, listed in `TOPICS`."""

from handlers import ask, ballot, calls, emergency, enroll, help, menu, question, survey

TOPICS = (
    help.topic,
    calls.topic,
    emergency.topic,
    enroll.topic,
    menu.topic,
    question.topic,
    survey.topic,
    ballot.topic,
    ask.topic,
)
"""The catalogue: a conversation that is not here cannot be reached."""
