"""Builds the messages of `server.protocol.inside`: statistics of layers, explanations, inspected steps."""

from typing import Any

import numpy as np

from engine.data.drawings import pixels_of
from engine.dependent_settings import targets_for
from engine.errors import InvalidValue
from engine.nn.layer_kinds.activation import ActivationLayer
from engine.nn.layers import kind_of
from engine.nn.network import Network
from engine.training.diagnosis import diagnose
from engine.training.inspection import Inspection, apply_step, inspect_point, inspect_training_point
from engine.training.layer_statistics import Histogram, LayerStatistics, layer_statistics
from engine.training.trainer import Trainer
from server.errors import wire_errors
from server.protocol.inside import (
    Explanation,
    Explanations,
    HistogramOfValues,
    InspectedArray,
    InspectedLayer,
    InspectedStep,
    LayerReport,
    NetworkStatistics,
    PointToInspect,
    StatisticsOfLayer,
    StepReport,
)
from server.protocol.json_numbers import finite_or_none
from server.sessions.layer_details import layer_details
from server.sessions.session import Session


def network_statistics(session: Session) -> NetworkStatistics:
    """Return the statistics of each layer of the present network."""
    return _network_statistics(session.trainer, layer_statistics(session.trainer))


def explanations(session: Session) -> Explanations:
    """Return explanations of how training goes, from the losses and the layers."""
    found = _explanations(session, layer_statistics(session.trainer))
    return Explanations.model_construct(epoch=session.trainer.epoch, explanations=found)


def layer_report(session: Session, ref: int | None) -> LayerReport:
    """Return the reply to `measure_layers` for the shown network; an earlier epoch has no explanations."""
    shown = session.look_back.shown
    layers = layer_statistics(shown)
    return LayerReport.model_construct(
        statistics=_network_statistics(shown, layers),
        explanations=_explanations(session, layers) if shown is session.trainer else [],
        ref=ref,
    )


def step_report(session: Session, point: PointToInspect, ref: int | None) -> StepReport:
    """Return the reply to `inspect_point` for the shown network; raise `MessageError` for a missing point."""
    found = _inspection(session.look_back.shown, point)
    session.point_actions.record_inspection(point)
    return StepReport.model_construct(step=step_of(found), point=point, ref=ref)


def applied_report(session: Session, point: PointToInspect, ref: int | None) -> StepReport:
    """Pause, train one step with a point, and return the reply to `apply_point`; raises as `step_report`."""
    session.look_back.end()
    found = _inspection(session.trainer, point)
    applied = take_step(session, point, found)
    return StepReport.model_construct(step=step_of(found), point=point, applied=applied, ref=ref)


def take_step(session: Session, point: PointToInspect, step: Inspection) -> bool:
    """Pause, and apply an inspected step; return whether it was applied.

    If the point is not in the training set, the session then counts as edited by hand.
    """
    session.control.pause()
    if session.trainer.divergence is not None:
        return False
    session.loop.train_step(lambda: apply_step(session.trainer, step))
    session.point_actions.steps += 1
    session.edited = session.edited or not is_training_point(point)
    return True


def is_training_point(point: PointToInspect) -> bool:
    """Return whether a point belongs to the training set."""
    return point.index is not None and point.set == "train"


def _inspection(trainer: Trainer, point: PointToInspect) -> Inspection:
    try:
        return inspection(trainer, point)
    except InvalidValue as problem:
        field, value = f"point.{problem.field}", str(problem.value)
        raise wire_errors.invalid_value(field, value, problem.expected, ref=None) from None


def _network_statistics(trainer: Trainer, layers: list[LayerStatistics]) -> NetworkStatistics:
    statistics = [_statistics(each) for each in layers]
    return NetworkStatistics.model_construct(epoch=trainer.epoch, layers=statistics)


def _explanations(session: Session, layers: list[LayerStatistics]) -> list[Explanation]:
    losses = [(epoch, train, test) for epoch, train, test in session.history.points().tolist()]
    found = diagnose(session.trainer, losses, layers)
    return [Explanation.model_construct(**each._asdict()) for each in found]


def _statistics(found: LayerStatistics) -> StatisticsOfLayer:
    values: dict[str, Any] = found._asdict()
    values |= {name: _histogram(values[name]) for name in ("sums", "values", "weights")}
    return StatisticsOfLayer.model_construct(
        **values | {"dead": list(found.dead), "saturation": list(found.saturation)}
    )


def _histogram(found: Histogram) -> HistogramOfValues:
    return HistogramOfValues.model_construct(
        low=found.low, high=found.high, counts=[int(count) for count in found.counts]
    )


def inspection(trainer: Trainer, point: PointToInspect) -> Inspection:
    """Return the training step with a point; `step_of` converts it to a message.

    Raises:
        engine.errors.InvalidValue: there is no such point, or its target does not fit.
    """
    if point.index is not None:
        if point.set == "train":
            return inspect_training_point(trainer, point.index)
        arrays = trainer.arrays
        count = len(arrays.targets) - arrays.split
        if point.index >= count:
            raise InvalidValue("index", point.index, f"a test point from 0 to {count - 1}")
        return inspect_point(
            trainer, *(each[arrays.split + point.index] for each in arrays.measure_arguments[:2])
        )
    network, config = trainer.network, trainer.config
    if config.image is None and point.pixels is not None:
        raise InvalidValue("pixels", None, "x1 and x2: the network takes points, not images")
    if config.image is not None and point.pixels is None:
        raise InvalidValue("x1", point.x1, "an image: the network takes images, not points")
    allowed = range(config.outputs) if config.image else targets_for(config.problem, config.classes)
    if allowed and point.target not in allowed:
        expected = f"a target from {allowed[0]} to {allowed[-1]}" if len(allowed) > 2 else "-1 or 1"
        raise InvalidValue("target", point.target, expected)
    place = np.array([[point.x1, point.x2]], dtype=np.float64) if config.image is None else None
    inputs = network.inputs(pixels_of([point.pixels or ()]) if place is None else place)
    targets = network.output.targets(np.array([point.target], dtype=np.float64), config.outputs)
    return inspect_point(trainer, inputs[0], targets[0])


def step_of(found: Inspection) -> InspectedStep:
    """Return an inspection as a message; any thread may call it."""
    row, network = found.row, found.network
    (loss,) = finite_or_none(found.losses[row : row + 1])
    return InspectedStep.model_construct(
        epoch=found.before.epoch,
        batch=found.before.batch,
        is_next=found.is_next,
        points=list(found.indices),
        share=1 / len(found.losses),
        inputs=finite_or_none(found.inputs[row]),
        targets=finite_or_none(found.targets[row]),
        outputs=finite_or_none(found.forward.output[row]),
        loss=loss,
        outputs_after=finite_or_none(found.outputs_after[row]),
        loss_after=finite_or_none(found.losses_after[row : row + 1])[0],
        rate=found.rate,
        steps=found.before.steps,
        clipped=found.clipped,
        layers=[_layer(found, network, index) for index in range(len(network.chain))],
    )


def _layer(found: Inspection, network: Network, index: int) -> InspectedLayer:
    layer = network.chain[index]
    return InspectedLayer.model_construct(
        layer=sum(each.first <= index for each in network.neurons),
        kind=kind_of(layer),
        activation=layer.name if isinstance(layer, ActivationLayer) else None,
        values=finite_or_none(found.forward.values[index + 1][found.row]),
        derivatives=finite_or_none(found.value_gradients[index][found.row]),
        **layer_details(found, index),
        parameters=[
            InspectedArray.model_construct(
                name=slot.name,
                penalised=parameter.penalized,
                values=finite_or_none(slot.view(found.before.parameters)),
                gradient=finite_or_none(slot.view(found.gradient)),
                change=finite_or_none(slot.view(found.after.parameters - found.before.parameters)),
                memory=[finite_or_none(slot.view(memory)) for memory in found.before.optimizer_state],
                memory_after=[finite_or_none(slot.view(memory)) for memory in found.after.optimizer_state],
            )
            for slot, parameter in zip(network.slots[index], layer.parameters, strict=True)
        ],
    )
