"""What a process is made of before it has channels: also all that a command-line tool needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.links import web_address
from bot.metrics import Metrics
from bot.settings import Settings
from domain.contact import ContactRules
from domain.policies import Policies
from knowledge import Knowledge
from knowledge.appraisal import shipped_weights
from knowledge.cases import shipped_cases
from knowledge.ladders import load_ladders
from storage import migrate, people
from storage.database import Clock, Database
from storage.vault import Vault
from wording import Phrases


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Parts:
    """Made once from the settings; nothing in it is started."""

    settings: Settings
    database: Database
    knowledge: Knowledge
    phrases: Phrases
    policies: Policies
    metrics: Metrics

    @classmethod
    def make(
        cls, settings: Settings, clock: Clock = utc_now, knowledge: Knowledge | None = None
    ) -> "Parts":
        """Everything from the settings; tests hand in a clock, and knowledge they have loaded."""
        shipped_cases()
        shipped_weights()  # what cannot be used stops the start, not the 1st of the month
        return cls(
            settings=settings,
            database=open_database(settings, clock),
            knowledge=knowledge or Knowledge.shipped(),
            phrases=Phrases.shipped(),
            policies=policies(settings),
            metrics=Metrics(),
        )


def open_database(settings: Settings, clock: Clock = utc_now) -> Database:
    """The database alone: all that most command-line tools need, without the seconds of the rest."""
    return Database(settings.database_url, Vault(settings.secret()), clock)


@asynccontextmanager
async def tables(settings: Settings) -> AsyncIterator[Database]:
    """The database with its tables up to date, for a tool; it may run beside an open desk."""
    database = open_database(settings)
    try:
        await made_ready(database)
        yield database
    finally:
        await database.close()


async def made_ready(database: Database) -> None:
    """The tables are up to date, and this installation's key opens what is in them. Raises VaultError."""
    await migrate.upgrade(database)
    async with database.reading() as work:
        await people.try_key(work)


def policies(settings: Settings) -> Policies:
    """The rules as the operator set them."""
    return Policies(
        ladders=load_ladders(),
        zone=settings.zone,
        visits_a_month=settings.visits_a_month,
        false_alarm_within=timedelta(minutes=settings.false_alarm_minutes),
        questions_a_day=settings.questions_a_day,
        stranger_questions_a_day=settings.stranger_questions_a_day,
        strangers_an_hour=settings.strangers_an_hour,
        web_url=web_address(settings),
        reply_within=timedelta(minutes=settings.reply_minutes),
        probe_every=timedelta(minutes=settings.probe_minutes),
        operator=settings.operator,
        survey_low=settings.survey_low_score,
        survey_due=timedelta(days=settings.survey_duty_days),
        quiet_from=time(settings.quiet_from),
        quiet_until=time(settings.quiet_until),
        contact=ContactRules(
            since=time(settings.survey_from),
            until=time(settings.survey_until),
            homes_an_hour=settings.survey_homes_an_hour,
            reminders=settings.survey_reminders,
            apart=timedelta(days=settings.survey_reminder_days),
        ),
    )
