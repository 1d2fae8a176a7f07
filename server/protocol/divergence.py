"""Where a training diverged, as states tell it."""

from typing import Literal

from server.protocol.strict_model import StrictModel


class DivergenceReport(StrictModel):
    """The epoch and mini-batch at which the training diverged, and what was no longer finite."""

    epoch: int
    batch: int
    cause: Literal["loss", "parameters"]
