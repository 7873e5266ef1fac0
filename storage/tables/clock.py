"""What the scheduler must not do twice."""

import sqlalchemy as sa

from storage.tables.base import Instant, metadata

job_periods = sa.Table(
    "job_periods",
    metadata,
    sa.Column("job", sa.String(40), primary_key=True),
    sa.Column("period", sa.String(40), primary_key=True),
    sa.Column("claimed_at", Instant, nullable=False),
    sa.Column("finished_at", Instant),
)
