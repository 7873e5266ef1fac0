"""A turn: one thing somebody said becomes one handler's answer, in one transaction.

Turns of different people are committed together while they wait for each other anyway (group commit);
where one fails, the whole group is rolled back and each is run alone, so no turn sees another's fault.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.channels.base import Channel, Ignore, Unreadable
from bot.logs import place_of
from domain.messages import Incoming, Lane, Message
from domain.people import Language, Person
from domain.policies import Policies
from handlers.base import Answer, Links, Services, Step, Turn, no_links
from handlers.router import Router
from knowledge import Knowledge
from storage import device, inbox, outbox, people, turn_end, web
from storage.database import Database, Work
from storage.inbox import Waiting
from storage.ladder import Climb
from storage.operators import alert
from storage.outbox import Due, Letter
from wording import Phrases

log = structlog.get_logger()


@dataclass(slots=True)
class Desk:
    """What every turn uses. `knowledge` is swapped whole when content changes."""

    router: Router
    knowledge: Knowledge
    phrases: Phrases
    policies: Policies
    climb: Climb
    links: Links = no_links


@dataclass(frozen=True, slots=True)
class Felt:
    """What the channel shows besides messages, after the commit: a tap's note, a menu of commands."""

    incoming: Incoming
    notice: str
    menu_for: Person | None = None


@dataclass(slots=True)
class Outcome:
    """What a group of turns left behind for after the commit."""

    handled: list[int] = field(default_factory=list)
    dues: list[Due] = field(default_factory=list)
    felt: list[Felt] = field(default_factory=list)
    places: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Channel and address of each address that spoke, which is where most of it goes."""


class TurnFailed(Exception):
    """A handler raised; nothing of the group was kept. `turns` are the updates that were at hand."""

    def __init__(self, error: Exception, turns: Sequence[int]) -> None:
        super().__init__(type(error).__name__)
        self.error = error
        self.turns = turns


class TurnRunner:
    """Runs the oldest waiting turn of each of some addresses."""

    def __init__(self, database: Database, desk: Desk, channels: Mapping[str, Channel]) -> None:
        self._database = database
        self._desk = desk
        self._channels = channels

    async def run(self, address_ids: Sequence[int]) -> Outcome:
        """One turn of each address, in one transaction. Raises TurnFailed; then nothing is kept."""
        outcome = Outcome()
        async with self._database.writing() as work:
            rows = await inbox.take(work, address_ids)
            try:
                await self._handle(work, rows, outcome)
            except Exception as error:
                raise TurnFailed(error, [row.id for row in rows]) from error
        outcome.handled = [row.address_id for row in rows]
        outcome.places = {row.address_id: (row.channel, row.address) for row in rows}
        return outcome

    async def _handle(self, work: Work, rows: Sequence[Waiting], outcome: Outcome) -> None:
        letters: list[Letter] = []
        steps: list[tuple[int, dict[str, object] | None]] = []
        await people.know_communities(work, [row.person.community_id for row in rows if row.person])
        private: list[Waiting] = []
        await _note_seen(work, rows)
        for row in rows:
            answer = await self._answer(work, row, outcome)
            if answer is None:
                continue
            if answer.private:
                private.append(row)
            letters += self._letters(row, answer, outcome.felt[-1].incoming)
            if (step := _stored(answer.step)) != row.step:
                steps.append((row.address_id, step))
            letters += await outbox.address(work, answer.owed)
        if private:
            await _forget(work, private)
        if rows:
            kept = [row.id for row in rows if row not in private]
            outcome.dues = await turn_end.end(work, kept, letters, steps)

    async def _answer(self, work: Work, row: Waiting, outcome: Outcome) -> Answer | None:
        """The handler's answer; None where there is nothing to handle."""
        incoming = self._read(row)
        if incoming is None:
            return None
        if incoming.reachable is not None:
            await people.set_reachable(work, [row.address_id], incoming.reachable)
            return None
        if (
            row.unreachable and incoming.news is None
        ):  # they speak to us, so they can be reached again
            await people.set_reachable(work, [row.address_id], True)
        answer = await self._desk.router.answer(
            self._turn(work, row, incoming), self._services(work, row.person)
        )
        outcome.felt.append(Felt(incoming, answer.notice, answer.menu_for))
        return answer

    def _read(self, row: Waiting) -> Incoming | None:
        channel = self._channels.get(row.channel)
        if channel is None:
            raise Unreadable(f"no channel {row.channel!r} is running here")
        try:
            incoming = channel.read(row.payload)
        except Ignore:
            return None
        return replace(incoming, text=_clean(incoming.text), action=_clean(incoming.action))

    def _turn(self, work: Work, row: Waiting, incoming: Incoming) -> Turn:
        language = row.language or Language.from_tag(incoming.language_hint)
        if row.person is not None:
            language = row.person.language
        return Turn(
            inbox_id=row.id,
            address_id=row.address_id,
            incoming=incoming,
            person=row.person,
            language=language,
            say=self._desk.phrases[language],
            now=work.now,
            step=Step(row.step["action"], row.step["data"]) if row.step else None,
            hears=self._channels[row.channel].abilities.hears,
            checks_in=row.checks_in,
        )

    def _services(self, work: Work, person: Person | None) -> Services:
        desk = self._desk
        knowledge = desk.knowledge.at(person.community_id if person else None)
        return Services(work, knowledge, desk.phrases, desk.policies, desk.climb, desk.links)

    def _letters(self, row: Waiting, answer: Answer, incoming: Incoming) -> list[Letter]:
        letters = []
        for message in answer.messages:
            edits = incoming.message_ref if message.in_place else ""
            letters.append(Letter(row.address_id, message, answer.lane, edits=edits))
        return letters

    async def give_up(self, address_id: int, error: Exception, turns: Sequence[int]) -> list[Due]:
        """Count a failed try of the address's turn; a dead letter gets one kind sentence.

        `turns` says which turn it was, where that is known: another process may have buried it in
        the meantime, and the next one must not be blamed for it.
        """
        async with self._database.writing() as work:
            rows = await inbox.take(work, [address_id])
            if not rows or (turns and rows[0].id not in turns):
                return []
            row = rows[0]
            if isinstance(error, Unreadable):
                await inbox.bury(work, row.id, str(error))
                log.error("turn.unreadable", turn=row.id, channel=row.channel, why=str(error)[:200])
                return []
            if not await inbox.fail(work, row.id, row.tries, place_of(error)):
                log.warning("turn.failed", turn=row.id, tries=row.tries + 1, exc_info=error)
                return []
            log.error("turn.dead", turn=row.id, exc_info=error)
            language = row.person.language if row.person else row.language or Language.ZH
            sorry = Message(self._desk.phrases[language]("menu.sorry"))
            dues = await outbox.owe(work, [Letter(address_id, sorry, Lane.CONVERSATION)])
            if row.channel == device.CHANNEL:  # nobody sits there to read that
                dues += await self._help_may_be_lost(work)
            return dues

    async def _help_may_be_lost(self, work: Work) -> list[Due]:
        """Somebody pressed, and nothing could be done with it: a person must look at once."""
        phrases = self._desk.phrases
        return await alert(
            work,
            self._desk.policies.operator,
            "device:dead",
            Lane.EMERGENCY,
            lambda one: phrases[one.language]("watch.dead_press"),
        )


async def _note_seen(work: Work, rows: Sequence[Waiting]) -> None:
    """When a person was last heard of, once in half a day: who unbinds a lost phone must know which it is."""
    before = work.now - people.SEEN_EVERY
    unseen = [
        row.address_id
        for row in rows
        if row.person is not None and (row.seen_at is None or row.seen_at <= before)
    ]
    if unseen:
        await people.seen(work, unseen)


async def _forget(work: Work, rows: Sequence[Waiting]) -> None:
    """What was said in these turns is not kept, neither as it came nor on the web chat's page."""
    ids = [row.id for row in rows]
    pages = {row.id: row.address_id for row in rows if row.channel == web.CHANNEL}
    if pages:
        keys = await inbox.update_keys(work, list(pages))
        await web.hide(work, [(pages[turn], key) for turn, key in keys.items()])
    await inbox.forget(work, ids)


def _clean(text: str) -> str:
    """Without NUL and halves of emoji: JSON can say both, and no database or platform takes them."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "")


def _stored(step: Step | None) -> dict[str, object] | None:
    return None if step is None else {"action": step.action, "data": dict(step.data)}
