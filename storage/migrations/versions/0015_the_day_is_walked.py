"""The day is walked: tiers of homes, what each worker agreed on, and what stands beside a visit."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("households", sa.Column("tier", sa.String(length=8), nullable=True))
    op.add_column("households", sa.Column("shocked_at", _MOMENT, nullable=True))
    op.create_index("ix_visits_day", "visits", ["day"])
    op.create_index(
        "ix_visits_promised",
        "visits",
        ["household_id"],
        sqlite_where=sa.text("follow_up_on IS NOT NULL"),
        postgresql_where=sa.text("follow_up_on IS NOT NULL"),
    )
    _beside_a_visit()
    op.create_table(
        "visit_checks",
        sa.Column("visit_id", _ID, nullable=False),
        sa.Column("community_id", _ID, nullable=False),
        sa.Column("household_id", _ID, nullable=False),
        sa.Column("worker_id", _ID, nullable=False),
        sa.Column("asked_id", _ID, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("was_there", sa.Boolean(), nullable=True),
        sa.Column("answered_at", _MOMENT, nullable=True),
        *_links(
            "visit_checks",
            visit_id="visits",
            community_id="communities",
            household_id="households",
            worker_id="people",
            asked_id="people",
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_checks")),
    )
    op.create_index("ix_visit_checks_household_id", "visit_checks", ["household_id"])
    op.create_index(
        "ix_visit_checks_community_id_asked_on", "visit_checks", ["community_id", "asked_on"]
    )
    op.create_table(
        "visit_workers",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("share", sa.SmallInteger(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("digest_at", sa.SmallInteger(), nullable=True),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.Column("told", sa.String(length=24), nullable=True),
        sa.Column("lost_month", sa.Date(), nullable=True),
        sa.Column("lost_told", sa.Boolean(), server_default=sa.false(), nullable=False),
        *_links("visit_workers", person_id="people"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_visit_workers")),
    )


def _beside_a_visit() -> None:
    op.create_table(
        "visit_trail",
        sa.Column("id", _ID, nullable=False),
        sa.Column("visit_id", _ID, nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("event", sa.String(length=8), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        *_links("visit_trail", visit_id="visits", actor_id="people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_trail")),
    )
    op.create_index("ix_visit_trail_visit_id", "visit_trail", ["visit_id"])
    op.create_table(
        "visit_media",
        sa.Column("id", _ID, nullable=False),
        sa.Column("visit_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        *_links("visit_media", visit_id="visits"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_media")),
        sa.UniqueConstraint("source_key", name=op.f("uq_visit_media_source_key")),
    )
    op.create_index("ix_visit_media_visit_id", "visit_media", ["visit_id"])


def _links(table: str, **to: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
        )
        for column, other in to.items()
    ]
