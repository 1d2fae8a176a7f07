"""What a program gives a session in place of what its config draws: parameters and points."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.data.datasets import Dataset
from engine.errors import InvalidValue
from server.sessions.rules import InRoomError
from server.sessions.session import Session


def set_parameters(session: Session, values: Sequence[float]) -> None:
    """Set all weights and biases; training continues from there.

    Raises:
        engine.errors.InvalidValue: the number of values is wrong.
        server.sessions.rules.InRoomError: the session belongs to a classroom.
    """
    if session.enforced_rules is not None:
        raise InRoomError
    given, snapshot = np.asarray(values, np.float64), session.trainer.snapshot()
    if given.shape != snapshot.parameters.shape:
        raise InvalidValue("parameters", given.size, f"{snapshot.parameters.size} numbers")
    state = snapshot.state.copy()
    state.parameters[:] = given
    state.pruned[:] = False
    session.trainer.restore(replace(snapshot, state=state, divergence=None))
    session.note_edit()


def set_points(session: Session, data: Dataset) -> None:
    """Replace the points; training continues with the same weights.

    Raises:
        engine.errors.InvalidValue: a target is not one of the config's classes.
        server.sessions.rules.InRoomError: the session belongs to a classroom.
    """
    if session.enforced_rules is not None:
        raise InRoomError
    session.trainer.set_data(data)
    session.note_new_points()
