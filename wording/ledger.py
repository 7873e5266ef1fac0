"""The file of a ledger as it is handed out, in a conversation and on the 1st."""

from collections.abc import Sequence

from domain.calendar import Month
from domain.ledger import Kind
from domain.messages import Attachment
from wording.phrases import Say

XLSX, DOCX = "xlsx", "docx"
FORMATS = (XLSX, DOCX)


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
