"""Builds the network and the data of a config, and lists what changes of settings affect."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.data.custom_noise import with_noise
from engine.data.datasets import CUSTOM, Dataset, draw, split, split_custom
from engine.data.drawings import with_drawings
from engine.data.scaling import fit
from engine.errors import InvalidValue
from engine.nn.initializers import INITIALIZERS
from engine.nn.network import Network
from engine.seeding import Purpose, stream

DATA_SETTINGS = frozenset(
    {
        "problem",
        "dataset",
        "classes",
        "noise",
        "train_percent",
        "data_seed",
        "points",
        "points_noise",
        "drawings",
    }
)
"""Settings that change which points are drawn."""
WEIGHTS_SETTINGS = frozenset(
    {
        "problem",
        "classes",
        "features",
        "hidden_layers",
        "normalization",
        "residual",
        "layers",
        "initializer",
        "initial_bias",
        "weights_seed",
    }
)
"""Settings that change which initial weights are drawn."""
PENALTY_SETTINGS = frozenset({"regularization", "regularization_rate", "l1_ratio"})
"""Settings that decide which weights L1 prunes."""
LIVE_SETTINGS = PENALTY_SETTINGS | {"learning_rate", "batch_size", "data_columns"}
"""Settings that may change during training; the names of the points' columns have no effect on it."""
LIVE_DATA_SETTINGS = frozenset({"data_seed", "points", "drawings"})
"""Settings that replace the points by others of the same kind; the weights are kept."""


class TrainingArrays(NamedTuple):
    """The points as a network takes them."""

    inputs: Floats
    """(n, inputs), scaled: the training points, then the test points."""
    targets: Floats
    """(n, outputs), on the scale of the output."""
    split: int
    """Number of training points."""
    train_inputs: Floats
    train_targets: Floats

    @property
    def measure_arguments(self) -> tuple[Floats, Floats, int]:
        """The arguments that measuring takes: inputs, targets and split."""
        return self.inputs, self.targets, self.split


def build_arrays(config: TrainingConfig, network: Network, data: Dataset) -> TrainingArrays:
    """Return the points for a network, whose input scaling is fitted to the training points."""
    train, test = data.train, data.test
    count = len(train.targets)
    network.scaling = fit(config.input_scaling, network.unscaled_inputs(train.inputs))
    inputs = network.inputs(np.concatenate([train.inputs, test.inputs]))
    targets = network.output.targets(np.concatenate([train.targets, test.targets]), config.outputs)
    return TrainingArrays(inputs, targets, count, inputs[:count], targets[:count])


def empty_network(config: TrainingConfig) -> Network:
    """Return the network of a config, with parameters that are all 0."""
    features = () if config.image else config.features
    return Network(features, config.chain, config.output_activation, config.outputs, config.image)


def build_network(config: TrainingConfig, rng: np.random.Generator) -> Network:
    """Return the network of a config, with initial parameters drawn by the config's initializer."""
    network = empty_network(config)
    draw_weights = INITIALIZERS[config.initializer].weights
    for layer, slots in zip(network.chain, network.slots, strict=True):
        for parameter, slot in zip(layer.parameters, slots, strict=True):
            values = slot.view(network.parameters)
            if parameter.initial == "weights":
                inputs, neurons = parameter.shape
                values[:] = draw_weights(inputs, neurons, parameter.outputs or neurons, rng)
            else:
                values[:] = config.initial_bias if parameter.initial == "bias" else parameter.initial
    return network


def build_dataset(config: TrainingConfig) -> Dataset:
    """Return the dataset of a config: its custom points, or points drawn with its data seed."""
    if config.dataset == CUSTOM:
        rng = stream(config.data_seed, Purpose.DATA)
        by_class = config.problem != "regression"
        # Another stream, so that the noise does not decide which points are for testing.
        rows = with_noise(config.points, config.points_noise, rng.spawn(1)[0], by_class=by_class)
        return split_custom(rows, config.train_percent, rng, by_class=by_class)
    drawn = _drawn(config.dataset, config.data_seed, config.noise, config.classes, config.train_percent)
    return with_drawings(drawn, config.drawings) if config.image and config.drawings else drawn


@lru_cache(maxsize=32)
def _drawn(name: str, seed: int, noise: float, classes: int, train_percent: int) -> Dataset:
    """Return a dataset that is drawn. It cannot be changed, and repeated runs share it."""
    points = draw(name, rng=stream(seed, Purpose.DATA), noise=noise, classes=classes)
    return split(points, train_percent)


def check_fits(config: TrainingConfig, data: Dataset) -> None:
    """Raise `InvalidValue` if data has points, images or classes that a config does not have."""
    width = config.image.values if config.image else 2
    for points in (data.train, data.test):
        if points.inputs.shape[1] != width:
            given = f"{points.inputs.shape[1]} values for each point"
            expected = f"images of {config.image}, {width} pixels" if config.image else "points of the plane"
            raise InvalidValue("data", given, expected)
        if config.outputs > 1 and not np.isin(points.targets, np.arange(config.outputs)).all():
            raise InvalidValue("data", "another target", f"classes 0 to {config.outputs - 1}")
