"""Communities, homes, the people in them, and the addresses by which they are reached."""

import sqlalchemy as sa

from storage.tables.base import Instant, Sealed, SealedJson, link, metadata, row_id

communities = sa.Table(
    "communities",
    metadata,
    row_id(),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
    sa.Column("details", sa.JSON, nullable=False),
    # Since when it is a part of another: it stays, for what was done there was done there.
    sa.Column("ended_at", Instant),
)

buildings = sa.Table(
    "buildings",
    metadata,
    row_id(),
    link("community_id", "communities"),
    sa.Column("name", sa.String(60), nullable=False),
    # Where it stands, WGS84 degrees; not every office knows.
    sa.Column("lat", sa.Float),
    sa.Column("lon", sa.Float),
    sa.UniqueConstraint("community_id", "name"),
)

households = sa.Table(
    "households",
    metadata,
    row_id(),
    link("community_id", "communities"),
    link("building_id", "buildings"),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("room", Sealed, nullable=False),
    # How to get to the door: unit, lift, which door on the landing.
    sa.Column("way", Sealed),
    link("worker_id", "people", nullable=True, index=True),
    sa.Column("special", sa.Boolean, nullable=False, default=False),
    # How often somebody is to come (a tier), and when something happened that makes it urgent.
    sa.Column("tier", sa.String(8)),
    sa.Column("shocked_at", Instant),
    # When the last of its people left: what was promised to them before is owed to nobody there.
    sa.Column("emptied_at", Instant),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.UniqueConstraint("community_id", "code"),
)

people = sa.Table(
    "people",
    metadata,
    row_id(),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(60), nullable=False),
    link("community_id", "communities"),
    sa.Column(
        "household_id",
        sa.ForeignKey("households.id", use_alter=True),
        nullable=True,
        index=True,
    ),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("large_text", sa.Boolean, nullable=False, default=False),
    sa.Column("phone", Sealed),
    sa.Column("health", Sealed),
    sa.Column("key_holder", Sealed),
)

roles = sa.Table(
    "roles",
    metadata,
    link("person_id", "people", primary_key=True),
    link("community_id", "communities", primary_key=True),
    sa.Column("role", sa.String(16), primary_key=True),
    # Given in a chat, by whoever took somebody into the family: loading the register leaves it alone.
    sa.Column("by_chat", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_roles_community_id_role", "community_id", "role"),
)

families = sa.Table(
    "families",
    metadata,
    link("elder_id", "people", primary_key=True),
    link("relative_id", "people", primary_key=True, index=True),
    sa.Column("relation", sa.String(20), nullable=False),
    sa.Column("by_chat", sa.Boolean, nullable=False, server_default=sa.false()),
)

shifts = sa.Table(
    "shifts",
    metadata,
    row_id(),
    link("community_id", "communities"),
    # Who stands it, and whom the weekly pattern names for it: nobody where it was added by hand.
    link("person_id", "people"),
    link("planned_id", "people", nullable=True),
    link("backup_id", "people", nullable=True),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.UniqueConstraint("community_id", "planned_id", "starts_at"),
    sa.Index("ix_shifts_community_id_ends_at", "community_id", "ends_at"),
)

addresses = sa.Table(
    "addresses",
    metadata,
    row_id(),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("address", sa.String(120), nullable=False),
    link("person_id", "people", nullable=True, index=True),
    sa.Column("language", sa.String(2)),
    sa.Column("step", SealedJson),
    sa.Column("unreachable_since", Instant),
    # When its person was last heard of there, within half a day.
    sa.Column("seen_at", Instant),
    sa.UniqueConstraint("channel", "address"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    row_id(),
    sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
    link("person_id", "people"),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    link("used_by", "addresses", nullable=True),
)
