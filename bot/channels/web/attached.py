"""Files that the console's pages hand out."""

from urllib.parse import quote

from aiohttp import web

from bot.channels.web.site import GUARDS

NOT_KEPT = {**GUARDS, "Cache-Control": "no-store"}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = {
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
}


def attached(body: bytes, plain: str, name: str) -> web.Response:
    """The file under its name, to be kept; a picture to be shown. `plain` is its name, in ASCII, for
    browsers that know no other, and ends like it."""
    kind = plain.rpartition(".")[2]
    how = "inline" if kind == "png" else "attachment"
    headers = {
        **NOT_KEPT,
        "Content-Type": _TYPES[kind],
        "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
    }
    return web.Response(body=body, headers=headers)
