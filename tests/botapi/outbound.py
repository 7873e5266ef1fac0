"""A lean HTTP/1.1 client for handing over updates: one kept-alive connection, one post at a time.

aiohttp's client costs about as much processor time as a small bot's whole answer, which would bend
the benchmarks that measure that bot.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit


class DeliveryError(Exception):
    """The post was not answered: refused, hung up, or not HTTP."""


@dataclass(slots=True, frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """Opens when needed and again after a break."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or 80
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes, secret: str, seconds: float) -> Reply:
        """Posts JSON and reads the answer, within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(body, secret)
        except TimeoutError:
            self.close()
            raise DeliveryError("Read timeout expired") from None
        except (OSError, ValueError, EOFError) as error:
            self.close()
            raise DeliveryError(str(error) or "Webhook connection closed") from error

    async def _exchange(self, body: bytes, secret: str) -> Reply:
        reader, writer = self._streams or await self._open()
        token = f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n" if secret else ""
        head = (
            f"{self._head}{token}Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
        )
        writer.write(head.encode() + body)
        reply = await _read_reply(reader)
        if reply.headers.get("connection", "").lower() == "close":
            self.close()
        return reply

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._streams = await asyncio.open_connection(self._host, self._port)
        return self._streams

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


async def _read_reply(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    headers = {}
    for line in head[1:-2]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return Reply(status, headers, await _read_chunks(reader))
    return Reply(status, headers, await reader.readexactly(int(headers.get("content-length", 0))))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return body
