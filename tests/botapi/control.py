"""The /control/… addresses, for tests and benchmarks whose bot runs beside another process.

All bodies and answers are JSON; times are Unix seconds of this server's clock.

| address | what it does |
| --- | --- |
| POST /control/act | a list of acts, `{"user": 7, "says": "…"}`; answers the update ids |
| GET /control/updates?since=N | made since: id, kind, user, at, confirmed |
| GET /control/sent?since=N | messages and edits that took effect, from the N-th on |
| GET /control/chat/7 | what one person sees |
| GET /control/counters | totals and busiest seconds |
| POST /control/faults | a list of faults (fields of `Fault`); DELETE clears them |
| POST /control/limits | fields of `Limits`; DELETE switches them off |
| POST /control/hold, /control/release | keeps updates back, lets them go |
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.botapi.faults import Fault
from tests.botapi.limits import Limits
from tests.botapi.users import User

if TYPE_CHECKING:
    from tests.botapi.api import BotApi

Act = dict[str, Any]
Answer = Callable[[web.Request], Awaitable[web.Response]]

# What an act may be: its name, and how it is done with the act's value.
_ACTS: dict[str, Callable[[User, Any], Any]] = {
    "starts": lambda user, payload: user.starts(payload or ""),
    "says": lambda user, text: user.says(text),
    "taps": lambda user, label: user.taps(label),
    "presses": lambda user, label: user.presses(label),
    "sends_location": lambda user, place: user.sends_location(*place),
    "sends_contact": lambda user, phone: user.sends_contact(phone),
    "sends_photo": lambda user, caption: user.sends_photo(caption or ""),
    "sends_voice": lambda user, seconds: user.sends_voice(seconds or 3),
    "blocks": lambda user, _: user.blocks(),
    "unblocks": lambda user, _: user.unblocks(),
    "raw": lambda user, update: user.raw(update),
}


def add_control(app: web.Application, api: BotApi) -> None:
    """Hangs the control addresses beside the Bot API."""
    control = Control(api)
    app.add_routes(
        [
            web.post("/control/act", control.act),
            web.post("/control/redeliver", control.redeliver),
            web.get("/control/updates", control.updates),
            web.get("/control/sent", control.sent),
            web.get("/control/chat/{user}", control.chat),
            web.get("/control/counters", control.counters),
            web.post("/control/faults", control.set_faults),
            web.delete("/control/faults", control.clear_faults),
            web.post("/control/limits", control.set_limits),
            web.delete("/control/limits", control.clear_limits),
            web.post("/control/hold", control.hold),
            web.post("/control/release", control.release),
        ]
    )


class Control:
    def __init__(self, api: BotApi) -> None:
        self._api = api

    async def act(self, request: web.Request) -> web.Response:
        return _json([self._act(act) for act in json.loads(await request.read())])

    def _act(self, act: Act) -> int:
        """Does one thing; an unknown one is the caller's mistake and says so."""
        user = self._api.user(int(act.get("user", 1)), act.get("first_name", ""))
        name = next((name for name in act if name in _ACTS), None)
        if name is None:
            raise web.HTTPBadRequest(text=f"an act is one of {sorted(_ACTS)}, not {act}")
        try:
            return int(_ACTS[name](user, act[name]).update_id)
        except LookupError as error:
            raise web.HTTPConflict(text=str(error)) from error

    async def redeliver(self, request: web.Request) -> web.Response:
        for update_id in json.loads(await request.read()):
            self._api.redeliver(update_id)
        return _json(True)

    async def updates(self, request: web.Request) -> web.Response:
        """Updates with an id above `since`."""
        since = int(request.query.get("since", 0))
        known = [u for u in self._api.updates.values() if u.update_id > since]
        return _json(
            [
                {
                    "id": update.update_id,
                    "kind": update.kind,
                    "user": update.lane[0],
                    "at": update.at,
                    "delivered": update.delivered,
                    "confirmed": self._api.confirmed.get(update.update_id),
                }
                for update in known
            ]
        )

    async def sent(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", 0))
        return _json([asdict(sent) for sent in islice(self._api.sent, since, None)])

    async def chat(self, request: web.Request) -> web.Response:
        user = self._api.user(int(request.match_info["user"]))
        return _json([message.wire() | {"revision": message.revision} for message in user.chat])

    async def counters(self, request: web.Request) -> web.Response:
        ledger, limits = self._api.ledger, self._api.limits
        return _json(
            {
                "calls": len(ledger.calls),
                "statuses": Counter(call.status for call in ledger.calls),
                "sent": len(ledger.sent),
                "messages": len(ledger.messages()),
                "updates": len(self._api.updates),
                "confirmed": len(self._api.confirmed),
                "pending": len(self._api.pending),
                "polling": self._api.polling,
                "webhook": self._api.engine.delivery is not None,
                "busiest_second": ledger.busiest_second(),
                "busiest_chat": ledger.busiest_chat(),
                "refused": limits.refused if limits else 0,
            }
        )

    async def set_faults(self, request: web.Request) -> web.Response:
        self._api.faults.active += [Fault(**fault) for fault in json.loads(await request.read())]
        return _json(True)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._api.faults.clear()
        return _json(True)

    async def set_limits(self, request: web.Request) -> web.Response:
        self._api.limits = Limits(**json.loads(await request.read() or b"{}"))
        return _json(True)

    async def clear_limits(self, request: web.Request) -> web.Response:
        self._api.limits = None
        return _json(True)

    async def hold(self, request: web.Request) -> web.Response:
        self._api.hold()
        return _json(True)

    async def release(self, request: web.Request) -> web.Response:
        self._api.release()
        return _json(True)


def _json(value: object) -> web.Response:
    return web.Response(body=json.dumps(value).encode(), content_type="application/json")
