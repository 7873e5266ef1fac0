"""The catalogues of sentences: `help.received` is the key `received` of `<language>/help.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from types import MappingProxyType
from typing import Any

import yaml
from markupsafe import Markup

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
        return Markup(sentence).format(**values)  # noqa: S704  (our own catalogue)

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
