"""What the desk says when spoken to: one module a conversation, listed in `TOPICS`."""

from handlers import (
    ask,
    ballot,
    calls,
    circle,
    content,
    content_local,
    emergency,
    enroll,
    help,
    menu,
    question,
    survey,
    visit,
    visit_board,
    visit_line,
    visit_said,
)

TOPICS = (
    help.topic,
    calls.topic,
    emergency.topic,
    enroll.topic,
    menu.topic,
    question.topic,
    survey.topic,
    ballot.topic,
    visit.topic,
    visit_said.topic,
    visit_line.topic,
    visit_board.topic,
    circle.topic,
    content.topic,
    content_local.topic,
    ask.topic,
)
"""The catalogue: a conversation that is not here cannot be reached."""
