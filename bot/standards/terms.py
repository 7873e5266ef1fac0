"""What HSDS has no field for: attributes under a taxonomy of our own, each value as JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Json = Mapping[str, Any]


def key(*parts: str) -> str:
    """The same thing gets the same UUID in every export."""
    return str(uuid5(NAMESPACE_URL, "/".join(("linli", *parts))))


def attributes(taxonomy: str, entity: str, owner: str, values: Json) -> Iterator[Json]:
    """An attribute of the `entity` (service, location) called `owner` for each value."""
    kind = taxonomy.removeprefix("linli-")
    for field, value in values.items():
        yield {
            "id": key("attribute", kind, owner, field),
            "link_entity": entity,
            "value": json.dumps(value, ensure_ascii=False),
            "taxonomy_term": {
                "id": key("term", kind, field),
                "code": f"{taxonomy}:{field}",
                "name": field,
                "description": f"{field} of a {kind}, as JSON",
                "taxonomy": taxonomy,
            },
        }


def told(taxonomy: str, found: Iterable[Json]) -> Iterator[tuple[str, Any]]:
    """The values again; what is not ours or cannot be read says nothing."""
    for attribute in found:
        term = attribute.get("taxonomy_term") or {}
        if term.get("taxonomy") == taxonomy:
            try:
                yield str(term.get("name")), json.loads(attribute.get("value") or "null")
            except json.JSONDecodeError:
                continue
