"""How far the synthetic request has come, and when one last came through whole."""

import sqlalchemy as sa

from storage.tables.base import Instant, metadata

probe = sa.Table(
    "probe",
    metadata,
    # One row.
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("stage", sa.String(12), nullable=False),
    sa.Column("seconds", sa.Float),
    sa.Column("good_at", Instant),
)
