"""Texts as an index reads them. Who builds several indexes of nearly the same texts, as learning the limits
does, has each text read once."""

from functools import cache

from knowledge.normalise import core
from knowledge.terms import terms_of
from knowledge.vocabulary import Vocabulary, shipped_vocabulary


class Reading:
    """What was read so far; to be let go when the indexes stand."""

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = vocabulary or shipped_vocabulary()
        self.phrasing = cache(self._phrasing)
        self.body = cache(self._body)
        self.terms = cache(terms_of)

    def _phrasing(self, text: str) -> str:
        """A way of asking, in the words that stand for all that mean the same."""
        return self.vocabulary.rewrite(core(text))

    def _body(self, text: str) -> str:
        """A longer text the same way, to its end."""
        return self.vocabulary.rewrite(core(text, len(text)))
