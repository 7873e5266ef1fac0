"""Devices: one-touch phones and pendants, whose platforms call over HTTP with a signature."""

from bot.channels.device.channel import DeviceChannel, DeviceConfig

__all__ = ["DeviceChannel", "DeviceConfig"]
