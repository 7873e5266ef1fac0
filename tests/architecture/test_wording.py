"""The catalogues of sentences: the same in both languages, all used, none missing, all fitting."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from domain.people import Language
from handlers import TOPICS
from tests.architecture.house import ROOMS, ROOT, built_prefixes, calls, strings
from wording import Phrases
from wording.phrases import placeholders

ZH, EN = (Phrases.shipped()[language].sentences for language in (Language.ZH, Language.EN))
CAPABILITIES = {key.split(".")[0] for key in ZH}
MAX_LABEL = 64
"""Characters that Telegram shows on a button at all; the channel cuts there."""


CATALOGUES = sorted((ROOT / "wording").glob("*/*.yaml"))


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_no_key_stands_twice_in_a_catalogue(file: Path) -> None:
    """YAML would let the second one win without a word."""
    written = re.findall(r"^([a-z0-9_]+):", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert not [key for key, times in Counter(written).items() if times > 1]


def test_both_languages_say_the_same_things() -> None:
    assert set(ZH) == set(EN)


def test_both_languages_fill_in_the_same_names() -> None:
    both = set(ZH) & set(EN)
    assert not [key for key in both if placeholders(ZH[key]) != placeholders(EN[key])]


def keys_in_code() -> set[str]:
    """Constants that have the shape of a phrase's key, in the capabilities that there are."""
    shape = re.compile(rf"({'|'.join(CAPABILITIES)})\.[a-z0-9_]+")
    return {text for text in strings(*ROOMS) if shape.fullmatch(text)}


def families() -> list[re.Pattern[str]]:
    """Keys that code builds: `f"help.kind_{kind}"` stands for every `help.kind_…`."""
    return [
        re.compile(re.escape(start) + ".+" + re.escape(end))
        for start, end in built_prefixes(*ROOMS)
        if start.partition(".")[0] in CAPABILITIES and "." in start
    ]


def test_no_sentence_is_asked_for_that_does_not_exist() -> None:
    actions = {name for topic in TOPICS for name in topic.routes}
    steps = {text for text in keys_in_code() if text not in ZH}
    asked = re.compile(r"""(?:say(?:\.plain)?|\])\(\s*f?["']([a-z]+\.[a-z0-9_]+)["']""")
    missing = set()
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            for key in asked.findall(file.read_text(encoding="utf-8")):
                if key not in ZH and key not in actions:
                    missing.add(f"{file.name}: {key}")
    assert not missing
    assert steps, "the search found nothing at all, so it proves nothing"


def test_every_sentence_is_said_somewhere() -> None:
    page = "".join(
        file.read_text(encoding="utf-8")
        for file in (ROOT / "bot" / "channels" / "web" / "page").iterdir()
        if file.suffix in (".js", ".html")
    )
    used, built = keys_in_code(), families()
    idle = [
        key
        for key in ZH
        if key not in used
        and not any(family.fullmatch(key) for family in built)
        and not any(
            key.startswith(start) and key.removeprefix(start) in page
            for start in ("web.", "console.", "helpboard.", "visitboard.", "surveyed.")
        )
    ]
    assert not idle, f"nobody says these: {sorted(idle)}"


def test_labels_of_buttons_and_keys_fit() -> None:
    labels = {key for topic in TOPICS for key in topic.keys}
    for _, call in calls("Button", *ROOMS):
        said = ast.walk(call.args[0]) if call.args else ()
        labels |= {str(n.value) for n in said if isinstance(n, ast.Constant) and n.value in ZH}
    assert len(labels) > 20
    for key in labels:
        for sentences in (ZH, EN):
            assert len(sentences[key].encode("utf-16-le")) // 2 <= MAX_LABEL, key
            assert "\n" not in sentences[key], key


def test_command_descriptions_fit_a_menu() -> None:
    """Bot API, BotCommand.description: 1 to 256 characters."""
    for key in (key for key in ZH if key.endswith("command")):
        assert 1 <= len(ZH[key]) <= 256
        assert 1 <= len(EN[key]) <= 256


@pytest.mark.parametrize("language", [ZH, EN], ids=["zh", "en"])
def test_markup_is_the_small_safe_subset_and_closed(language: dict[str, str]) -> None:
    for key, sentence in language.items():
        tags = re.findall(r"<(/?)([a-z]+)[^>]*>", sentence)
        assert {tag for _, tag in tags} <= {"b", "i", "u", "code", "a"}, key
        opened = Counter(tag for slash, tag in tags if not slash)
        assert opened == Counter(tag for slash, tag in tags if slash), key
