"""Shifts say who stands them and for whom; swaps, leave, the log of the roster, and surge mode."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _id(name: str, nullable: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable)


def _instant(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def upgrade() -> None:
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.add_column(_id("planned_id", nullable=True))
        batch_op.create_foreign_key("fk_shifts_planned_id_people", "people", ["planned_id"], ["id"])
        batch_op.drop_constraint("uq_shifts_community_id_person_id_starts_at", type_="unique")
        batch_op.create_unique_constraint(
            "uq_shifts_community_id_planned_id_starts_at",
            ["community_id", "planned_id", "starts_at"],
        )
    op.execute("UPDATE shifts SET planned_id = person_id")

    op.create_table(
        "swaps",
        _id("id"),
        _id("community_id"),
        _id("shift_id"),
        _id("return_id", nullable=True),
        _id("person_id"),
        _id("colleague_id"),
        sa.Column("state", sa.String(length=12), nullable=False),
        _instant("asked_at"),
        _instant("expires_at"),
        _instant("decided_at", nullable=True),
        _to("swaps", "community_id", "communities"),
        _to("swaps", "person_id", "people"),
        _to("swaps", "colleague_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_swaps"),
    )
    asked = sa.text("state = 'asked'")
    op.create_index(
        "ix_swaps_asked",
        "swaps",
        ["expires_at"],
        unique=False,
        sqlite_where=asked,
        postgresql_where=asked,
    )
    op.create_table(
        "leaves",
        _id("id"),
        _id("community_id"),
        _id("person_id"),
        _id("deputy_id"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        _instant("starts_at"),
        _instant("ends_at"),
        sa.Column("state", sa.String(length=12), nullable=False),
        _instant("asked_at"),
        _instant("expires_at"),
        _instant("decided_at", nullable=True),
        _to("leaves", "community_id", "communities"),
        _to("leaves", "person_id", "people"),
        _to("leaves", "deputy_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_leaves"),
    )
    for columns in (["person_id", "ends_at"], ["deputy_id", "ends_at"], ["state", "ends_at"]):
        op.create_index(f"ix_leaves_{'_'.join(columns)}", "leaves", columns, unique=False)
    op.create_table(
        "roster_log",
        _id("id"),
        _id("community_id"),
        _instant("at"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        _id("actor_id", nullable=True),
        _id("person_id", nullable=True),
        _id("other_id", nullable=True),
        sa.Column("detail", sa.String(length=120), nullable=False),
        _to("roster_log", "community_id", "communities"),
        _to("roster_log", "actor_id", "people"),
        _to("roster_log", "person_id", "people"),
        _to("roster_log", "other_id", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_log"),
    )
    op.create_index(
        "ix_roster_log_community_id_at", "roster_log", ["community_id", "at"], unique=False
    )
    op.create_table(
        "surges",
        _id("id"),
        _id("community_id"),
        sa.Column("reason", sa.String(length=16), nullable=False),
        _id("started_by"),
        _instant("started_at"),
        _instant("ends_at"),
        _instant("ended_at", nullable=True),
        _id("ended_by", nullable=True),
        sa.Column("told", sa.SmallInteger(), nullable=False),
        _to("surges", "community_id", "communities"),
        _to("surges", "started_by", "people"),
        _to("surges", "ended_by", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_surges"),
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_surges_running",
        "surges",
        ["community_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )


def downgrade() -> None:
    for table in ("surges", "roster_log", "leaves", "swaps"):
        op.drop_table(table)
    op.execute("DELETE FROM shifts WHERE planned_id IS NULL")
    op.execute("UPDATE shifts SET person_id = planned_id")
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.drop_constraint("uq_shifts_community_id_planned_id_starts_at", type_="unique")
        batch_op.create_unique_constraint(
            "uq_shifts_community_id_person_id_starts_at",
            ["community_id", "person_id", "starts_at"],
        )
        batch_op.drop_constraint("fk_shifts_planned_id_people", type_="foreignkey")
        batch_op.drop_column("planned_id")
