"""How a request stands, for a platform's program and for the ear of whoever pressed."""

from typing import Any

from domain.device import DeviceEvent
from domain.duty import DutyState, Outcome
from storage.device import Standing
from wording import Say


def told(request: str, standing: Standing, say: Say) -> dict[str, Any]:
    """The body of an answer: `say` is to be spoken, the rest is for programs."""
    duty = standing.duty
    out: dict[str, Any] = {"id": request, "state": _state(standing)}
    if duty is not None:
        out |= {
            "request": duty.id,
            "opened_at": duty.opened_at.isoformat(),
            "presses": duty.presses,
        }
        out |= {"outcome": str(duty.outcome)} if duty.outcome else {}
        out |= {"worker": standing.worker} if standing.worker else {}
    key = f"device.say_{_sentence(standing)}"
    out["say"] = say.plain(key, worker=standing.worker, ring=_ring(say, standing.phone))
    return out


def _ring(say: Say, phone: str) -> str:
    """Whom to ring, as it is spoken."""
    return say.plain("device.ring_ours" if phone else "device.ring_hotline", phone=phone)


def _state(standing: Standing) -> str:
    if standing.duty is not None:
        return standing.duty.state.name.lower()
    if standing.state == "new":
        return "received"
    if standing.event is DeviceEvent.BATTERY_LOW:
        return "noted"
    return "none" if standing.event is DeviceEvent.CANCEL else "failed"


def _sentence(standing: Standing) -> str:
    duty = standing.duty
    if duty is None:
        return _state(standing)
    if duty.outcome is Outcome.FALSE_ALARM:
        return "false_alarm"
    if standing.event is DeviceEvent.CANCEL and duty.state is not DutyState.CLOSED:
        return "regretted" if standing.told else "regretted_untold"
    if duty.state is DutyState.OPEN and not standing.told:
        return "untold"
    return duty.state.name.lower()
