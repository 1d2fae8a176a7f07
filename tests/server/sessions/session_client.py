"""Drives a session without a socket: its frames, and the one message of a reply."""

import itertools
from collections.abc import Callable

from engine.config import TrainingConfig
from server.protocol import messages as wire
from server.sessions.client_view import ClientView, Delivery
from server.sessions.session import Session
from tests.server.frame_reader import ReadFrame, read_frame

SMALL = TrainingConfig().changed({"hidden_layers": [2]})
DIVERGING = TrainingConfig().changed({"problem": "regression", "activation": "linear", "learning_rate": 100})


def never() -> bool:
    """Do not stop."""
    return False


def after(count: int) -> Callable[[], bool]:
    """Return a `stop` that is true from the given call on."""
    asked = itertools.count(1)
    return lambda: next(asked) >= count


def frame(session: Session, view: ClientView, number: int = 1) -> ReadFrame:
    """Return the next frame of a client."""
    session.measure()
    return read_frame(session.frame(view, number))


def state(deliveries: list[Delivery]) -> wire.State:
    """Return the only message of a reply, which must be a state."""
    (delivery,) = deliveries
    assert isinstance(delivery.message, wire.State)
    return delivery.message


def error(deliveries: list[Delivery]) -> wire.Error:
    """Return the only message of a reply, which must be an error."""
    (delivery,) = deliveries
    assert isinstance(delivery.message, wire.Error)
    return delivery.message
