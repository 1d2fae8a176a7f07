"""Metrics for Prometheus at `/metrics`. Counting costs next to nothing."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import ClassVar

from fastapi import APIRouter, Request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

LATENESS_INTERVAL = 0.25
"""Seconds between two measurements of how late the event loop is."""

_LATENESS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

router = APIRouter(include_in_schema=False)


class _ThreadSums(Collector):
    """Counters that are incremented thousands of times a second: each thread has its own, without a lock."""

    _ABOUT: ClassVar = {
        "frames": "Frames made for pages.",
        "epochs": "Epochs trained.",
        "training_seconds": "Time in the kernels that train, all threads.",
        "drawing_seconds": "Time spent making frames, all threads.",
    }

    def __init__(self) -> None:
        self._mine = threading.local()
        self._all: list[dict[str, float]] = []

    def thread_sums(self) -> dict[str, float]:
        """Return the mutable sums of the current thread."""
        try:
            sums: dict[str, float] = self._mine.sums
        except AttributeError:
            sums = self._mine.sums = dict.fromkeys(self._ABOUT, 0.0)
            self._all.append(sums)
        return sums

    def collect(self) -> Iterator[Metric]:
        """Return the sums over all threads."""
        for name, about in self._ABOUT.items():
            total = sum(sums[name] for sums in self._all)
            yield CounterMetricFamily(f"tinkernet_{name}", about, value=total)


class Metrics:
    """The metrics of one server. All methods may be called from any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._work = _ThreadSums()
        self.registry.register(self._work)
        self._refused = Counter(
            "tinkernet_refused", "What was refused, by reason.", ["reason"], registry=self.registry
        )
        self._requests = Counter(
            "tinkernet_requests", "Requests answered, by status.", ["status"], registry=self.registry
        )
        self.lateness = Histogram(
            "tinkernet_loop_lateness_seconds",
            "How late the event loop does what is due.",
            registry=self.registry,
            buckets=_LATENESS,
        )
        ProcessCollector(registry=self.registry)

    def count_epochs(self, epochs: int, seconds: float) -> None:
        """Count trained epochs and the seconds that they took."""
        sums = self._work.thread_sums()
        sums["epochs"] += epochs
        sums["training_seconds"] += max(0.0, seconds)

    def count_frame(self, seconds: float) -> None:
        """Count a frame and the seconds that it took to make."""
        sums = self._work.thread_sums()
        sums["frames"] += 1
        sums["drawing_seconds"] += max(0.0, seconds)

    def count_refusal(self, reason: str) -> None:
        """Count a refusal by its reason, such as an error code."""
        self._refused.labels(reason).inc()

    def count_response(self, status: int) -> None:
        """Count an answer to a request by its HTTP status."""
        self._requests.labels(str(status)).inc()

    def add_gauge(self, name: str, description: str, count: Callable[[], int]) -> None:
        """Add a gauge whose value `count` returns whenever the metrics are read."""
        Gauge(f"tinkernet_{name}", description, registry=self.registry).set_function(count)

    async def measure_lateness(self) -> None:
        """Measure again and again how late the event loop is, until cancelled."""
        while True:
            due = time.monotonic() + LATENESS_INTERVAL
            await asyncio.sleep(LATENESS_INTERVAL)
            self.lateness.observe(max(0.0, time.monotonic() - due))


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Return the metrics in Prometheus's text format."""
    server_metrics: Metrics = request.app.state.metrics
    return Response(
        generate_latest(server_metrics.registry),
        media_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )
