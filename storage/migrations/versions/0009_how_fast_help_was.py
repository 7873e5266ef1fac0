"""The board of calls for help finds a month of a whole city without reading all duties and all their logs."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_HELP = sa.text("kind = 'help'")
_HANDS = sa.text("event IN ('moved', 'given_back')")


def upgrade() -> None:
    op.create_index(
        "ix_duties_help",
        "duties",
        ["community_id", "opened_at"],
        unique=False,
        sqlite_where=_HELP,
        postgresql_where=_HELP,
    )
    op.create_index(
        "ix_duty_log_hands",
        "duty_log",
        ["duty_id", "event", "at"],
        unique=False,
        sqlite_where=_HANDS,
        postgresql_where=_HANDS,
    )
