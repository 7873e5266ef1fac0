"""GET /files/{seq}/{filename}: pictures and papers, drawn when they are looked at."""

from pathlib import PurePath
from urllib.parse import quote

from aiohttp import web

from bot.channels.base import Draw, Refused
from bot.channels.web.door import Door
from bot.channels.web.saying import Saying
from bot.channels.web.site import GUARDS
from domain.messages import message_from_json
from storage import web as store
from storage.database import Database

_TYPES = {
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class Files:
    """Gives an attachment to the page that was sent it, and to nobody else."""

    def __init__(self, door: Door, saying: Saying, database: Database, draw: Draw) -> None:
        self._door = door
        self._saying = saying
        self._database = database
        self._draw = draw

    async def get(self, request: web.Request) -> web.Response:
        """The file, or 404 for whatever this address was never sent."""
        visit = self._door.visit(request)
        seq, filename = request.match_info["seq"], request.match_info["filename"]
        address_id = (await self._saying.addresses(visit.session))[visit.address]
        async with self._database.reading() as work:
            entry = await store.entry(work, address_id, int(seq[:9]))
        attachment = None if entry is None else message_from_json(entry.body).attachment
        if attachment is None or attachment.filename != filename:
            raise self._door.problem(web.HTTPNotFound, "no_such_page")
        self._door.file(visit)
        try:
            drawn = await self._draw(attachment, address_id)
        except (Refused, PermissionError) as error:
            raise self._door.problem(web.HTTPNotFound, "no_such_page") from error
        return web.Response(body=drawn, headers=_headers(filename))


def _headers(filename: str) -> dict[str, str]:
    """Only our pictures open in the page; everything else is saved."""
    kind = _TYPES.get(PurePath(filename).suffix.lower(), "application/octet-stream")
    how = "inline" if kind == "image/png" else "attachment"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in filename)
    return {
        **GUARDS,
        "Content-Type": kind,
        "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}",
        "Cache-Control": "private, max-age=60",
    }
