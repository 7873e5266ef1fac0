"""Groups that the desk is in, the one-question polls that it asks there or in people's own chats, and who
has voted in the latter (never what)."""

import sqlalchemy as sa

from storage.tables.base import BigId, Instant, Sealed, link, metadata, row_id

chat_groups = sa.Table(
    "chat_groups",
    metadata,
    row_id(),
    link("address_id", "addresses", unique=True),
    # What its members call it: their own words.
    sa.Column("title", Sealed, nullable=False),
    sa.Column("inside", sa.Boolean, nullable=False),
    sa.Column("admin", sa.Boolean, nullable=False),
    # Nobody's, until somebody on the staff says in private whose it is.
    link("community_id", "communities", nullable=True, index=True),
    link("asked_id", "people", nullable=True),
    link("by_id", "people", nullable=True),
    sa.Column("since", Instant, nullable=False),
)

polls = sa.Table(
    "polls",
    metadata,
    row_id(),
    link("community_id", "communities"),
    link("by_id", "people"),
    # Nobody: it is asked in the chats of the community's residents.
    link("group_id", "chat_groups", nullable=True, index=True),
    sa.Column("question", sa.String(300), nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("multiple", sa.Boolean, nullable=False),
    sa.Column("days", sa.SmallInteger, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("asked_at", Instant),
    sa.Column("closes_at", Instant),
    sa.Column("closed_at", Instant),
    # The platform's name for it, by which its counts come.
    sa.Column("ref", sa.String(40), unique=True),
    sa.Column("votes", sa.JSON, nullable=False),
    sa.Column("voters", sa.Integer, nullable=False),
    # Up to whom it has been asked, or its result told, in people's chats; NULL: everybody has been.
    sa.Column("told_up_to", BigId),
    sa.Index("ix_polls_community_id_id", "community_id", "id"),
    sa.Index(
        "ix_polls_at_work",
        "closes_at",
        sqlite_where=sa.text("state IN ('sending', 'open', 'closing')"),
        postgresql_where=sa.text("state IN ('sending', 'open', 'closing')"),
    ),
)

poll_voters = sa.Table(
    "poll_voters",
    metadata,
    link("poll_id", "polls", primary_key=True),
    link("person_id", "people", primary_key=True, index=True),
)
