"""Limits on the size of a training: parameters, points, epochs.

Every check raises `MessageError` with the code `too_large`. `ref` is the `ref` of the client's message, which
the error repeats.
"""

import math
from itertools import pairwise
from typing import NamedTuple, Protocol, Self

from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.nn.layer_kinds.dense import Dense
from engine.nn.parameter_layout import size_of, slots_of
from server.errors import wire_errors
from server.errors.wire_errors import too_large
from server.limits.image_work import DATA_BYTES, check_available, check_work, size_of_work
from server.protocol import messages as wire
from server.settings import Settings


def parameters_of(config: TrainingConfig) -> int:
    """Return the number of parameters of a config's network."""
    if config.layers or config.normalization or config.residual:
        chain = config.chain
        before = chain[-1].neurons if chain else config.inputs
        return size_of(slots_of(layer.parameters for layer in (*chain, Dense(before, config.outputs))))
    shape = (config.inputs, *config.hidden_layers, config.outputs)
    return sum((inputs + 1) * neurons for inputs, neurons in pairwise(shape))


SIZE_SETTINGS = frozenset(
    {
        *("problem", "dataset", "classes", "features", "points", "drawings", "batch_size"),
        *("hidden_layers", "normalization", "residual", "layers"),
    }
)
"""Settings that determine the size of a training, or whether this server has its data."""


def work_size(config: TrainingConfig) -> int:
    """Return the number of parameters; for images, that of a network for points which takes as long."""
    return size_of_work(config) if config.image else parameters_of(config)


_BASE_MEMORY = 300_000
_MEMORY_PER_PARAMETER = 110
_MEMORY_PER_POINT = 200


def memory_of(config: TrainingConfig, given_points: int = 0, rival: TrainingConfig | None = None) -> int:
    """Return the estimated bytes of memory of a session: network, heat maps and points.

    Args:
        config: its settings.
        given_points: the number of custom points that are not in the config.
        rival: the settings of its rival; None without one.
    """
    if rival is not None:
        return memory_of(config, given_points) + memory_of(rival, given_points)
    points = (len(config.points) + given_points) * _MEMORY_PER_POINT
    data = DATA_BYTES if config.image else 0
    return _BASE_MEMORY + parameters_of(config) * _MEMORY_PER_PARAMETER + points + data


def validated_config(message: wire.Open) -> TrainingConfig:
    """Return the config of an `open`; raise `MessageError` if it is not valid."""
    try:
        return TrainingConfig().changed(message.config or {})
    except ValidationError as problem:
        raise wire_errors.MessageError(wire_errors.invalid(problem, ref=message.ref)) from None


class SizeCheck(Protocol):
    """Checks whether a training may have the size of a config."""

    def check(
        self,
        config: TrainingConfig,
        *,
        ref: int | None = None,
        given: Dataset | None = None,
        rival: TrainingConfig | None = None,
    ) -> None:
        """Raise `MessageError` if it may not.

        Args:
            config: the settings.
            ref: the `ref` of the client's message.
            given: its custom points; None for those of the config.
            rival: the settings of its rival; None without one.
        """


class SizeLimits(NamedTuple):
    """The largest size of a training; by default unlimited."""

    parameters: float = math.inf
    points: float = math.inf
    multiply_adds: float = math.inf

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the limits of a server's settings."""
        return cls(settings.max_parameters, settings.max_points, settings.max_multiply_adds)

    def check(
        self,
        config: TrainingConfig,
        *,
        ref: int | None = None,
        given: Dataset | None = None,
        rival: TrainingConfig | None = None,
    ) -> None:
        """Raise `MessageError` if a config or its rival's is too large, or its dataset is not installed."""
        for each in (config,) if rival is None else (config, rival):
            self.check_network(each, ref=ref)
        check_points(max(len(config.points), points_in(given)), self.points, ref=ref)

    def check_network(self, config: TrainingConfig, *, ref: int | None = None) -> None:
        """Do as `check`, but without the limit on the number of points."""
        check_available(config, ref=ref)
        check_network(config, self.parameters, ref=ref)
        check_work(config, self.multiply_adds, ref=ref)


def points_in(data: Dataset | None) -> int:
    """Return the number of given points; 0 if there are none."""
    return 0 if data is None else len(data.train.targets) + len(data.test.targets)


def check_network(config: TrainingConfig, limit: float, *, ref: int | None = None) -> None:
    """Raise `MessageError` if a network has more than `limit` weights and biases."""
    size = parameters_of(config)
    if size > limit:
        field = "layers" if config.layers else "hidden_layers"
        raise too_large(field, size, f"at most {limit} weights and biases", ref=ref)


def check_points(count: int, limit: float, *, ref: int | None = None) -> None:
    """Raise `MessageError` if there are more than `limit` data points."""
    if count > limit:
        raise too_large("data", count, f"at most {limit} points", ref=ref)


def check_epochs(count: float, limit: int, *, ref: int | None = None) -> None:
    """Raise `MessageError` if a run has more than `limit` epochs."""
    if count > limit:
        raise too_large("epochs", count, f"at most {limit} epochs", ref=ref)
