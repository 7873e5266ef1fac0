"""Whom to ring: a community without a number has none, and the city's hotline is not its own."""

from markupsafe import Markup

from wording.phrases import Say


def to_ring(say: Say, phone: str) -> Markup:
    """The community's number as such; the city's hotline where it gives none ("")."""
    return say("help.ring_ours", phone=phone) if phone else say("help.ring_hotline")
