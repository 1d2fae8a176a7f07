"""A network as it is at one moment, to be asked at leisure: its answers and its surfaces in full precision.

A session's own network changes with every turn. What takes longer than a moment is asked of a copy.
"""

from collections.abc import Sequence

import numpy as np

from engine.arrays import Floats
from engine.data.datasets import PLANE
from engine.data.features import FEATURES, compute
from engine.errors import InvalidValue
from engine.nn.network import Network
from engine.reference.node_grids import check_node
from server.sessions.session import Session

LARGEST_RESOLUTION = 256
_BAND = 2048
"""Points that are computed at a time."""


class NetworkSnapshot:
    """A copy of a session's network."""

    def __init__(self, session: Session) -> None:
        of, config = session.trainer.network, session.config
        self._network = Network(
            of.features, of.shape[1:-1], of.hidden_activations, of.output_name, of.shape[-1]
        )
        self._network.set_parameters(of.parameters)
        self._network.scaling = of.scaling
        self._problem = config.problem
        self.probability = of.output.probability
        self.layers = len(of.layers)
        self.outputs = of.shape[-1]

    def answers(self, points: Sequence[Sequence[float]]) -> Floats:
        """Return the outputs (n, outputs) at points x1, x2."""
        return self._at(np.array(points, np.float64).reshape(-1, 2), self.layers)

    def labels(self, answers: Floats) -> list[int] | None:
        """Return the classes that outputs (n, outputs) tell: -1 or 1, of several from 0 on.

        None in regression.
        """
        if self._problem == "regression":
            return None
        if answers.shape[1] > 1:
            return [int(each) for each in answers.argmax(axis=1)]
        return [1 if each >= self._network.output.threshold else -1 for each in answers[:, 0]]

    def surface(self, layer: int | None, neuron: int | None, resolution: int) -> Floats:
        """Return what a neuron says all over the plane: (resolution, resolution), x2 = 6 at the top.

        Values are those at the cells' centres. Layer None is the output; neuron None all outputs, as
        (outputs, resolution, resolution) if there are several; layer 0 are the inputs in the table's order.

        Raises:
            engine.errors.NoSuchNeuron: there is none.
            engine.errors.InvalidValue: a layer that is not the output, as a whole.
        """
        layer = self.layers if layer is None else layer
        check_node(self._network, layer, neuron or 0)
        if neuron is None and layer != self.layers:
            raise InvalidValue("neuron", None, "a neuron: only the output can be had as a whole")
        along = PLANE * ((2 * np.arange(resolution) + 1) / resolution - 1)
        x1, x2 = np.meshgrid(along, -along)
        points = np.stack([x1.ravel(), x2.ravel()], axis=1)
        values = compute(tuple(FEATURES), points) if layer == 0 else self._at(points, layer)
        grids = values.T.reshape(-1, resolution, resolution)
        return grids if neuron is None and len(grids) > 1 else grids[neuron or 0]

    def _at(self, points: Floats, layer: int) -> Floats:
        """Return what a layer says at points: (n, neurons). It takes little room: a band at a time."""
        bands = []
        with np.errstate(all="ignore"):
            for start in range(0, len(points), _BAND):
                told = self._network.inputs(points[start : start + _BAND])
                bands.append(self._network.propagate(told).outputs[layer - 1])
        return np.concatenate(bands)
