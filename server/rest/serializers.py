"""Turns sessions, training runs and snapshots into the schemas of REST.

A function that takes a `Session` reads it without a lock: call it with `run_in_session`, or on a session that
nothing trains.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.nn.network import Network
from engine.nn.neuron_layers import ArrayPlace
from engine.training.build import empty_network
from engine.training.trainer import Divergence, Trainer
from server.jobs.kept_runs import KeptLosses, KeptNetwork
from server.jobs.one_shot import TrainedNetwork
from server.protocol.json_numbers import finite_or_none
from server.rest.schemas import (
    ArrayPlacement,
    LayerParameters,
    LossSeries,
    NetworkParameters,
    OneShotResult,
    Predictions,
    SessionDivergence,
    SessionMetrics,
    SessionState,
    TrainingProgress,
)
from server.sessions.loss_history import LossHistory, LossPoints
from server.sessions.network_snapshot import NetworkSnapshot
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun

Row = list[float]


def metrics(session: Session) -> SessionMetrics:
    """Return the current epoch, mini-batch, losses and accuracies."""
    measured = session.metrics()
    return SessionMetrics(epoch=session.trainer.epoch, batch=session.trainer.batch, **measured._asdict())


def metrics_of(trainer: Trainer) -> SessionMetrics:
    """Return the epoch, mini-batch, losses and accuracies of a trainer that is no session's."""
    return SessionMetrics(epoch=trainer.epoch, batch=trainer.batch, **trainer.metrics()._asdict())


def session_state(session: Session, *, session_id: str, url: str) -> SessionState:
    """Return settings, metrics and progress of a session.

    Args:
        session: the session.
        session_id: the session's id.
        url: the address of the page that shows it.
    """
    measured = metrics(session)  # first, as measuring may find a divergence
    training_run = session.training_run
    return SessionState(
        id=session_id,
        url=url,
        revision=session.revision,
        config=session.config,
        custom_data=session.trainer.overrides.data is not None,
        playing=session.playing,
        until_epoch=session.control.pause_epoch,
        until=session.control.pause_conditions,
        speed=session.speed,
        shape=list(session.trainer.network.shape),
        parameters=int(session.trainer.network.parameters.size),
        metrics=measured,
        training=None if training_run is None else progress(training_run),
        divergence=divergence(session),
        engine=session.trainer.implementation,
    )


def divergence(session: Session) -> SessionDivergence | None:
    """Return where the training diverged, None if it did not; call `metrics` first, which may find out."""
    return _divergence(session.trainer.divergence)


def _divergence(found: Divergence | None) -> SessionDivergence | None:
    if found is None:
        return None
    return SessionDivergence(epoch=found.epoch, batch=found.batch, cause=found.cause)


def progress(training_run: TrainingRun) -> TrainingProgress:
    """Return how many epochs or mini-batches of a training run are done."""
    return TrainingProgress(unit=training_run.unit, done=training_run.done, total=training_run.total)


def losses(session: Session) -> LossSeries:
    """Return the losses so far; the last entry is the current one."""
    return losses_of(session.history)


def losses_of(history: LossHistory) -> LossSeries:
    """Return the losses of a history; the last entry is the current one."""
    return _losses(history.points(), history.width)


def _losses(points: LossPoints, width: int) -> LossSeries:
    return LossSeries(
        epoch=points["epoch"].astype(int).tolist(),
        train_loss=points["train"].tolist(),
        test_loss=points["test"].tolist(),
        epochs_a_point=width,
    )


def kept_losses(kept: KeptLosses) -> LossSeries:
    """Return the losses of one of repeated runs."""
    return _losses(kept.points, kept.epochs_a_point)


def kept_parameters(kept: KeptNetwork, config: TrainingConfig) -> NetworkParameters:
    """Return the weights and biases of one of repeated runs, which had this config."""
    network = empty_network(config)
    network.parameters[:], network.buffers[:] = kept.parameters, kept.buffers
    return _parameters(network, kept.pruned)


def parameters(session: Session) -> NetworkParameters:
    """Return all weights and biases, flat and by layers."""
    return parameters_of(session.trainer)


def parameters_of(trainer: Trainer) -> NetworkParameters:
    """Return all weights and biases of a trainer, flat and by layers."""
    return _parameters(trainer.network, np.flatnonzero(trainer.pruned))


def _parameters(network: Network, pruned: NDArray[np.integer[Any]]) -> NetworkParameters:
    return NetworkParameters(
        flat=network.parameters.tolist(),
        layers=[
            LayerParameters.model_construct(weights=weights.tolist(), biases=biases.tolist())
            for weights, biases in network.layers
        ],
        dead=len(pruned),
        pruned=pruned.tolist(),
        layout=_layout(network.parameter_places),
        buffers=network.buffers.tolist(),
        buffers_layout=_layout(network.buffer_places),
    )


def _layout(places: Sequence[ArrayPlace]) -> list[ArrayPlacement]:
    return [
        ArrayPlacement.model_construct(**{**place._asdict(), "shape": list(place.shape)}) for place in places
    ]


def points(session: Session) -> tuple[list[Row], list[Row]]:
    """Return the training points and the test points of a session: rows x1, x2, target, or pixels, digit."""
    dataset = session.trainer.dataset
    return _rows(dataset.train), _rows(dataset.test)


def _rows(points: tuple[NDArray[np.float64], NDArray[np.float64]]) -> list[Row]:
    rows: list[Row] = np.column_stack(points).tolist()
    return rows


def predictions(network: NetworkSnapshot, points: Sequence[Sequence[float]] | Floats) -> Predictions:
    """Return the outputs and labels of a network at points x1, x2."""
    outputs = network.outputs_at(points)
    return Predictions.model_construct(outputs=finite_or_none(outputs), labels=network.labels(outputs))


def one_shot_result(trained: TrainedNetwork, points: Floats) -> OneShotResult:
    """Return the result of a one-shot training that has ended, with predictions at its points or images."""
    network = trained.network
    return OneShotResult(
        metrics=SessionMetrics(epoch=trained.epoch, batch=trained.batch, **trained.metrics._asdict()),
        divergence=_divergence(trained.divergence),
        losses=_losses(trained.losses, trained.epochs_a_point),
        parameters=_parameters(network.network_copy, trained.pruned),
        predictions=predictions(network, points) if len(points) else None,
    )
