"""HSDS's tabular form: the nested services as CSV tables in a data package, and back."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo, is_zipfile

from knowledge.source import ContentError

TABLES: Mapping[str, tuple[str, ...]] = {
    "organizations": ("id", "name", "description"),
    "services": (
        "id", "organization_id", "name", "description", "status", "eligibility_description",
        "application_process", "fees_description", "assured_date",
    ),
    "phones": ("id", "service_id", "number"),
    "schedules": ("id", "service_id", "description"),
    "locations": ("id", "location_type", "name", "description"),
    "service_at_location": ("id", "service_id", "location_id"),
    "required_documents": ("id", "service_id", "document"),
    "taxonomy_terms": ("id", "code", "name", "description", "taxonomy"),
    "attributes": ("id", "link_id", "link_entity", "taxonomy_term_id", "value"),
}  # fmt: skip
"""The files of the package, by HSDS's names, and the columns that we write."""
LISTS = ("phones", "schedules", "required_documents")
MOST_BYTES = 50_000_000
"""Of an unpacked file: what is larger is no directory of a city."""

_DAY = (1980, 1, 1, 0, 0, 0)

Json = Mapping[str, Any]
Rows = dict[str, dict[str, dict[str, Any]]]


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
    own = {"service_id": service["id"]}
    rows["organizations"][service["organization"]["id"]] = service["organization"]
    rows["services"][service["id"]] = dict(service)
    for name in LISTS:
        for each in service[name]:
            rows[name][each["id"]] = {**each, **own}
    for at in service["service_at_locations"]:
        place = at["location"]
        rows["locations"][place["id"]] = place
        rows["service_at_location"][at["id"]] = {**at, **own, "location_id": place["id"]}
    for attribute in service["attributes"]:
        term = attribute["taxonomy_term"]
        rows["taxonomy_terms"][term["id"]] = term
        link = {"link_id": service["id"], "taxonomy_term_id": term["id"]}
        rows["attributes"][attribute["id"]] = {**attribute, **link}


def _csvs(rows: Rows) -> Iterator[tuple[str, str]]:
    for name, columns in TABLES.items():
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows[name].values())
        yield f"{name}.csv", out.getvalue()


def _described() -> str:
    resources = [
        {
            "name": name,
            "path": f"{name}.csv",
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {"fields": [{"name": column, "type": "string"} for column in columns]},
        }
        for name, columns in TABLES.items()
    ]
    whole = {"name": "linli-hsds", "profile": "tabular-data-package", "resources": resources}
    return json.dumps(whole, ensure_ascii=False, indent=1)


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
    places = {row["id"]: row for row in tables.get("locations", ())}
    terms = {row["id"]: row for row in tables.get("taxonomy_terms", ())}
    belonging: dict[tuple[str, str], list[Json]] = defaultdict(list)
    for name in LISTS:
        for row in tables.get(name, ()):
            belonging[name, row.get("service_id", "")].append(row)
    for row in tables.get("service_at_location", ()):
        at = {**row, "location": places.get(row.get("location_id", ""))}
        belonging["service_at_locations", row.get("service_id", "")].append(at)
    for row in tables.get("attributes", ()):
        attribute = {**row, "taxonomy_term": terms.get(row.get("taxonomy_term_id", ""))}
        belonging["attributes", row.get("link_id", "")].append(attribute)
    lists = (*LISTS, "service_at_locations", "attributes")
    return [
        {**row, **{name: belonging[name, row["id"]] for name in lists}}
        for row in tables["services"]
    ]
