"""Where the page can be found: by this machine, and by the others in the room."""

import ipaddress
import socket
import time
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from server.limits.quotas import is_loopback

_EVERYWHERE = {"0.0.0.0", "::", ""}

_FAR_AWAY = ("203.0.113.1", "10.255.255.254", "192.168.255.254", "172.31.255.254")
"""Addresses that nothing is sent to: the system only says which of ours it would send from."""

_NEAR = (
    "10.42.0.2",  # a hotspot of Linux
    "192.168.137.2",  # of Windows
    "192.168.43.2",  # of Android
    "172.20.10.2",  # of iOS
    "192.168.0.2",
    "192.168.1.2",
    "10.0.0.2",
)
"""The same in the networks that are usual where there is no way out, and so no route to any other."""

_KEPT = 30.0
"""Seconds that an address found serves, as pages ask with every load."""


class Addresses(NamedTuple):
    """URLs of the page; `others` is None where nobody else can reach it, or nobody knows how."""

    here: str
    others: str | None


def find_addresses(host: str, port: int, public_url: str | None) -> Addresses:
    """Return the page's addresses for a server that listens on a host and a port.

    What is shown to others is never localhost.
    """
    loopback = is_loopback(host)
    here = "localhost" if host in _EVERYWHERE or loopback else host
    if public_url is not None:
        return Addresses(_url(here, port), public_url)
    if loopback:
        return Addresses(_url(here, port), None)
    outside = recent_lan_address(int(time.monotonic() / _KEPT)) if host in _EVERYWHERE else host
    return Addresses(_url(here, port), None if outside is None else _url(outside, port))


@lru_cache(maxsize=1)
def recent_lan_address(_when: int) -> str | None:
    """Return what was found in the same time span."""
    return find_lan_address()


def find_lan_address() -> str | None:
    """Return this machine's address in its network, without any traffic; None if it has none."""
    candidates = chain(map(_sender_to, _FAR_AWAY + _NEAR), _own_addresses())
    return next((address for address in candidates if address and _is_usable(address)), None)


def _sender_to(target: str) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((target, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return None


def _own_addresses() -> Iterator[str]:
    """Give what this machine's name stands for: a last resort, since looking a name up can take its time."""
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
