"""Guides as versions, what communities say otherwise, who keeps what, and the reviews asked for."""

import sqlalchemy as sa

from storage.tables.base import Instant, link, metadata, row_id

content = sa.Table(
    "content",
    metadata,
    # One row. Every process looks at its version now and then and takes the content in anew.
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("head", sa.JSON, nullable=False),
)

guides = sa.Table(
    "guides",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    link("owner_id", "people", nullable=True),
    sa.Column("review_on", sa.Date),
)

guide_versions = sa.Table(
    "guide_versions",
    metadata,
    sa.Column("guide_id", sa.ForeignKey("guides.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("shipped", sa.String(64)),
    sa.Column("by", sa.String(60), nullable=False),
    link("by_id", "people", nullable=True),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("why", sa.String(500), nullable=False),
    sa.Index(
        "uq_guide_versions_published",
        "guide_id",
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    ),
)

guide_overrides = sa.Table(
    "guide_overrides",
    metadata,
    row_id(),
    link("community_id", "communities"),
    sa.Column("guide_id", sa.ForeignKey("guides.id"), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    link("by_id", "people", nullable=True),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("why", sa.String(500), nullable=False),
    sa.Index(
        "uq_guide_overrides_published",
        "community_id",
        "guide_id",
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    ),
)

guide_reviews = sa.Table(
    "guide_reviews",
    metadata,
    sa.Column("duty_id", sa.ForeignKey("duties.id"), primary_key=True),
    sa.Column("guide_id", sa.ForeignKey("guides.id"), nullable=False, index=True),
    # The version whose facts are to be checked: a tap on a card of an older one confirms nothing.
    sa.Column("number", sa.Integer, nullable=False),
)
