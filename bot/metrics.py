"""What Prometheus may read. Names are ours, labels are few, and nothing personal is in either."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """All metrics of one process, in a registry of their own so that tests can make many."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry, namespace = self.registry, "linli"
        self.stored = Counter(
            "inbox_stored",
            "Updates stored",
            ["channel", "new"],
            registry=registry,
            namespace=namespace,
        )
        self.turns = Counter(
            "turns", "Turns handled", ["outcome"], registry=registry, namespace=namespace
        )
        self.turn_seconds = Histogram(
            "turn_seconds",
            "A group of turns, from taken up to committed",
            buckets=_FAST,
            registry=registry,
            namespace=namespace,
        )
        self.sent = Counter(
            "outbox_sent",
            "What became of messages",
            ["lane", "outcome"],
            registry=registry,
            namespace=namespace,
        )
        self.send_seconds = Histogram(
            "send_seconds",
            "From owed to sent",
            ["lane"],
            buckets=_FAST,
            registry=registry,
            namespace=namespace,
        )
        self.waiting = Gauge(
            "outbox_waiting",
            "Messages waiting to be sent",
            ["lane"],
            registry=registry,
            namespace=namespace,
        )
        self.dead = Gauge(
            "dead_letters",
            "Updates that a person must look at",
            registry=registry,
            namespace=namespace,
        )
        self.stuck = Gauge(
            "stuck_duties",
            "Open duties without a next step in time",
            registry=registry,
            namespace=namespace,
        )
        self.jobs = Counter(
            "jobs", "Scheduled jobs run", ["job", "outcome"], registry=registry, namespace=namespace
        )
        self.watchdog = Gauge(
            "watchdog_seconds",
            "When the watchdog last looked",
            registry=registry,
            namespace=namespace,
        )
        self.leading = Gauge(
            "scheduler_leading",
            "1 where this process holds the lease",
            registry=registry,
            namespace=namespace,
        )
