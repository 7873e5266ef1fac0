"""Measurements against something bare, in the same run: ratios travel, absolute figures do not."""
