"""The catalogues of sentences: `help.received` is the key `received` of `<language>/help.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from string import Formatter
from types import MappingProxyType
from typing import Any

import yaml
from markupsafe import Markup, escape

from domain.people import Language


class MissingPhrase(KeyError):
    """No sentence stands under that key in that language."""


@dataclass(frozen=True, slots=True)
class Say:
    """One language's sentences: `say("help.received", time="14:02")`; values are escaped."""

    language: Language
    sentences: Mapping[str, str]

    def __call__(self, key: str, /, **values: Any) -> Markup:
        try:
            sentence = self.sentences[key]
        except KeyError:
            raise MissingPhrase(f"{key} ({self.language})") from None
        texts, names = _cut(sentence)
        if names is None:
            return Markup(sentence).format(**values)  # noqa: S704  (our own catalogue)
        filled = (*(escape(values[name]) for name in names), "")
        pairs = zip(texts, filled, strict=True)
        return Markup("".join(chain.from_iterable(pairs)))  # noqa: S704  (and what is escaped)

    def plain(self, key: str, /, **values: Any) -> str:
        """The sentence for places that show no markup: buttons, file names, cells."""
        try:
            return self.sentences[key].format(**values)
        except KeyError as missing:
            raise MissingPhrase(f"{key} ({self.language}): {missing}") from None


@dataclass(frozen=True, slots=True)
class Phrases:
    """All sentences in all languages."""

    by_language: Mapping[Language, Say]

    def __getitem__(self, language: Language) -> Say:
        return self.by_language[language]

    @classmethod
    @cache
    def shipped(cls) -> "Phrases":
        """The catalogues beside this module; read once."""
        return cls({language: Say(language, _read(language)) for language in Language})

    def every(self, key: str) -> frozenset[str]:
        """How the sentence reads in each language, to recognise a pressed keyboard label."""
        return frozenset(say.plain(key) for say in self.by_language.values())


@cache
def _cut(sentence: str) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """The words around each value, and the values' names: `Markup.format` reads the sentence anew each
    time (6.3 microseconds instead of 3.9, some ten times a turn). No names where it says how a value is
    formatted."""
    texts, names = [""], []
    for text, name, spec, conversion in Formatter().parse(sentence):
        if name is not None and (spec or conversion or not name.isidentifier()):
            return (), None
        texts[-1] += text
        if name is not None:
            names.append(name)
            texts.append("")
    return tuple(texts), tuple(names)


def placeholders(sentence: str) -> frozenset[str]:
    """The names a sentence wants filled in."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def _read(language: Language) -> Mapping[str, str]:
    sentences: dict[str, str] = {}
    for file in resources.files("wording").joinpath(language.value).iterdir():
        if file.name.endswith(".yaml"):
            capability = file.name.removesuffix(".yaml")
            text = file.read_text(encoding="utf-8")
            for key, sentence in yaml.load(text, Loader=yaml.CSafeLoader).items():
                sentences[f"{capability}.{key}"] = str(sentence).rstrip("\n")
    return MappingProxyType(sentences)
