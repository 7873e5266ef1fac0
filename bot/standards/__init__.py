"""Guides in the open formats that other offices and portals exchange."""
