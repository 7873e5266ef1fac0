"""HSDS's tabular form: the nested services as CSV tables in a data package, and back.

Names, files, columns, keys and types are those of the standard's own `datapackage.json`, release 3.0.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo, is_zipfile

from knowledge.source import ContentError


@dataclass(frozen=True, slots=True)
class Table:
    """A file of the package: the standard's name for it, and the columns that we write."""

    name: str
    columns: tuple[str, ...]


OF_A_PLACE = ("service_id", "location_id")
TABLES: Mapping[str, Table] = {
    "organizations": Table("organization", ("id", "name", "description")),
    "services": Table("service", (
        "id", "organization_id", "name", "description", "status", "eligibility_description",
        "application_process", "fees_description", "assured_date",
    )),
    "phones": Table("phone", ("id", *OF_A_PLACE, "organization_id", "number")),
    "schedules": Table("schedule", (
        "id", *OF_A_PLACE, "freq", "byday", "description", "opens_at", "closes_at",
    )),
    "locations": Table("location", (
        "id", "location_type", "organization_id", "name", "description", "latitude", "longitude",
    )),
    "addresses": Table("address", (
        "id", "location_id", "address_1", "city", "state_province", "postal_code", "country",
        "address_type",
    )),
    "accessibility": Table("accessibility", ("id", "location_id", "description")),
    "service_at_location": Table("service_at_location", ("id", *OF_A_PLACE)),
    "required_documents": Table("required_document", ("id", "service_id", "document")),
    "taxonomy_terms": Table("taxonomy_term", ("id", "code", "name", "description", "taxonomy")),
    "attributes": Table("attribute", (
        "id", "link_id", "taxonomy_term_id", "link_entity", "value",
    )),
}  # fmt: skip
"""The files of the package, by name without its ending."""
LISTS: Mapping[str, tuple[str, ...]] = {
    "organizations": ("phones",),
    "services": ("phones", "schedules", "required_documents"),
    "locations": ("phones", "schedules", "addresses", "accessibility"),
    "service_at_location": ("phones", "schedules"),
}
"""What is nested in whom in the JSON form, beside attributes and places."""
MOST_BYTES = 50_000_000
"""Of an unpacked file: what is larger is no directory of a city."""

_DAY = (1980, 1, 1, 0, 0, 0)

Json = Mapping[str, Any]
Rows = dict[str, dict[str, dict[str, Any]]]


def as_json(services: Sequence[Json]) -> bytes:
    """The services as one JSON file."""
    return json.dumps({"services": services}, ensure_ascii=False, indent=1).encode()


def to_zip(services: Sequence[Json]) -> bytes:
    """The package; the same services give the same bytes."""
    rows: Rows = {name: {} for name in TABLES}
    for service in services:
        _flatten(service, rows)
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, text in (("datapackage.json", _described()), *_csvs(rows)):
            info = ZipInfo(name, _DAY)
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, text)
    return out.getvalue()


def _flatten(service: Json, rows: Rows) -> None:
    _put("organizations", service["organization"], rows)
    _put("services", service, rows)
    for at in service["service_at_locations"]:
        place = at["location"]
        _put("locations", place, rows)
        link = {"service_id": service["id"], "location_id": place["id"]}
        rows["service_at_location"][at["id"]] = {**at, **link}


def _put(table: str, each: Json, rows: Rows) -> None:
    """A row, and rows for what is nested in it."""
    rows[table][each["id"]] = dict(each)
    key = f"{TABLES[table].name}_id"
    for name in LISTS[table]:
        for part in each.get(name, ()):
            rows[name][part["id"]] = {**part, key: each["id"]}
    for attribute in each.get("attributes", ()):
        term = attribute["taxonomy_term"]
        rows["taxonomy_terms"][term["id"]] = term
        link = {"link_id": each["id"], "taxonomy_term_id": term["id"]}
        rows["attributes"][attribute["id"]] = {**attribute, **link}


def _csvs(rows: Rows) -> Iterator[tuple[str, str]]:
    for name, table in TABLES.items():
        out = io.StringIO()
        writer = csv.DictWriter(out, table.columns, extrasaction="ignore", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows[name].values())
        yield f"{name}.csv", out.getvalue()


def _described() -> str:
    resources = [
        {
            "name": table.name,
            "path": f"{file}.csv",
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {
                "primaryKey": "id",
                "fields": [_field(column) for column in table.columns],
                "foreignKeys": [*_foreign(table)],
            },
        }
        for file, table in TABLES.items()
    ]
    whole = {
        "name": "human_services_data",
        "title": "Human Services Data Specification",
        "version": "3.0.0",
        "homepage": "https://docs.openreferral.org",
        "profile": "tabular-data-package",
        "resources": resources,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _field(column: str) -> Json:
    kind = "number" if column in ("latitude", "longitude") else "string"
    if column == "id":
        return {"name": column, "type": kind, "constraints": {"required": True, "unique": True}}
    return {"name": column, "type": kind}


def _foreign(table: Table) -> Iterator[Json]:
    known = {each.name for each in TABLES.values()}
    for column in table.columns:
        if (name := column.removesuffix("_id")) != column and name in known:
            yield {"fields": column, "reference": {"resource": name, "fields": "id"}}


def nested(file: bytes) -> list[Json]:
    """The services of a package or of a JSON file, what belongs to each nested in it."""
    try:
        if is_zipfile(io.BytesIO(file)):
            return _joined(_tables(file))
        data = json.loads(file)
    except (BadZipFile, UnicodeDecodeError, json.JSONDecodeError, csv.Error, KeyError) as error:
        raise ContentError([f"no HSDS file: {type(error).__name__}"]) from None
    found = data.get("services", data.get("contents")) if isinstance(data, dict) else data
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ContentError(["no HSDS file: it must hold a list of services"])
    return found


def _tables(file: bytes) -> Mapping[str, list[dict[str, str]]]:
    tables = {}
    with ZipFile(io.BytesIO(file)) as archive:
        for info in archive.infolist():
            name = info.filename.rpartition("/")[2].removesuffix(".csv")
            if name == "service_at_locations":  # other releases of HSDS call it so
                name = "service_at_location"
            if name in TABLES and info.file_size <= MOST_BYTES:
                text = archive.read(info).decode("utf-8-sig")
                tables[name] = list(csv.DictReader(io.StringIO(text, newline="")))
    if "services" not in tables:
        raise ContentError(["no HSDS package: it has no services.csv"])
    return tables


def _joined(tables: Mapping[str, list[dict[str, str]]]) -> list[Json]:
    attributes = _attributes(tables)
    whole = {
        name: {
            row["id"]: {**row, **lists[row["id"]], "attributes": attributes[row["id"]]}
            for row in tables.get(name, ())
        }
        for name in LISTS
        for lists in [_lists(name, tables)]
    }
    at: dict[str, list[Json]] = defaultdict(list)
    for row in whole["service_at_location"].values():
        place = whole["locations"].get(row.get("location_id", ""))
        at[row.get("service_id", "")].append({**row, "location": place})
    return [
        {
            **service,
            "organization": whole["organizations"].get(service.get("organization_id", "")),
            "service_at_locations": at[service["id"]],
        }
        for service in whole["services"].values()
    ]


def _lists(table: str, tables: Mapping[str, list[dict[str, str]]]) -> dict[str, dict[str, Any]]:
    """By id of a row of the table, what belongs to it; a row may belong to a service and a place."""
    key = f"{TABLES[table].name}_id"
    found: dict[str, dict[str, Any]] = defaultdict(lambda: {n: [] for n in LISTS[table]})
    for name in LISTS[table]:
        for row in tables.get(name, ()):
            if row.get(key):
                found[row[key]][name].append(row)
    return found


def _attributes(tables: Mapping[str, list[dict[str, str]]]) -> dict[str, list[Json]]:
    terms = {row["id"]: row for row in tables.get("taxonomy_terms", ())}
    found: dict[str, list[Json]] = defaultdict(list)
    for row in tables.get("attributes", ()):
        term = terms.get(row.get("taxonomy_term_id", ""))
        found[row.get("link_id", "")].append({**row, "taxonomy_term": term})
    return found
