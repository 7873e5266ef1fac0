"""Whom a survey asks: campaigns, samples by lot, raters; and what is said in private is not kept."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _campaigns()
    _samples()
    _raters()
    _private()


def _campaigns() -> None:
    op.create_table(
        "survey_campaigns",
        sa.Column("id", _ID, nullable=False),
        sa.Column("questionnaire", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("launched_by", _ID, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("closes_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["launched_by"], ["people.id"], name=op.f("fk_survey_campaigns_launched_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_campaigns")),
        sa.UniqueConstraint(
            "launched_by",
            "questionnaire",
            "number",
            name=op.f("uq_survey_campaigns_launched_by_questionnaire_number"),
        ),
    )
    with op.batch_alter_table("survey_rounds") as rounds:
        rounds.add_column(sa.Column("campaign_id", _ID, nullable=True))
        rounds.add_column(sa.Column("who", sa.String(8), server_default="all", nullable=False))
        rounds.add_column(sa.Column("seed", sa.String(64), server_default="", nullable=False))
        rounds.add_column(sa.Column("paused_at", _MOMENT, nullable=True))
        rounds.create_foreign_key(
            op.f("fk_survey_rounds_campaign_id_survey_campaigns"),
            "survey_campaigns",
            ["campaign_id"],
            ["id"],
        )
    op.create_index("ix_survey_rounds_campaign_id", "survey_rounds", ["campaign_id"])


def _samples() -> None:
    op.create_table(
        "survey_strata",
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("stratum", sa.String(length=10), nullable=False),
        sa.Column("homes", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["survey_rounds.id"], name=op.f("fk_survey_strata_round_id_survey_rounds")
        ),
        sa.PrimaryKeyConstraint("round_id", "stratum", name=op.f("pk_survey_strata")),
    )
    # Rounds that are there asked every home; what they were drawn from is known no better than today.
    op.execute(
        "INSERT INTO survey_strata (round_id, stratum, homes, drawn) "
        "SELECT r.id, CASE WHEN h.special THEN 'special' ELSE 'ordinary' END, "
        "COUNT(*), COUNT(i.id) FROM survey_rounds r "
        "JOIN households h ON h.community_id = r.community_id "
        "LEFT JOIN survey_invitations i ON i.round_id = r.id AND i.household_id = h.id "
        "WHERE EXISTS (SELECT 1 FROM survey_invitations a "
        "WHERE a.round_id = r.id AND a.household_id IS NOT NULL) "
        "GROUP BY r.id, CASE WHEN h.special THEN 'special' ELSE 'ordinary' END"
    )
    with op.batch_alter_table("survey_invitations") as invitations:
        invitations.alter_column("person_id", existing_type=_ID, nullable=True)
        invitations.add_column(sa.Column("stratum", sa.String(10), nullable=True))
        invitations.add_column(sa.Column("asked_at", _MOMENT, nullable=True))
        invitations.add_column(
            sa.Column("asked", sa.SmallInteger(), server_default="0", nullable=False)
        )
    op.create_index("ix_survey_invitations_asked", "survey_invitations", ["asked_at", "round_id"])


def _raters() -> None:
    op.create_table(
        "survey_raters",
        sa.Column("community_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("deputy_id", _ID, nullable=True),
        sa.Column("handed_over", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("appointed_by", _ID, nullable=False),
        sa.Column("appointed_at", _MOMENT, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{to}.id"], name=op.f(f"fk_survey_raters_{column}_{to}")
            )
            for column, to in (
                ("community_id", "communities"),
                ("person_id", "people"),
                ("deputy_id", "people"),
                ("appointed_by", "people"),
            )
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_survey_raters")),
    )
    op.create_index("ix_survey_raters_person_id", "survey_raters", ["person_id"])
    op.create_index("ix_survey_raters_deputy_id", "survey_raters", ["deputy_id"])


def _private() -> None:
    for table, column in (("outbox", "id"), ("transcript", "seq")):
        op.add_column(
            table, sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        _partial(f"ix_{table}_private", table, ["address_id", column], "private")
    _partial("ix_inbox_nobodys", "inbox", ["id"], "state = 'private'")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)
