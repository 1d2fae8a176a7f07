"""The metrics of a front and of all hosts, each with the host's name as a label."""

import asyncio
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector, CollectorRegistry
from starlette.responses import Response

from server.cluster.forwarded_call import ForwardedCall, HostLostError
from server.cluster.host_table import HostLink, HostTable
from server.cluster.stream import ANY_SLOT, EntryKind
from server.metrics import Metrics

ANSWER_TIMEOUT = 2.0
"""Seconds in which a host must answer; one that does not is left out."""

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
    links = [link for link in table.links.values() if link.stream is not None]
    texts = await asyncio.gather(*(_ask(link) for link in links))
    families: dict[str, Metric] = {}
    _add(families, generate_latest(own.registry).decode(), "front")
    for link, text in zip(links, texts, strict=True):
        if text is not None:
            _add(families, text, link.name)
            _add_stream(families, link)
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


async def _ask(link: HostLink) -> str | None:
    call, body = ForwardedCall(), b""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            call.channel = link.open(ANY_SLOT, _SCOPE, call)
            call.channel.send(EntryKind.BODY, b"\0")
            while True:
                kind, payload = await call.next()
                if kind is EntryKind.DONE:
                    return body.decode()
                if kind is EntryKind.BODY:
                    body += payload[1:]
                call.done()
    except (TimeoutError, ConnectionError, HostLostError):
        return None
    finally:
        if call.channel is not None:
            call.channel.close()
