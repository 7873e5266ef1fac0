"""What the desk says, in both languages, where an office worker can read and correct it.

`zh/<capability>.yaml` and `en/<capability>.yaml` hold the sentences; the modules here build the few
messages that a conversation and a scheduled job both show.
"""

from wording.phrases import MissingPhrase, Phrases, Say

__all__ = ["MissingPhrase", "Phrases", "Say"]
