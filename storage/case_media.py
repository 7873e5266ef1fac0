"""Photos and voice of a case."""

from storage.media import Album
from storage.tables.case import case_media

_ALBUM = Album(case_media, "duty_id")
keep, of = _ALBUM.keep, _ALBUM.of
