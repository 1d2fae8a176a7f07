"""What a proxy in front of several machines needs: it must see at once that a machine is not there."""

import re
import socket
from pathlib import Path

import pytest

from server.asgi.server import CLUSTER_PING_INTERVAL, PING_INTERVAL, listen, ping_interval
from server.settings import Settings

NGINX = Path(__file__).parents[3] / "server" / "deploy" / "cluster" / "nginx.conf"


def test_a_machine_that_still_starts_refuses_connections() -> None:
    listener = listen("127.0.0.1", 0, early=False)
    try:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(listener.getsockname(), 5)
        listener.listen()
        socket.create_connection(listener.getsockname(), 5).close()
    finally:
        listener.close()


def test_one_of_several_machines_pings_more_often_than_the_proxy_waits() -> None:
    assert ping_interval(Settings()) == ping_interval(Settings(cluster="local")) == PING_INTERVAL
    assert ping_interval(Settings(cluster="10.0.0.1:6379")) == CLUSTER_PING_INTERVAL
    waits = re.search(r"location /ws \{[^}]*proxy_read_timeout (\d+)s;", NGINX.read_text("utf-8"))
    assert waits is not None
    assert float(waits[1]) > 2 * CLUSTER_PING_INTERVAL
