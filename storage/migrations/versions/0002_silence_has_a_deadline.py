"""Silence has a deadline: how often whoever has a duty was reminded of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "duties", sa.Column("reminders", sa.SmallInteger(), nullable=False, server_default="0")
    )
    # What was taken before there were deadlines is looked at by the clock at once.
    op.execute(
        "UPDATE duties SET next_at = opened_at WHERE kind = 'help' AND state < 4 AND next_at IS NULL"
    )
