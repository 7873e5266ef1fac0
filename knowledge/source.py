"""Reading content files so that whatever is wrong can be named by line, entry and field."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

Place: TypeAlias = tuple[int | str, ...]
"""Where a value stands in a file: keys and positions from the top."""


class ContentError(Exception):
    """A content file cannot be used; each of `problems` is a sentence that names the place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def read_text(file: Path) -> str:
    """What an office wrote, in UTF-8, with or without a mark before it. Raises ContentError."""
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise ContentError([f"{file} does not exist."]) from error
    except OSError as error:
        raise ContentError([f"{file} cannot be read: {error.strerror}."]) from error
    except UnicodeDecodeError as error:
        raise ContentError([f"{file} is not UTF-8 text; save it as UTF-8."]) from error


class Source:
    """One YAML text, its values and the line each of them stands on."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        try:
            loader = yaml.CSafeLoader(text)  # read once for both: it is most of the work
            self._root = loader.get_single_node()
            doubled = [self._doubled(key) for key in _doubled_keys(self._root)]
            self.data: Any = loader.construct_document(self._root) if self._root else None
        except yaml.YAMLError as error:
            raise ContentError([f"{name}: not YAML: {' '.join(str(error).split())}"]) from error
        if doubled:
            raise ContentError(doubled)

    @classmethod
    def read(cls, path_or_text: "Path | str | Source") -> "Source":
        """A path is read as UTF-8; a text is taken as it is; a source is one already."""
        if isinstance(path_or_text, Source):
            return path_or_text
        if isinstance(path_or_text, Path):
            return cls(read_text(path_or_text), path_or_text.name)
        return cls(path_or_text, "text")

    @classmethod
    def shipped(cls, name: str) -> "Source":
        """A file of `knowledge/content/`."""
        return cls(files("knowledge").joinpath("content", name).read_text("utf-8"), name)

    def at(self, place: Place) -> str:
        """`guides.yaml line 12`; for a missing value, the line of what it is missing from."""
        node = self._root
        for step in place:
            node = _child(node, step) or node
        return f"{self.name} line {node.start_mark.line + 1}" if node else self.name

    def _doubled(self, key: Node) -> str:
        return f'{self.name} line {key.start_mark.line + 1}: field "{key.value}" is given twice'


def _child(node: Node | None, step: int | str) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: Node = node.value[step]
        return found
    return None


def _doubled_keys(node: Node | None) -> Iterator[Node]:
    if isinstance(node, SequenceNode):
        for child in node.value:
            yield from _doubled_keys(child)
    if isinstance(node, MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                yield key
            seen.add(str(key.value))
            yield from _doubled_keys(value)
