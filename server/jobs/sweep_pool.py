"""What trains sweeps: the worker pool of this process, or a bundle pool of many."""

from typing import Protocol

from server.jobs.sweeps import Sweep


class SweepPool(Protocol):
    """Trains sweeps, beside the sessions."""

    def submit_sweep(self, sweep: Sweep) -> None:
        """Have the runs of a sweep trained."""

    def stop(self) -> None:
        """Cancel all sweeps."""
