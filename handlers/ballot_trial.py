"""试答: a head of a community answers a questionnaire as residents would; it counts nowhere."""

from dataclasses import replace

from domain.ballot import Form
from domain.people import Role
from handlers.ballot_open import NO_ROUND, TRIAL, find, show, tell
from handlers.base import Answer, Services, Step, Topic, Turn
from storage import questionnaires

topic = Topic("trial", private=True)


@topic.action("trial.begin", roles=frozenset({Role.SUPERVISOR, Role.STREET}))
async def begin_trial(turn: Turn, services: Services) -> Answer:
    """The first question, with a line on every card that this is a trial."""
    name, form = (*turn.args, "", "")[:2]
    questionnaire = (await questionnaires.offered(services.work)).get(name)
    if questionnaire is None or form not in list(Form):
        return tell(turn, "survey.unknown")
    data = {"survey": name, "version": questionnaire.version, "form": form, "draft": {}, "at": 0}
    trial = replace(turn, step=Step(TRIAL, {**data, "item": 0}))
    found = await find(trial, services, NO_ROUND)
    return found if isinstance(found, Answer) else show(trial, found, in_place=False)
