"""Turns trainings into files of models and back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.errors import InvalidValue
from engine.nn.network import Network
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.loop import batches_per_epoch
from engine.state import Divergence, Overrides, Snapshot, State
from engine.training.build import build_dataset, empty_network
from server.rest.custom_data import validate_dataset
from server.rest.model_schemas import (
    FORMAT,
    VERSION,
    InitialState,
    LossTable,
    ModelFile,
    ModelState,
    encode_numbers,
)
from server.sessions.custom_values import pruned_mask
from server.sessions.loss_history import POINT, LossPoints
from server.sessions.trained_model import TrainedModel

SQUARE_AVERAGES = {"rmsprop": (0,), "adam": (1,), "adamw": (1,)}
"""Which of an optimizer's averages are those of squares, which cannot be negative."""


def model_file(model: TrainedModel, name: str) -> dict[str, Any]:
    """Return a training as the JSON of a model file, in which it has a name."""
    state, (data, parameters, pruned, buffers) = model.snapshot.state, model.overrides
    losses, history, divergence = model.losses, model.history, model.snapshot.divergence
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": name,
        "config": model.config.model_dump(mode="json"),
        "data": None
        if data is None
        else {part: np.column_stack(getattr(data, part)).tolist() for part in ("train", "test")},
        "initial": None
        if parameters is None
        else {
            "parameters": encode_numbers(parameters),
            "buffers": None if buffers is None else encode_numbers(buffers),
            "pruned": None if pruned is None else np.flatnonzero(pruned).tolist(),
        },
        "state": {
            "parameters": encode_numbers(state.parameters),
            "buffers": encode_numbers(state.buffers),
            "pruned": np.flatnonzero(state.pruned).tolist(),
            "optimizer_state": [encode_numbers(slot) for slot in state.optimizer_state],
            "steps": state.steps,
            "epoch": state.epoch,
            "batch": state.batch,
            "points": state.points,
            "cut_epochs": state.cut_epochs,
            "batch_size": model.snapshot.batch_size,
        },
        "losses": {
            "epoch": losses["epoch"].astype(int).tolist(),
            "train_loss": losses["train"].tolist(),
            "test_loss": losses["test"].tolist(),
            "epochs_a_point": history["width"],
            "span": list(history["span"]),
            "newest": history["newest"] and list(history["newest"]),
        },
        "divergence": None if divergence is None else divergence._asdict(),
        "edited": model.edited,
        "metrics": model.metrics and {"epoch": state.epoch, "batch": state.batch, **model.metrics._asdict()},
    }


def validate_model(file: ModelFile, *, max_points: int) -> TrainedModel:
    """Return the training of a file.

    Args:
        file: what the file has.
        max_points: the most points that are accepted.

    Raises:
        engine.errors.InvalidValue: its parts do not fit each other; the field is named.
        server.errors.wire_errors.MessageError: there are more than `max_points` points.
    """
    config = file.config
    network = empty_network(config)
    data = validate_dataset(config, file.data, max_points=max_points)
    state = _state(config, network, file.state)
    points = build_dataset(config) if data is None else data
    batches = batches_per_epoch(len(points.train.targets), file.state.batch_size)
    if state.batch >= batches:
        raise InvalidValue("state.batch", state.batch, f"less than {batches}, the mini-batches of an epoch")
    parameters, pruned, buffers = _initial(config, network, file.initial)
    losses, history = _losses(file.losses)
    found = file.divergence
    divergence = None if found is None else Divergence(found.epoch, found.batch, found.cause)
    return TrainedModel(
        config,
        Overrides(data, parameters, pruned, buffers),
        Snapshot(state, file.state.batch_size, divergence),
        losses,
        history,
        file.edited,
    )


def _state(config: TrainingConfig, network: Network, given: ModelState) -> State:
    size, optimizer = network.parameters.size, OPTIMIZERS[config.optimizer]
    parameters = _array("state.parameters", given.parameters, size)
    if len(given.optimizer_state) != optimizer.slots:
        expected = f"{optimizer.slots} lists, as the optimizer {config.optimizer} has them"
        raise InvalidValue("state.optimizer_state", len(given.optimizer_state), expected)
    memory = np.zeros((optimizer.slots, size))
    for number, slot in enumerate(given.optimizer_state):
        memory[number] = _array("state.optimizer_state", slot, size, finite=False, position=(number,))
        if number in SQUARE_AVERAGES.get(config.optimizer, ()) and (memory[number] < 0).any():
            raise InvalidValue("state.optimizer_state", "a negative number", "averages of squares", (number,))
    return State(
        parameters,
        pruned_mask(config, network, parameters, given.pruned, "state.pruned"),
        memory,
        _buffers("state.buffers", network, given.buffers),
        steps=given.steps,
        epoch=given.epoch,
        batch=given.batch,
        points=given.points,
        cut_epochs=given.cut_epochs,
    )


def _initial(
    config: TrainingConfig, network: Network, given: InitialState | None
) -> tuple[Floats | None, NDArray[np.bool_] | None, Floats | None]:
    if given is None:
        return None, None, None
    values = _array("initial.parameters", given.parameters, network.parameters.size)
    pruned, buffers = given.pruned, given.buffers
    return (
        values,
        None if pruned is None else pruned_mask(config, network, values, pruned, "initial.pruned"),
        None if buffers is None else _buffers("initial.buffers", network, buffers),
    )


def _buffers(field: str, network: Network, values: Floats) -> Floats:
    array = _array(field, values, network.buffers.size)
    for place in network.buffer_places:
        if place.name == "variance" and (array[place.start :][: np.prod(place.shape)] < 0).any():
            expected = f"variances of at least 0 in layer {place.layer}"
            raise InvalidValue(field, "a negative variance", expected)
    return array


def _array(
    field: str, values: Any, size: int, *, finite: bool = True, position: tuple[int, ...] = ()
) -> Floats:
    array = np.asarray(values, np.float64)
    if array.shape != (size,):
        raise InvalidValue(field, f"{array.size} numbers", f"{size} numbers, as the network has", position)
    if finite and not np.isfinite(array).all():
        at = int(np.argmin(np.isfinite(array)))
        raise InvalidValue(field, str(array[at]), "finite numbers", (*position, at))
    return array


def _losses(given: LossTable | None) -> tuple[LossPoints, dict[str, Any]]:
    if given is None:
        return np.zeros(0, POINT), {"width": 1, "span": [0.0, 0.0, 0.0, 0], "newest": None}
    points = np.zeros(len(given.epoch), POINT)
    points["epoch"], points["train"], points["test"] = given.epoch, given.train_loss, given.test_loss
    *sums, count = given.span
    history = {"width": given.epochs_a_point, "span": [*sums, int(count)], "newest": given.newest}
    return points, history
