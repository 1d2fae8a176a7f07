"""Custom values: parameters and points that programs set, in place of those that the config draws."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.errors import InvalidValue
from engine.nn.network import Network
from server.sessions.locks import refuse_locked
from server.sessions.rules import WEIGHTS, InRoomError
from server.sessions.session import Session


def set_parameters(
    session: Session,
    values: Sequence[float],
    *,
    pruned: Collection[int] = (),
    field: str = "parameters",
    buffers: Sequence[float] | None = None,
) -> None:
    """Set all weights and biases; training continues from there.

    Args:
        session: the session.
        values: the parameters, flat.
        pruned: the indices of the weights that L1 regularization keeps at 0.
        field: the name of the values in errors.
        buffers: the layers' buffers (running statistics), flat; None leaves them as they are.

    Raises:
        engine.errors.InvalidValue: the number of values is wrong, losses would not be finite, or a parameter
            cannot be pruned.
        server.sessions.rules.InRoomError: the session belongs to a classroom.
    """
    if session.enforced_rules is not None:
        raise InRoomError
    refuse_locked(session, (WEIGHTS,))
    given, snapshot = np.asarray(values, np.float64), session.trainer.snapshot()
    if given.shape != snapshot.parameters.shape:
        raise InvalidValue(field, given.size, f"{snapshot.parameters.size} numbers")
    state = snapshot.state.copy()
    state.parameters[:] = given
    if buffers is not None:
        if len(buffers) != state.buffers.size:
            raise InvalidValue("buffers", len(buffers), f"{state.buffers.size} numbers")
        state.buffers[:] = buffers
    state.pruned[:] = pruned_mask(session.config, session.trainer.network, given, pruned)
    with undo_unless_finite(session, field):
        session.trainer.restore(replace(snapshot, state=state, divergence=None))
    session.opened = True
    session.mark_edited()


def pruned_mask(
    config: TrainingConfig, network: Network, values: Floats, pruned: Collection[int], field: str = "pruned"
) -> Mask:
    """Return the mask of pruned weights.

    Args:
        config: the settings.
        network: a network of these settings.
        values: its parameters, flat.
        pruned: the indices of the weights.
        field: the name of the indices in errors.

    Raises:
        engine.errors.InvalidValue: regularization cannot have pruned one of them.
    """
    mask = np.zeros(values.shape, np.bool_)
    if pruned and not config.penalty.l1:
        raise InvalidValue(field, list(pruned), "no entries: there is no L1 regularization")
    weights = network.weights_mask()
    for number, index in enumerate(pruned):
        if not (index < values.size and weights[index] and values[index] == 0):
            raise InvalidValue(field, index, "the index of a weight that is 0", (number,))
        mask[index] = True
    return mask


@contextmanager
def undo_unless_finite(session: Session, field: str) -> Iterator[None]:
    """If a loss is not finite after a `with` block, undo its parameter changes and raise `InvalidValue`."""
    snapshot, revision, edited = session.trainer.snapshot(), session.revision, session.edited
    yield
    session.trainer.metrics()
    if session.trainer.divergence is not None:
        session.trainer.restore(snapshot)
        session.loop.on_network_changed()
        session.revision, session.edited = revision, edited  # no client has seen the others
        raise InvalidValue(field, "infinite losses", "values with which all losses are finite")


def set_points(session: Session, data: Dataset) -> None:
    """Replace the points; training continues with the same weights.

    Raises:
        engine.errors.InvalidValue: a target is not one of the config's classes.
        server.errors.wire_errors.MessageError: there are too many points.
        server.sessions.rules.InRoomError: the session belongs to a classroom.
    """
    if session.enforced_rules is not None:
        raise InRoomError
    refuse_locked(session, ("dataset", "points", WEIGHTS))
    session.allowed.check(session.config, given=data)
    session.trainer.set_data(data)
    session.on_points_replaced()
