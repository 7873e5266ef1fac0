"""The door: where the web server listens, and how it is found."""

import os
from socket import create_server, socket

from bot.links import http_address
from bot.settings import Settings


class DoorTaken(Exception):
    """Nothing can listen there now; the message says where, and what to do."""


def open_door(settings: Settings) -> socket:
    """The listening socket. A busy default port moves up, so that `make run` works beside others;
    one that the operator named does not, for a proxy would go on to speak to whoever has it.

    Raises DoorTaken where there is none to be had.
    """
    why = ""
    named = "web_port" in settings.model_fields_set
    ports = [settings.web_port] if named else range(settings.web_port, settings.web_port + 20)
    for port in ports:
        try:
            return create_server((settings.web_host, port))
        except OSError as error:
            # Not `strerror`, to which the standard library adds the address once more.
            why = os.strerror(error.errno) if error.errno else type(error).__name__
    tried = f"{ports[0]}" if len(ports) == 1 else f"{ports[0]} to {ports[-1]}"
    raise DoorTaken(
        f"The web server cannot listen on {settings.web_host}, port {tried} ({why.lower()}):"
        " another program may have it; set LINLI_WEB_PORT or LINLI_WEB_HOST."
    )


def address_of(door: socket) -> str:
    """Where a browser on this machine finds the door."""
    host, port = door.getsockname()[:2]
    return http_address(host, port)
