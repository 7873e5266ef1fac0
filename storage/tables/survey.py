"""Campaigns and rounds of a survey; who was asked and how far they came; apart, what was answered."""

import sqlalchemy as sa

from storage.tables.base import BigId, Instant, Sealed, SealedJson, link, metadata, row_id

survey_campaigns = sa.Table(
    "survey_campaigns",
    metadata,
    row_id(),
    sa.Column("questionnaire", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("form", sa.String(16), nullable=False),
    # As a round's number: the launching button names it, so that it launches once.
    sa.Column("number", sa.SmallInteger, nullable=False),
    link("launched_by", "people"),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closes_at", Instant, nullable=False),
    sa.UniqueConstraint("launched_by", "questionnaire", "number"),
)

survey_rounds = sa.Table(
    "survey_rounds",
    metadata,
    row_id(),
    link("community_id", "communities"),
    sa.Column("questionnaire", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("form", sa.String(16), nullable=False),
    # Counts the rounds of a questionnaire in a community. A launching button names the number it
    # would make, so the same button launches once, and not again after the round is over.
    sa.Column("number", sa.SmallInteger, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    link("launched_by", "people"),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closes_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    link("campaign_id", "survey_campaigns", nullable=True, index=True),
    sa.Column("who", sa.String(8), nullable=False, server_default="all"),
    # What the sample was drawn with: with it and the register anybody can draw it again.
    sa.Column("seed", sa.String(64), nullable=False, server_default=""),
    # Nobody is invited or reminded meanwhile; whoever wishes may answer.
    sa.Column("paused_at", Instant),
    sa.UniqueConstraint("community_id", "questionnaire", "number"),
    sa.Index(
        "ix_survey_rounds_one_open",
        "community_id",
        "questionnaire",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)

survey_strata = sa.Table(
    "survey_strata",
    metadata,
    link("round_id", "survey_rounds", primary_key=True),
    sa.Column("stratum", sa.String(10), primary_key=True),
    # Of so many homes so many were drawn: what design weights are made of.
    sa.Column("homes", sa.Integer, nullable=False),
    sa.Column("drawn", sa.Integer, nullable=False),
)

survey_invitations = sa.Table(
    "survey_invitations",
    metadata,
    row_id(),
    link("round_id", "survey_rounds"),
    link("household_id", "households", nullable=True),
    # None: the home was drawn, and nobody in it is known to us.
    link("person_id", "people", nullable=True, index=True),
    sa.Column("stratum", sa.String(10)),
    # Whom this sheet rates: 0 the own community, else the number of a department.
    sa.Column("subject", sa.SmallInteger, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    # How many steps were taken: what a tap expects to find, so that a second one does nothing.
    sa.Column("position", sa.SmallInteger, nullable=False),
    # Kept only while the person is answering; it leaves for survey_sheets when they finish.
    sa.Column("draft", SealedJson),
    # When the desk knocked last, and how often: set by the clock, never by who answers.
    sa.Column("asked_at", Instant),
    sa.Column("asked", sa.SmallInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("round_id", "household_id"),
    sa.UniqueConstraint("round_id", "person_id", "subject"),
    sa.Index(
        "ix_survey_invitations_sampled",
        "round_id",
        "person_id",
        sqlite_where=sa.text("state = 'sampled'"),
        postgresql_where=sa.text("state = 'sampled'"),
    ),
    sa.Index("ix_survey_invitations_asked", "asked_at", "round_id"),
)

survey_raters = sa.Table(
    "survey_raters",
    metadata,
    link("community_id", "communities", primary_key=True),
    link("person_id", "people", index=True),
    link("deputy_id", "people", nullable=True, index=True),
    # The rater has asked the deputy to do it, until they take it back.
    sa.Column("handed_over", sa.Boolean, nullable=False, server_default=sa.false()),
    link("appointed_by", "people"),
    sa.Column("appointed_at", Instant, nullable=False),
)

survey_sheets = sa.Table(
    "survey_sheets",
    metadata,
    # A random key and no time, so that neither joins a sheet to the person who filled it in.
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("round_id", BigId, sa.ForeignKey("survey_rounds.id"), nullable=False),
    sa.Column("subject", sa.SmallInteger, nullable=False),
    # Whether results show it yet: while the round runs, sheets come into them only k at a time.
    sa.Column("counted", sa.Boolean, nullable=False),
    sa.Column("answers", SealedJson, nullable=False),
    # Ordinary or special, one letter and never finer; sealed, and taken away where too few are alike.
    # None for raters.
    sa.Column("stratum", Sealed),
    sa.Index("ix_survey_sheets_round_id_subject", "round_id", "subject"),
    sqlite_with_rowid=False,
)

survey_promises = sa.Table(
    "survey_promises",
    metadata,
    # What will be done about an aspect, in the words of the community's head.
    sa.Column("round_id", BigId, sa.ForeignKey("survey_rounds.id"), primary_key=True),
    sa.Column("aspect", sa.String(64), primary_key=True),
    sa.Column("text", Sealed, nullable=False),
    link("written_by", "people"),
    sa.Column("written_at", Instant, nullable=False),
)

survey_replies = sa.Table(
    "survey_replies",
    metadata,
    # A result on its way back to everyone who was asked, in the order of their ids.
    sa.Column(
        "round_id",
        BigId,
        sa.ForeignKey("survey_rounds.id"),
        primary_key=True,
        autoincrement=False,
    ),
    link("sent_by", "people"),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("told_up_to", BigId, nullable=False),
    sa.Column("done_at", Instant),
)

survey_duties = sa.Table(
    "survey_duties",
    metadata,
    # What a duty about a low aspect is about.
    sa.Column("duty_id", BigId, sa.ForeignKey("duties.id"), primary_key=True, autoincrement=False),
    link("round_id", "survey_rounds", index=True),
    sa.Column("aspect", sa.String(64), nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
)
