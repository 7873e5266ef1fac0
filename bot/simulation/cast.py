"""The people of one community in the course of the year: they press, notice, take, go, forget."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.channels.base import Parcel
from bot.simulation.arrivals import Arrival
from bot.simulation.assumed import Assumed, Step
from bot.simulation.engine import Engine
from bot.simulation.manners import Manners
from bot.simulation.phones import Shown, duty_of, listed_in
from bot.simulation.town import Home, Town
from domain.help import HelpKind

Act = Callable[[], Awaitable[None]]
Plan = Callable[[datetime, Act], None]
"""Puts something on the agenda."""

_WRONG = re.compile(r"adds\.wrong:(\d+)")
STEPS: tuple[Step, ...] = ("go", "arrive", "done")
_COMES_ROUND = timedelta(minutes=1)
KINDS = tuple(HelpKind)
_WEIGHTS = (10, 25, 35, 30)
"""What a request is said to be about; assumed."""
AGAIN = 3
"""Presses after the first one, at most."""


@dataclass(slots=True)
class Going:
    """Somebody who has taken a request, and where they really are: `at[step]` is when they come to it.
    With `silent` nothing happens until they come round."""

    case: "Case"
    address: str
    at: dict[Step, datetime]
    silent: bool = False

    @property
    def outcome(self) -> str:
        """How they would say that it ended, where they are asked."""
        return "by_phone" if "arrive" not in self.at else "settled"


@dataclass(slots=True)
class Case:
    """What the simulation alone knows of a request."""

    arrival: Arrival
    town: Town
    home: Home
    presser: str
    duty: int
    taken_by: str = ""
    holder: str = ""
    """Who took it last."""
    ring: int | None = None
    """The message that led to the first take, by its number in the outbox."""
    heard: bool = False
    hands: int = 0


class Cast:
    """Everybody of one community. What they do is drawn under names, in no order."""

    def __init__(
        self, town: Town, assumed: Assumed, manners: Manners, engine: Engine, plan: Plan
    ) -> None:
        self.town = town
        self._assumed = assumed
        self._manners = manners
        self.dice = manners.dice
        self._engine = engine
        self._plan = plan
        self._rings: Counter[tuple[str, str]] = Counter()
        self.cases: dict[int, Case] = {}
        self.unanswered: list[Arrival] = []
        self._going: dict[tuple[str, int], Going] = {}
        self.presses = 0

    @property
    def now(self) -> datetime:
        return self._engine.clock.now

    def _later(self, seconds: float, act: Act) -> None:
        self._plan(self.now + timedelta(seconds=seconds), act)

    async def _says(self, address: str, **what: str) -> list[Parcel]:
        came = await self._engine.says(address, **what)
        self.hear(came)
        return came

    # The elder, and who presses for them.

    async def press(self, arrival: Arrival) -> None:
        """The button is pressed; what follows depends on what is behind it."""
        home = self.town.homes[arrival.home]
        presser = home.family if arrival.by_family else home.elder
        came, duty = await self._press(presser, arrival)
        if duty is not None and duty not in self.cases:
            self.cases[duty] = case = Case(arrival, self.town, home, presser, duty)
            self._go_on(case)
        self.hear(came)

    async def _press(self, presser: str, arrival: Arrival) -> tuple[list[Parcel], int | None]:
        """All that was sent, and the request that the answer to the press speaks of."""
        self.presses += 1
        came = await self._engine.says(presser, action="help.press", tap_id="t")
        answers = [parcel.message for parcel in came if parcel.address == presser]
        buttons = [button for message in answers for row in message.buttons for button in row]
        found = next(filter(None, (_WRONG.match(button.action) for button in buttons)), None)
        if found is None:
            self.unanswered.append(arrival)
        return came, int(found[1]) if found else None

    def _go_on(self, case: Case) -> None:
        """What whoever pressed will do next."""
        dice = self._manners.dice("elder", case.arrival.key)
        elder = self._assumed.elder
        if case.arrival.mistake:
            if dice.random() < elder.takes_back.share:
                self._later(elder.takes_back.after.draw(dice), lambda: self._take_back(case))
            return
        if dice.random() < elder.says_what.share:
            kind = dice.choices(KINDS, _WEIGHTS)[0]
            self._later(elder.says_what.after.draw(dice), lambda: self._say_what(case, kind))
        self._perhaps_again(case, dice, AGAIN)

    def _perhaps_again(self, case: Case, dice: Random, left: int) -> None:
        again = self._assumed.elder.presses_again
        if left and dice.random() < again.share:
            self._later(again.after.draw(dice), lambda: self._again(case, dice, left - 1))

    async def _again(self, case: Case, dice: Random, left: int) -> None:
        """Who still waits presses again; who knows that somebody is coming does not."""
        if not case.hands:
            came, _ = await self._press(case.presser, case.arrival)
            self.hear(came)
            self._perhaps_again(case, dice, left)

    async def _say_what(self, case: Case, kind: str) -> None:
        await self._says(case.presser, action=f"adds.kind:{case.duty}:{kind}", tap_id="t")

    async def _take_back(self, case: Case) -> None:
        await self._says(case.presser, action=f"adds.wrong:{case.duty}", tap_id="t")

    # The staff.

    async def switch_surge(self) -> None:
        """On a typhoon's mornings the supervisor switches surge mode on, or lets it run for longer."""
        head = f"c{self.town.number}-head"
        if head not in self.town.enrolled:
            return
        shown = await self._says(head, action="surge", tap_id="t")
        actions = [b.action for p in shown for row in p.message.buttons for b in row]
        for wanted in ("surge.more:24:", "surge.on:typhoon:24"):
            if action := next((each for each in actions if each.startswith(wanted)), ""):
                await self._says(head, action=action, tap_id="t")
                return

    def hear(self, came: list[Parcel]) -> None:
        """Telephones ring: for every new message, not for a card that changes where it stands."""
        for parcel in came:
            if parcel.address in self.town.staff and not parcel.edits:
                self._ring(parcel)

    def _ring(self, parcel: Parcel) -> None:
        duty = duty_of(parcel.message) or next(iter(listed_in(parcel.message)), None)
        case = self.cases.get(duty) if duty is not None else None
        about = case.arrival.key if case else "line"
        self._rings[parcel.address, about] += 1
        dice = self._manners.dice("ring", parcel.address, about, self._rings[parcel.address, about])
        reaction = self._manners.reaction(parcel.address, self.now, dice)
        if duty is not None:
            look = self._look(parcel.address, duty, parcel.id, reaction.heard, dice)
            self._plan(reaction.at, look)

    def _look(self, address: str, duty: int, ring: int, heard: bool, dice: Random) -> Act:
        async def look() -> None:
            going = self._going.get((address, duty))
            if going is not None:
                await self._come_round(going, dice)
                return
            card, case = self._engine.phones.card(address, duty), self.cases.get(duty)
            if card is None or case is None or not (take := card.action("calls.take")):
                return
            own = case.home.worker == address
            if self._manners.takes(address, self.now, own, heard, dice):
                await self._take(case, address, take, card, ring, heard)

        return look

    async def _take(
        self, case: Case, address: str, take: str, card: Shown, ring: int, heard: bool
    ) -> None:
        await self._says(address, action=take, message_ref=card.ref, tap_id="t")
        now = self._engine.phones.card(address, case.duty)
        if now is None or not now.action("calls.go"):
            return  # another was first
        if not case.taken_by:
            case.taken_by, case.ring, case.heard = address, ring, heard
        case.hands, case.holder = case.hands + 1, address
        dice = self._manners.dice("visit", case.arrival.key, address, case.hands)
        self._set_out(case, address, dice)

    def _set_out(self, case: Case, address: str, dice: Random) -> None:
        """What they will do, and when they come to each step."""
        visit = self._assumed.visit
        share = visit.mistake_by_telephone if case.arrival.mistake else visit.by_telephone
        by_telephone = dice.random() < share
        at = self._telephone(dice) if by_telephone else self._way(case, address, dice)
        going = Going(case, address, at, silent=dice.random() < visit.goes_silent)
        self._going[address, case.duty] = going
        for step, moment in at.items():
            if dice.random() >= visit.forgets.get(step, 0) and not going.silent:
                self._plan(moment, lambda: self._tap(going))

    def _telephone(self, dice: Random) -> dict[Step, datetime]:
        return {"done": self.now + timedelta(seconds=self._assumed.visit.rings_back.draw(dice))}

    def _way(self, case: Case, address: str, dice: Random) -> dict[Step, datetime]:
        visit = self._assumed.visit
        at_home = self._manners.situation(address, self.now) in ("free", "asleep")
        way = (visit.way_from_home if at_home else visit.way).draw(dice)
        if case.arrival.storm:
            way *= self._assumed.typhoons.on_foot
        go = self.now + timedelta(seconds=visit.sets_out.draw(dice))
        arrive = go + timedelta(seconds=way)
        done = arrive + timedelta(seconds=visit.stays.draw(dice))
        return {"go": go, "arrive": arrive, "done": done}

    async def _tap(self, going: Going) -> None:
        """Bring the card to where they really are, by the buttons that it has."""
        step = self._step(going)
        if step is None or await self._own(going) is None:
            return
        await self._tap_button(going, step)
        if step == "done":  # a desk that asks how it ended is told
            await self._tap_button(going, step)

    async def _tap_button(self, going: Going, step: Step) -> None:
        card = self._card(going)
        if card and (button := card.action(f"calls.{step}", going.outcome)):
            await self._says(going.address, action=button, message_ref=card.ref, tap_id="t")

    def _card(self, going: Going) -> Shown | None:
        return self._engine.phones.card(going.address, going.case.duty)

    async def _own(self, going: Going) -> Shown | None:
        """The card of who has it. Where it was given back while they were on their way, they take it
        again; where another has it now, they let it be."""
        card = self._card(going)
        if card and (take := card.action("calls.take")):
            await self._says(going.address, action=take, message_ref=card.ref, tap_id="t")
            card = self._card(going)
            if card and card.action("calls.go"):
                going.case.holder = going.address
        return card if going.case.holder == going.address else None

    def _step(self, going: Going) -> Step | None:
        """How far they really are."""
        come = [step for step in STEPS if step in going.at and going.at[step] <= self.now]
        return come[-1] if come else None

    async def _come_round(self, going: Going, dice: Random) -> None:
        """Whoever has it reads a reminder: the one catches up with the tapping, the other begins."""
        if going.silent:
            if dice.random() >= self._assumed.visit.wakes:
                return
            going.silent = False
            lost = max(self.now - min(going.at.values()), timedelta()) + _COMES_ROUND
            going.at = {step: at + lost for step, at in going.at.items()}
            for moment in going.at.values():
                self._plan(moment, lambda: self._tap(going))
        if self._step(going) is None:
            going.at["go"] = self.now  # nothing to report yet: 在路上 is the sign that is asked for
        await self._tap(going)
