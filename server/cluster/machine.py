"""Whether a machine is large enough for the processes of a cluster."""

import os
from contextlib import suppress
from pathlib import Path

from server.cluster.ray_start import ClusterRefusedError

BASE_BYTES = 600_000_000
"""Memory of Ray's own processes and of the supervising process, measured without learners."""

HOST_BYTES = 200_000_000
"""Memory of a host."""

FRONT_BYTES = 80_000_000
"""Memory of a front that is a process of its own."""

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Files with the memory limit of a container on Linux."""


def total_memory() -> int | None:
    """Return the bytes of memory of this machine or container; None if unknown."""
    found = []
    with suppress(AttributeError, ValueError, OSError):  # Windows does not tell
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for name in _LIMITS:
        with suppress(OSError, ValueError):  # it may be "max"
            found.append(int(Path(name).read_text()))
    return min(found, default=None)


def require_memory(hosts: int, fronts: int, available: int | None) -> None:
    """Raise `ClusterRefusedError` if the available bytes (None: unknown) are too few for the processes."""
    needed = BASE_BYTES + hosts * HOST_BYTES + (fronts * FRONT_BYTES if fronts > 1 else 0)
    if available is not None and available < needed:
        raise ClusterRefusedError(
            f"this machine has {available / 1e9:.1f} GB of memory, and {hosts} processes that train and "
            f"{fronts} that have the connections need {needed / 1e9:.1f} GB even without learners: ask for "
            "fewer (--hosts, --fronts), or leave out --cluster, as one process needs the least"
        )
