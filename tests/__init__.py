"""The tests mirror the rooms; a test reads as a small story."""
