"""Every table, one module for each capability; `metadata` is the sum that the migrations must equal."""

from storage.tables import (
    checkin,
    clock,
    content,
    device,
    duties,
    enquiries,
    family,
    help,
    ledger,
    messaging,
    people,
    probe,
    questionnaires,
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
    "device",
    "duties",
    "enquiries",
    "family",
    "help",
    "ledger",
    "messaging",
    "metadata",
    "people",
    "probe",
    "questionnaires",
    "roster",
    "service",
    "survey",
    "visit",
]
