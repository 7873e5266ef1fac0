"""Everyday services, and the daily 报平安."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "services",
        sa.Column("duty_id", _ID, nullable=False),
        sa.Column("subject_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("starts_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Column("order_by", _TIME, nullable=False),
        sa.Column("point", sa.String(length=64), nullable=True),
        sa.Column("at_home", sa.Boolean(), nullable=False),
        sa.Column("chore", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["duty_id"], ["duties.id"], name=op.f("fk_services_duty_id_duties")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["people.id"], name=op.f("fk_services_subject_id_people")
        ),
        sa.PrimaryKeyConstraint("duty_id", name=op.f("pk_services")),
    )
    op.create_index(
        "uq_services_waiting",
        "services",
        ["subject_id", "kind", "on_day", "part"],
        unique=True,
        sqlite_where=sa.text("waiting"),
        postgresql_where=sa.text("waiting"),
    )
    op.create_table(
        "meal_plans",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("community_id", _ID, nullable=False),
        sa.Column("point", sa.String(length=64), nullable=False),
        sa.Column("at_home", sa.Boolean(), nullable=False),
        sa.Column("by_id", _ID, nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_meal_plans_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_meal_plans_community_id_communities"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_meal_plans_by_id_people")),
        sa.PrimaryKeyConstraint("person_id", "part", name=op.f("pk_meal_plans")),
    )
    op.create_index("ix_services_subject_id", "services", ["subject_id"], unique=False)
    op.create_index("ix_services_on_day", "services", ["on_day"], unique=False)
    op.create_index(
        "ix_services_waiting_on_day",
        "services",
        ["on_day"],
        unique=False,
        sqlite_where=sa.text("waiting"),
        postgresql_where=sa.text("waiting"),
    )
    op.create_index(
        "ix_duties_silence",
        "duties",
        ["subject_id"],
        unique=False,
        sqlite_where=sa.text("kind = 'checkin' AND state < 4"),
        postgresql_where=sa.text("kind = 'checkin' AND state < 4"),
    )

    op.create_table(
        "checkins",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("community_id", _ID, nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("proposed_by", _ID, nullable=True),
        sa.Column("agreed_at", _TIME, nullable=True),
        sa.Column("stopped_at", _TIME, nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("ask_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_checkins_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_checkins_community_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["people.id"], name=op.f("fk_checkins_proposed_by_people")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_checkins")),
    )
    op.create_index(op.f("ix_checkins_community_id"), "checkins", ["community_id"], unique=False)
    op.create_index("ix_checkins_ask_at", "checkins", ["ask_at"], unique=False)

    op.create_table(
        "checkin_days",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("community_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", _TIME, nullable=True),
        sa.Column("due_at", _TIME, nullable=True),
        sa.Column("safe_at", _TIME, nullable=True),
        sa.Column("how", sa.String(length=8), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("duty_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_checkin_days_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_checkin_days_community_id_communities"),
        ),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_checkin_days")),
    )
    op.create_index(
        "ix_checkin_days_community_id_day", "checkin_days", ["community_id", "day"], unique=False
    )
    op.create_index(
        "ix_checkin_days_due",
        "checkin_days",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'asked' AND safe_at IS NULL"),
        postgresql_where=sa.text("state = 'asked' AND safe_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_duties_silence", "duties")
    op.drop_table("checkin_days")
    op.drop_table("checkins")
    op.drop_table("meal_plans")
    op.drop_table("services")
