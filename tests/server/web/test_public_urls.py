import socket
import time

import pytest

from server.web import public_urls
from server.web.public_urls import ServerUrls, find_lan_address, find_server_urls


@pytest.fixture(autouse=True)
def _forgetful() -> None:
    public_urls.recent_lan_address.cache_clear()


@pytest.fixture
def lan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_urls, "find_lan_address", lambda: "192.168.1.5")


@pytest.mark.parametrize(
    ("host", "port", "public_url", "found"),
    [
        ("0.0.0.0", 8000, None, ServerUrls("http://localhost:8000", "http://192.168.1.5:8000")),
        ("::", 8000, None, ServerUrls("http://localhost:8000", "http://192.168.1.5:8000")),
        ("0.0.0.0", 80, None, ServerUrls("http://localhost", "http://192.168.1.5")),
        ("127.0.0.1", 8000, None, ServerUrls("http://localhost:8000", None)),
        ("localhost", 8000, None, ServerUrls("http://localhost:8000", None)),
        ("::1", 8000, None, ServerUrls("http://localhost:8000", None)),
        ("10.0.0.7", 9000, None, ServerUrls("http://10.0.0.7:9000", "http://10.0.0.7:9000")),
        ("fd00::7", 9000, None, ServerUrls("http://[fd00::7]:9000", "http://[fd00::7]:9000")),
        (
            "127.0.0.1",
            8000,
            "https://lab.example",
            ServerUrls("http://localhost:8000", "https://lab.example"),
        ),
    ],
)
@pytest.mark.usefixtures("lan")
def test_the_address_to_open_depends_on_the_host_setting(
    host: str, port: int, public_url: str | None, found: ServerUrls
) -> None:
    assert find_server_urls(host, port, public_url) == found


def test_links_for_others_never_name_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_urls, "_sender_to", lambda _: "127.0.0.1")
    monkeypatch.setattr(public_urls, "_own_addresses", lambda: ["127.0.1.1", "169.254.3.4"])
    assert find_lan_address() is None
    assert find_server_urls("0.0.0.0", 8000, None).others is None
    public_urls.recent_lan_address.cache_clear()
    monkeypatch.setattr(public_urls, "_own_addresses", lambda: ["127.0.1.1", "10.1.2.3"])
    assert find_lan_address() == "10.1.2.3"


def test_a_network_without_a_way_out_has_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    near = {"10.42.0.2": "10.42.0.1", "192.168.137.2": "192.168.137.1"}
    for target, ours in near.items():
        with monkeypatch.context() as patch:
            patch.setattr(public_urls, "_sender_to", {target: ours}.get)
            patch.setattr(public_urls, "_own_addresses", lambda: ["127.0.1.1"])
            assert find_lan_address() == ours


def test_an_address_found_serves_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    searches = []
    clock = [0.0]

    def search() -> str:
        searches.append(clock[0])
        return "192.168.1.5"

    monkeypatch.setattr(public_urls, "find_lan_address", search)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    for now in (0.0, 1.0, 29.0, 31.0, 32.0):
        clock[0] = now
        assert find_server_urls("0.0.0.0", 8000, None).others == "http://192.168.1.5:8000"
    assert searches == [0.0, 31.0]


def test_without_any_network_there_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    assert find_lan_address() is None


def test_this_machines_own_address_is_an_address_or_none() -> None:
    found = find_lan_address()
    assert found is None or socket.inet_aton(found)
