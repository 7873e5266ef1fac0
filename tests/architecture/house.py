"""Looking at the code base itself: its tracked files, its syntax trees, the strings in them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "domain", "handlers", "knowledge", "scheduler", "storage", "wording")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git knows and that still stands."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    return tuple(ROOT / name for name in listed if name and (ROOT / name).is_file())


def sources(*rooms: str) -> tuple[Path, ...]:
    """The Python files of some rooms, as they stand (new ones that git does not know yet too)."""
    return tuple(sorted(file for room in rooms for file in (ROOT / room).rglob("*.py")))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """All that is in a file's tree: many tests look, and the walk is what takes long."""
    return tuple(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def strings(*rooms: str) -> Iterator[str]:
    """Every string constant in the rooms' code."""
    for file in sources(*rooms):
        for node in nodes(file):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def built_prefixes(*rooms: str) -> Iterator[tuple[str, str]]:
    """What f-strings begin and end with: `f"help.kind_{kind}"` gives ("help.kind_", "")."""
    for file in sources(*rooms):
        for node in nodes(file):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                last = node.values[-1]
                end = last.value if isinstance(last, ast.Constant) and len(node.values) > 1 else ""
                yield str(node.values[0].value), str(end)


def calls(called: str, *rooms: str) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of something by that name."""
    for file in sources(*rooms):
        for node in nodes(file):
            if isinstance(node, ast.Call) and _called(node) == called:
                yield file, node


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=found) | ast.Attribute(attr=found):
            return found
    return ""
