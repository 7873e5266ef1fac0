"""Speaking: all that goes out to Telegram leaves here, through two `ExtBot`s and one budget."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.channels.base import Parcel, TryAgain, Unreachable
from bot.channels.telegram import faults
from bot.channels.telegram.calls import call
from bot.channels.telegram.config import ChannelError, TelegramConfig
from bot.channels.telegram.pace import (
    GOING,
    URGENCY,
    Budget,
    ChatPace,
    Halts,
    PacedLimiter,
    Window,
)
from bot.channels.telegram.parts import Part, plan
from bot.channels.telegram.polls import Heard, nobody_hears, stop
from bot.channels.telegram.request import AiohttpRequest
from domain.messages import Lane

log = structlog.get_logger()

# At DEBUG the library logs every text it sends, at ERROR a traceback for each flood wait.
logging.getLogger("telegram").setLevel(logging.WARNING)
logging.getLogger("telegram.ext.AIORateLimiter").setLevel(logging.CRITICAL)

HALF_SENT_REMEMBERED = 1_000


class Speaker:
    """The front bot (emergency and conversation) and the routine bot.

    A message in several parts that fails in the middle goes on from there when it is tried again.
    Only this process knows that: after a restart its first parts come twice, never not at all.
    """

    def __init__(self, config: TelegramConfig) -> None:
        self._config = config
        self._request = AiohttpRequest(config.connect_timeout, config.read_timeout)
        self._budget = Budget(config.routine_rate)
        self._window = Window(config.most_a_second)
        self._front_pace = PacedLimiter(config.front_rate, self._front_gate)
        self._routine_pace = PacedLimiter(config.routine_rate, self._routine_gate)
        self.front = self._bot(self._front_pace)
        self._routine = self._bot(self._routine_pace)
        self._chats = ChatPace()
        self._halts = Halts()
        self._half_sent: OrderedDict[int, tuple[int, str]] = OrderedDict()
        self.heard: Heard = nobody_hears
        """Where goes what the platform answers that is news: a poll's last figures."""

    def _bot(self, limiter: PacedLimiter) -> ExtBot[int]:
        try:
            return ExtBot(
                self._config.token,
                base_url=f"{self._config.base}/bot",
                base_file_url=f"{self._config.base}/file/bot",
                request=self._request,
                get_updates_request=self._request,
                rate_limiter=limiter,
            )
        except InvalidToken:
            raise ChannelError("No Telegram token is set. @BotFather gives you one.") from None

    def share(self, processes: int) -> None:
        """The platform counts the bot, not the process: each takes its part of the rates."""
        self._front_pace.pace(self._config.front_rate / processes)
        self._routine_pace.pace(self._config.routine_rate / processes)
        self._budget.pace(self._config.routine_rate / processes)
        self._window.pace(max(1, self._config.most_a_second // processes))

    async def open(self) -> None:
        """Open the connection; needs nobody at the other end."""
        await self._request.initialize()

    async def close(self) -> None:
        """Close the connection."""
        await self._request.shutdown()

    async def identify(self) -> str:
        """The bot's user name. Raises ChannelError for a wrong token, TelegramError if offline."""
        try:
            me = await self.front.get_me()
        except InvalidToken:
            raise ChannelError(
                "Telegram does not know this token. Copy it again from @BotFather"
                " (it looks like 123456789:AA…), and check the address of the API server."
            ) from None
        return me.username or ""

    async def send(self, parcel: Parcel) -> str:
        """Deliver all parts; returns the last message's id. Raises as `Channel.send` says."""
        chat = _chat(parcel.address)
        URGENCY.set(2 * parcel.lane + (not parcel.first))  # of this sender's task
        GOING.set(parcel.going)
        done, ref = self._half_sent.pop(parcel.id, (0, ""))
        for part in plan(parcel)[done:]:
            try:
                ref = await self._part(parcel.lane, chat, part)
            except Exception:
                self._remember(parcel.id, done, ref)
                raise
            done += 1
        return ref

    def _remember(self, parcel_id: int, done: int, ref: str) -> None:
        if done:
            self._half_sent[parcel_id] = (done, ref)
        if len(self._half_sent) > HALF_SENT_REMEMBERED:
            self._half_sent.popitem(last=False)

    async def _part(self, lane: Lane, chat: int, part: Part) -> str:
        await self._chat_turn(lane, chat, part)
        self._pass(lane)
        bot = self._routine if lane is Lane.ROUTINE else self.front
        try:
            if part.message.poll is not None and part.message.poll.closes:
                return await stop(bot, chat, part, self.heard)
            return await _best_way(bot, chat, part)
        except RetryAfter as fault:
            raise self._slow_down(lane, chat, faults.seconds(fault)) from None
        except TelegramError as fault:
            if isinstance(fault, InvalidToken):
                log.error("telegram_token_refused")
            raise faults.meaning(fault, repeatable=bool(part.edits)) from None

    def pause(self, lane: Lane, address: str, edit: bool) -> float:
        """Seconds until the chat may hear it: whoever waits for them elsewhere holds no place here."""
        try:
            chat = _chat(address)
        except Unreachable:
            return 0.0
        return self._chats.wait(chat, self._burst(lane)) if _is_paced(lane, edit) else 0.0

    async def _chat_turn(self, lane: Lane, chat: int, part: Part) -> None:
        """Wait for the chat's pace; only the later parts of a long message still have to."""
        if _is_paced(lane, bool(part.edits)):
            await asyncio.sleep(self._chats.reserve(chat, self._burst(lane)))

    def _burst(self, lane: Lane) -> int:
        return 1 if lane is Lane.ROUTINE else self._config.chat_burst

    @asynccontextmanager
    async def _front_gate(self) -> AsyncIterator[None]:
        lane = Lane(URGENCY.get() // 2)
        self._pass(lane)
        await self._budget.front()
        async with self._window.place(URGENCY.get()):
            self._pass(lane)
            yield

    @asynccontextmanager
    async def _routine_gate(self) -> AsyncIterator[None]:
        await self._budget.routine()
        async with self._window.place(URGENCY.get()):
            self._pass(Lane.ROUTINE)
            yield

    def _pass(self, lane: Lane) -> None:
        """Nothing goes over the wire while the platform wants a pause: neither what comes now, nor what
        was told of it while it waited for its place."""
        if left := self._halts.left(lane):
            raise TryAgain("the platform asked for a pause", after=left, everyone=True)

    def _slow_down(self, lane: Lane, chat: int, seconds: float) -> TryAgain:
        """The platform does not say whom it means: a chat in a burst is meant itself, else all."""
        everyone = not self._chats.in_burst(chat)
        if everyone:
            self._halts.halt(lane, seconds)
        log.warning("telegram_flood_wait", lane=lane.name, seconds=seconds, everyone=everyone)
        return TryAgain("flood wait", after=seconds, everyone=everyone)


def _is_paced(lane: Lane, edit: bool) -> bool:
    """An edit answers a tap, so a finger paces it already."""
    return lane is Lane.ROUTINE or not edit


async def _best_way(bot: ExtBot[int], chat: int, part: Part) -> str:
    """The part as it is, or the next best way that the platform takes."""
    while True:
        try:
            return await call(bot, chat, part)
        except BadRequest as fault:
            if part.edits and faults.says(fault, faults.UNCHANGED):
                return part.edits
            other = _second_best(part, fault)
            if other is None:
                raise
            log.info("telegram_second_best", why=fault.message[:80])
            part = other


def _second_best(part: Part, fault: BadRequest) -> Part | None:
    """Anew where it cannot be edited, without markup, a picture as a file; or None."""
    if part.edits and faults.says(fault, faults.UNEDITABLE):
        return replace(part, edits="")
    if not part.plain and faults.says(fault, faults.MARKUP):
        return replace(part, plain=True)
    if part.file and not part.as_document and faults.says(fault, faults.PICTURE):
        return replace(part, as_document=True)
    return None


def _chat(address: str) -> int:
    try:
        return int(address)
    except ValueError:
        raise Unreachable("the address is no chat id") from None
