"""Devices in the database: whose they are, the keys of their platforms, and what was asked with each."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from domain.device import DeviceEvent
from domain.duty import Duty, DutyEvent, DutyKind, DutyState
from domain.people import Language
from storage.database import AnyRow, Work
from storage.duties import get
from storage.inbox import insert_new
from storage.tables.device import device_keys, device_presses, devices
from storage.tables.duties import duties, duty_log
from storage.tables.messaging import inbox
from storage.tables.people import communities, people

CHANNEL = "device"


@dataclass(frozen=True, slots=True)
class Device:
    """A telephone or pendant, and the person it calls for."""

    id: int
    platform: str
    number: str
    person_id: int
    by_hand: bool
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Key:
    """What a platform signs with. `expires_at`: until when it holds, None for good."""

    key: str
    platform: str
    secret: str
    made_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request of a platform stands. `state` is the inbox row's; `told`: somebody could be told."""

    state: str
    event: DeviceEvent | None = None
    duty: Duty | None = None
    worker: str = ""
    language: Language = Language.ZH
    phone: str = ""
    told: bool = False


def code_of(work: Work, platform: str, number: str) -> str:
    """Under which name a device is kept, and its address known."""
    return work.blind(f"device:{platform}:{number}")


def update_key(platform: str, request: str) -> str:
    """Under which key the inbox keeps a platform's request: the same one twice is one."""
    return f"{platform}:{request}"


_BY_CODE = sa.select(devices).where(devices.c.code == sa.bindparam("which"))


async def by_code(work: Work, code: str) -> Device | None:
    """The device of that name, or None."""
    row = (await work.conn.execute(_BY_CODE, {"which": code})).one_or_none()
    return _device(row) if row else None


def _device(row: AnyRow) -> Device:
    return Device(row.id, row.platform, row.number, row.person_id, row.by_hand, row.seen_at)


async def every(work: Work, platform: str = "") -> list[Device]:
    """All devices, or those of a platform."""
    query = sa.select(devices).order_by(devices.c.platform, devices.c.id)
    rows = await work.conn.execute(
        query.where(devices.c.platform == platform) if platform else query
    )
    return [_device(row) for row in rows]


async def put(work: Work, platform: str, number: str, person_id: int) -> None:
    """The device calls for this person from now on; added by hand, so a register leaves it alone."""
    code = code_of(work, platform, number)
    values = {"person_id": person_id, "by_hand": True}
    known = await work.conn.execute(
        sa.update(devices).where(devices.c.code == code).values(**values)
    )
    if not known.rowcount:
        named = {"code": code, "platform": platform, "number": number}
        await work.conn.execute(sa.insert(devices).values(**named, **values))


async def take_off(work: Work, platform: str, number: str) -> bool:
    """The device calls for nobody any more; False where it did not."""
    gone = sa.delete(devices).where(devices.c.code == code_of(work, platform, number))
    return bool((await work.conn.execute(gone)).rowcount)


async def note(
    work: Work, device: Device, request: str, event: DeviceEvent, duty_id: int | None
) -> None:
    """What was asked with the device, and the duty it is about."""
    row = {
        "platform": device.platform,
        "request": request,
        "event": event,
        "device_id": device.id,
        "duty_id": duty_id,
        "at": work.now,
    }
    await work.conn.execute(insert_new(work, device_presses), row)
    seen = sa.update(devices).where(devices.c.id == device.id).values(seen_at=work.now)
    await work.conn.execute(seen)


async def sweep_out(work: Work, before: datetime) -> int:
    """Forget which requests presses from before that moment belong to, but for what is still open."""
    still = sa.select(duties.c.id).where(duties.c.state < int(DutyState.CLOSED))
    gone = sa.delete(device_presses).where(
        device_presses.c.at < before,
        sa.or_(device_presses.c.duty_id.is_(None), device_presses.c.duty_id.not_in(still)),
    )
    return (await work.conn.execute(gone)).rowcount


async def standing(work: Work, platform: str, request: str) -> Standing | None:
    """How a request stands, or None where the platform never made it."""
    state = await work.conn.scalar(
        sa.select(inbox.c.state).where(
            inbox.c.channel == CHANNEL, inbox.c.update_key == update_key(platform, request)
        )
    )
    about = {"platform": platform, "request": request}
    row = (await work.conn.execute(_PRESSED, about)).one_or_none()
    if row is None:  # it waits, or it is a dead letter
        return Standing(state) if state else None
    return Standing(
        state="done",
        event=DeviceEvent(row.event),
        duty=await get(work, row.duty_id, DutyKind.HELP) if row.duty_id else None,
        worker=row.worker or "",
        language=Language(row.language or Language.ZH),
        phone=str((row.details or {}).get("phone", "")),
        told=bool(row.told),
    )


_WORKER, _ELDER = people.alias("worker"), people.alias("elder")
_PRESSED = (
    sa.select(
        device_presses.c.event,
        device_presses.c.duty_id,
        _WORKER.c.name.label("worker"),
        _ELDER.c.language,
        communities.c.details,
        sa.exists()
        .where(duty_log.c.duty_id == duties.c.id, duty_log.c.event == DutyEvent.TOLD)
        .label("told"),
    )
    .select_from(device_presses)
    .outerjoin(duties, duties.c.id == device_presses.c.duty_id)
    .outerjoin(_WORKER, _WORKER.c.id == sa.func.coalesce(duties.c.closed_by, duties.c.owner_id))
    .outerjoin(_ELDER, _ELDER.c.id == duties.c.subject_id)
    .outerjoin(communities, communities.c.id == duties.c.community_id)
    .where(
        device_presses.c.platform == sa.bindparam("platform"),
        device_presses.c.request == sa.bindparam("request"),
    )
)


async def stored(work: Work, platform: str, request: str) -> str | None:
    """What a platform's request said when it came first, or None where it is not kept (any more)."""
    found: str | None = await work.conn.scalar(
        sa.select(inbox.c.payload).where(
            inbox.c.channel == CHANNEL, inbox.c.update_key == update_key(platform, request)
        )
    )
    return found


async def key(work: Work, name: str) -> Key | None:
    """A key by its name, whether it still holds or not."""
    found = await work.conn.execute(sa.select(device_keys).where(device_keys.c.key == name))
    row = found.one_or_none()
    return _key(row) if row else None


async def keys(work: Work) -> list[Key]:
    """All keys there ever were, oldest first."""
    rows = await work.conn.execute(sa.select(device_keys).order_by(device_keys.c.id))
    return [_key(row) for row in rows]


def _key(row: AnyRow) -> Key:
    return Key(row.key, row.platform, row.secret, row.made_at, row.expires_at)


async def new_key(work: Work, platform: str, grace: timedelta) -> Key:
    """A fresh key; those the platform has hold for `grace` more, and no longer."""
    await end_keys(work, device_keys.c.platform == platform, work.now + grace)
    made = Key(f"k{secrets.token_hex(6)}", platform, secrets.token_hex(32), work.now, None)
    await work.conn.execute(
        sa.insert(device_keys).values(
            key=made.key, platform=platform, secret=made.secret, made_at=made.made_at
        )
    )
    return made


async def end_keys(work: Work, which: sa.ColumnElement[bool], at: datetime) -> int:
    """These keys hold until then at most; returns how many of them had longer to live."""
    longer = sa.or_(device_keys.c.expires_at.is_(None), device_keys.c.expires_at > at)
    ended = await work.conn.execute(
        sa.update(device_keys).where(which, longer).values(expires_at=at)
    )
    return ended.rowcount


async def revoke(work: Work, platform: str, name: str = "") -> int:
    """End a platform's keys now, or the one of that name."""
    which: list[Any] = [device_keys.c.platform == platform]
    which += [device_keys.c.key == name] if name else []
    return await end_keys(work, sa.and_(*which), work.now)


def number_of(person: sa.ColumnElement[int]) -> sa.ScalarSelect[str]:
    """The number of the device that calls for a person, the one last used, as part of a query."""
    return (
        sa.select(devices.c.number)
        .where(devices.c.person_id == person)
        .order_by(devices.c.seen_at.is_(None), devices.c.seen_at.desc(), devices.c.id)
        .limit(1)
        .scalar_subquery()
    )
