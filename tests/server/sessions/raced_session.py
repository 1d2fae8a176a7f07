"""A session in a race, and what the tests of races ask of it."""

from collections.abc import Mapping

import numpy as np

from engine.config import TrainingConfig
from engine.training.trainer import Trainer
from server.protocol.race import RivalState, StartRace
from server.sessions.client_view import ClientView
from server.sessions.commands import handle
from server.sessions.rival import Rival
from server.sessions.session import Session
from tests.server.sessions.session_client import state

RELU = {"activation": "relu", "hidden_layers": [5]}


def raced(changes: Mapping[str, object], **own: object) -> tuple[Session, ClientView]:
    session = Session(TrainingConfig().changed(own))
    view, _ = session.attach()
    told = state(handle(session, view, StartRace(changes=dict(changes))))
    assert told.rival is not None
    return session, view


def rival_of(session: Session) -> Rival:
    assert session.race.rival is not None
    return session.race.rival


def told_rival(session: Session, view: ClientView) -> RivalState:
    told = session.state(view).rival
    assert told is not None
    return told


def alone(config: TrainingConfig, epochs: int) -> Trainer:
    trainer = Trainer(config)
    trainer.run_epochs(epochs)
    return trainer


def same(one: Trainer, other: Trainer) -> None:
    np.testing.assert_array_equal(one.network.parameters, other.network.parameters, strict=True)
