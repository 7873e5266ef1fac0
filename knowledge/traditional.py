"""Traditional characters as simplified ones, after OpenCC's table of single characters."""

from importlib.util import find_spec
from pathlib import Path

_LOOKALIKES = {"囗": "口", "曰": "日", "‘": "'", "’": "'", "“": '"', "”": '"'}
"""What a keyboard or a scanner gives for a character it resembles."""
_OURS = {
    "著": "着",
    "裡": "里",
    "妳": "你",
    "祂": "他",
    "牠": "它",
    "佔": "占",
    "迴": "回",
    "週": "周",
}
"""Where the table leaves a character alone that the shipped content never uses."""


def data_file(package: str, *path: str) -> Path:
    """A data file of an installed package, found without running the package."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed", name=package)
    return Path(found.origin).parent.joinpath(*path)


def to_simplified() -> dict[int, str]:
    """A table for `str.translate`: about 3,900 characters, the first simplified form of each."""
    table = data_file("opencc", "dictionary", "TSCharacters.txt").read_text("utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    first = {old: new.split(" ")[0] for old, new in pairs if len(old) == 1}
    plain = {old: new for old, new in first.items() if new < "\uffff"}
    return str.maketrans(plain | _OURS | _LOOKALIKES)
