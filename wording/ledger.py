"""The file of a ledger as it is handed out, in a conversation and on the 1st."""

from collections.abc import Sequence

from domain.calendar import Month
from domain.ledger import Kind
from domain.messages import Attachment, Message
from domain.privacy import HEALTH, WITHHELD, Sight, words_for
from wording.phrases import Say

XLSX, DOCX = "xlsx", "docx"
FORMATS = (XLSX, DOCX)


def told(say: Say, sight: Sight, text: str) -> str:
    """What somebody wrote, as far as the reader sees it, with what was left out said in their language."""
    words = words_for(sight, text)
    if sight is Sight.OWN:
        return words
    health, withheld = say.plain("ledger.mark_health"), say.plain("ledger.mark_withheld")
    return words.replace(HEALTH, health).replace(WITHHELD, withheld)


def not_there(say: Say, who: str, month: Month) -> Message:
    """A closed month holds nothing of whoever became a worker there since."""
    return Message(say("ledger.not_there", who=who, year=month.year, month=month.number))


def ledger_file(
    say: Say,
    who: str,
    community_id: int,
    month: Month,
    kinds: Sequence[Kind] = (),
    worker_id: int | None = None,
    form: str = XLSX,
) -> Attachment:
    """The ledgers of a community, or with `worker_id` of one worker; all there are, or those of `kinds`.
    Only who, what and when travel: it is drawn when it is sent, for whoever it is sent to."""
    if len(kinds) == 1:
        what = say.plain(f"ledger.name_{kinds[0]}")
        name = say.plain("ledger.file_one", who=who, month=month, name=what, kind=form)
    else:
        name = say.plain("ledger.file_all", who=who, month=month, kind=form)
    params = {
        "community": community_id,
        "month": str(month),
        "kinds": [str(kind) for kind in kinds],
        "worker": worker_id,
        "form": form,
    }
    return Attachment("ledger.binder", name, params)
