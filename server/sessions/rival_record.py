"""The rival in a race as a part of its session's record."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.training.trainer import Divergence, Snapshot, State, Trainer
from server.sessions.loss_history import EMPTY_CURSOR, POINT
from server.sessions.rival import Rival
from server.sessions.session import Session

Arrays = dict[str, NDArray[Any]]

_PREFIX = "rival_"


def setup_of(rival: Rival) -> tuple[dict[str, Any], Arrays]:
    """Return the set-up of a rival: fields and custom initial parameters. The points are the session's."""
    _, parameters, pruned, buffers = rival.trainer.overrides
    given = {"parameters": parameters, "pruned": pruned, "buffers": buffers}
    arrays = {_PREFIX + name: array for name, array in given.items() if array is not None}
    return {"rival": rival.trainer.config.model_dump(mode="json")}, arrays


def state_of(rival: Rival) -> tuple[dict[str, Any], Arrays]:
    """Return the state of a rival that training changes, including its losses."""
    snapshot = rival.trainer.snapshot()
    state = snapshot.state
    _, points, _ = rival.history.since(EMPTY_CURSOR)
    fields = {
        "steps": state.steps,
        "epoch": state.epoch,
        "batch": state.batch,
        "points": state.points,
        "cut_epochs": state.cut_epochs,
        "batch_size": snapshot.batch_size,
        "divergence": snapshot.divergence,
        "history": rival.history.details(),
        "edited": rival.edited,
        "opened": rival.opened,
        "attempts": rival.loop.attempts,
        "at_start": rival.loop.at_start,
    }
    arrays = {
        "parameters": state.parameters,
        "pruned": state.pruned,
        "optimizer_state": state.optimizer_state,
        "buffers": state.buffers,
        "losses": points.view(np.float64),
    }
    return {"rival": fields}, {_PREFIX + name: array for name, array in arrays.items()}


def restore_rival(
    session: Session,
    setup: Mapping[str, Any],
    given: Mapping[str, NDArray[Any]],
    fields: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    data: Dataset | None,
) -> None:
    """Give a restored session the rival of its record, if there is one.

    Args:
        session: the session.
        setup: fields that include those of `setup_of`.
        given: arrays that include those of `setup_of`.
        fields: fields that include those of `state_of`.
        arrays: arrays that include those of `state_of`.
        data: the custom points; None if the config draws them.
    """
    if setup.get("rival") is None or fields.get("rival") is None:
        return
    trainer = Trainer(
        TrainingConfig.model_validate(setup["rival"]),
        data=data,
        parameters=given.get(_PREFIX + "parameters"),
        pruned=given.get(_PREFIX + "pruned"),
        buffers=given.get(_PREFIX + "buffers"),
    )
    rival, kept = session.race.set_rival(trainer), fields["rival"]
    parameters, pruned, optimizer_state, buffers = (
        arrays[_PREFIX + name] for name in ("parameters", "pruned", "optimizer_state", "buffers")
    )
    state = State(
        parameters,
        pruned,
        optimizer_state,
        buffers,
        **{name: kept[name] for name in ("steps", "epoch", "batch", "points", "cut_epochs")},
    )
    divergence = None if kept["divergence"] is None else Divergence(*kept["divergence"])
    trainer.restore(Snapshot(state, kept["batch_size"], divergence))
    rival.history.restore(arrays[_PREFIX + "losses"].view(POINT), kept["history"])
    rival.edited = kept["edited"]
    rival.opened = kept.get("opened", False)  # records of earlier versions lack it
    rival.loop.attempts, rival.loop.at_start = kept["attempts"], kept["at_start"]
    rival.loop.on_network_changed()
    session.race.divergence_changed()
