"""The metrics of all fronts and hosts, each with its process's name as the label `host`."""

import asyncio
from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, Metric, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector, CollectorRegistry
from starlette.responses import Response

from server.cluster.front import Front
from server.cluster.host_queries import get_scope, query_hosts
from server.cluster.host_table import HostTable

PATH = "/metrics"


class StreamCounts(Collector):
    """Counts the entries that a front has sent to each host, and the writes that carried them."""

    def __init__(self, table: HostTable) -> None:
        """Create it for a front's table of hosts."""
        self._table = table

    def collect(self) -> Iterator[Metric]:
        """Return the counts of the streams that are open."""
        streams = [(link.name, link.stream) for link in self._table.links.values() if link.stream is not None]
        entries, batches = (
            CounterMetricFamily(f"tinkernet_stream_{name}", about, labels=["to"])
            for name, about in (
                ("entries", "What a front has sent to a host."),
                ("batches", "The writes that it took."),
            )
        )
        for name, stream in streams:
            entries.add_metric([name], stream.entries)
            batches.add_metric([name], stream.batches)
        yield from (entries, batches)


class _Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


async def all_metrics(app: FastAPI) -> Response:
    """Return the metrics in Prometheus's text format."""
    front: Front = app.state.front
    table: HostTable = app.state.table
    families: dict[str, Metric] = {}
    _add(families, generate_latest(front.metrics.registry).decode(), front.name)
    scope = get_scope(PATH)
    fronts, hosts = await asyncio.gather(front.query_others(scope), query_hosts(table, scope))
    for answer in (*fronts, *hosts):
        _add(families, answer.body.decode(), answer.host.name)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(families.values()))
    return Response(
        generate_latest(registry),
        media_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )


def _add(families: dict[str, Metric], text: str, process: str) -> None:
    for family in text_string_to_metric_families(text):
        kept = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
        for sample in family.samples:
            kept.samples.append(sample._replace(labels={**sample.labels, "host": process}))
