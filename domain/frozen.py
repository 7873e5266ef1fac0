"""A questionnaire as plain JSON values, kept as it was when its rounds began, and read back."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from domain import skips
from domain.survey import Aspect, Item, Kind, Option, Questionnaire, Section, Words


def freeze(questionnaire: Questionnaire) -> dict[str, Any]:
    """Everything that is asked and shown, without what is empty."""
    plain: dict[str, Any] = _bare(asdict(questionnaire))
    for item, kept in zip(questionnaire.items, plain.get("items", ()), strict=True):
        if item.when is not None:
            kept["when"] = skips.to_json(item.when)
    return plain


def _bare(value: Any) -> Any:
    """Without fields that are None or empty; False and 0 may differ from the field's default."""
    if isinstance(value, dict):
        left = {name: _bare(each) for name, each in value.items()}
        return {name: each for name, each in left.items() if each not in (None, "", [], ())}
    if isinstance(value, tuple | list):
        return [_bare(each) for each in value]
    return value


def thaw(kept: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire that `freeze` wrote."""
    return Questionnaire(
        **{
            **kept,
            "title": Words(**kept["title"]),
            "aspects": tuple(_named(Aspect, each, "name") for each in kept.get("aspects", ())),
            "items": tuple(_item(each) for each in kept.get("items", ())),
            "subjects": tuple(Words(**each) for each in kept.get("subjects", ())),
            "sections": tuple(_named(Section, each, "title") for each in kept.get("sections", ())),
            "minimum_reason": _words(kept.get("minimum_reason")),
        }
    )


def _words(kept: Mapping[str, str] | None) -> Words | None:
    return None if kept is None else Words(**kept)


def _named(made: Any, kept: Mapping[str, Any], field: str) -> Any:
    return made(**{**kept, field: Words(**kept[field])})


def _item(kept: Mapping[str, Any]) -> Item:
    values = {**kept, "text": Words(**kept["text"]), "kind": Kind(kept["kind"])}
    values["options"] = tuple(_named(Option, each, "words") for each in kept.get("options", ()))
    if "when" in kept:
        values["when"] = skips.from_json(kept["when"])
    values["unit"] = _words(kept.get("unit"))
    return Item(**values)


def fingerprint(kept: Mapping[str, Any]) -> str:
    """The same for the same questionnaire, whatever the order of its fields."""
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:32]
