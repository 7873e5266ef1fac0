"""A duty says itself since when it is in the hands that kept it: a board of a city reads no logs."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_LAST_BACK = (
    "SELECT max(b.id) FROM duty_log b WHERE b.duty_id = duties.id AND b.event = 'given_back'"
)
_KEPT = (
    "UPDATE duties SET"
    " given_back = (SELECT count(*) FROM duty_log l"
    " WHERE l.duty_id = duties.id AND l.event = 'given_back'),"
    " held_at = (SELECT min(l.at) FROM duty_log l WHERE l.duty_id = duties.id AND l.event = 'moved'"
    " AND NOT EXISTS (SELECT 1 FROM duty_log b WHERE b.duty_id = duties.id"
    " AND b.event = 'given_back' AND b.id > l.id))"
    " WHERE kind = 'help'"
)
"""Other kinds are counted on no board."""


def upgrade() -> None:
    op.add_column("duties", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "duties",
        sa.Column("given_back", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.execute(_KEPT)
    op.drop_index("ix_duty_log_hands", table_name="duty_log")
