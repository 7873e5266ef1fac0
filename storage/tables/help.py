"""What a help request leaves behind: who looked at it, and what its people said of it a day later."""

import sqlalchemy as sa

from storage.tables.base import BigId, Instant, metadata, row_id


def _of(name: str) -> sa.Column[int]:
    """A column that points to a person, and goes when they go."""
    return sa.Column(name, BigId, sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False)


looks = sa.Table(
    "looks",
    metadata,
    row_id(),
    _of("viewer_id"),
    # Whose life it is about: they, too, may ask who looked.
    _of("subject_id"),
    sa.Column(
        "duty_id", BigId, sa.ForeignKey("duties.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("what", sa.String(8), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_looks_subject_id_at", "subject_id", "at"),
)

help_after = sa.Table(
    "help_after",
    metadata,
    sa.Column("duty_id", sa.ForeignKey("duties.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("asked_at", Instant, nullable=False, index=True),
    # How many people were asked: none, where nobody has a chat.
    sa.Column("asked", sa.SmallInteger, nullable=False),
    sa.Column("answer", sa.String(12)),
    sa.Column("answered_at", Instant),
    sa.Column("answered_by", BigId, sa.ForeignKey("people.id", ondelete="SET NULL")),
)
