"""What the desk says when spoken to: one module a conversation, listed in `TOPICS`."""

from handlers import (
    ask,
    ask_check,
    ask_drafts,
    ask_felt,
    ballot,
    calls,
    emergency,
    enroll,
    help,
    menu,
    question,
    question_list,
    question_reply,
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
    question_reply.topic,
    question_list.topic,
    survey.topic,
    ballot.topic,
    visit.topic,
    visit_said.topic,
    visit_line.topic,
    visit_board.topic,
    ask.topic,
    ask_check.topic,
    ask_felt.topic,
    ask_drafts.topic,
)
"""The catalogue: a conversation that is not here cannot be reached."""
