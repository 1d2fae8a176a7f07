"""A mini-batch of given points besides those of the epochs."""

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.nn.network import Network
from engine.reference.loop import ReferenceLoop
from engine.state import State


def run_extra_batch(
    network: Network, config: TrainingConfig, state: State, inputs: Floats, targets: Floats, points: int
) -> bool:
    """Train on one mini-batch of given points; `epoch` and `batch` of the state stay.

    Args:
        network: the network to train.
        config: the settings of the training.
        state: its state, changed in place.
        inputs: (n, inputs), scaled.
        targets: (n, outputs), on the scale of the output.
        points: the number of training points, of which the mini-batch counts as n.

    Returns:
        whether all parameters are finite; if not, the state is as before.
    """
    epoch, batch = state.epoch, state.batch
    state.batch = 0
    loop = ReferenceLoop(network, config, inputs, targets, len(targets))
    is_finite = loop.run_batches(state, 1)
    state.epoch, state.batch = epoch, batch
    if is_finite:
        state.cut_epochs += len(targets) / points
    return is_finite
