"""A copy of a session's network, for long computations outside the session's thread."""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from engine.arrays import Floats
from engine.data.datasets import PLANE
from engine.data.features import FEATURES, compute
from engine.errors import InvalidValue
from engine.nn.network import Network
from engine.reference.node_grids import check_node
from server.errors import wire_errors
from server.sessions.session import Session

MAX_RESOLUTION = 256


class Bounds(NamedTuple):
    """A rectangular part of the plane."""

    x1_min: float
    x1_max: float
    x2_min: float
    x2_max: float


WHOLE_PLANE = Bounds(-PLANE, PLANE, -PLANE, PLANE)

_POINT_BAND = 2048
"""Points that are computed at a time, to bound the memory."""

_IMAGE_BAND = 128
"""The same of images, whose windows take much memory."""


class NetworkSnapshot:
    """A copy of a session's network.

    Attributes:
        probability: whether the output is a probability.
        takes_images: whether its inputs are images, not points of the plane.
        layers: the number of layers, including the output.
        outputs: the number of outputs.
    """

    def __init__(self, session: Session) -> None:
        of = session.trainer.network
        self._network = of.copy()
        self._problem = session.config.problem
        self.probability = of.output.probability
        self.takes_images = of.image is not None
        self.layers = len(of.layers)
        self.outputs = of.shape[-1]

    @property
    def nbytes(self) -> int:
        """Its estimated size in bytes."""
        return 2 * self._network.parameters.nbytes  # including the network's gradients

    @property
    def network_copy(self) -> Network:
        """The copy of the network."""
        return self._network

    def check_takes(self, *, images: bool) -> None:
        """Raise `MessageError` unless the network's inputs are images (True) or points (False)."""
        if images != self.takes_images:
            raise wire_errors.other_problem(takes_images=self.takes_images)

    def outputs_at(self, points: Sequence[Sequence[float]] | Floats) -> Floats:
        """Return the outputs (n, outputs) at points x1, x2, or for images (n, pixels) as an array."""
        if not isinstance(points, np.ndarray):  # a third of the time that np.array takes for nested lists
            points = np.fromiter(chain.from_iterable(points), np.float64, 2 * len(points)).reshape(-1, 2)
        return self._layer_outputs(points, self.layers)

    def labels(self, outputs: Floats) -> list[int] | None:
        """Return the classes that outputs (n, outputs) predict; None in regression.

        Classes are -1 and 1, or 0, 1, ... with several outputs.
        """
        if self._problem == "regression":
            return None
        if outputs.shape[1] > 1:
            return [int(each) for each in outputs.argmax(axis=1)]
        return [1 if each >= self._network.output.threshold else -1 for each in outputs[:, 0]]

    def surface(
        self, layer: int | None, neuron: int | None, resolution: int, bounds: Bounds = WHOLE_PLANE
    ) -> Floats:
        """Return a neuron's outputs over a part of the plane, of shape (resolution, resolution).

        Values are those at the cells' centres; the first row has the greatest x2.

        Args:
            layer: None for the output; 0 for the inputs, in the order of the table of features.
            neuron: None for all outputs; several have the shape (outputs, resolution, resolution).
            resolution: the number of cells in each direction.
            bounds: the part of the plane.

        Raises:
            engine.errors.NoSuchNeuron: there is no such neuron.
            engine.errors.InvalidValue: `neuron` is None for a layer other than the output.
            server.errors.wire_errors.MessageError: the network takes images.
        """
        self.check_takes(images=False)
        layer = self.layers if layer is None else layer
        check_node(self._network, layer, neuron or 0)
        if neuron is None and layer != self.layers:
            raise InvalidValue("neuron", None, "a neuron: only the output can be had as a whole")
        fraction = (2 * np.arange(resolution) + 1) / (2 * resolution)
        x1, x2 = np.meshgrid(
            bounds.x1_min * (1 - fraction) + bounds.x1_max * fraction,
            bounds.x2_max * (1 - fraction) + bounds.x2_min * fraction,
        )
        points = np.stack([x1.ravel(), x2.ravel()], axis=1)
        values = compute(tuple(FEATURES), points) if layer == 0 else self._layer_outputs(points, layer)
        grids = values.T.reshape(-1, resolution, resolution)
        return grids if neuron is None and len(grids) > 1 else grids[neuron or 0]

    def _layer_outputs(self, points: Floats, layer: int) -> Floats:
        """Return a layer's outputs at points, of shape (n, neurons)."""
        bands = []
        with np.errstate(all="ignore"):
            band = _IMAGE_BAND if self.takes_images else _POINT_BAND
            for start in range(0, len(points), band):
                inputs = self._network.inputs(points[start : start + band])
                bands.append(self._network.outputs_of(layer, inputs))
        return np.concatenate(bands)
