"""What somebody raised before they moved, left or died: it stays with whoever has it, who hears so."""

from dataclasses import dataclass

from markupsafe import Markup

from domain.case import Case
from domain.messages import Button, Message, Owed, Rows
from domain.moves import Move
from domain.people import Person
from handlers.base import Services, Turn
from storage import cases, leave, people
from wording import Say
from wording.case import short
from wording.cases import button


@dataclass(frozen=True, slots=True)
class Kept:
    """What colleagues are owed about their cases; and what stands here of those of whoever is talking."""

    owed: tuple[Owed, ...] = ()
    lines: tuple[Markup, ...] = ()
    rows: Rows = ()


async def kept(turn: Turn, services: Services, person: Person, event: Move, home: str = "") -> Kept:
    """Each case that is open, for its owner or their deputy. Where nobody has it the ladder goes on."""
    owed: list[Owed] = []
    lines: list[Markup] = []
    rows: list[tuple[Button, ...]] = []
    for case in await cases.about(services.work, person.id):
        owner = await people.person(
            services.work, await leave.deputy(services.work, case.duty.owner_id) or -1
        )
        if owner is None:
            continue
        if owner.id == turn.who.id:
            lines.append(_line(turn.say, case, person, event, home))
            rows.append(_buttons(turn.say, case, event))
            continue
        say = services.phrases[owner.language]
        message = Message(
            _line(say, case, person, event, home), buttons=(_buttons(say, case, event),)
        )
        owed.append(Owed(owner.id, message, duty_id=case.duty.id))
    return Kept(tuple(owed), tuple(lines), tuple(rows))


def _line(say: Say, case: Case, person: Person, event: Move, home: str) -> Markup:
    values = {"name": person.name, "words": short(case.text), "place": case.place, "home": home}
    return say(f"moves.case_{event}", **values)


def _buttons(say: Say, case: Case, event: Move) -> tuple[Button, ...]:
    see = Button(say.plain("moves.case_see"), f"cases.open:{case.duty.id}")
    return (see, button(say, "over", case.duty.id)) if event is Move.DIED else (see,)
