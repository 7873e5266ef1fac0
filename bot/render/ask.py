"""A week of questions as one picture and as a spreadsheet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.render import Saying
from bot.render.ask_figures import BIG, BODY, FOUND, LABEL, SPAN, TITLE, figures, outcomes
from bot.render.picture import (
    FAINT,
    INK,
    MARGIN,
    TRACK,
    WIDTH,
    Picture,
    as_high_as,
    line_height,
    lines,
)
from bot.render.sheet import GRID, aligned, for_paper, height_for, merged, to_bytes, write
from domain.enquiry import Verdict
from domain.enquiry_week import Week, Wrong

ROW = 92
"""The height in pixels of a guide with its bar."""
SHOWN_GUIDES, SHOWN_TEXTS, SHOWN_WRONG = 8, 6, 4


@dataclass(frozen=True, slots=True)
class WeekPaper:
    """What both show: `names` by guide; `words`, and the guides `wanted`, with how often."""

    week: Week
    community: str
    names: Mapping[str, str]
    words: tuple[tuple[str, int], ...]
    wanted: tuple[tuple[str, int], ...] = ()


def week_picture(paper: WeekPaper, say: Saying) -> bytes:
    """The figures, what was asked most, what was missed and what is new, as a PNG 1080 pixels wide."""
    return as_high_as(_Rows(paper, say).draw)


class _Rows:
    """What is drawn, from the top down."""

    def __init__(self, paper: WeekPaper, say: Saying) -> None:
        self.paper, self.week, self.say = paper, paper.week, say

    def draw(self, picture: Picture) -> float:
        y = self._head(picture)
        y = self._outcomes(picture, y)
        y = self._guides(picture, y)
        y = self._wrong(picture, y)
        return self._texts(picture, y)

    def _head(self, picture: Picture) -> float:
        week, say = self.week, self.say
        title = say("report.picture_title", community=self.paper.community)
        y = picture.paragraph(MARGIN + TITLE / 2, title, TITLE)
        dates = say(
            "report.picture_days", first=f"{week.first:%Y-%m-%d}", last=f"{week.last:%m-%d}"
        )
        picture.text(MARGIN, y, dates, BODY, FAINT)
        y += line_height(BODY) + BIG / 2
        shown = (
            (week.asked, say("report.figure_asked")),
            (week.chats, say("report.figure_chats")),
            (week.answers.asked, say("report.figure_people")),
            (week.verdicts.get(Verdict.WRONG, 0), say("report.figure_wrong")),
        )
        return figures(picture, y, shown)

    def _outcomes(self, picture: Picture, y: float) -> float:
        week = self.week
        y = outcomes(picture, y, (week.found, week.offered, week.missed), self.say)
        return picture.paragraph(y, self._judged(), BODY, FAINT) + 8

    def _judged(self) -> str:
        week, answers = self.week, self.week.answers
        said = self.say(
            "report.picture_verdicts",
            useful=week.verdicts.get(Verdict.USEFUL, 0),
            unsolved=week.verdicts.get(Verdict.UNSOLVED, 0),
        )
        kept = self.say("report.picture_kept", asked=answers.asked, in_time=answers.in_time)
        return f"{said}    {kept}" if answers.asked else said

    def _guides(self, picture: Picture, y: float) -> float:
        shown = self.week.guides[:SHOWN_GUIDES]
        if not shown:
            return y
        y = self._heading(picture, y, "report.most_asked")
        longest = shown[0][1]
        for guide, count in shown:
            picture.text(MARGIN, y, self.paper.names.get(guide, guide), BODY, width=SPAN - 120)
            picture.text(WIDTH - MARGIN, y, str(count), BODY, align="right")
            picture.box(MARGIN, y + 24, SPAN, 16, TRACK)
            picture.box(MARGIN, y + 24, SPAN * count / longest, 16, FOUND)
            y += ROW
        return y

    def _wrong(self, picture: Picture, y: float) -> float:
        """Which guides somebody says are wrong, and in what; no word of who asked."""
        told = Counter(_said_wrong(one, self.paper.names, self.say) for one in self.week.wrong)
        if told:
            y = self._heading(picture, y, "report.sheet_wrong")
        for line, times in told.most_common(SHOWN_WRONG):
            counted = self.say("report.picture_wrong", what=line, times=times)
            y = picture.paragraph(y, counted, BODY)
        return y

    def _texts(self, picture: Picture, y: float) -> float:
        missed = self.week.missed_texts[:SHOWN_TEXTS]
        if missed:
            y = self._heading(picture, y, "report.most_missed")
        for text, times in missed:
            line = self.say("report.picture_missed", text=_short(text), times=times)
            y = picture.paragraph(y, line, BODY)
        if self.paper.words:
            y = self._heading(picture, y + 16, "report.new_words")
            words = self.say("ask.join").join(word for word, _ in self.paper.words)
            y = picture.paragraph(y, words, BODY)
        return y

    def _heading(self, picture: Picture, y: float, key: str) -> float:
        y += LABEL * 0.6
        picture.text(MARGIN, y, self.say(key), LABEL, INK)
        return y + line_height(LABEL) + 8


def _short(text: str) -> str:
    """One line's worth of a question, however it is written."""
    return (
        text if len(lines(text, BODY, SPAN * 0.8)) < 2 else lines(text, BODY, SPAN * 0.8)[0] + "…"
    )


COLUMNS = (60, 14, 30)
"""Widths in characters of every sheet's three columns."""


def week_sheet(paper: WeekPaper, say: Saying) -> bytes:
    """What was asked, missed, said to be wrong, new, and waited for: a sheet each, as XLSX."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in _sheets(paper, say):
        sheet = book.create_sheet(say(f"report.sheet_{name}"))
        _fill(sheet, paper, say, name, rows)
    first = paper.week.first
    return to_bytes(book, datetime(first.year, first.month, first.day, tzinfo=UTC))


def _sheets(
    paper: WeekPaper, say: Saying
) -> Sequence[tuple[str, Sequence[tuple[str, str | int, str]]]]:
    week, names = paper.week, paper.names
    return (
        ("sums", _sums(week, say)),
        ("asked", [(names.get(guide, guide), count, "") for guide, count in week.guides]),
        ("missed", [(text, times, "") for text, times in week.missed_texts]),
        (
            "wrong",
            [(one.text, 1, _said_wrong(one, names, say)) for one in week.wrong],
        ),
        ("words", [(word, times, "") for word, times in paper.words]),
        ("wanted", [(text, times, "") for text, times in paper.wanted]),
    )


def _said_wrong(one: Wrong, names: Mapping[str, str], say: Saying) -> str:
    """The guide, and the reason where one was given."""
    why = say("report.reason", reason=say(f"felt.why_{one.reason}")) if one.reason else ""
    return f"{names.get(one.guide, one.guide)}{why}"


def _sums(week: Week, say: Saying) -> list[tuple[str, str | int, str]]:
    figures = {
        "asked": week.asked,
        "chats": week.chats,
        "found": week.found,
        "offered": week.offered,
        "chosen": week.chosen,
        "missed": week.missed,
        "passed_on": week.passed_on,
        "useful": week.verdicts.get(Verdict.USEFUL, 0),
        "unsolved": week.verdicts.get(Verdict.UNSOLVED, 0),
        "wrong": week.verdicts.get(Verdict.WRONG, 0),
        "people": week.answers.asked,
        "answered": week.answers.answered,
        "in_time": week.answers.in_time,
        "solved": week.answers.solved,
        "again": week.answers.unsolved,
    }
    return [(say(f"report.sum_{name}"), count, "") for name, count in figures.items()]


def _fill(
    sheet: Worksheet,
    paper: WeekPaper,
    say: Saying,
    name: str,
    rows: Sequence[tuple[str, str | int, str]],
) -> None:
    week = paper.week
    title = say(
        "report.sheet_title",
        community=paper.community,
        first=f"{week.first:%Y-%m-%d}",
        last=f"{week.last:%Y-%m-%d}",
    )
    write(merged(sheet, 1, 1, 3), title, size=14, bold=True).alignment = aligned("center")
    sheet.row_dimensions[1].height = 30
    heads = (say(f"report.col_{name}"), say("report.col_count"), say("report.col_note"))
    for row, cells in enumerate([heads, *(rows or [(say("report.sheet_nothing"), "", "")])], 2):
        for column, text in enumerate(cells, 1):
            cell = write(merged(sheet, row, column, column), text, bold=row == 2)
            cell.alignment = aligned("center" if column == 2 or row == 2 else "left")
            cell.border = GRID
        sheet.row_dimensions[row].height = height_for(cells, COLUMNS)
    for column, width in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for_paper(sheet, "1:2", say("papers.page", page="&P", pages="&N"))
    sheet.freeze_panes = "A3"
