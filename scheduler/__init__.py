"""What the desk does unasked: one module a job, listed in `JOBS`."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from domain.checkin import JOB as CHECKIN
from domain.visit_check import JOB as VISIT_CHECK
from scheduler import (
    case,
    checkin,
    content,
    duties,
    help_after,
    housekeeping,
    ledger,
    meal_plans,
    moves,
    poll,
    probe,
    question,
    readiness,
    roster,
    surge,
    survey,
    survey_result,
    visit,
    visit_check,
)
from scheduler.base import Job


def jobs(zone: ZoneInfo, sweep_seconds: float = 1.0) -> tuple[Job, ...]:
    """The catalogue: every job, with its trigger in the community's zone."""

    def every(seconds: float) -> IntervalTrigger:
        return IntervalTrigger(seconds=seconds, timezone=zone)

    def daily(hour: int, minute: int) -> CronTrigger:
        return CronTrigger(hour=hour, minute=minute, timezone=zone)

    def weekly(day: str, hour: int, minute: int) -> CronTrigger:
        return CronTrigger(day_of_week=day, hour=hour, minute=minute, timezone=zone)

    on_the_first = CronTrigger(day=1, hour=6, minute=20, timezone=zone)
    quarterly = CronTrigger(minute="*/15", timezone=zone)
    half_hourly = CronTrigger(hour="6-20", minute="*/30", timezone=zone)
    return (
        Job("escalate", every(sweep_seconds), duties.escalate),
        Job("watchdog", every(15), duties.watch),
        Job(CHECKIN, every(20), checkin.look),
        Job("probe", every(sweep_seconds), probe.send_through),
        Job("survey-invite", every(10), survey.invite),
        Job("survey-raters", every(300), survey.follow_raters),
        Job("survey-close", every(60), survey.close),
        Job("survey-back", every(10), survey_result.tell_back),
        Job("polls", every(10), poll.look),
        Job("forget", every(60), housekeeping.forget),
        Job(visit.JOB, half_hourly, visit.remind, catch_up=timedelta(hours=1)),
        Job(VISIT_CHECK, daily(10, 40), visit_check.ask, catch_up=timedelta(hours=8)),
        Job(visit.LOST, daily(10, 0), visit.tell_of_lost_months, catch_up=timedelta(hours=8)),
        Job(ledger.JOB, on_the_first, ledger.close, catch_up=timedelta(days=27)),
        Job(question.JOB, weekly("mon", 8, 10), question.report, catch_up=timedelta(days=6)),
        Job(help_after.JOB, daily(9, 30), help_after.ask, catch_up=timedelta(hours=10)),
        Job(case.JOB, daily(9, 40), case.ask, catch_up=timedelta(hours=10)),
        Job(moves.JOB, daily(8, 40), moves.remind, catch_up=timedelta(hours=10)),
        Job(meal_plans.JOB, daily(7, 30), meal_plans.order, catch_up=timedelta(hours=8)),
        Job("reviews", daily(9, 10), content.ask_for_reviews, catch_up=timedelta(hours=8)),
        Job("on-duty", quarterly, roster.notice, catch_up=timedelta(minutes=45)),
        Job(readiness.JOB, weekly("fri", 9, 40), readiness.report, catch_up=timedelta(days=2)),
        Job("surge", every(5), surge.announce),
        Job("roster-asked", every(60), roster.run_out),
        Job("roster", daily(2, 40), housekeeping.lay_out_roster, catch_up=timedelta(hours=23)),
        Job("survey-wipe", daily(4, 10), survey.wipe, catch_up=timedelta(hours=2)),
        Job("tidy", daily(3, 20), housekeeping.tidy, catch_up=timedelta(hours=23)),
    )
