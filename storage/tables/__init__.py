"""Every table, one module for each capability; `metadata` is the sum that the migrations must equal."""

from storage.tables import (
    checkin,
    clock,
    content,
    duties,
    enquiries,
    help,
    messaging,
    people,
    roster,
    service,
    survey,
    visit,
)
from storage.tables.base import metadata

__all__ = [
    "checkin",
    "clock",
    "content",
    "duties",
    "enquiries",
    "help",
    "messaging",
    "metadata",
    "people",
    "roster",
    "service",
    "survey",
    "visit",
]
