"""Open Referral HSDS 3: a community's facilities as services at places, and back.

A community is an organization, each kind of facility a service of it, each facility a location.
docs/content.md has the whole mapping.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.standards.package import nested
from bot.standards.posted import posted, schedules
from bot.standards.terms import attributes, key, told
from knowledge.blank import OPEN
from knowledge.facilities import Facility, check_facilities, kinds
from knowledge.source import ContentError

TAXONOMY = "linli-facility"
ATTRIBUTES = ("community", "id", "sample", "meals", "person", "accessible")
"""Of a facility, what HSDS has no field for; `accessible` where it is not, which no row can say."""
BARRIER_FREE = "无障碍 / wheelchair accessible"
COUNTRY = "CN"

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """A community and its facilities as rows of the register. `city` and `province` stand in addresses."""

    code: str
    name: str
    phone: str
    rows: Sequence[Json]
    city: str
    province: str


def services(of: Placed) -> list[Json]:
    """The community's facilities, a service for each kind."""
    facilities = check_facilities(of.rows)
    organization = {
        "id": key("community", of.code),
        "name": of.name,
        "description": of.name,
        "phones": [{"id": key("phone", "community", of.code), "number": of.phone}] * bool(of.phone),
    }
    return [
        {
            "id": key("kind", of.code, kind),
            "organization_id": organization["id"],
            "organization": organization,
            "name": kind,
            "description": f"{of.name}：{kind}",
            "status": "active",
            "phones": [],
            "schedules": [],
            "required_documents": [],
            "attributes": [],
            "service_at_locations": [
                {"id": key("at", of.code, f.id), "location": _location(f, of)}
                for f in facilities
                if f.type == kind
            ],
        }
        for kind in kinds(facilities)
    ]


def _location(facility: Facility, of: Placed) -> Json:
    name = f"{of.code}/{facility.id}"
    body = facility.model_dump(mode="json", exclude_defaults=True) | {"community": of.code}
    if facility.accessible:
        del body["accessible"]
    if facility.meals:
        body["meals"] = [_meal(each) for each in body["meals"]]
    ours = {field: body[field] for field in ATTRIBUTES if field in body}
    return {
        "id": key("place", of.code, facility.id),
        "location_type": "physical",
        "organization_id": key("community", of.code),
        "name": facility.name,
        "description": facility.type,
        "latitude": facility.lat,
        "longitude": facility.lon,
        "phones": [{"id": key("phone", name), "number": facility.phone}],
        "schedules": schedules(name, facility.hours),
        "addresses": [*_addresses(facility, name, of)],
        "accessibility": [*_accessibility(facility, name)],
        "attributes": [*attributes(TAXONOMY, "location", name, ours)],
    }


def _meal(body: Json) -> Json:
    """As the register writes it: `served: "11:00-12:30"`."""
    since, until = (str(each)[:5] for each in body["served"])
    return {**body, "order_by": str(body["order_by"])[:5], "served": f"{since}-{until}"}


def _addresses(facility: Facility, name: str, of: Placed) -> Iterator[Json]:
    if facility.address:
        yield {
            "id": key("address", name),
            "address_1": facility.address,
            "city": of.city,
            "state_province": of.province,
            "postal_code": "",
            "country": COUNTRY,
            "address_type": "physical",
        }


def _accessibility(facility: Facility, name: str) -> Iterator[Json]:
    if facility.accessible:
        yield {"id": key("accessibility", name), "description": BARRIER_FREE}


def is_of_facilities(service: Json) -> bool:
    """Whether it is one of ours with a community's facilities, not a guide."""
    places = (at.get("location") or {} for at in service.get("service_at_locations") or ())
    return any("community" in dict(told(TAXONOMY, p.get("attributes") or ())) for p in places)


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says: rows of facilities by the community's code, and what has no place here."""

    rows: Mapping[str, Sequence[Json]]
    left_out: Sequence[str]


def read(file: bytes, now: Sequence[Placed], default: str = "") -> Read:
    """Facilities from a package or a JSON file. Raises ContentError.

    A facility goes to the community that the file names, else to the one with the code `default`. What
    the file does not say of a facility that is known stays as it is; a facility that it does not name
    stays.
    """
    reading = _Reading({of.code: of for of in now}, default)
    for service in nested(file):
        reading.take(service)
    if reading.problems or not reading.rows:
        raise ContentError(reading.problems or ["the file holds no facilities"])
    return Read(reading.rows, reading.left_out)


class _Reading:
    """What has been read of a file so far."""

    def __init__(self, now: Mapping[str, Placed], default: str) -> None:
        self._now, self._default = now, default
        self.rows: dict[str, list[Json]] = {}
        self.problems: list[str] = []
        self.left_out: list[str] = []

    def take(self, service: Json) -> None:
        """A service at its places; one without coordinates anywhere is no facility."""
        for at in service.get("service_at_locations") or ():
            place = at.get("location") or {}
            if place.get("location_type") == "virtual" or not place.get("latitude"):
                continue
            ours = dict(told(TAXONOMY, place.get("attributes") or ()))
            code = str(ours.pop("community", "") or self._default)
            if of := self._now.get(code):
                self._take(service, {**place, "at": at}, ours, of)
            else:
                self.problems.append(
                    f"{place.get('name')!r}: no community has the code {code!r}"
                    if code
                    else f"{place.get('name')!r}: the file names no community of ours; say --community"
                )

    def _take(self, service: Json, place: Json, ours: Json, of: Placed) -> None:
        known = _known(place, ours, of)
        said = {field: value for field, value in _said(service, place, of) if value is not None}
        told_by_us = {field: value for field, value in ours.items() if field in ATTRIBUTES}
        row = {**_bare(place, of), **known, **told_by_us, **said}
        if not ours and (told_so := _unjudged(place)):
            self.left_out.append(f"{row['name']}: not taken for barrier-free: {told_so}")
        try:
            Facility.model_validate(row)
        except ValidationError as error:
            self.problems += [f"{row['name']!r}: {p['loc']}: {p['msg']}" for p in error.errors()]
        self.rows.setdefault(of.code, []).append(row)


def _known(place: Json, ours: Json, of: Placed) -> Json:
    """The facility as it is here already: the same id, else, where the file has none of ours, the same
    name: two canteens of a name are not one."""
    for row in of.rows:
        if key("place", of.code, row["id"]) == place.get("id") or row["id"] == ours.get("id"):
            return row
    called = (row for row in of.rows if "id" not in ours and row["name"] == place.get("name"))
    return next(called, {})


def _bare(place: Json, of: Placed) -> Json:
    """What a row must have, where the file and we say nothing."""
    called = key("place", of.code, str(place.get("id") or place.get("name")))
    return {"id": called[:8], "hours": OPEN, "phone": of.phone or OPEN, "accessible": False}


def _said(service: Json, place: Json, of: Placed) -> Iterator[tuple[str, Any]]:
    """What HSDS says in fields of a facility; None where it says nothing."""
    whose = (place["at"], place, service)
    yield "name", place.get("name") or service.get("name")
    yield "type", service.get("name")
    yield "lat", _degrees(place.get("latitude"))
    yield "lon", _degrees(place.get("longitude"))
    yield "hours", next(filter(None, (posted(_own("schedules", w, service)) for w in whose)), None)
    numbers = (row.get("number") for w in whose for row in _own("phones", w, service))
    yield "phone", next(filter(None, numbers), None)
    yield "address", next(filter(None, map(_address, place.get("addresses") or ())), None)
    yield "accessible", True if any(map(_free, place.get("accessibility") or ())) else None


def _own(name: str, of: Json, service: Json) -> Sequence[Json]:
    """Rows of a place, or of a service as a whole: what it has at another of its places is not ours."""
    rows = of.get(name) or ()
    return [row for row in rows if of is not service or not row.get("location_id")]


def _degrees(said: object) -> float | None:
    try:
        return float(str(said))
    except ValueError:
        return None


def _address(row: Json) -> str:
    return " ".join(str(row[f]) for f in ("address_1", "address_2") if row.get(f))


_FREE = ("无障碍", "轮椅可", "wheelchair acc", "step-free", "ramp", "level access")


def _free(row: Json) -> bool:
    """Only what says so plainly; somebody in a wheelchair will go there on our word."""
    said = str(row.get("description") or "").lower()
    return any(word in said for word in _FREE) and not any(
        no in said for no in ("no ", "not ", "没有")
    )


def _unjudged(place: Json) -> str:
    rows = place.get("accessibility") or ()
    return "" if any(map(_free, rows)) else "; ".join(str(r.get("description")) for r in rows)
