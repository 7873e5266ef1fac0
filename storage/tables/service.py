"""What an everyday service adds to its duty."""

import sqlalchemy as sa

from storage.tables.base import Instant, link, metadata

services = sa.Table(
    "services",
    metadata,
    sa.Column("duty_id", sa.ForeignKey("duties.id"), primary_key=True),
    link("subject_id", "people"),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("on_day", sa.Date, nullable=False),
    sa.Column("part", sa.String(8), nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("order_by", Instant, nullable=False),
    # The dining point's id in the community's own list of facilities.
    sa.Column("point", sa.String(64)),
    sa.Column("at_home", sa.Boolean, nullable=False),
    sa.Column("chore", sa.String(12)),
    sa.Column("reason", sa.String(12)),
    sa.Column("waiting", sa.Boolean, nullable=False),
    # One meal is one order, whoever of the family taps how often.
    sa.Index(
        "uq_services_waiting",
        "subject_id",
        "kind",
        "on_day",
        "part",
        unique=True,
        sqlite_where=sa.text("waiting"),
        postgresql_where=sa.text("waiting"),
    ),
    sa.Index("ix_services_subject_id", "subject_id"),
    sa.Index("ix_services_on_day", "on_day"),
    sa.Index(
        "ix_services_waiting_on_day",
        "on_day",
        sqlite_where=sa.text("waiting"),
        postgresql_where=sa.text("waiting"),
    ),
)

meal_plans = sa.Table(
    "meal_plans",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("part", sa.String(8), primary_key=True),
    link("community_id", "communities"),
    sa.Column("point", sa.String(64), nullable=False),
    sa.Column("at_home", sa.Boolean, nullable=False),
    link("by_id", "people"),
    sa.Column("since", Instant, nullable=False),
)
