"""The URLs of pages, for this machine and for others in its network."""

import ipaddress
import socket
import time
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from server.limits.quotas import is_loopback
from server.sessions.view_ids import as_view_id

_ALL_INTERFACES = {"0.0.0.0", "::", ""}

_REMOTE_TARGETS = ("203.0.113.1", "10.255.255.254", "192.168.255.254", "172.31.255.254")
"""Nothing is sent to these addresses: the system only tells which own address it would send from."""

_LOCAL_TARGETS = (
    "10.42.0.2",  # hotspots of Linux
    "192.168.137.2",  # of Windows
    "192.168.43.2",  # of Android
    "172.20.10.2",  # of iOS
    "192.168.0.2",
    "192.168.1.2",
    "10.0.0.2",
)
"""Addresses in common local networks, for machines without a route to any other network."""

_CACHE_SECONDS = 30.0
"""Seconds for which a detected address is reused, because every page load needs it."""


class ServerUrls(NamedTuple):
    """The URLs of the playground."""

    here: str
    """The URL for this machine."""
    others: str | None
    """The URL for other machines; None if they cannot reach the server, or its address is not known."""


def find_server_urls(host: str, port: int, public_url: str | None) -> ServerUrls:
    """Return the addresses of a server that listens on a host and a port.

    Args:
        host: a name or address, such as "0.0.0.0".
        port: the port number.
        public_url: the URL for other machines from the settings; None to detect it.
    """
    loopback = is_loopback(host)
    here = "localhost" if host in _ALL_INTERFACES or loopback else host
    if public_url is not None:
        return ServerUrls(_url(here, port), public_url)
    if loopback:
        return ServerUrls(_url(here, port), None)
    outside = recent_lan_address(int(time.monotonic() / _CACHE_SECONDS)) if host in _ALL_INTERFACES else host
    return ServerUrls(_url(here, port), None if outside is None else _url(outside, port))


@lru_cache(maxsize=1)
def recent_lan_address(_when: int) -> str | None:
    """Return `find_lan_address()`, cached as long as `_when` stays the same."""
    return find_lan_address()


def find_lan_address() -> str | None:
    """Return this machine's address in its network, or None. Nothing is sent."""
    candidates = chain(map(_sender_to, _REMOTE_TARGETS + _LOCAL_TARGETS), _own_addresses())
    return next((address for address in candidates if address and _is_usable(address)), None)


def _sender_to(target: str) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((target, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return None


def _own_addresses() -> Iterator[str]:
    """Yield the addresses of this machine's host name. Looking up a name may take seconds."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return
    for *_, address in found:
        yield str(address[0])


def _is_usable(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)


def _url(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}" if port == 80 else f"http://{shown}:{port}"


class PageUrls(NamedTuple):
    """Builds the URLs of pages. Neither base ends with a slash."""

    base: str
    """The server's URL as the client of the present request sees it."""
    others: str
    """The server's URL for other machines."""

    def join(self, code: str) -> str:
        """Return the URL at which learners join the room with a code."""
        return f"{self.others}/join/{code}"

    def session(self, session_id: str) -> str:
        """Return the URL of the page that shows a session, and cannot change it."""
        return f"{self.base}/?session={as_view_id(session_id)}"

    def projector(self, room: str, key: str) -> str:
        """Return the URL of a room's page for the projector; `key` is the projector's."""
        return f"{self.base}/projector#{room}.{key}"

    def classroom(self, room: str, key: str) -> str:
        """Return the URL of a room's page for its teacher; `key` is the teacher's secret."""
        return f"{self.base}/classroom#{room}.{key}"
