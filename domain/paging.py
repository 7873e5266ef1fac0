"""Long lists over several pictures or pages, numbered from 1."""

from collections.abc import Sequence
from typing import TypeVar

One = TypeVar("One")


def pages(count: int, each: int) -> int:
    """How many pages of `each` hold so many; one where there are none."""
    return max(1, -(-count // each))


def on_page(rows: Sequence[One], page: int, each: int) -> tuple[int, Sequence[One]]:
    """The rows of a page, and how many come before them; beyond the last page, those of the last."""
    before = each * (min(max(1, page), pages(len(rows), each)) - 1)
    return before, rows[before : before + each]
