"""《社工走访日记》: every line of the month, and what was set right of the month before."""

from collections.abc import Iterator

from bot.ledgers.form import Form
from domain.ledger import Kind, Ledger, Row, Source
from domain.ledger_facts import Change, Late, Made, home_days
from domain.ledger_sums import attempts_of, counted, homes_of
from domain.visit import Mode


def ledger(form: Form) -> Ledger:
    """One worker's, or a community's with a column for whose line it is."""
    whose = () if form.worker else (("worker", 10.0),)
    columns = form.columns(
        ("number", 6),
        ("date", 17),
        ("time", 8),
        *whose,
        ("address", 16),
        ("mode", 11),
        ("topics", 15),
        ("note", 42),
        ("follow_up", 16),
        ("remark", 11),
    )
    names = {staff.id: staff.name for staff in form.facts.staff}
    rows = [
        *(_row(form, names, line, n) for n, line in enumerate(form.facts.visits, 1)),
        *(_late(form, names, late, n) for n, late in enumerate(form.facts.late, 1)),
    ]
    return form.ledger(Kind.DIARY, columns, rows, _total(form), _counted(form), _notes(form))


def _row(form: Form, names: dict[int, str], line: Made, number: int | str, remark: str = "") -> Row:
    local = line.made_at.astimezone(form.zone)
    weekday = form.speak.plain("papers.diary_weekdays").split()[local.weekday()]
    say = form.speak.plain
    again = line.follow_up_on
    values: list[str | int] = [
        number,
        say("papers.diary_date", month=local.month, day=local.day, weekday=weekday),
        f"{local:%H:%M}",
        *(() if form.worker else (names.get(line.worker_id, ""),)),
        form.place(line.spot),
        say(f"papers.mode_{line.mode}"),
        say("papers.topic_join").join(say(f"papers.topic_{topic}") for topic in line.topics),
        form.words(line.note),
        say("visit.follow_up_on", month=again.month, day=again.day) if again else "",
        remark,
    ]
    return Row.of(values, (line.source,))


def _late(form: Form, names: dict[int, str], late: Late, number: int) -> Row:
    mark = form.say("late_mark", number=number)
    return _row(form, names, late.line, mark, form.say(f"late_{late.change}"))


def _counted(form: Form) -> tuple[Source, ...]:
    return tuple(line.source for line in form.facts.visits)


def _total(form: Form) -> list[str]:
    lines = form.facts.visits
    other = counted(line for line in lines if line.mode in (Mode.PHONE, Mode.PATROL))
    figures = {
        "visits": len(home_days(lines)),
        "homes": homes_of(lines),
        "attempts": attempts_of(lines).count,
        "other": other.count,
        "target": sum(staff.target for staff in form.facts.staff),
    }
    return [form.say(f"total_{name}", count=count) for name, count in figures.items()]


def _notes(form: Form) -> Iterator[str]:
    yield form.say("note_diary")
    changes = [late.change for late in form.facts.late]
    if changes:
        values = {change.value: changes.count(change) for change in Change}
        yield form.say("note_late", **values)
