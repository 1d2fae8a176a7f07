"""The interface of pools that train sweeps: a worker pool in this process, or a bundle pool of a cluster."""

from typing import Protocol

from server.jobs.sweeps import Sweep


class SweepPool(Protocol):
    """Trains sweeps."""

    def submit_sweep(self, sweep: Sweep) -> None:
        """Start to train the runs of a sweep."""

    def stop(self) -> None:
        """Cancel all sweeps."""
