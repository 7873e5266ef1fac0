"""Open Referral HSDS 3: guides as services, with their places, numbers, hours and papers.

What HSDS has no field for travels as attributes under a taxonomy of our own, so our own package comes
back whole; a package of somebody else's changes what it says and leaves the rest.
docs/content.md has the whole mapping.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from bot.standards.package import as_json, nested, to_zip
from bot.standards.papers import paper_from, paper_text
from bot.standards.places import is_of_facilities
from bot.standards.posted import posted
from bot.standards.terms import attributes, key, told
from bot.workbook.layout import lines, unlines
from knowledge.blank import OPEN, blank_but_for
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


def to_json(book: GuideBook, places: Sequence[Json] = ()) -> bytes:
    """All services in one JSON file, what belongs to each nested in it; `places` are services, too."""
    return as_json([*(_service(guide, book) for guide in book.guides), *places])


def to_package(book: GuideBook, places: Sequence[Json] = ()) -> bytes:
    """A tabular data package: a zip of CSV files and their `datapackage.json`."""
    return to_zip([*(_service(guide, book) for guide in book.guides), *places])


def _service(guide: Guide, book: GuideBook) -> Json:
    organization = _organization(guide.where[0], book)
    return {
        "id": key("service", guide.id),
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
            {"id": key("phone", guide.id, str(n)), "number": number}
            for n, number in enumerate(guide.phone)
        ],
        "schedules": [{"id": key("schedule", guide.id), "description": guide.hours}],
        "service_at_locations": [
            _at_location(guide, n, where) for n, where in enumerate(guide.where)
        ],
        "required_documents": [
            {"id": key("document", guide.id, str(n)), "document": paper_text(paper)}
            for n, paper in enumerate(guide.materials)
        ],
        "attributes": list(_attributes(guide)),
    }


def _organization(where: Where, book: GuideBook) -> Json:
    """Whoever the window belongs to; a guide names the kind of office, not its full title."""
    name = f"{book.region} · {where.type}"
    return {"id": key("organization", where.type), "name": name, "description": name}


def _at_location(guide: Guide, number: int, where: Where) -> Json:
    kind = "virtual" if where.type == "online" else "physical"
    location = {
        "id": key("location", where.type, where.text),
        "location_type": kind,
        "name": where.text,
        "description": where.type,
    }
    return {"id": key("at", guide.id, str(number)), "location": location}


def _attributes(guide: Guide) -> Iterator[Json]:
    body = body_of(guide)
    values = {field: body[field] for field in ATTRIBUTES if field in body}
    return attributes(TAXONOMY, "service", guide.id, values)


def read(file: bytes, now: GuideBook, on: date) -> tuple[GuideBook, list[str]]:
    """Guides from a package or a JSON file, read on that day, and what of it a guide has no place for."""
    every = nested(file)
    offered = [service for service in every if not is_of_facilities(service)]
    services = [service for service in offered if _is_active(service)]
    problems: list[str] = []
    guides = [g for service in services if (g := _guide(service, now, on, problems))]
    if problems or not guides:
        raise ContentError(problems or ["the file holds no services"])
    lost = sorted({field for s in services for field, v in s.items() if v and field not in IGNORED})
    told_of = [f"{field}: a guide has no place for it" for field in lost]
    told_of += [
        f"{service.get('name')}: left out, its status is {service.get('status')!r}"
        for service in offered
        if not _is_active(service)
    ]
    if others := len(every) - len(offered):
        told_of.append(
            f"{others} kinds of facilities: bring them in with python -m bot places import"
        )
    return now.with_guides(guides), told_of


def _is_active(service: Json) -> bool:
    """Residents are not sent to what is given up (`defunct`, `inactive`, `temporarily closed`)."""
    return service.get("status") in (None, "", "active")


def _guide(service: Json, now: GuideBook, on: date, problems: list[str]) -> Guide | None:
    found = told(TAXONOMY, service.get("attributes") or ())
    ours = {field: value for field, value in found if field in ATTRIBUTES}
    name = str(service.get("name") or "")
    known = next((g for g in now.guides if key("service", g.id) == service.get("id")), None)
    known = known or now.by_id.get(str(ours.get("id", "")))
    try:
        said = {field: value for field, value in _said(service) if value}
        body = body_of(known or blank_but_for(said, name or OPEN, now, on)) | ours | said
        return Guide.model_validate(body)
    except ValidationError as error:
        problems += [f"service {name!r}: {p['loc']}: {p['msg']}" for p in error.errors()]
        return None


def _said(service: Json) -> Iterator[tuple[str, Any]]:
    """What HSDS says in fields of a guide; empty where it says nothing."""
    yield "name", service.get("name")
    yield "summary", service.get("description")
    yield "eligibility", unlines(service.get("eligibility_description") or "")
    yield "steps", unlines(service.get("application_process") or "")
    yield "fee", service.get("fees_description")
    yield "checked", str(service.get("assured_date") or "")[:10]
    yield "phone", [str(p["number"]) for p in service.get("phones") or () if p.get("number")]
    yield "hours", posted(service.get("schedules") or ())
    yield (
        "materials",
        [
            paper_from(d["document"])
            for d in service.get("required_documents") or ()
            if d.get("document")
        ],
    )
    yield "where", [*_places(service.get("service_at_locations") or ())]


def _places(at: Sequence[Json]) -> Iterator[Json]:
    types = Where.model_fields["type"].annotation
    known = getattr(types, "__args__", ())
    for each in at:
        location = each.get("location") or {}
        text, said = location.get("name"), location.get("description")
        if text:
            kind = "online" if location.get("location_type") == "virtual" else "community"
            yield {"type": said if said in known else kind, "text": text}
