"""What is wrong in a workbook, gathered so that an office corrects it in one go."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.workbook.layout import Column, Sheet
from knowledge.source import ContentError
from knowledge.value import Wrong
from wording import Say

_WORDS = {
    "missing": "empty",
    "string_too_short": "empty",
    "string_type": "empty",
    "too_short": "empty",
    "string_pattern_mismatch": "pattern",
}


class Placed(Protocol):
    """A sheet as read, which knows where its columns are."""

    sheet: Sheet
    letters: dict[str, str]


class Problems:
    """Sentences about sheets, rows and columns, in the language of the workbook."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.told: list[str] = []
        self._broken = False
        self._places: set[tuple[str, int, str]] = set()

    def broken(self, sentence: str) -> None:
        """A sheet or a column is not what it should be; what follows from that is not told."""
        self._broken = True
        self.add(sentence)

    def stop_if_broken(self) -> None:
        """Raise ContentError if the rows cannot be understood at all."""
        if self._broken:
            self.stop()

    def add(self, sentence: str) -> None:
        """One more."""
        if sentence not in self.told:
            self.told.append(sentence)

    def stop(self) -> None:
        """Raise ContentError if anything is wrong so far."""
        if self.told:
            raise ContentError(self.told)

    def at(self, sheet: Sheet, row: int, column: Column, cell: str, why: str) -> None:
        """Something is wrong in a cell; what is found first says most, so the rest is not told."""
        place = (sheet.name, row, column.field)
        if place in self._places:
            return
        self._places.add(place)
        self.add(
            self.say.plain(
                "content.bad_cell",
                sheet=sheet.title(self.say),
                row=row,
                column=sheet.heading(column, self.say),
                cell=cell,
                why=why,
            )
        )

    def at_field(self, table: Placed, row: int, name: str, why: str) -> None:
        """The same, by the field's name."""
        column = next((c for c in table.sheet.columns if c.field == name), table.sheet.columns[0])
        letter = table.letters.get(column.field, "A")
        self.at(table.sheet, row, column, f"{letter}{row}", why)

    def tell(self, table: Placed, row: int, name: str | None, fault: Mapping[str, Any]) -> None:
        """What the check of a guide found, where the office sees it."""
        self.at_field(table, row, name or "id", self._why(fault))

    def lacks(self, table: Placed, guides: Placed, row: int) -> None:
        """A guide needs a row on another sheet and has none."""
        why = self.say.plain("content.bad_lacks", sheet=table.sheet.title(self.say))
        self.at_field(guides, row, "id", why)

    def _why(self, fault: Mapping[str, Any]) -> str:
        found = fault.get("ctx", {}).get("error")
        if isinstance(found, Wrong):
            return self.say.plain(f"content.bad_{found.kind}", said=found.said)
        if kind := _WORDS.get(fault["type"]):
            return self.say.plain(f"content.bad_{kind}")
        return str(found or fault["msg"])
