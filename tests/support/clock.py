"""A clock that tests move by hand."""

from datetime import UTC, datetime, timedelta


class HandClock:
    """Stands still until it is moved; a working Monday morning in Ningbo to begin with."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **kwargs: float) -> None:
        """Let time pass: `forward(seconds=60)`."""
        self.now += timedelta(**kwargs)
