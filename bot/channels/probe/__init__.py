"""The synthetic request's own channel, at whose end nobody is."""

from bot.channels.probe.channel import ProbeChannel

__all__ = ["ProbeChannel"]
