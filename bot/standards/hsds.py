"""Open Referral HSDS 3: guides as services, with their places, numbers, hours and papers.

What HSDS has no field for travels as attributes under a taxonomy of our own, so our own package comes
back whole; a package of somebody else's changes what it says and leaves the rest.
docs/content.md has the whole mapping.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import ValidationError

from bot.standards.blank import OPEN, blank
from bot.standards.package import nested, to_zip
from bot.standards.papers import paper_from, paper_text
from bot.workbook.layout import lines, unlines
from knowledge.guides import Guide, GuideBook, Where, body_of
from knowledge.source import ContentError

TAXONOMY = "linli-guide"
ATTRIBUTES = (
    "id", "category", "audience", "time_limit", "legal_basis", "can_community_stamp", "stamp_note",
    "questions", "source", "source_grade", "more_sources", "verified", "unverified_fields", "note",
    "editor_note", "as_of", "english",
)  # fmt: skip
"""Fields of a guide that HSDS has no place for."""
IGNORED = frozenset({
    "id", "organization_id", "organization", "name", "description", "status", "eligibility_description",
    "application_process", "fees_description", "assured_date", "phones", "schedules",
    "service_at_locations", "required_documents", "attributes",
})  # fmt: skip
"""Fields of a service that are read, or say nothing of their own."""

Json = Mapping[str, Any]


def to_json(book: GuideBook) -> bytes:
    """All services in one JSON file, what belongs to each nested in it."""
    whole = {"services": [_service(guide, book) for guide in book.guides]}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def to_package(book: GuideBook) -> bytes:
    """A tabular data package: a zip of CSV files and their `datapackage.json`."""
    return to_zip([_service(guide, book) for guide in book.guides])


def _key(*parts: str) -> str:
    """The same thing gets the same UUID in every export."""
    return str(uuid5(NAMESPACE_URL, "/".join(("linli", *parts))))


def _service(guide: Guide, book: GuideBook) -> Json:
    organization = _organization(guide.where[0], book)
    return {
        "id": _key("service", guide.id),
        "organization_id": organization["id"],
        "organization": organization,
        "name": guide.name,
        "description": guide.summary,
        "status": "active",
        "eligibility_description": lines(guide.eligibility),
        "application_process": lines(guide.steps),
        "fees_description": guide.fee,
        "assured_date": (guide.checked or guide.as_of).isoformat(),
        "phones": [
            {"id": _key("phone", guide.id, str(n)), "number": number}
            for n, number in enumerate(guide.phone)
        ],
        "schedules": [{"id": _key("schedule", guide.id), "description": guide.hours}],
        "service_at_locations": [
            _at_location(guide, n, where) for n, where in enumerate(guide.where)
        ],
        "required_documents": [
            {"id": _key("document", guide.id, str(n)), "document": paper_text(paper)}
            for n, paper in enumerate(guide.materials)
        ],
        "attributes": list(_attributes(guide)),
    }


def _organization(where: Where, book: GuideBook) -> Json:
    """Whoever the window belongs to; a guide names the kind of office, not its full title."""
    name = f"{book.region} · {where.type}"
    return {"id": _key("organization", where.type), "name": name, "description": name}


def _at_location(guide: Guide, number: int, where: Where) -> Json:
    kind = "virtual" if where.type == "online" else "physical"
    location = {
        "id": _key("location", where.type, where.text),
        "location_type": kind,
        "name": where.text,
        "description": where.type,
    }
    return {"id": _key("at", guide.id, str(number)), "location": location}


def _attributes(guide: Guide) -> Iterator[Json]:
    body = body_of(guide)
    for field in ATTRIBUTES:
        if field in body:
            yield {
                "id": _key("attribute", guide.id, field),
                "link_entity": "service",
                "value": json.dumps(body[field], ensure_ascii=False),
                "taxonomy_term": {
                    "id": _key("term", field),
                    "code": field,
                    "name": field,
                    "description": f"{field} of a guide, as JSON",
                    "taxonomy": TAXONOMY,
                },
            }


def read(file: bytes, now: GuideBook) -> tuple[GuideBook, list[str]]:
    """Guides from a package or a JSON file, and what of it a guide has no place for."""
    services = nested(file)
    problems: list[str] = []
    guides = [g for service in services if (g := _guide(service, now, problems))]
    if problems or not guides:
        raise ContentError(problems or ["the file holds no services"])
    lost = sorted({field for s in services for field, v in s.items() if v and field not in IGNORED})
    return now.with_guides(guides), [f"{field}: a guide has no place for it" for field in lost]


def _guide(service: Json, now: GuideBook, problems: list[str]) -> Guide | None:
    ours = dict(_ours(service))
    name = str(service.get("name") or "")
    known = next((g for g in now.guides if _key("service", g.id) == service.get("id")), None)
    known = known or now.by_id.get(str(ours.get("id", "")))
    try:
        body = body_of(known or blank(name or OPEN, now)) | ours
        body |= {field: value for field, value in _said(service) if value}
        return Guide.model_validate(body)
    except ValidationError as error:
        problems += [f"service {name!r}: {p['loc']}: {p['msg']}" for p in error.errors()]
        return None


def _ours(service: Json) -> Iterator[tuple[str, Any]]:
    """The fields that travelled as attributes."""
    for attribute in service.get("attributes") or ():
        term = attribute.get("taxonomy_term") or {}
        if term.get("taxonomy") == TAXONOMY and term.get("code") in ATTRIBUTES:
            try:
                yield term["code"], json.loads(attribute.get("value") or "null")
            except json.JSONDecodeError:
                continue


def _said(service: Json) -> Iterator[tuple[str, Any]]:
    """What HSDS says in fields of a guide; empty where it says nothing."""
    yield "name", service.get("name")
    yield "summary", service.get("description")
    yield "eligibility", unlines(service.get("eligibility_description") or "")
    yield "steps", unlines(service.get("application_process") or "")
    yield "fee", service.get("fees_description")
    yield "checked", str(service.get("assured_date") or "")[:10]
    yield "phone", [str(p["number"]) for p in service.get("phones") or () if p.get("number")]
    yield "hours", "；".join(_hours(service.get("schedules") or ()))
    yield (
        "materials",
        [
            paper_from(d["document"])
            for d in service.get("required_documents") or ()
            if d.get("document")
        ],
    )
    yield "where", [*_places(service.get("service_at_locations") or ())]


def _hours(schedules: Sequence[Json]) -> Iterator[str]:
    for schedule in schedules:
        opens = f"{schedule.get('opens_at') or ''}–{schedule.get('closes_at') or ''}".strip("–")
        said = schedule.get("description") or f"{schedule.get('byday') or ''} {opens}".strip()
        if said:
            yield str(said)


def _places(at: Sequence[Json]) -> Iterator[Json]:
    types = Where.model_fields["type"].annotation
    known = getattr(types, "__args__", ())
    for each in at:
        location = each.get("location") or {}
        text, said = location.get("name"), location.get("description")
        if text:
            kind = "online" if location.get("location_type") == "virtual" else "community"
            yield {"type": said if said in known else kind, "text": text}
