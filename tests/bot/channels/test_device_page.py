"""The description of the devices' endpoint: whole, true to the program, and without another server."""

import re
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from bot.channels.device.channel import DeviceChannel, DeviceConfig
from bot.channels.device.page import Pages, described
from bot.channels.device.trouble import TROUBLES
from bot.parts import Parts
from domain.device import DeviceEvent
from domain.duty import DutyState
from domain.help import HelpKind

TOLD = described()


def inside(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in the description."""
    match value:
        case dict():
            yield value
            for one in value.values():
                yield from inside(one)
        case list():
            for one in value:
                yield from inside(one)


def schema(name: str, field: str) -> list[str]:
    found: list[str] = TOLD["components"]["schemas"][name]["properties"][field]["enum"]
    return found


def test_it_has_the_shape_of_an_openapi_document() -> None:
    assert TOLD["openapi"].startswith("3.1")
    assert set(TOLD["info"]) >= {"title", "version"}
    for methods in TOLD["paths"].values():
        for operation in methods.values():
            assert operation["operationId"]
            answers = operation["responses"]
            assert all(re.fullmatch(r"[2-5]\d\d", code) for code in answers)
            assert all("$ref" in one or "description" in one for one in answers.values())
    for needed in TOLD["security"]:
        assert set(needed) <= set(TOLD["components"]["securitySchemes"])


def test_every_reference_leads_somewhere() -> None:
    refs = [one["$ref"] for one in inside(TOLD) if "$ref" in one]
    assert len(refs) > 10
    for ref in refs:
        place: Any = TOLD
        for step in ref.removeprefix("#/").split("/"):
            place = place[step]


def test_the_paths_are_those_that_are_served(parts: Parts) -> None:
    application = web.Application()
    channel = DeviceChannel(DeviceConfig(), parts.database, parts.phrases, parts.metrics.devices)
    channel.mount(application)
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in application.router.routes()
        if route.resource is not None and "/help" in route.resource.canonical
    }
    assert served == {(method, path) for path, ways in TOLD["paths"].items() for method in ways}


def test_codes_events_and_states_are_those_of_the_program() -> None:
    assert schema("Trouble", "error") == list(TROUBLES)
    assert schema("Ask", "event") == list(DeviceEvent)
    assert set(schema("Ask", "kind")) == set(HelpKind)
    others = {"received", "noted", "none", "failed"}
    assert set(schema("Standing", "state")) == {state.name.lower() for state in DutyState} | others
    text = str(TOLD["components"]["responses"]) + str(TOLD["paths"])
    assert not [code for code in TROUBLES if f"`{code}`" not in text]
    statuses = {str(kind.status_code) for kind, _ in TROUBLES.values()}
    answers = {
        code
        for ways in TOLD["paths"].values()
        for one in ways.values()
        for code in one["responses"]
    }
    assert answers == statuses | {"200", "202"}


def test_the_page_shows_all_of_it_and_needs_nobody_else() -> None:
    page = Pages()._html.decode()
    for code in (*TROUBLES, "Linli-Signature", "/devices/help/{id}", "openssl", "battery_low"):
        assert code in page
    assert "://" not in page, "no other server is named"
    assert "<script" not in page
