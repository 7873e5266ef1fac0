"""What Prometheus may read. Names are ours, labels are few, and nothing personal is in either."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """All metrics of one process, in a registry of their own so that tests can make many."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.stored = self._counter("inbox_stored", "Updates stored", ["channel", "new"])
        self.turns = self._counter("turns", "Turns handled", ["outcome"])
        self.turn_seconds = self._seconds("turn_seconds", "From stored to committed")
        self.sent = self._counter("outbox_sent", "What became of messages", ["lane", "outcome"])
        self.send_seconds = self._seconds("send_seconds", "From owed to sent", ["lane"])
        self.waiting = self._gauge("outbox_waiting", "Messages waiting to be sent", ["lane"])
        self.dead = self._gauge("dead_letters", "Updates that a person must look at")
        self.stuck = self._gauge("stuck_duties", "Open duties without a next step in time")
        self.surges = self._gauge("surge_communities", "Communities in surge mode now")
        self.help_open = self._gauge("help_open", "Calls for help that are not closed", ["state"])
        self.help_oldest = self._gauge("help_oldest_seconds", "Age of the oldest open one; 0: none")
        self.help_overdue = self._gauge("help_overdue", "Open ones past their last target")
        self.help_calls = self._gauge("help_calls", "Calls of the last day, and all open ones")
        self.help_in_time = self._gauge(
            "help_in_time", "Share of these that kept a target; NaN: none", ["target"]
        )
        self.jobs = self._counter("jobs", "Scheduled jobs run", ["job", "outcome"])
        self.watchdog = self._gauge("watchdog_seconds", "When the watchdog last looked")
        self.content_version = self._gauge("content_version", "Content that is answered from")
        self.content_refused = self._gauge("content_refused", "1 where newer content is unusable")
        self.probe_good = self._gauge(
            "probe_good_seconds", "When a synthetic request last came through"
        )
        self.probe_seconds = self._gauge("probe_seconds", "From its press to the first card")
        self.probe_failed = self._gauge("probe_failed", "1 where the last synthetic request failed")
        self.devices = self._counter(
            "device_requests", "What devices' platforms asked", ["outcome"]
        )
        self.leading = self._gauge("scheduler_leading", "1 where this process holds the lease")

    def _counter(self, name: str, about: str, labels: Sequence[str]) -> Counter:
        return Counter(name, about, labels, namespace="linli", registry=self.registry)

    def _gauge(self, name: str, about: str, labels: Sequence[str] = ()) -> Gauge:
        return Gauge(name, about, labels, namespace="linli", registry=self.registry)

    def _seconds(self, name: str, about: str, labels: Sequence[str] = ()) -> Histogram:
        return Histogram(
            name, about, labels, buckets=_FAST, namespace="linli", registry=self.registry
        )
