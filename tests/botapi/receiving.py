"""The methods by which a bot gets its updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.botapi.calls import Call
from tests.botapi.engine import Done
from tests.botapi.errors import conflict
from tests.botapi.updates import Update
from tests.botapi.webhook import Hook, info

if TYPE_CHECKING:
    from tests.botapi.engine import Engine

_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


async def get_updates(engine: Engine, call: Call) -> list[Update]:
    if engine.delivery is not None:
        raise conflict(_WEBHOOK_ACTIVE)
    engine.queue.allow(call.json("allowed_updates", "allowed_updates"))
    return await engine.poll.poll(
        call.integer("offset"), call.integer("limit", 100), max(call.integer("timeout"), 0)
    )


async def set_webhook(engine: Engine, call: Call) -> Done:
    if not call.text("url"):
        return await delete_webhook(engine, call)
    hook = Hook.of(call)
    engine.queue.allow(call.json("allowed_updates", "allowed_updates"))
    if call.flag("drop_pending_updates"):
        engine.queue.drop_pending()
    elif engine.delivery is not None and engine.delivery.hook == hook:
        return Done(True, "Webhook is already set")
    await engine.set_hook(hook)
    return Done(True, "Webhook was set")


async def delete_webhook(engine: Engine, call: Call) -> Done:
    if call.flag("drop_pending_updates"):
        engine.queue.drop_pending()
    if engine.delivery is None:
        return Done(True, "Webhook is already deleted")
    await engine.set_hook(None)
    return Done(True, "Webhook was deleted")


async def get_webhook_info(engine: Engine, call: Call) -> dict[str, Any]:
    return info(engine.delivery, engine.queue)
