"""The messages about a question that both a conversation and the clock send."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.messages import Button, Message, Rows
from domain.question import Asked
from wording.help import clock_time
from wording.phrases import Say

LINE = Markup("\n")


def moment(say: Say, at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`10:03` today, `明天 08:30`, else with the day and weekday, by the community's clock."""
    local, time = at.astimezone(zone), clock_time(at, zone)
    days = (local.date() - now.astimezone(zone).date()) / timedelta(days=1)
    if days == 0:
        return time
    if days == 1:
        return say.plain("question.tomorrow", time=time)
    weekday = say.plain("papers.diary_weekdays").split()[local.weekday()]
    return say.plain(
        "question.on_day", month=local.month, day=local.day, weekday=weekday, time=time
    )


def asker(say: Say, asked: Asked) -> str:
    """Who asked, as the staff call them."""
    return f"{asked.name} {asked.place}".strip() or say.plain("question.somebody")


def question_card(say: Say, asked: Asked, now: datetime | None = None) -> Message:
    """A resident's question for a worker: answer in words, or with a guide in one tap.

    Without `now` it is late when a rung of the ladder has been climbed before.
    """
    late = asked.duty.rung > 0 if now is None else asked.is_late(now)
    lines = [*_facts(say, asked), *_standing(say, asked, late)]
    buttons = () if asked.answer is not None else _buttons(say, asked)
    return Message(LINE.join(lines), buttons=buttons, card=f"question:{asked.duty.id}")


def _facts(say: Say, asked: Asked) -> list[Markup]:
    time = clock_time(asked.duty.opened_at, asked.zone)
    lines = [say("question.card", asker=asker(say, asked), time=time, question=asked.text)]
    if asked.phone:
        lines.append(say("question.card_phone", phone=asked.phone))
    if asked.is_elder:
        lines.append(say("question.card_elder"))
    if asked.reads_english:
        lines.append(say("question.card_english"))
    if asked.before:
        lines.append(say("question.card_again", answer=asked.before))
    return lines


def _standing(say: Say, asked: Asked, late: bool) -> list[Markup]:
    if asked.answer is not None:
        at = asked.answered_at or asked.duty.opened_at
        time = clock_time(at, asked.zone)
        who = asked.answerer or say.plain("question.some_worker")
        return [say("question.card_done", worker=who, time=time, answer=asked.answer)]
    if late:
        return [say("question.card_late")]
    if asked.promised_at is None:
        return []
    when = moment(say, asked.promised_at, asked.duty.opened_at, asked.zone)
    return [say("question.card_promise", when=when)]


def _buttons(say: Say, asked: Asked) -> Rows:
    duty_id = asked.duty.id
    rows = [(Button(say.plain("question.reply"), f"reply.write:{duty_id}"),)]
    rows += [
        (Button(say.plain("question.reply_with", name=name), f"reply.with:{duty_id}:{guide_id}"),)
        for guide_id, name in asked.candidates
    ]
    rows.append((Button(say.plain("cases.from_question"), f"door.question:{duty_id}"),))
    return tuple(rows)


def answer_card(duty_id: int) -> str:
    """The card under which an answer stands with the resident, so that it can be set right."""
    return f"answer:{duty_id}"


def answered(say: Say, asked: Asked) -> Message:
    """A worker's answer as the resident reads it, and whether it solved the matter in one tap."""
    who = asked.answerer or say.plain("question.some_worker")
    text = say("question.answered", worker=who, question=asked.text, answer=asked.answer)
    card = answer_card(asked.duty.id)
    if asked.solved is not None:
        key = "question.was_solved" if asked.solved else "question.was_not_solved"
        return Message(text + "\n\n" + say(key), card=card)
    row = (
        Button(say.plain("question.solved"), f"question.solved:{asked.duty.id}"),
        Button(say.plain("question.unsolved"), f"question.unsolved:{asked.duty.id}"),
    )
    return Message(text + "\n\n" + say("question.did_it_solve"), buttons=(row,), card=card)
