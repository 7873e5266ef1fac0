"""The week of questions by community as a picture: who asks, what is found, missed and said to be wrong."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.render import Saying
from bot.render.ask_figures import (
    BIG,
    BODY,
    LABEL,
    MISSED,
    SPAN,
    TITLE,
    figures,
    outcomes,
    stacked,
)
from bot.render.picture import FAINT, INK, MARGIN, WIDTH, Picture, as_high_as, line_height
from domain.enquiry_week import PLACES_PAGE, PlaceWeek, all_places, who_asked
from domain.paging import on_page, pages

ROW, COLUMN, BAR = 92, 150, 16
"""Pixels: the height of a community with its bar, the width of a column of figures, a bar's height."""
WRONG = "#b2182b"
_COLUMNS = ("asked", "missed", "wrong")


def places_picture(places: Sequence[PlaceWeek], first: date, say: Saying, page: int = 1) -> bytes:
    """The communities that asked in the week from Monday `first`, at most `PLACES_PAGE` of them, as a PNG
    1080 pixels wide; the figures above are those of all, and all pages' bars have one scale."""
    return as_high_as(_Rows(places, first, say, page).draw)


class _Rows:
    """What is drawn, from the top down."""

    def __init__(self, places: Sequence[PlaceWeek], first: date, say: Saying, page: int) -> None:
        self.places, self.first, self.say = places, first, say
        self.asked = who_asked(places)
        self.before, self.drawn = on_page(self.asked, page, PLACES_PAGE)
        self.most = max((sum(_ends(place)) for place in self.asked), default=1)

    def draw(self, picture: Picture) -> float:
        y = self._head(picture)
        for note in self._notes():
            y = picture.paragraph(y, note, BODY, FAINT)
        y = self._columns(picture, y + 16)
        for place in self.drawn:
            y = self._row(picture, y, place)
        return y

    def _head(self, picture: Picture) -> float:
        say, total = self.say, all_places("", self.places)
        y = picture.paragraph(MARGIN + TITLE / 2, say("report.places_heading"), TITLE)
        last = self.first + timedelta(days=6)
        dates = say("report.picture_days", first=f"{self.first:%Y-%m-%d}", last=f"{last:%m-%d}")
        picture.text(MARGIN, y, dates, BODY, FAINT)
        shown = (
            (total.asked, say("report.figure_asked")),
            (len(self.asked), say("report.figure_places")),
            (total.answers.asked, say("report.figure_people")),
            (total.wrong, say("report.figure_wrong")),
        )
        y = figures(picture, y + line_height(BODY) + BIG / 2, shown)
        return outcomes(picture, y, _ends(total), say)

    def _notes(self) -> list[str]:
        """How many asked nothing, and which of the others these are."""
        count, quiet = len(self.asked), len(self.places) - len(self.asked)
        notes = [self.say("report.places_quiet", count=quiet)] if quiet else []
        if len(self.drawn) < count:
            last = self.before + len(self.drawn)
            page = {"page": self.before // PLACES_PAGE + 1, "pages": pages(count, PLACES_PAGE)}
            span = {"first": self.before + 1, "last": last, "count": count}
            notes.append(self.say("report.places_page", **page, **span))
        return notes

    def _columns(self, picture: Picture, y: float) -> float:
        for x, name in zip(_rights(), _COLUMNS, strict=True):
            words = self.say(f"report.place_{name}")
            picture.text(x, y, words, BODY, FAINT, align="right", width=COLUMN - 16)
        return y + line_height(BODY) + 8

    def _row(self, picture: Picture, y: float, place: PlaceWeek) -> float:
        counts = (place.asked, place.missed, place.wrong)
        for x, count, colour in zip(_rights(), counts, (INK, MISSED, WRONG), strict=True):
            picture.text(x, y, str(count), LABEL, colour if count else FAINT, align="right")
        picture.text(MARGIN, y, place.name, LABEL, width=SPAN - len(counts) * COLUMN - 8)
        stacked(picture, y + 28, BAR, _ends(place), self.most)
        return y + ROW


def _rights() -> list[float]:
    """Where the columns of figures end."""
    return [WIDTH - MARGIN - COLUMN * after for after in reversed(range(len(_COLUMNS)))]


def _ends(place: PlaceWeek) -> tuple[int, int, int]:
    return place.found, place.offered, place.missed
