"""The bot to compare with: aiogram behind its webhook, one row in PostgreSQL, one `sendMessage`.

It knows nothing, checks nothing and forgets an update that is in work when it is stopped. With
`--group` the rows that come in while one commit runs share the next one.
"""

import argparse
import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.batch import Batcher
from storage import trouble

metadata = sa.MetaData()
heard = sa.Table(
    "heard",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("chat", sa.BigInteger, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

Row = dict[str, Any]
Keep = Callable[[Row], Awaitable[object]]

BUTTONS = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text="材料", callback_data="ask.part:bare:materials"),
            InlineKeyboardButton(text="步骤", callback_data="ask.part:bare:steps"),
        ]
    ]
)


def one_by_one(engine: AsyncEngine) -> Keep:
    """A commit for every update."""

    async def keep(row: Row) -> None:
        async with engine.begin() as conn:
            await conn.execute(sa.insert(heard), row)

    return keep


def in_groups(engine: AsyncEngine) -> Keep:
    """One commit for all that waits."""

    async def keep(rows: Sequence[Row]) -> list[None]:
        async with engine.begin() as conn:
            await conn.execute(sa.insert(heard), list(rows))
        return [None] * len(rows)

    return Batcher(keep)


def answering(keep: Keep) -> Dispatcher:
    """Stores first, answers then."""
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def said(message: Message) -> None:
        await keep(_row(message.chat.id, message.text or ""))
        await message.answer("收到了。", reply_markup=BUTTONS)

    @dispatcher.callback_query()
    async def tapped(tap: CallbackQuery, bot: Bot) -> None:
        assert tap.message is not None
        await keep(_row(tap.message.chat.id, tap.data or ""))
        await bot.send_message(tap.message.chat.id, "收到了。", reply_markup=BUTTONS)

    return dispatcher


def _row(chat: int, said: str) -> Row:
    return {"chat": chat, "said": said, "at": datetime.now(UTC)}


async def serve(options: argparse.Namespace) -> None:
    """Run until told to stop."""
    engine = create_async_engine(trouble.address(options.database), pool_size=10)
    async with engine.begin() as conn:
        await conn.run_sync(metadata.create_all)
    keep = in_groups(engine) if options.group else one_by_one(engine)
    api = TelegramAPIServer.from_base(options.api)
    bot = Bot(options.token, AiohttpSession(api=api, limit=100))
    app = web.Application()
    SimpleRequestHandler(answering(keep), bot, secret_token=options.secret).register(app, "/hook")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.port).start()
    await bot.set_webhook(f"http://127.0.0.1:{options.port}/hook", secret_token=options.secret)
    await _until_told()
    await runner.cleanup()
    await bot.session.close()
    await engine.dispose()


async def _until_told() -> None:
    gc.collect()
    gc.freeze()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bare", description=__doc__)
    for name in ("api", "token", "database", "secret"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--group", action="store_true")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
