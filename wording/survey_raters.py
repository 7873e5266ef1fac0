"""What is said about who rates the departments for a community."""

from collections.abc import Mapping

from markupsafe import Markup

from domain.messages import Button, Message
from domain.people import Person
from domain.rater import Left, Raters
from wording.phrases import Say


def left(say: Say, gone: Left, names: Mapping[int, str]) -> Message:
    """To the supervisors: who works there no more, who rates now, and the way to appoint another."""
    if not gone.rater_left:
        text = say("survey.rater_deputy_left", deputy=names[gone.before.deputy_id or 0])
    elif gone.now is None:
        text = say("survey.rater_left", name=names[gone.before.person_id])
    else:
        called = names[gone.now.person_id]
        text = say("survey.rater_left_to", name=names[gone.before.person_id], deputy=called)
    choose = Button(say.plain("survey.rater_change"), "appoint.choose")
    vice = Button(say.plain("survey.rater_deputy_button"), "appoint.vice")
    return Message(text, buttons=((vice,),) if gone.now else ((choose,),))


def because(say: Say, raters: Raters | None, asked: int, persons: Mapping[int, Person]) -> Markup:
    """Why this one is asked to rate, where it is not the one appointed; "" where it is."""
    if raters is None:
        return say("survey.rater_by_default")
    if raters.person_id == asked:
        return Markup()
    handed = raters.handed_over and raters.deputy_id == asked
    key = "survey.rater_handed" if handed else "survey.rater_stands_in"
    return say(key, name=persons[raters.person_id].name)


def ways(say: Say, raters: Raters | None, asked: int) -> tuple[tuple[Button, ...], ...]:
    """Whoever was appointed may ask the deputy; where nobody was, a supervisor may appoint."""
    if raters is None:
        return ((Button(say.plain("survey.raters_button"), "appoint"),),)
    if raters.person_id == asked and raters.deputy_id is not None:
        return ((Button(say.plain("survey.rater_hand_button"), "appoint.over"),),)
    return ()
