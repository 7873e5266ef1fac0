"""What was said is heard: a sheet's stratum, what is promised because of it, and who has been told."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("survey_sheets") as sheets:
        sheets.add_column(sa.Column("stratum", sa.LargeBinary(), nullable=True))
    op.create_table(
        "survey_promises",
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("aspect", sa.String(length=64), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", _ID, nullable=False),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["survey_rounds.id"],
            name=op.f("fk_survey_promises_round_id_survey_rounds"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["people.id"], name=op.f("fk_survey_promises_written_by_people")
        ),
        sa.PrimaryKeyConstraint("round_id", "aspect", name=op.f("pk_survey_promises")),
    )
    op.create_table(
        "survey_replies",
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("sent_by", _ID, nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=False),
        sa.Column("told_up_to", _ID, nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["survey_rounds.id"],
            name=op.f("fk_survey_replies_round_id_survey_rounds"),
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["people.id"], name=op.f("fk_survey_replies_sent_by_people")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_survey_replies")),
    )
    op.create_table(
        "survey_duties",
        sa.Column("duty_id", _ID, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("aspect", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["duty_id"], ["duties.id"], name=op.f("fk_survey_duties_duty_id_duties")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["survey_rounds.id"], name=op.f("fk_survey_duties_round_id_survey_rounds")
        ),
        sa.PrimaryKeyConstraint("duty_id", name=op.f("pk_survey_duties")),
    )
    op.create_index("ix_survey_duties_round_id", "survey_duties", ["round_id"])
