"""Checks that the private parts of uvicorn and websockets on which `server/asgi` relies are as expected.

If a test fails here after an update: read the named method in the new version, compare it with the override
in `server/asgi`, adapt that, and then raise the upper bound in `pyproject.toml`.
"""

import asyncio
import inspect
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from packaging.requirements import Requirement
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.protocol import OPEN

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"

METHODS = [
    (H11Protocol, "connection_made", ["transport"]),
    (H11Protocol, "connection_lost", ["exc"]),
    (H11Protocol, "data_received", ["data"]),
    (H11Protocol, "handle_websocket_upgrade", ["event"]),
    (H11Protocol, "pause_writing", []),
    (H11Protocol, "resume_writing", []),
    (WebSocketsSansIOProtocol, "data_received", ["data"]),
    (WebSocketsSansIOProtocol, "connection_made", ["transport"]),
    (WebSocketsSansIOProtocol, "connection_lost", ["exc"]),
    (WebSocketsSansIOProtocol, "receive", []),
    (WebSocketsSansIOProtocol, "run_asgi", []),
    (WebSocketsSansIOProtocol, "start_keepalive", []),
    (WebSocketsSansIOProtocol, "stop_keepalive", []),
    (WebSocketsSansIOProtocol, "handle_parser_exception", []),
    (WebSocketsSansIOProtocol, "handle_ping", []),
    (WebSocketsSansIOProtocol, "handle_connect", ["event"]),
    (WebSocketsSansIOProtocol, "send", ["message"]),
    (WebSocketsSansIOProtocol, "send_receive_event_to_app", []),
    (uvicorn.Server, "startup", ["sockets"]),
    (uvicorn.Server, "shutdown", ["sockets"]),
]


@pytest.mark.parametrize(
    ("owner", "name", "parameters"), METHODS, ids=[f"{owner.__name__}.{name}" for owner, name, _ in METHODS]
)
def test_an_overridden_method_has_the_expected_parameters(
    owner: type, name: str, parameters: list[str]
) -> None:
    where = f"{owner.__module__}.{owner.__name__}.{name} has changed: see the override in server/asgi"
    method = getattr(owner, name, None)
    assert method is not None, where
    assert list(inspect.signature(method).parameters)[1:] == parameters, where


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


async def _app(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive, send


def test_the_websocket_protocol_has_the_attributes_in_use(loop: asyncio.AbstractEventLoop) -> None:
    protocol = WebSocketsSansIOProtocol(uvicorn.Config(_app), ServerState(), {}, loop)
    for name, kind in {
        "queue": asyncio.Queue,
        "writable": asyncio.Event,
        "frames": list,
        "handshake_complete": bool,
        "disconnected": bool,
        "close_sent": bool,
        "handshake_initiated": bool,
        "read_paused": bool,
        "curr_msg_data_type": str,
    }.items():
        where = f"WebSocketsSansIOProtocol.{name} has changed: see server/asgi/websocket_protocol.py"
        assert isinstance(getattr(protocol, name, None), kind), where
    for name in ("state", "extensions", "close_sent", "data_to_send"):
        assert hasattr(protocol.conn, name), f"websockets' ServerProtocol.{name}: see websocket_protocol.py"
    assert type(protocol.conn.state) is type(OPEN)


def test_the_http_protocol_has_the_attributes_in_use(loop: asyncio.AbstractEventLoop) -> None:
    protocol = H11Protocol(uvicorn.Config(_app), ServerState(), {}, loop)
    for name in ("client", "conn", "loop", "transport"):
        assert hasattr(protocol, name), f"H11Protocol.{name} is gone: see server/asgi/http_protocol.py"
    assert hasattr(protocol.conn, "their_state")


def test_trusted_hosts_can_be_tested_for_membership() -> None:
    trusted = ProxyHeadersMiddleware(_app, trusted_hosts="127.0.0.1").trusted_hosts
    assert "127.0.0.1" in trusted
    assert None not in trusted
    assert "192.0.2.1" not in trusted


@pytest.mark.parametrize("package", ["uvicorn", "websockets"])
def test_the_allowed_versions_have_an_upper_bound(package: str) -> None:
    lines = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["dependencies"]
    requirement = next(each for each in map(Requirement, lines) if each.name == package)
    assert any(bound.operator == "<" for bound in requirement.specifier)
    assert requirement.specifier.contains(version(package))
