"""Limits: how many from one address, how many messages a second, how large a training.

Nothing here knows of sockets, and all time is what the caller's clock says.
"""

import ipaddress
import math
from collections import Counter
from collections.abc import Callable
from enum import Enum
from itertools import pairwise
from typing import NamedTuple, Self

from engine.config import TrainingConfig
from server.errors.wire_errors import MessageError
from server.protocol import messages as wire
from server.settings import Settings

RESERVE = 0.1
"""Places beside those that there are, as a share of them: for who comes back to what was put away."""

BURST = 2.0
"""Seconds' worth of messages that may come at once."""

PATIENCE = 2.0
"""Seconds' worth of messages too many before they are refused, and again before the client is let go."""


def neighbourhood(address: str | None) -> str:
    """Return what an address counts as: itself, or with IPv6 the network that one household has."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))


class Tally:
    """Counts who is there, in all and of each address. What has no address counts only in all."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most = most
        self._most_each = most_each
        self._count = 0
        self._each: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._count

    @property
    def full(self) -> bool:
        """Whether nobody may come, from wherever."""
        return self._count >= self._most

    @property
    def overfull(self) -> bool:
        """Whether the reserve is used up, too."""
        return self._count >= self._most + math.ceil(RESERVE * self._most)

    def full_for(self, address: str) -> bool:
        """Return whether an address has as many as it may."""
        return bool(address) and self._each[address] >= self._most_each

    def add(self, address: str) -> None:
        """Count one more."""
        self._count += 1
        self._each[address] += 1

    def remove(self, address: str) -> None:
        """Count one less."""
        self._count -= 1
        self._each[address] -= 1
        if not self._each[address]:
            del self._each[address]


class Verdict(Enum):
    """What becomes of a message."""

    TAKEN = "taken"
    SLOWED = "slowed"
    REFUSED = "refused"
    FLOOD = "flood"


class Throttle:
    """One client's messages: a token bucket, with growing severity for those who draw on beyond it."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._tokens = BURST * rate
        self._seen = clock()
        self._too_many = 0

    def judge(self) -> tuple[Verdict, float]:
        """Return what becomes of a message that came now, and how long to wait before the next is read."""
        now = self._clock()
        most = BURST * self._rate
        self._tokens = min(most, self._tokens + max(0.0, now - self._seen) * self._rate)
        self._seen = now
        if self._tokens >= most / 2:
            self._too_many = 0
        if self._tokens >= 1:
            self._tokens -= 1
            return Verdict.TAKEN, 0.0
        self._too_many += 1
        if self._too_many > 2 * PATIENCE * self._rate:
            return Verdict.FLOOD, 0.0
        if self._too_many > PATIENCE * self._rate:
            return Verdict.REFUSED, 0.0
        self._tokens -= 1
        return Verdict.SLOWED, -self._tokens / self._rate


def parameters_of(config: TrainingConfig) -> int:
    """Return how many weights and biases a config's network has."""
    shape = (len(config.features), *config.hidden_layers, config.outputs)
    return sum((inputs + 1) * neurons for inputs, neurons in pairwise(shape))


def check_network(config: TrainingConfig, most: float, *, ref: int | None = None) -> None:
    """Refuse a network that is larger than this server allows.

    Raises:
        MessageError: it is.
    """
    size = parameters_of(config)
    if size > most:
        raise too_large("hidden_layers", size, f"at most {most:g} weights and biases", ref=ref)


class Allowed(NamedTuple):
    """How large a training may be."""

    parameters: float = math.inf
    points: float = math.inf

    @classmethod
    def by(cls, settings: Settings) -> Self:
        """Return what a server's settings allow."""
        return cls(settings.max_parameters, settings.max_points)

    def check(self, config: TrainingConfig, *, ref: int | None = None) -> None:
        """Refuse a config that asks for more.

        Raises:
            MessageError: it does.
        """
        check_network(config, self.parameters, ref=ref)
        check_points(len(config.points), self.points, ref=ref)


def check_points(count: int, most: float, *, ref: int | None = None) -> None:
    """Refuse more data points than this server allows.

    Raises:
        MessageError: there are more.
    """
    if count > most:
        raise too_large("data", count, f"at most {most:g} points", ref=ref)


def check_epochs(count: float, most: int, *, ref: int | None = None) -> None:
    """Refuse a longer run than this server allows.

    Raises:
        MessageError: it is.
    """
    if count > most:
        raise too_large("epochs", count, f"at most {most} epochs", ref=ref)


def too_large(field: str, value: float, expected: str, *, ref: int | None = None) -> MessageError:
    """Return the exception for what is right in itself, and more than this server allows."""
    return MessageError(
        wire.Error(
            code="too_large",
            message=f"{field}: this server takes {expected}, got {value:g}.",
            field=field,
            value=value,
            expected=expected,
            ref=ref,
        )
    )


def too_fast(rate: float) -> wire.Error:
    """Return the error for a message that was not taken, as too many had come before it."""
    return wire.Error(
        code="too_fast",
        message="This page sends more than the server takes.",
        expected=f"at most {rate:g} messages a second",
    )


def address_full(count: int, *, ref: int | None = None) -> MessageError:
    """Return the exception for one more from an address that has as many as it may."""
    return MessageError(
        wire.Error(
            code="address_full",
            message="Your network address has as many trainings here as it may. Try again later.",
            value=count,
            expected=f"fewer than {count}",
            ref=ref,
        )
    )
