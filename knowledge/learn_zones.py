"""python -m knowledge.learn_zones          learn when to answer, and write knowledge/content/zones.yaml"""

import sys

from knowledge.elsewhere import shipped_elsewhere
from knowledge.guides import entry_of, shipped_guides
from knowledge.kept_zones import SHIPPED, keep
from knowledge.meaning import NO_MEANINGS
from knowledge.zones import Zones


def main() -> str:
    """By letters and sounds alone: a desk with a sentence model learns for itself."""
    entries, others = [entry_of(guide) for guide in shipped_guides().guides], shipped_elsewhere()
    zones = Zones.learn(entries, others, NO_MEANINGS)
    SHIPPED.write_text(keep(zones, entries, others))
    return f"{SHIPPED.name}: {zones}"


if __name__ == "__main__":
    sys.stdout.write(main() + "\n")
