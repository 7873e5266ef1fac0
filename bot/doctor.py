"""`python -m bot doctor`: is this installation fit to be leaned on, and if not, what is to be done."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import sqlalchemy.exc

from bot.links import telegram_name
from bot.parts import Parts
from bot.settings import Settings
from domain.calendar import calendar_known
from domain.people import Role
from knowledge import Knowledge
from knowledge.source import ContentError
from storage import inbox, migrate, people, roster
from storage.database import Work
from storage.people import Community
from storage.vault import VaultError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Literal["ok", "note", "fault"]
    about: str
    says: str


async def examine(settings: Settings) -> list[Finding]:
    """Everything that can be checked without starting; faults say what to do."""
    findings = [Finding("ok", "settings", f"read; time zone {settings.timezone}")]
    try:
        knowledge = Knowledge.shipped()
    except ContentError as error:
        return [*findings, Finding("fault", "content", str(error))]
    parts = Parts.make(settings, knowledge=knowledge)
    findings += [_content(knowledge, parts), _search(knowledge), *_holidays(parts)]
    try:
        findings += [finding async for finding in _database(parts)]
    except (sqlalchemy.exc.SQLAlchemyError, OSError) as error:
        why = f"cannot be used ({type(error).__name__}); check LINLI_DATABASE_URL and its server"
        findings.append(Finding("fault", "database", why))
    except VaultError as error:
        findings.append(Finding("fault", "secret key", str(error)))
    finally:
        await parts.database.close()
    return [*findings, await _telegram(settings), _web(settings)]


def _content(knowledge: Knowledge, parts: Parts) -> Finding:
    today = parts.database.clock().date()
    guides = knowledge.book.guides
    stale = sum(guide.is_stale(today) for guide in guides)
    unverified = sum(not guide.verified for guide in guides)
    says = f"{len(guides)} guides, {unverified} unverified, {stale} past their review"
    return Finding("note" if stale else "ok", "content", says)


def _search(knowledge: Knowledge) -> Finding:
    """Where the zones lie that were learned from the content, and by what questions are found."""
    by = "letters, sounds and meaning" if knowledge.index.reads_meaning else "letters and sounds"
    zones = knowledge.zones
    says = (
        f"by {by}; answers when right with a chance of {zones.answer:.2f} ({zones.exact:.2f} for sums "
        f"and dates), offers from {zones.choices:.2f}; learned from the guides themselves"
    )
    return Finding("ok", "search", says)


def _holidays(parts: Parts) -> list[Finding]:
    year = parts.database.clock().year
    findings = []
    for wanted in (year, year + 1):
        if calendar_known(wanted):
            findings.append(Finding("ok", "holidays", f"{wanted} is known"))
        else:
            says = (
                f"{wanted} is not known yet, Monday to Friday is assumed: upgrade chinesecalendar"
            )
            findings.append(Finding("fault" if wanted == year else "note", "holidays", says))
    return findings


async def _database(parts: Parts) -> AsyncIterator[Finding]:
    at, newest = await migrate.current(parts.database)
    kind = parts.database.url.get_backend_name()
    if at != newest:
        yield Finding("fault", "database", f"{kind} is at {at}: run python -m bot migrate")
        return
    yield Finding("ok", "database", f"{kind} is at revision {at}")
    async with parts.database.reading() as work:
        await people.any_phone(work)  # a sealed value: it opens only with the right secret key
        yield Finding("ok", "secret key", "opens what is stored")
        dead = await inbox.dead_letters(work)
        if dead:
            yield Finding("fault", "dead letters", f"{len(dead)}: run python -m bot letters")
        communities = await people.all_communities(work)
        if not communities:
            yield Finding("fault", "register", "no community: run python -m bot load FILE")
        for community in communities:
            async for finding in _community(work, community):
                yield finding


async def _community(work: Work, community: Community) -> AsyncIterator[Finding]:
    """Rota gaps, and people who would be called and cannot be reached, found beforehand."""
    gaps = await roster.gaps(work, community.id, work.now, work.now + timedelta(days=7))
    if gaps:
        when = gaps[0].astimezone(community.zone).strftime("%m-%d %H:%M")
        says = (
            f"{community.name}: {len(gaps)} hours of the week without anyone on duty, first {when}"
        )
        yield Finding("fault", "roster", says)
    else:
        yield Finding("ok", "roster", f"{community.name}: no gap in the next 7 days")
    for role in (Role.WORKER, Role.SUPERVISOR):
        ids = await people.with_role(work, community.id, role)
        reach = await people.reach(work, ids)
        lost = [p.name for i, p in (await people.persons(work, ids)).items() if i not in reach]
        if lost:
            says = (
                f"{community.name}: {len(lost)} of {len(ids)} {role}s have no channel: invite them"
            )
            yield Finding("note", "reach", says)
        else:
            yield Finding("ok", "reach", f"{community.name}: all {len(ids)} {role}s can be reached")


async def _telegram(settings: Settings) -> Finding:
    if settings.telegram_token is None:
        return Finding("note", "telegram", "no LINLI_TELEGRAM_TOKEN, so no Telegram")
    name = await telegram_name(settings)
    if not name:
        says = f"{settings.telegram_api} does not know the token, or cannot be reached"
        return Finding("fault", "telegram", says)
    return Finding("ok", "telegram", f"@{name}, by {settings.telegram_mode}")


def _web(settings: Settings) -> Finding:
    where = settings.web_url or f"http://{settings.web_host}:{settings.web_port}"
    if settings.web_url and not settings.web_url.startswith("https://"):
        return Finding("note", "web", f"{where} is not https: cookies travel in clear")
    return Finding("ok", "web", where)
