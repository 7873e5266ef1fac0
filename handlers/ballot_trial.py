"""试答: a head of a community answers a questionnaire as residents would; it counts nowhere."""

from dataclasses import replace

from domain.people import Role
from handlers.ballot_open import NO_ROUND, TRIAL, find, show, tell
from handlers.base import Answer, Services, Step, Topic, Turn
from handlers.survey import chosen

topic = Topic("trial", private=True)


@topic.action("trial.begin", roles=frozenset({Role.SUPERVISOR, Role.STREET}))
async def begin_trial(turn: Turn, services: Services) -> Answer:
    """The first question, with a line on every card that this is a trial."""
    questionnaire, form = await chosen(turn, services)
    if questionnaire is None or form is None:
        return tell(turn, "survey.unknown")
    what = {"survey": questionnaire.id, "version": questionnaire.version, "form": str(form)}
    trial = replace(turn, step=Step(TRIAL, {**what, "draft": {}, "at": 0, "item": 0}))
    found = await find(trial, services, NO_ROUND)
    return found if isinstance(found, Answer) else show(trial, found, in_place=False)
