"""A long list, some at a time: nothing is cut off, and the count is that of the whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.messages import Button, Rows
from wording import Say

A_PAGE = 5
"""What a telephone shows without much scrolling."""

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Page(Generic[One]):
    """The entries from `start` on, of all there are."""

    everything: Sequence[One]
    start: int

    @classmethod
    def of(cls, everything: Sequence[One], start: int) -> "Page[One]":
        """A page that exists, whatever an old or forged button says."""
        last = (len(everything) - 1) // A_PAGE * A_PAGE
        return cls(everything, min(max(start, 0) // A_PAGE * A_PAGE, max(last, 0)))

    def numbered(self) -> Iterator[tuple[int, One]]:
        """The page's entries with their numbers in the whole list, from 1."""
        return enumerate(self.everything[self.start : self.start + A_PAGE], self.start + 1)

    def turns(self, say: Say, action: str) -> Rows:
        """The row of buttons that turn the page; none where there is one page."""
        rest = len(self.everything) - self.start - A_PAGE
        row = []
        if self.start > 0:
            row.append(Button(say.plain("menu.newer"), f"{action}:{self.start - A_PAGE}"))
        if rest > 0:
            more = say.plain("menu.more", count=rest)
            row.append(Button(more, f"{action}:{self.start + A_PAGE}"))
        return (tuple(row),) if row else ()
