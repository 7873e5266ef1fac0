"""The ledgers: each a module that turns a month's facts into a table. Nobody types one."""

from collections.abc import Callable, Mapping, Sequence

from bot.ledgers import appraisal, diary, help, matters, questions, summary, survey
from bot.ledgers.form import Form
from domain.ledger import OF_WORKER, Binder, Kind, Ledger
from domain.ledger_facts import Facts, only
from domain.privacy import Sight
from wording import Say

LEDGERS: Mapping[Kind, Callable[[Form], Ledger]] = {
    Kind.SUMMARY: summary.ledger,
    Kind.APPRAISAL: appraisal.ledger,
    Kind.DIARY: diary.ledger,
    Kind.MATTERS: matters.ledger,
    Kind.HELP: help.ledger,
    Kind.QUESTIONS: questions.ledger,
    Kind.SURVEY: survey.ledger,
}
"""The catalogue, in the order in which a binder has them."""


class NoSuchWorker(LookupError):
    """That person was no worker of the community in that month."""


def binder(
    facts: Facts, sight: Sight, say: Say, kinds: Sequence[Kind] = (), worker_id: int | None = None
) -> Binder:
    """The ledgers of a month as this reader sees them; all of them, or those of `kinds`; a worker's
    own where `worker_id` is given."""
    form, whole = _form(facts, sight, say, worker_id), tuple(LEDGERS)
    wanted = tuple(kinds) or (OF_WORKER if worker_id is not None else whole)
    ledgers = tuple(LEDGERS[kind](form) for kind in whole if kind in wanted)
    whose = form.worker.name if form.worker else facts.community
    return Binder(whose, facts.month, ledgers)


def _form(facts: Facts, sight: Sight, say: Say, worker_id: int | None) -> Form:
    if worker_id is None:
        return Form(facts, sight, say)
    theirs = only(facts, worker_id)
    if not theirs.staff:
        raise NoSuchWorker(f"person {worker_id} was no worker there in {facts.month}")
    return Form(theirs, sight, say, theirs.staff[0])
