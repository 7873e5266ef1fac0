"""The house keeps its size, and nothing of where it was built gets in."""

import ast
import re

import pytest

from tests.architecture.house import ROOMS, ROOT, name, nodes, sources, strings, tracked

LONGEST_FILE, LONGEST_FUNCTION = 400, 50
FOREIGN = re.compile(
    r"pypi\.org|pythonhosted|npmjs\.|registry\.|proxy\.golang|"
    r"(?<![\w.])/(?:home|Users|work)/[\w.-]|/tmp/bash",
)
"""Hosts of package registries, and absolute paths of the machine it was written on."""

TEXTS = {".py", ".md", ".toml", ".yaml", ".yml", ".js", ".css", ".html", ".lock", ".txt", ".cfg"}


def is_text(file_name: str) -> bool:
    return any(file_name.endswith(end) for end in TEXTS) or "." not in file_name.rpartition("/")[2]


def test_no_file_is_longer_than_one_can_hold() -> None:
    long = {
        name(file): lines
        for file in sources(*ROOMS, "tests", "benchmarks")
        if "migrations/versions" not in name(file)
        and (lines := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name(file)}:{node.lineno} {node.name}"
        for file in sources(*ROOMS)
        if "migrations/versions" not in name(file)
        for node in nodes(file)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


def test_nothing_is_called_manager_helper_or_utils() -> None:
    vague = re.compile(r"(manager|helper|helpers|utils?)$", re.IGNORECASE)
    found = [name(file) for file in sources(*ROOMS) if vague.search(file.stem)]
    found += [
        f"{name(file)}: {node.name}"
        for file in sources(*ROOMS)
        for node in nodes(file)
        if isinstance(node, ast.ClassDef) and vague.search(node.name)
    ]
    assert not found


def test_the_lock_holds_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--hash=sha256:" in lock


def test_no_tracked_file_names_a_registry_or_a_machine() -> None:
    found = []
    for file in tracked():
        if not is_text(file.name) or name(file).startswith("tests/architecture/"):
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if FOREIGN.search(line):
                found.append(f"{name(file)}:{number}: {line.strip()[:100]}")
    assert not found


def test_what_people_read_stands_in_the_catalogues_and_the_content() -> None:
    """A Chinese sentence in the code of a handler could not be corrected by an office worker."""
    sentence = re.compile(r"[\u4e00-\u9fff].*[，。！？：].*[\u4e00-\u9fff]")
    docstrings = {
        text
        for file in sources("handlers", "scheduler", "storage", "domain")
        for node in nodes(file)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and (text := ast.get_docstring(node, clean=False))
    }
    found = [
        text
        for text in strings("handlers", "scheduler", "storage")
        if sentence.search(text) and text not in docstrings
    ]
    assert not found


@pytest.mark.parametrize("room", ROOMS)
def test_no_exception_is_swallowed_unseen(room: str) -> None:
    bare = [
        f"{name(file)}:{node.lineno}"
        for file in sources(room)
        for node in nodes(file)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or [type(step) for step in node.body] == [ast.Pass])
    ]
    assert not bare
