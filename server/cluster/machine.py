"""Whether a machine is large enough for the processes of a cluster."""

import os
from contextlib import suppress
from pathlib import Path

from server.cluster.ray_start import ClusterRefusedError

BASE_BYTES = 600_000_000
"""Memory of Ray's own processes and of the one that starts all, measured without learners."""

HOST_BYTES = 200_000_000
"""That of a host."""

FRONT_BYTES = 80_000_000
"""That of a front which is a process of its own."""

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Files in which Linux tells how much a container may use."""


def memory() -> int | None:
    """Return the bytes of memory that this machine, or the container, has; None if that is not known."""
    found = []
    with suppress(AttributeError, ValueError, OSError):  # Windows does not tell
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for name in _LIMITS:
        with suppress(OSError, ValueError):  # it may be "max"
            found.append(int(Path(name).read_text()))
    return min(found, default=None)


def require_memory(hosts: int, fronts: int, there: int | None) -> None:
    """Raise `ClusterRefusedError` if the memory that is there is too little for so many processes."""
    needed = BASE_BYTES + hosts * HOST_BYTES + (fronts * FRONT_BYTES if fronts > 1 else 0)
    if there is not None and there < needed:
        raise ClusterRefusedError(
            f"this machine has {there / 1e9:.1f} GB of memory, and {hosts} processes that train and {fronts} "
            f"that have the connections need {needed / 1e9:.1f} GB even without learners: ask for fewer "
            "(--hosts, --fronts), or leave out --cluster, as one process needs the least"
        )
