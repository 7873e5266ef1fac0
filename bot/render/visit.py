"""The month's visit diary as a spreadsheet in its habitual form, and the board of all workers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.render import Saying
from bot.render.picture import (
    FAINT,
    INK,
    MARGIN,
    TRACK,
    WIDTH,
    Picture,
    line_height,
    lines,
)
from bot.render.sheet import GRID, aligned, for_paper, height_for, merged, to_bytes, write
from domain.ledger_facts import Cover
from domain.visit import (
    BoardRow,
    DiaryLine,
    Mode,
    MonthDiary,
    Pace,
    count_attempts,
    count_home_days,
    count_homes,
    count_modes,
)

COLUMNS = (
    ("number", 6),
    ("date", 15),
    ("time", 8),
    ("address", 18),
    ("mode", 11),
    ("topics", 16),
    ("note", 42),
    ("follow_up", 24),
    ("remark", 14),
)
"""The diary's columns in their order, with their widths in characters."""
LAST = len(COLUMNS)
CENTRED = frozenset({"number", "date", "time", "mode"})


def month_diary(diary: MonthDiary, say: Saying) -> bytes:
    """《社工走访日记》 of one worker and month as XLSX; the same diary gives the same bytes."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = say("papers.diary_sheet")
    _head(sheet, diary, say)
    row = _body(sheet, diary, say, 4)
    _totals(sheet, diary, say, row)
    _signatures(sheet, diary, say, row + 2)
    for_paper(sheet, "1:3", say("papers.diary_page", page="&P", pages="&N"))
    sheet.freeze_panes = "A4"
    first = diary.month.first_day
    return to_bytes(book, datetime(first.year, first.month, 1, tzinfo=UTC))


def _head(sheet: Worksheet, diary: MonthDiary, say: Saying) -> None:
    title = write(merged(sheet, 1, 1, LAST), say("papers.diary_title"), size=18, bold=True)
    title.alignment = aligned("center")
    sheet.row_dimensions[1].height = 34
    month = say("papers.diary_month", year=diary.month.year, month=diary.month.number)
    unit = say("papers.diary_unit", community=diary.community)
    worker = say("papers.diary_worker", worker=diary.worker)
    for text, first, last in ((unit, 1, 5), (worker, 6, 7), (month, 8, LAST)):
        write(merged(sheet, 2, first, last), text, size=12).alignment = aligned()
    sheet.row_dimensions[2].height = 24
    for column, (name, width) in enumerate(COLUMNS, start=1):
        cell = write(merged(sheet, 3, column, column), say(f"papers.diary_col_{name}"), bold=True)
        cell.alignment, cell.border = aligned("center"), GRID
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[3].height = 24


def _body(sheet: Worksheet, diary: MonthDiary, say: Saying, row: int) -> int:
    """The lines from `row` on; gives the row after them."""
    if not diary.lines:
        empty = write(merged(sheet, row, 1, LAST), say("papers.diary_nothing"))
        empty.alignment = aligned("center")
        return row + 1
    for number, line in enumerate(diary.in_order(), start=1):
        texts = _texts(number, line, diary, say)
        for column, ((name, _), text) in enumerate(zip(COLUMNS, texts, strict=True), start=1):
            cell = write(merged(sheet, row, column, column), text)
            cell.alignment = aligned("center" if name in CENTRED else "left")
            cell.border = GRID
        sheet.row_dimensions[row].height = height_for(texts, [width for _, width in COLUMNS])
        row += 1
    return row


def _texts(number: int, line: DiaryLine, diary: MonthDiary, say: Saying) -> Sequence[str | int]:
    """What stands in the columns of one line."""
    local = line.made_at.astimezone(diary.zone)
    weekday = say("papers.diary_weekdays").split()[local.weekday()]
    topics = [say(f"papers.topic_{topic}") for topic in line.topics]
    return (
        number,
        say("papers.diary_date", month=local.month, day=local.day, weekday=weekday),
        f"{local:%H:%M}",
        line.address,
        say(f"papers.mode_{line.mode}"),
        say("papers.topic_join").join(topics),
        line.note,
        line.follow_up,
        line.remark,
    )


def _totals(sheet: Worksheet, diary: MonthDiary, say: Saying, row: int) -> None:
    visits = diary.visits()
    modes = count_modes(visits)
    figures = (
        ("visits", count_home_days(visits)),
        ("homes", count_homes(visits)),
        ("nobody", count_attempts(visits)),
        ("other", modes[Mode.PHONE] + modes[Mode.PATROL]),
        ("target", diary.target),
    )
    said = [say(f"papers.diary_total_{name}", count=count) for name, count in figures]
    label = write(merged(sheet, row, 1, 2), say("papers.diary_totals"), bold=True)
    label.alignment = aligned("center")
    write(merged(sheet, row, 3, LAST), "    ".join(said), bold=True).alignment = aligned()
    for column in range(1, LAST + 1):
        sheet.cell(row, column).border = GRID
    sheet.row_dimensions[row].height = 26
    write(
        merged(sheet, row + 1, 1, LAST), say("papers.diary_counting"), size=9
    ).alignment = aligned()
    sheet.row_dimensions[row + 1].height = 18


def _signatures(sheet: Worksheet, diary: MonthDiary, say: Saying, row: int) -> None:
    date_text = _filled_on(diary.filled_on, say)
    signed = (
        (say("papers.diary_sign_worker"), 1, 4),
        (say("papers.diary_sign_head"), 5, 7),
        (say("papers.diary_sign_date", date=date_text), 8, LAST),
    )
    for text, first, last in signed:
        write(merged(sheet, row, first, last), text, size=12).alignment = aligned()
    sheet.row_dimensions[row].height = 40


def _filled_on(day: date | None, say: Saying) -> str:
    if day is None:
        return say("papers.diary_blank_date")
    return say("papers.diary_filled_on", year=day.year, month=day.month, day=day.day)


TITLE, NAME, BODY = 50, 38, 30
ROW, BAR = 132, 40
"""Heights in pixels of one worker and of the bar."""
MOST_ROWS = 60
"""More would make the picture higher than a chat shows (width and height over 10,000 pixels are
refused by Telegram); the rest is in the sheet."""
GOOD, BAD, WORST = "#2166ac", "#c2570c", "#b2182b"


AGES = ("#2166ac", "#67a9cf", "#d8b365", "#c2570c", "#b2182b")
"""Colours of homes by their last visit, from the last 30 days to never."""


def board_picture(
    rows: Sequence[BoardRow],
    community: str,
    day: date,
    say: Saying,
    homes: Cover | None = None,
    overdue: int = 0,
) -> bytes:
    """Every worker's visits against the pace as a PNG 1080 pixels wide, in the order given; below, all
    `homes` by their last visit, the special ones, and what is overdue."""
    shown = rows[:MOST_ROWS]
    title = say("papers.board_title", community=community)
    head = MARGIN + line_height(TITLE) * len(lines(title, TITLE)) + 2 * line_height(BODY)
    more = len(rows) > len(shown) or not rows
    foot = _COVER_ROOM + line_height(BODY) * len(homes.ages) if homes and homes.homes else 0
    picture = Picture(head + 40 + ROW * len(shown) + line_height(BODY) * more + foot)
    y = picture.paragraph(MARGIN + TITLE / 2, title, TITLE)
    y = picture.paragraph(
        y, say("papers.board_day", year=day.year, month=day.month, day=day.day), BODY, FAINT
    )
    y = picture.paragraph(y, say("papers.board_expected"), BODY, FAINT) + 28
    longest = max((max(row.pace.done, row.pace.target) for row in shown), default=0)
    for row in shown:
        _worker(picture, y, row, longest, say)
        y += ROW
    if more:
        rest = len(rows) - len(shown)
        key = "papers.board_more" if rows else "papers.board_empty"
        picture.text(MARGIN, y, say(key, count=rest), BODY, FAINT)
        y += line_height(BODY)
    if homes is not None and foot:
        _cover(picture, y + 12, homes, overdue, say)
    return picture.png()


_COVER_ROOM = 300
"""The height in pixels of the coverage but for its ages."""
_AGES = ("cover30", "cover90", "cover180", "cover_over", "cover_never")


def _cover(picture: Picture, y: float, homes: Cover, overdue: int, say: Saying) -> None:
    """One bar of all homes by their last visit, its parts in words, special homes and what is late."""
    y = picture.paragraph(y + NAME / 2, say("visitboard.homes"), NAME) + 8
    span, x = WIDTH - 2 * MARGIN, float(MARGIN)
    for count, colour in zip(homes.ages, AGES, strict=True):
        width = span * count / homes.homes
        picture.box(x, y, width, BAR, colour)
        x += width
    y += BAR + 40
    for count, colour, key in zip(homes.ages, AGES, _AGES, strict=True):
        picture.box(MARGIN, y - 14, 28, 28, colour)
        picture.text(MARGIN + 44, y, say(f"ledger.col_{key}"), BODY)
        share = say("papers.board_homes", count=count, percent=round(count * 100 / homes.homes))
        picture.text(WIDTH - MARGIN, y, share, BODY, align="right")
        y += line_height(BODY)
    y += 16
    special = (
        say("visitboard.special", hit=homes.special_seen, of=homes.special)
        if homes.special
        else say("visitboard.special_none")
    )
    y = picture.paragraph(y, special, BODY)
    late = say("visitboard.overdue", count=overdue) if overdue else say("visitboard.overdue_none")
    picture.paragraph(y, late, BODY, WORST if overdue else INK)


def _worker(picture: Picture, y: float, row: BoardRow, longest: int, say: Saying) -> None:
    status, colour = _status(row.pace, say)
    count = say("papers.board_count", done=row.pace.done, target=row.pace.target)
    right = WIDTH - MARGIN
    taken = picture.text(right, y, f"{count}  {status}", BODY, colour, align="right", width=620)
    picture.text(MARGIN, y, row.worker, NAME, width=right - MARGIN - taken - 24)
    unit = (right - MARGIN) / max(longest, 1)
    top = y + 32
    picture.box(MARGIN, top, row.pace.target * unit, BAR, TRACK)
    picture.box(MARGIN, top, row.pace.done * unit, BAR, colour)
    if row.pace.target:
        picture.box(MARGIN + row.pace.expected_by_now * unit - 2, top - 8, 5, BAR + 16, INK)


def _status(pace: Pace, say: Saying) -> tuple[str, str]:
    """How a month stands, in words as well as in colour."""
    if not pace.target:
        return say("papers.board_none"), FAINT
    if pace.kept:
        return say("papers.board_kept"), GOOD
    if pace.impossible:
        return say("papers.board_impossible"), WORST
    if pace.behind:
        return say("papers.board_behind", count=pace.expected_by_now - pace.done), BAD
    return say("papers.board_ahead"), GOOD
