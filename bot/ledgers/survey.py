"""The ledger of surveys that ended in the month: who was asked, who answered, and what they said."""

from collections.abc import Iterator

from bot.ledgers.form import Form
from domain.ledger import Kind, Ledger, Row
from domain.ledger_facts import Asked, Rated


def ledger(form: Form) -> Ledger:
    """A line for each round as a whole and for each of its parts."""
    columns = form.columns(
        ("number", 6),
        ("round", 44),
        ("part", 30),
        ("n", 12),
        ("mean", 12),
        ("satisfied", 14),
        ("interval", 20),
    )
    rows = list(_rows(form))
    sources = [one.source for one in form.facts.rounds]
    sent = sum(one.sampled for one in form.facts.rounds)
    back = sum(one.answered for one in form.facts.rounds)
    least = max((one.least for one in form.facts.rounds), default=0)
    notes = (form.say("note_survey", least=least),) if least else ()
    total = [form.say("survey_head", sampled=sent, answered=back)]
    return form.ledger(Kind.SURVEY, columns, rows, total, sources, notes)


def _rows(form: Form) -> Iterator[Row]:
    number = 0
    for asked in form.facts.rounds:
        for part in (asked.whole, *asked.parts):
            number += 1
            yield Row.of(_values(form, asked, part, number), (asked.source,))


def _values(form: Form, asked: Asked, part: Rated, number: int) -> list[str | int]:
    language = form.speak.language.value
    title = asked.title[language]
    first = part is asked.whole
    if first:
        head = form.say("survey_head", sampled=asked.sampled, answered=asked.answered)
        first_day, last_day = form.day(asked.opened_at), form.day(asked.closed_at)
        title = form.say("survey_round", title=title, first=first_day, last=last_day, head=head)
    name = form.say("survey_whole") if first else part.name[language]
    if part.hidden:
        return [number, title, name, form.say("hidden"), *[form.say("none")] * 3]
    return [number, title, name, part.n or form.say("none"), *_figures(form, part)]


def _figures(form: Form, part: Rated) -> list[str]:
    none = form.say("none")
    mean = none if part.mean is None else f"{part.mean:.1f}"
    if part.satisfied is None or part.low is None or part.high is None:
        return [mean, none, none]
    return [mean, percent(part.satisfied), f"{percent(part.low)}–{percent(part.high)}"]


def percent(share: float) -> str:
    """One place behind the point."""
    return f"{share * 100:.1f}%"
