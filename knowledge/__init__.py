"""What the desk knows: guides, hotlines, certificates and emergencies, checked and searched."""

from knowledge.shelf import Knowledge

__all__ = ["Knowledge"]
