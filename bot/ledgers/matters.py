"""《民情工作台帐》: what residents wanted, who had it first, by when it was promised, and how it ended.

Made of what there is: questions handed to a worker, services asked for, returns promised at a door, calls
whose people said a day later that it is not solved; and cases (民情), however they were raised.
"""

from datetime import timedelta

from bot.ledgers.form import Form
from domain.ledger import Event, Kind, Ledger, Row
from domain.ledger_facts import Matter
from knowledge.cases import kind_name


def ledger(form: Form) -> Ledger:
    """Every matter of the month, what was carried over from before first."""
    columns = form.columns(
        ("number", 6),
        ("raised", 16),
        ("source", 12),
        ("who", 12),
        ("address", 15),
        ("words", 34),
        ("owner", 13),
        ("due", 16),
        ("closed", 16),
        ("kept", 6),
        ("result", 20),
        ("remark", 9),
    )
    theirs = sorted(form.facts.matters, key=lambda one: (not one.carried, one.raised_at))
    rows = [_row(form, one, number) for number, one in enumerate(theirs, 1)]
    sources = [one.source for one in theirs]
    notes = [form.say("note_matters")]
    if any(one.event is Event.CASE for one in theirs):
        notes.append(form.say("note_cases"))
    return form.ledger(Kind.MATTERS, columns, rows, totals(form, theirs), sources, notes)


def _row(form: Form, matter: Matter, number: int) -> Row:
    values: list[str | int] = [
        number,
        form.moment(matter.raised_at),
        kind(form, matter),
        form.name(matter.name, otherwise=asker(matter)),
        form.place(matter.spot),
        form.words(matter.words),
        hands(form, matter),
        due(form, matter),
        form.moment(matter.closed_at),
        kept(form, matter),
        result(form, matter),
        form.say("carried") if matter.carried else "",
    ]
    return Row.of(values, (matter.source,))


def kind(form: Form, matter: Matter) -> str:
    """What it was; of a case, what about."""
    if matter.event is not Event.CASE:
        return form.say(f"kind_{matter.what}")
    return form.say("kind_case", kind=kind_name(matter.what, form.speak.language))


def hands(form: Form, matter: Matter) -> str:
    """Who has it; before them, who was asked first, where it was handed on."""
    if not matter.worker or not matter.first:
        return matter.worker or form.say("none")
    passed = form.say("handed", first=matter.first, worker=matter.worker)
    return passed + form.say("handed_times", times=matter.handed) if matter.handed > 1 else passed


def asker(matter: Matter) -> str:
    """What stands where nobody's name is known: a question without one came from a stranger, and so did a
    case of no home."""
    case_of_no_home = matter.event is Event.CASE and not matter.spot.building
    return "stranger" if matter.event is Event.QUESTION or case_of_no_home else "none"


def due(form: Form, matter: Matter) -> str:
    """By when it was promised; to come back is promised for a day."""
    if matter.event is Event.VISIT and matter.due_at is not None:
        return form.day(matter.due_at - timedelta(seconds=1))
    return form.moment(matter.due_at)


def kept(form: Form, matter: Matter) -> str:
    """是, 否, or a dash where nothing was promised or its time is not up."""
    late = matter.late(form.facts.ends_at)
    return form.say(
        {True: "is_yes", False: "is_no", None: "is_no" if late else "none"}[matter.kept]
    )


def result(form: Form, matter: Matter) -> str:
    """How it ended, or how it stands."""
    if matter.closed_at is None:
        return form.say("result_overdue" if matter.late(form.facts.ends_at) else "result_open")
    if matter.event is Event.QUESTION:
        return form.say("result_answered")
    if matter.event is Event.VISIT:
        return form.say("result_returned")
    ended = matter.outcome
    if matter.event is Event.CASE:
        return _case_result(form, matter)
    return form.speak.plain(f"help.outcome_{ended}") if ended else form.say("result_other")


def _case_result(form: Form, matter: Matter) -> str:
    """How it ended, what was written about that, and whether its resident says that it was solved."""
    ended = form.speak.plain(f"case.end_{matter.outcome}")
    said = "" if matter.solved is None else form.say("solved" if matter.solved else "unsolved")
    return form.say("parts").join(filter(None, (ended, form.words(matter.answer), said)))


def totals(form: Form, matters: list[Matter]) -> list[str]:
    """How many, how many are done, how many wait, and how many of these too long."""
    done = [one for one in matters if one.closed_at is not None]
    late = [one for one in matters if one.late(form.facts.ends_at)]
    due = [one for one in matters if one.kept is not None or one in late]
    said = [
        form.say("total_matters", count=len(matters)),
        form.say("total_done", count=len(done)),
        form.say("total_open", count=len(matters) - len(done)),
        form.say("total_overdue", count=len(late)),
    ]
    if due:
        hit = sum(one.kept is True for one in due)
        said.append(form.say("total_kept", hit=hit, of=len(due)))
    return said
