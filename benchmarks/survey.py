"""A satisfaction round and the communities' ratings of departments, from the launch to the last sheet.

    python -m benchmarks.survey            1,000 homes in 14 communities
    python -m benchmarks.survey --whole    40,000 homes in 564 communities: 28 minutes, and as long again
    python -m benchmarks.survey --homes 0 --communities 564 --rating 1    the departments alone, by all

Everything is real but the people: PostgreSQL, the desk as a process of its own, its delivery, and a local
Bot API server that keeps Telegram's limits (30 messages a second over all, 1 a second in a chat, edits
counted, else 429 with retry_after). Some of those invited answer at once, raters all ten departments. It
runs twice: undisturbed, for the time; and with the desk killed (SIGKILL) again and again, for what comes
of it. On a machine that has no time for 30 messages a second, `--limit` sets a lower limit, and the
desk's rate with it: the ratio asks the same of it. See benchmarks/README.md.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from time import monotonic

import sqlalchemy as sa

from benchmarks.bars import judged
from benchmarks.load import Watched
from benchmarks.processes import SECRET, Running, settled_desk
from benchmarks.survey_city import Place, noon_somewhere, settle
from benchmarks.survey_seen import Life, Seen, keep, kept, show
from bot.delivery import SENDERS
from bot.parts import utc_now
from domain.ballot import Form, subjects
from domain.messages import Lane
from domain.sampling import Who
from knowledge.questionnaires import shipped_questionnaires
from storage import questionnaires, sheets, survey, survey_campaign, survey_draw, survey_raters
from storage.database import Database
from storage.survey_draw import Launch
from storage.tables.messaging import inbox, outbox
from storage.tables.people import addresses
from storage.tables.survey import survey_invitations, survey_sheets
from storage.vault import Vault
from tests.botapi import BotApi, Limits, Sent
from tests.support.postgres import drop_database, new_database

LIMIT = 30
"""Messages a second that Telegram lets a bot send."""
RATE = 29.5 / 30
"""The part of them that the desk is set to, `LINLI_FRONT_RATE` and the pushes' own rate, by an operator who
has told people to expect them. As shipped (28, 22) the push leaves the rest to talk, and takes 1.36 times as
long."""
LONGER = 1.1
"""The bar: so many times as long as the limit alone forces."""
ON_THE_WIRE = SENDERS[Lane.ROUTINE]
"""The most invitations that one kill can leave unknown: as many as are sent at once."""
DEPARTMENTS, DEALINGS = 10, 0.5
"""Departments that each community rates, and the part of them that it has dealings with."""
FINGER = 1.2
"""Seconds from a question to the tap on its answer."""
SILENCE, GIVE_UP = 6.0, 600.0
"""It is over when the database owes nobody anything and nothing was said for so many seconds; or when
nothing was said for so long at all."""
RUNS = ["undisturbed", "killed"]
_RESIDENTS, _DEPARTMENTS = "resident-rates-community", "community-rates-department"


class Residents:
    """Everyone's telephone. Whoever answers taps as soon as a question stands there; what they answer, and
    whether, is settled by their number, so that it is the same in every run."""

    def __init__(self, api: BotApi, place: Place, options: argparse.Namespace) -> None:
        self._api = api
        self._place = place
        self._answering: float = options.answering
        self._rating: float = options.rating
        self.seen = Seen(options.limit)
        for chat in place.chats:
            api.user(chat)
            api.engine.state.chats[chat].started = True
        api.ledger.sent = Watched(self._heard)

    def _heard(self, sent: Sent) -> None:
        self.seen.hears(sent.at)
        message = self._api.engine.state.chats[sent.chat_id].messages[sent.message_id]
        offered = [one.data for one in message.buttons if one.data]
        invites = any(one.startswith("ballot.go:") for one in offered) and not sent.edit
        if invites or self.seen.first:  # the push begins with its first, at the job's next tick
            self.seen.first = self.seen.first or sent.at
            self.seen.said += 1
        if invites:
            self.seen.invited[sent.chat_id] += 1
        if invites or not self._place.homes:  # what raters do is all there is
            self.seen.until = sent.at
            self.seen.messages = self.seen.said
        if wanted := self._choice(sent.chat_id, offered):
            asyncio.get_running_loop().call_later(
                FINGER, lambda: self._api.user(sent.chat_id).taps(wanted, message, stale=True)
            )

    def _choice(self, chat: int, offered: list[str]) -> str | None:
        home = self._place.is_home(chat)
        if _number(chat, "answers") >= (self._answering if home else self._rating):
            return None
        if departments := [each for each in offered if each.startswith("rater.none:")]:
            return self._department(chat, departments[0])
        for name in ("ballot.done", "ballot.skip", "ballot.go", "rater.confirm", "rater.page"):
            found = [one for one in offered if one.startswith(f"{name}:")]
            if found:
                return found[0]
        options = [one for one in offered if one.startswith("ballot.pick:")]
        if not options:
            return None
        return options[int(_number(chat, options[0].split(":")[2]) * len(options))]

    def _department(self, chat: int, none: str) -> str:
        """The first that has not been rated: half of them the community has no dealings with."""
        ballot = none.split(":")[1]
        dealings = _number(chat, f"department {int(ballot) % DEPARTMENTS}") < DEALINGS
        return f"ballot.open:{ballot}" if dealings else none


def _number(chat: int, what: str) -> float:
    """Evenly spread from 0 to 1, and always the same."""
    return int.from_bytes(sha256(f"{chat}|{what}".encode()).digest()[:6]) / 2**48


async def measure(options: argparse.Namespace, server: str, report: Path | None) -> bool:
    """Measure and print; whether every bar was reached."""
    everyone = set(Place(options.homes, options.communities, "").chats)
    counted, said = kept(options.sheets) if options.sheets else (Counter[str](), 0)
    reached = True
    if "undisturbed" in options.runs:
        plain = await _run(options, server, [], report)
        show("undisturbed", plain)
        counted, said, reached = plain.sheets, plain.said, _undisturbed(plain, everyone)
        if options.keep:
            keep(plain, options.keep)
    if "killed" in options.runs:
        kills = [said * n // (options.kills + 1) for n in range(1, options.kills + 1)]
        killed = await _run(options, server, kills, None)
        show(f"killed {killed.kills} times", killed)
        reached &= _killed(killed, counted, everyone)
    return reached


async def _run(
    options: argparse.Namespace, server: str, kills: Sequence[int], report: Path | None
) -> Seen:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(BotApi(webhook_pause=0.05))
        api.limits = Limits(overall_per_second=options.limit, count_edits=True)
        url = await new_database(server)
        stack.push_async_callback(drop_database, server, url)
        own = Database(url, Vault(SECRET), utc_now)
        stack.push_async_callback(own.close)
        place = Place(options.homes, options.communities, noon_somewhere())
        await settle(own, place)
        people = Residents(api, place, options)
        await _launch(own, place)
        desk = Desk(api, url, own, people, _settings(options.limit, place.zone))
        await _lives(desk, kills, report)
        people.seen.refusals = api.limits.refusals
        await _read(own, people.seen)
        return people.seen


async def _launch(database: Database, place: Place) -> None:
    """Both campaigns of the bureau, as its buttons launch them."""
    everywhere = list(range(1, place.communities + 1))
    rounds = ((_RESIDENTS, Who.ALL), (_DEPARTMENTS, Who.RATER))
    for name, who in rounds if place.homes else rounds[1:]:
        questionnaire = shipped_questionnaires()[name]
        form = Form.SHORT if who is Who.ALL else Form.FULL
        began = monotonic()
        async with database.writing() as work:
            bureau = place.homes + 1
            wanted = Launch(name, questionnaire.version, form, bureau, seed="benchmark", who=who)
            campaign = await survey_campaign.begin(work, wanted, 1)
            assert campaign is not None
            launch = replace(wanted, campaign_id=campaign.id)
            if who is Who.RATER:
                await survey_raters.launch(work, launch, everywhere, subjects(questionnaire))
            else:
                await survey_draw.launch(work, launch, everywhere)
        print(f"launched {name} in {monotonic() - began:.1f} s")


def _settings(limit: int, zone: str) -> dict[str, str]:
    rate = str(RATE * limit)
    return {
        "FRONT_RATE": rate,
        "ROUTINE_RATE": rate,
        "SURVEY_HOMES_AN_HOUR": "1000000",
        "TIMEZONE": zone,
        "PROBE_MINUTES": "0",
    }


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk's lives have in common."""

    api: BotApi
    url: str
    database: Database
    people: Residents
    settings: dict[str, str]


async def _lives(desk: Desk, kills: Sequence[int], report: Path | None) -> None:
    """The desk runs, and is killed and started again after so many messages, until all has been said."""
    seen = desk.people.seen
    for after in kills:
        async with _life(desk, None) as running:
            await _until(desk, after)
            os.kill(running.pid, signal.SIGKILL)
            seen.lives[-1].killed = desk.api.engine.clock()
            await asyncio.sleep(0.5)
    async with _life(desk, report) as running:
        began = running.cpu_seconds()
        await _until(desk)
        seen.cpu, seen.load = running.cpu_seconds() - began, os.getloadavg()[1]


@asynccontextmanager
async def _life(desk: Desk, report: Path | None) -> AsyncIterator[Running]:
    """The desk, open: seconds after its start, on a busy machine more."""
    starts, life = _starts(desk.api), Life(desk.api.engine.clock())
    desk.people.seen.lives.append(life)
    async with settled_desk("desk", desk.api, desk.url, report, desk.settings) as running:
        await desk.api.until(lambda: _starts(desk.api) > starts, timeout=GIVE_UP)
        life.opened, life.cpu = desk.api.engine.clock(), running.cpu_seconds()
        yield running


def _starts(api: BotApi) -> int:
    return api.ledger.statuses("setWebhook").total()


async def _until(desk: Desk, messages: int = sys.maxsize) -> None:
    """Until so many messages have come, or everything has been said."""
    said, at = desk.people.seen.last, monotonic()
    while desk.people.seen.said < messages:
        await asyncio.sleep(0.05)
        if desk.people.seen.last != said:
            said, at = desk.people.seen.last, monotonic()
        silent = monotonic() - at
        if silent > GIVE_UP or (silent > SILENCE and await _nothing_is_owed(desk.database)):
            return


async def _nothing_is_owed(database: Database) -> bool:
    async with database.reading() as work:
        open_rows = sa.or_(
            sa.exists().where(outbox.c.state.in_(["queued", "sending"])),
            sa.exists().where(inbox.c.state == "new"),
            sa.exists().where(survey_invitations.c.state == "sampled"),
        )
        return not await work.conn.scalar(sa.select(open_rows))


async def _read(database: Database, seen: Seen) -> None:
    """What the database has of it at the end, all rounds closed: raters' sheets count from then on."""
    async with database.reading() as work:
        states = await work.conn.scalars(sa.select(survey_invitations.c.state))
        seen.states = Counter(states)
        unknown = await work.conn.scalars(
            sa.select(addresses.c.address)
            .join(outbox, outbox.c.address_id == addresses.c.id)
            .where(outbox.c.state == "unknown", outbox.c.dedupe_key.startswith("survey:"))
        )
        seen.unknown = {int(each) for each in unknown}
        open_rounds = await survey.running(work)
    for each in open_rounds:
        async with database.writing() as work:
            asked = await questionnaires.asked(work, each)
            await survey.close(work, each.id, asked)
            await sheets.count_all(work, each.id, asked.minimum_group)
    async with database.reading() as work:
        rows = await work.conn.execute(sa.select(survey_sheets.c.subject, survey_sheets.c.answers))
        seen.sheets = Counter(f"{row.subject} {sorted(row.answers.items())}" for row in rows)


def _undisturbed(seen: Seen, everyone: set[int]) -> bool:
    once = Counter(seen.invited.values())
    print(
        f"\nratio {seen.ratio:.3f} (bar {LONGER}); invited exactly once {once[1]} of {len(everyone)}",
        flush=True,
    )
    return seen.ratio <= LONGER and once == {1: len(everyone)}


def _killed(seen: Seen, counted: Counter[str], everyone: set[int]) -> bool:
    once = Counter(seen.invited.values())
    missed = everyone - set(seen.invited)
    silent = missed - seen.unknown
    lost, made_up = counted - seen.sheets, seen.sheets - counted
    print(
        f"\nkilled: invited exactly once {once[1]} of {len(everyone)}, twice {once.total() - once[1]} (bar"
        f" 0), not at all {len(missed)} (bar: of those marked unknown alone; not so marked {len(silent)});"
        f" unknown {len(seen.unknown)} in {seen.kills} kills (bar {ON_THE_WIRE} each);"
        f" sheets lost {lost.total()} (bar: of those alone), made up {made_up.total()} (bar 0)",
        flush=True,
    )
    quiet = not silent and len(seen.unknown) <= ON_THE_WIRE * seen.kills
    same = lost.total() <= len(missed) and not made_up
    return set(once) == {1} and quiet and same


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.survey", description=__doc__)
    parser.add_argument("--homes", type=int, default=1000)
    parser.add_argument("--communities", type=int, default=14)
    parser.add_argument("--answering", type=float, default=0.02, help="share that answers at once")
    parser.add_argument("--rating", type=float, default=0.1, help="share of the raters that do")
    parser.add_argument("--limit", type=int, default=LIMIT, help="messages a second (Telegram: 30)")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--whole", action="store_true", help="40,000 homes, 564 communities")
    parser.add_argument("--runs", nargs="+", choices=RUNS, default=RUNS, help="which of the two")
    parser.add_argument("--keep", type=Path, help="file for the undisturbed run's sheets")
    parser.add_argument("--sheets", type=Path, help="that file, for the other run by itself")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    if options.runs == ["killed"] and not options.sheets:
        parser.error("--runs killed needs --sheets: an undisturbed run's, made with --keep")
    if options.whole:
        options.homes, options.communities = 40_000, 564
    return options


def main() -> None:
    """Measure and print."""
    judged(measure, _options())


if __name__ == "__main__":
    main()
