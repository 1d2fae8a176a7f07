"""A training's state as the kernels take it: parameters and buffers as one vector."""

import numpy as np

from engine.arrays import Floats, Mask
from engine.state import State


class JoinedState:
    """The arrays of a state, with the buffers behind the parameters: to kernels, more parameters.

    `arrays` are the parameters, the mask of pruned ones and the optimizer's state, each flat. Without
    buffers they are the state's own.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self.arrays: tuple[Floats, Mask, Floats] = (
            state.parameters,
            state.pruned,
            state.optimizer_state.reshape(-1),
        )
        more = state.buffers.size
        if more:
            self.arrays = (
                np.concatenate([state.parameters, state.buffers]),
                np.concatenate([state.pruned, np.zeros(more, np.bool_)]),
                np.concatenate(
                    [state.optimizer_state, np.zeros((len(state.optimizer_state), more))], axis=1
                ).reshape(-1),
            )

    def write_back(self) -> None:
        """Copy what kernels changed into the state."""
        state, (parameters, pruned, optimizer_state) = self._state, self.arrays
        if not state.buffers.size:
            return
        size = state.parameters.size
        state.parameters[:], state.buffers[:] = parameters[:size], parameters[size:]
        state.pruned[:] = pruned[:size]
        state.optimizer_state[:] = optimizer_state.reshape(-1, parameters.size)[:, :size]
