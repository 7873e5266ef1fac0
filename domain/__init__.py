"""Pure rules and plain values: no I/O, no clock, no wording."""
