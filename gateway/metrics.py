"""What the server counts of itself, for Prometheus. Nothing in it names a session or a person."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from actors.house.rooms import Rooms
from actors.runtime.clock import Cancellable, Clock
from gateway.confinement.confinement import Confinement, Outcome, Work
from gateway.recordings.takes import Takes
from lessonroom.codes import ErrorCode

_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_EVENTS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
_LAG_INTERVAL_S: Final = 0.5


class Tally(Collector):
    """A histogram that only the event loop's thread adds to.

    The library's own takes two locks and eight calls for each value, and a room flushes forty times
    a second.

    Args:
        name: of the metric.
        about: what it tells.
        bounds: upper ends of the buckets, ascending; one without an end follows.

    """

    def __init__(self, name: str, about: str, bounds: Sequence[float]) -> None:
        self._name = name
        self._about = about
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Add a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def collect(self) -> Iterator[Metric]:
        """Yield the histogram as it is now."""
        names = [*(str(float(bound)) for bound in self._bounds), "+Inf"]
        buckets = list(zip(names, accumulate(self._counts), strict=True))
        yield HistogramMetricFamily(self._name, self._about, buckets, self._sum)


class Metrics:
    """Counters and histograms, with a registry of their own; an `Observer` of the actors."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter(
            "lessonroom_events", "Events that were committed.", registry=self.registry
        )
        self._commit_s = Tally(
            "lessonroom_commit_seconds",
            "Time of a transaction that commits events, the fsync included.",
            _SECONDS,
        )
        self._commit_events = Tally(
            "lessonroom_commit_events", "Events of one transaction.", _EVENTS
        )
        self._flush_s = Tally(
            "lessonroom_flush_seconds", "Time of writing to all connections of a room.", _SECONDS
        )
        self._loop_lag_s = Tally(
            "lessonroom_loop_lag_seconds",
            "How much later than asked for the event loop calls.",
            _SECONDS,
        )
        for tally in (self._commit_s, self._commit_events, self._flush_s, self._loop_lag_s):
            self.registry.register(tally)
        self._refusals = Counter(
            "lessonroom_refusals",
            "What was refused, over the wire and over HTTP, by code.",
            ["code"],
            registry=self.registry,
        )
        for code in ErrorCode:
            # A series that appears with its first refusal hides that one from rate().
            self._refusals.labels(code.value)
        self._packs = Counter(
            "lessonroom_packs", "Lesson packs that were made to the end.", registry=self.registry
        )
        self._pack_bytes = Counter(
            "lessonroom_pack_bytes", "What went into them, unpacked.", registry=self.registry
        )
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def watch(self, rooms: Rooms) -> None:
        """Tell of these rooms, too, as they are whenever somebody asks."""
        self.registry.register(_RoomsCollector(rooms))

    def watch_work(self, confinement: Confinement) -> None:
        """Tell of this work in processes, too."""
        self.registry.register(_WorkCollector(confinement))

    def watch_takes(self, takes: Takes) -> None:
        """Tell of takes of recordings, too."""
        self.registry.register(_TakesCollector(takes))

    def rendered(self, accept: str) -> tuple[bytes, str]:
        """Return everything in the format that an `Accept` header asks for, and its media type."""
        encode, media_type = choose_encoder(accept)
        return encode(self.registry), media_type

    def packed(self, *, size_bytes: int) -> None:
        """Count a lesson pack, of so many bytes unpacked."""
        self._packs.inc()
        self._pack_bytes.inc(size_bytes)

    # -- actors.runtime.observing.Observer

    def committed(self, *, events: int, rooms: int, duration_s: float) -> None:  # noqa: ARG002
        """Count a transaction."""
        self._events.inc(events)
        self._commit_s.observe(duration_s)
        self._commit_events.observe(events)

    def flushed(self, *, duration_s: float) -> None:
        """Count a flush."""
        self._flush_s.observe(duration_s)

    def refused(self, code: ErrorCode) -> None:
        """Count a refusal."""
        self._refusals.labels(code.value).inc()

    def lagged(self, *, lag_s: float) -> None:
        """Count by how much the event loop was late."""
        self._loop_lag_s.observe(max(0.0, lag_s))


class LoopLag:
    """Asks the event loop twice a second to be called, and tells how late that came."""

    def __init__(self, metrics: Metrics, clock: Clock) -> None:
        self._metrics = metrics
        self._clock = clock
        self._call: Cancellable | None = None

    def start(self) -> None:
        """Begin to measure."""
        due_s = self._clock.monotonic_s() + _LAG_INTERVAL_S
        self._call = self._clock.call_later(_LAG_INTERVAL_S, lambda: self._called(due_s))

    def stop(self) -> None:
        """Measure no more."""
        if self._call is not None:
            self._call.cancel()

    def _called(self, due_s: float) -> None:
        self._metrics.lagged(lag_s=self._clock.monotonic_s() - due_s)
        self.start()


class _RoomsCollector(Collector):
    """Asks the rooms at each scrape: what is only a sum of theirs needs no counting."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def collect(self) -> Iterator[Metric]:
        """Yield how the rooms are now."""
        live = self._rooms.live()
        backlog = self._rooms.backlog
        for name, text, value in (
            ("rooms", "Rooms that are open.", len(live)),
            ("connections", "WebSockets in rooms.", sum(room.connections for room in live)),
            ("participants", "People who are present.", sum(room.participants for room in live)),
            (
                "events_per_second",
                "Events of all rooms, over the last ten seconds.",
                sum(room.events_per_s for room in live),
            ),
            (
                "outbox_bytes",
                "Sent to connections and not yet read by them.",
                sum(room.outbox_bytes for room in live),
            ),
            ("journal_backlog_events", "Events that wait for the disk.", backlog.events),
            ("database_writable", "1 while the database takes writes.", int(backlog.is_writable)),
        ):
            yield GaugeMetricFamily(f"lessonroom_{name}", text, value=value)


class _WorkCollector(Collector):
    """Asks for the work in processes at each scrape."""

    def __init__(self, confinement: Confinement) -> None:
        self._confinement = confinement

    def collect(self) -> Iterator[Metric]:
        """Yield what runs, what waits, and what became of the rest."""
        running = GaugeMetricFamily(
            "lessonroom_work_running",
            "Processes that draw boards or decode images.",
            labels=["work"],
        )
        waiting = GaugeMetricFamily(
            "lessonroom_work_waiting", "Drawings and images that wait for one.", labels=["work"]
        )
        ended = CounterMetricFamily(
            "lessonroom_work_ended",
            "Drawings and images that came to an end.",
            labels=["work", "outcome"],
        )
        for work in Work:
            running.add_metric([work], self._confinement.running(work))
            waiting.add_metric([work], self._confinement.waiting(work))
            for outcome in Outcome:
                ended.add_metric([work, outcome], self._confinement.ended(work, outcome))
        yield from (running, waiting, ended)


class _TakesCollector(Collector):
    """Asks for takes at each scrape."""

    def __init__(self, takes: Takes) -> None:
        self._takes = takes

    def collect(self) -> Iterator[Metric]:
        """Yield how many are open, and what came of them."""
        for name, text, value in (
            ("takes_open", "Takes of recordings whose files are open.", self._takes.open_count),
            (
                "takes_behind_seconds",
                "How old the newest is that came of the take which is furthest behind.",
                self._takes.behind_s,
            ),
            (
                "recordings_free_bytes",
                "What the disk of recordings has left.",
                self._takes.files.free_bytes(),
            ),
        ):
            yield GaugeMetricFamily(f"lessonroom_{name}", text, value=value)
        yield CounterMetricFamily(
            "lessonroom_take_bytes", "Bytes of takes that came in.", value=self._takes.came_bytes
        )
