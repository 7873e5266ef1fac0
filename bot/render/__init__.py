"""Pure functions from values to bytes: pictures for the chat, spreadsheets for the office."""

from typing import Protocol


class Saying(Protocol):
    """One language's sentences as plain text, for instance `Say.plain` of the catalogues."""

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence under a key such as `papers.board_title`, its gaps filled."""
