"""Where the page can be found: by this machine, and by the others in the room."""

import ipaddress
import socket
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

_EVERYWHERE = {"0.0.0.0", "::", ""}

_FAR_AWAY = ("203.0.113.1", "10.255.255.254", "192.168.255.254", "172.31.255.254")
"""Addresses that nothing is sent to: the system only says which of ours it would send from."""


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
    outside = find_lan_address() if host in _EVERYWHERE else host
    return Addresses(_url(here, port), None if outside is None else _url(outside, port))


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def find_lan_address() -> str | None:
    """Return this machine's address in its network, without any traffic; None if it has none."""
    candidates = chain(map(_sender_to, _FAR_AWAY), _own_addresses())
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
