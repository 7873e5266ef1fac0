"""The messages by which colleagues are asked to take a request over, or to come, too."""

from collections.abc import Mapping

from domain.help import Call
from domain.messages import Lane, Message, Owed
from domain.people import Person
from wording.help import headed_card
from wording.phrases import Phrases


def offered_card(phrases: Phrases, call: Call, person: Person) -> Owed:
    """One colleague is asked to take it over."""
    head = phrases[person.language]("help.offer_head", worker=call.worker)
    message = headed_card(phrases[person.language], call, person.id, head)
    return Owed(person.id, message, Lane.EMERGENCY, duty_id=call.duty.id)


def anyone_cards(phrases: Phrases, call: Call, persons: Mapping[int, Person]) -> tuple[Owed, ...]:
    """Anybody is asked to take it over."""
    return tuple(_card(phrases, call, person, "help.anyone_head") for person in persons.values())


def support_cards(phrases: Phrases, call: Call, persons: Mapping[int, Person]) -> tuple[Owed, ...]:
    """They are called to come, too, and told why."""
    return tuple(_card(phrases, call, person, "help.support_head") for person in persons.values())


def silence_line(phrases: Phrases, call: Call, owner: Person, silent: str, *, alone: bool) -> Owed:
    """Whoever has it hears that the colleague they asked gave no answer, and whether others are asked."""
    about = {"name": call.person.name, "place": call.person.place, "who": silent}
    key = "help.line_alone" if alone else "help.line_lapsed"
    message = Message(phrases[owner.language](key, **about))
    return Owed(owner.id, message, Lane.EMERGENCY, duty_id=call.duty.id)


def _card(phrases: Phrases, call: Call, person: Person, key: str) -> Owed:
    say = phrases[person.language]
    need = say(f"help.need_{call.need}") if call.need else ""
    head = say(key, worker=call.worker, need=need)
    message = headed_card(say, call, person.id, head)
    return Owed(person.id, message, Lane.EMERGENCY, duty_id=call.duty.id)
