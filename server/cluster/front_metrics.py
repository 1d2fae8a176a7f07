"""The metrics of a front and of all hosts, each with the host's name as a label."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector, CollectorRegistry
from starlette.responses import Response

from server.cluster.asking import ask_all
from server.cluster.host_table import HostLink, HostTable
from server.metrics import Metrics

_SCOPE: dict[str, Any] = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "scheme": "http",
    "method": "GET",
    "path": "/metrics",
    "raw_path": "/metrics",
    "query_string": "",
    "root_path": "",
    "headers": [],
    "client": None,
    "server": None,
}


class _Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


async def all_metrics(app: FastAPI) -> Response:
    """Return the metrics in Prometheus's text format."""
    table: HostTable = app.state.table
    own: Metrics = app.state.metrics
    families: dict[str, Metric] = {}
    _add(families, generate_latest(own.registry).decode(), "front")
    for answer in await ask_all(table, _SCOPE):
        _add(families, answer.body.decode(), answer.host.name)
        _add_stream(families, answer.host)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(families.values()))
    return Response(
        generate_latest(registry),
        media_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )


def _add(families: dict[str, Metric], text: str, host: str) -> None:
    for family in text_string_to_metric_families(text):
        kept = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
        for sample in family.samples:
            kept.samples.append(sample._replace(labels={**sample.labels, "host": host}))


def _add_stream(families: dict[str, Metric], link: HostLink) -> None:
    """Add how many entries, in how many writes, a front has sent to a host."""
    stream = link.stream
    if stream is None:
        return
    for name, about, value in (
        ("tinkernet_stream_entries", "What this front has sent to a host.", stream.entries),
        ("tinkernet_stream_batches", "The writes that it took.", stream.batches),
    ):
        family = families.setdefault(name, Metric(name, about, "counter"))
        family.add_sample(f"{name}_total", {"host": link.name}, value)
