"""`python -m bot doctor`: is this installation fit to be leaned on, and if not, what is to be done."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import sqlalchemy.exc
from pydantic import ValidationError

from bot import readiness
from bot.content import book_of
from bot.links import opens_here_only, telegram_name, web_address
from bot.parts import Parts
from bot.preview import knowing
from bot.settings import Settings, unknown_names
from domain.calendar import calendar_known
from knowledge import Knowledge
from knowledge.conditions import shipped_conditions, unquoted
from knowledge.guides import GuideBook
from knowledge.source import ContentError
from storage import content, device, inbox, migrate, people
from storage.alone import is_taken
from storage.database import Work
from storage.migrate import TablesUnknown
from storage.presence import alive
from storage.trouble import DatabaseAway, plain
from storage.vault import VaultError

LATELY = timedelta(hours=1)
"""For how long a call of Telegram's that went wrong is worth telling."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Literal["ok", "note", "fault"]
    about: str
    says: str


async def examine(settings: Settings) -> list[Finding]:
    """Everything that can be checked without starting; faults say what to do."""
    findings = [Finding("ok", "settings", f"read; time zone {settings.timezone}"), *_unknown()]
    try:
        knowledge = Knowledge.shipped()
        rules = _rules(knowledge)
    except ContentError as error:
        return [*findings, Finding("fault", "content", str(error))]
    parts = Parts.make(settings, knowledge=knowledge)
    findings += [_content(knowledge, parts), rules, *_holidays(parts)]
    try:
        findings += [finding async for finding in _database(parts, knowledge)]
    except (sqlalchemy.exc.SQLAlchemyError, OSError, TablesUnknown) as error:
        findings.append(Finding("fault", "database", _in_words(error, parts)))
    except VaultError as error:
        findings.append(Finding("fault", "secret key", str(error)))
    finally:
        await parts.database.close()
    return [*findings, await _telegram(settings, parts.database.clock()), _web(settings)]


def _unknown() -> Iterator[Finding]:
    for name, meant in unknown_names().items():
        says = f"{name} is not known and does nothing" + (f"; meant was {meant}?" if meant else "")
        yield Finding("note", "settings", says)


def _content(knowledge: Knowledge, parts: Parts) -> Finding:
    stale, says = _trust(knowledge.book, parts.database.clock().date())
    return Finding("note" if stale else "ok", "content", f"shipped: {says}")


def _trust(book: GuideBook, today: date) -> tuple[int, str]:
    """How many guides are past their review, and how far the book can be trusted, in words."""
    stale = sum(guide.is_stale(today) for guide in book.guides)
    unverified = sum(not guide.verified for guide in book.guides)
    parts = sum(guide.verified and bool(guide.unverified_fields) for guide in book.guides)
    told = f"{unverified} unverified, {parts} in parts, {stale} past their review"
    return stale, f"{len(book.guides)} guides, {told}"


def _search(knowledge: Knowledge) -> Finding:
    """Where the zones lie that were learned from the content, and by what questions are found."""
    by = "letters, sounds and meaning" if knowledge.index.reads_meaning else "letters and sounds"
    zones, asked = knowledge.zones, sum(len(g.questions) for g in knowledge.book.guides)
    says = (
        f"by {by}; a guide at once where it is right with a chance over {zones.answer:.2f} "
        f"({zones.exact:.2f} where a sum, a date or a deadline is asked), up to three to choose from "
        f"down to {zones.choices:.2f}, a person below; learned by asking the {asked} phrasings of "
        f"these {len(knowledge.book.guides)} guides of an index that lacks them, anew at every change"
    )
    return Finding("ok", "search", says)


def _rules(knowledge: Knowledge) -> Finding:
    """Rules quote their guide; where it was rewritten they rest until somebody has looked at them."""
    conditions = shipped_conditions()
    if lost := unquoted(conditions, knowledge.book):
        return Finding("note", "conditions", "; ".join(lost))
    return Finding("ok", "conditions", f"{len(conditions.checks)} guides say who may have it")


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


def _in_words(error: Exception, parts: Parts) -> str:
    if isinstance(error, DatabaseAway | TablesUnknown):
        return str(error)
    told = plain(error, parts.database.url) if isinstance(error, sqlalchemy.exc.DBAPIError) else ""
    why = f"cannot be used ({type(error).__name__}); check LINLI_DATABASE_URL and its server"
    return told or why


async def _database(parts: Parts, shipped: Knowledge) -> AsyncIterator[Finding]:
    url = parts.database.url
    at, newest = await migrate.current(parts.database)
    kind = url.get_backend_name()
    if at != newest:
        migrate.check(at)
        yield Finding("fault", "database", f"{kind} is at {at}: run python -m bot migrate")
        return
    yield Finding("ok", "database", f"{kind} is at revision {at}")
    async with parts.database.reading() as work:
        processes = len(await alive(work)) if work.on_postgresql else int(is_taken(url))
        yield _open_desks(parts.settings, processes)
        await people.try_key(work)
        yield Finding("ok", "secret key", "opens what is stored")
        async for finding in _guides(work, shipped):
            yield finding
        async for finding in _devices(work, parts.settings.operator):
            yield finding
        dead = await inbox.dead_letters(work)
        if dead:
            yield Finding("fault", "dead letters", f"{len(dead)}: run python -m bot letters")
        if not await people.all_communities(work):
            yield Finding("fault", "register", "no community: run python -m bot load FILE")
        for line in await readiness.check(work, parts.policies):
            yield Finding(*line)


def _open_desks(settings: Settings, processes: int) -> Finding:
    """How many processes are open on this database now."""
    if processes > 1 and settings.telegram_token and settings.telegram_mode == "polling":
        says = f"{processes} processes poll with one token: stop all but one, or use a webhook"
        return Finding("fault", "open", says)
    if not processes:
        return Finding("ok", "open", "no desk is open on this database now")
    says = "one process is" if processes == 1 else f"{processes} processes are"
    return Finding("ok", "open", f"{says} at work on this database")


async def _devices(work: Work, operator: str) -> AsyncIterator[Finding]:
    """Devices whose platform cannot sign, and an operator whom nobody knows: nobody would hear of either."""
    found = await device.every(work)
    holds = {
        one.platform
        for one in await device.keys(work)
        if one.expires_at is None or one.expires_at > work.now
    }
    for platform in sorted({one.platform for one in found} - holds):
        says = f"{platform} has no key that holds: run python -m bot devices key {platform}"
        yield Finding("fault", "devices", says)
    if found:
        yield Finding("ok", "devices", f"{len(found)} call for somebody")
    if operator and await people.person_by_code(work, operator) is None:
        says = f"nobody in the register has the code {operator!r}: correct LINLI_OPERATOR"
        yield Finding("fault", "operator", says)


async def _guides(work: Work, shipped: Knowledge) -> AsyncIterator[Finding]:
    """What residents read is in the database; whether it can be used, how it is found, what waits."""
    stock = await content.stock(work)
    if not stock.guides:
        yield _search(shipped)
        yield Finding("note", "guides", "none in the database yet: serve and migrate bring them in")
        return
    try:
        book = book_of(stock)
    except ValidationError as error:
        says = f"{error.error_count()} faults: python -m bot guides history and rollback"
        yield Finding("fault", "guides", f"what is published cannot be used, {says}")
        return
    drafts = await content.drafts(work)
    waits = f", {len(drafts)} drafts wait: python -m bot guides preview" if drafts else ""
    stale, trust = _trust(book, work.now.date())
    says = f"published: {trust}; content version {stock.version}{waits}"
    yield Finding("note" if drafts or stale else "ok", "guides", says)
    yield _search(await asyncio.to_thread(knowing, shipped, book))


async def _telegram(settings: Settings, now: datetime) -> Finding:
    if settings.telegram_token is None:
        return Finding("note", "telegram", "no LINLI_TELEGRAM_TOKEN, so no Telegram")
    name = await telegram_name(settings)
    if not name:
        says = f"{settings.telegram_api} does not know the token, or cannot be reached"
        return Finding("fault", "telegram", says)
    if settings.telegram_mode == "webhook" and (wrong := await _not_called(settings, now)):
        return Finding("fault", "telegram", wrong)
    return Finding("ok", "telegram", f"@{name}, by {settings.telegram_mode}")


async def _not_called(settings: Settings, now: datetime) -> str:
    """What Telegram says of its last calls, where one went wrong lately; "" where none did."""
    assert settings.telegram_token is not None, "asked before"
    from bot.channels.telegram.name import hook

    found = await hook(settings.telegram_token.get_secret_value(), settings.telegram_api)
    if found is None or found.failed_at is None or now - found.failed_at > LATELY:
        return ""
    at = found.failed_at.astimezone(settings.zone)
    return (
        f"Telegram could not bring an update to {found.url} at {at:%H:%M} ({found.why});"
        f" {found.waiting} wait: check LINLI_WEBHOOK_URL, the proxy and its certificate"
    )


def _web(settings: Settings) -> Finding:
    where = web_address(settings)
    if settings.web_url and not settings.web_url.startswith("https://"):
        return Finding("note", "web", f"{where} is not https: cookies travel in clear")
    if why := opens_here_only(settings):
        return Finding("note", "web", f"{where}; {why}")
    return Finding("ok", "web", where)
