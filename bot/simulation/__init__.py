"""A year of the city at one's desk: `python -m bot simulate care`.

Real: the durable inbox, turns, router and handlers, the ladder and its escalation, the roster, the
outbox and delivery, the log, on a real database: the `App` as it serves, but for who calls it.
Simulated: the people (who presses when, who notices a message, who takes it, how long a way is: see
`care.yaml`), their telephones (the memory channel: sending takes no time), and the clock, which jumps
from one event to the next.
"""
