"""What the desk was asked, and the drafts that its misses become."""

import sqlalchemy as sa

from storage.tables.base import Instant, Sealed, link, metadata, row_id

enquiries = sa.Table(
    "enquiries",
    metadata,
    row_id(),
    link("address_id", "addresses"),
    link("community_id", "communities", nullable=True),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("text", Sealed, nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("guide", sa.String(64)),
    sa.Column("candidates", sa.JSON, nullable=False),
    sa.Column("verdict", sa.String(12)),
    sa.Column("reason", sa.String(12)),
    sa.Column("passed_on", sa.Boolean, nullable=False, default=False),
    sa.Index("ix_enquiries_community_id_asked_at", "community_id", "asked_at"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    row_id(),
    link("community_id", "communities"),
    # Without names, numbers and addresses; sealed all the same, for nobody strips everything.
    sa.Column("text", Sealed, nullable=False),
    sa.Column("text_key", sa.String(64), nullable=False),
    sa.Column("why", sa.String(12), nullable=False),
    sa.Column("guide", sa.String(64)),
    sa.Column("candidates", sa.JSON, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    link("decided_by", "people", nullable=True),
    sa.Column("decided_at", Instant),
    # The question that a worker answered in words, read anew each time: an answer that is taken back, that
    # did not help or that was erased makes no guide.
    sa.Column("question_id", sa.BigInteger),
    sa.UniqueConstraint("community_id", "text_key"),
)
