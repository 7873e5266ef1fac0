"""English for what guides say in fixed words: papers, hours, fees, windows. Facts stay Chinese."""

from collections.abc import Mapping
from functools import lru_cache

from knowledge.source import Source
from knowledge.value import Text, Value, read_value


class _Fixed(Value):
    words: Mapping[Text, Text]


@lru_cache(maxsize=1)
def fixed_english() -> Mapping[str, str]:
    """English by the whole Chinese text; raises ContentError with a sentence for each thing wrong."""
    source = Source.shipped("fixed.en.yaml")
    return read_value(_Fixed, source, lambda place: ("file", place)).words
