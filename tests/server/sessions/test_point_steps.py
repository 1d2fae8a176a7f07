"""The step with one point that a client sees, and has applied."""

import json
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from server.protocol.inside import ApplyPoint, InspectPoint, PointToInspect, StepReport
from server.protocol.messages import Error, Play, State
from server.sessions.commands import handle
from server.sessions.rules import Rules
from server.sessions.session import Session
from tests.server.inspected_steps import PATH, told_steps

IMAGES: dict[str, Any] = {
    "problem": "images",
    "layers": [{"kind": "conv", "filters": 2}, {"kind": "max_pool"}, {"kind": "dense", "neurons": 4}],
}


def apply(session: Session, **point: Any) -> list[Any]:
    view = session.views[0] if session.views else session.attach()[0]
    return [each.message for each in handle(session, view, ApplyPoint(point=PointToInspect(**point), ref=5))]


def inspect(session: Session, **point: Any) -> Any:
    view = session.views[0] if session.views else session.attach()[0]
    (told,) = handle(session, view, InspectPoint(point=PointToInspect(**point)))
    assert isinstance(told.message, StepReport)
    return told.message.step


def test_what_was_told_is_applied_and_all_clients_learn_of_it() -> None:
    session = Session(TrainingConfig(optimizer="adam"))
    told = inspect(session, index=17)
    before = session.trainer.network.parameters.copy()
    report, state = apply(session, index=17)
    assert isinstance(report, StepReport)
    assert isinstance(state, State)
    assert (report.applied, report.ref, report.point.index) == (True, 5, 17)
    assert report.step == told
    changes = [np.ravel(array.change) for layer in told.layers for array in layer.parameters]
    np.testing.assert_array_equal(session.trainer.network.parameters - before, np.concatenate(changes))
    again = inspect(session, index=17)
    assert again.loss == pytest.approx(told.loss_after)
    assert again.outputs == pytest.approx(told.outputs_after)
    assert again.steps == told.steps + 1


def test_applying_pauses_and_counts_as_an_attempt() -> None:
    session = Session(TrainingConfig(), playing=True)
    apply(session, index=0)
    assert not session.playing
    assert (session.trainer.batch, session.loop.attempts, session.edited) == (1, 1, False)
    apply(session, index=0)
    assert (session.trainer.batch, session.trainer.counts.steps, session.edited) == (1, 2, False)


def test_the_last_mini_batch_of_an_epoch_records_losses() -> None:
    session = Session(TrainingConfig(batch_size=250))
    apply(session, index=249)
    assert session.history.points()[-1][0] == 1


@pytest.mark.parametrize("point", [{"set": "test", "index": 3}, {"x1": 1, "x2": 2, "target": -1}])
def test_training_on_another_point_counts_as_an_edit_and_a_lock_of_those_forbids_it(
    point: dict[str, Any],
) -> None:
    session = Session(TrainingConfig())
    session.set_rules(Rules(frozenset({"weights"}), "not yet"))
    before = session.trainer.network.parameters.copy()
    (refused,) = apply(session, **point)
    assert isinstance(refused, Error)
    assert (refused.code, refused.ref) == ("locked", 5)
    assert inspect(session, **point).points == []
    np.testing.assert_array_equal(session.trainer.network.parameters, before)
    session.set_rules(None)
    assert apply(session, **point)[0].applied
    assert session.edited


def test_a_pause_of_the_teacher_forbids_applying() -> None:
    session = Session(TrainingConfig())
    session.set_rules(Rules(paused=True))
    (refused,) = apply(session, index=0)
    assert isinstance(refused, Error)
    assert refused.code == "paused"
    assert session.trainer.counts.steps == 0


def test_a_training_that_has_diverged_takes_no_step() -> None:
    session = Session(
        TrainingConfig(problem="regression", learning_rate=10, layer_activations=("linear",) * 2)
    )
    view, _ = session.attach()
    handle(session, view, Play())
    session.train(1000, lambda: False)
    session.metrics()
    assert session.trainer.divergence is not None
    report, _ = apply(session, index=0)
    assert not report.applied


def test_test_points_and_drawings_can_be_inspected() -> None:
    session = Session(TrainingConfig())
    arrays = session.trainer.arrays
    assert inspect(session, set="test", index=4).inputs == arrays.inputs[arrays.split + 4].tolist()
    images = Session(TrainingConfig(**IMAGES))
    told = inspect(images, set="test", index=9)
    drawn = (images.trainer.dataset.test.inputs[9] * 16).round().astype(int)
    label = images.trainer.dataset.test.targets[9]
    by_pixels = inspect(images, pixels=tuple(drawn.tolist()), target=label)
    assert (by_pixels.outputs, by_pixels.loss) == (told.outputs, told.loss)


@pytest.mark.parametrize(
    ("config", "point", "field"),
    [
        ({}, {"set": "test", "index": 250}, "point.index"),
        ({}, {"pixels": (1,) * 64, "target": 1}, "point.pixels"),
        (IMAGES, {"x1": 0, "x2": 0, "target": 1}, "point.x1"),
        (IMAGES, {"pixels": (1,) * 64, "target": 10}, "point.target"),
    ],
)
def test_points_that_do_not_exist_are_refused(
    config: dict[str, Any], point: dict[str, Any], field: str
) -> None:
    (refused,) = apply(Session(TrainingConfig(**config)), **point)
    assert isinstance(refused, Error)
    assert refused.field == field


def test_layers_tell_what_their_kind_needs_to_be_followed() -> None:
    config = TrainingConfig(
        hidden_layers=(3, 3),
        normalization=("batch_norm_before", "layer_norm"),
        dropout=(0.5, 0),
        residual=(0, 1),
    )
    session = Session(config)
    told = inspect(session, index=3)
    by_kind = {layer.kind: (index, layer) for index, layer in enumerate(told.layers)}

    def before(index: int) -> Any:
        return np.array(told.layers[index - 1].values, float)

    for kind in ("batch_norm", "layer_norm"):
        index, layer = by_kind[kind]
        scale, shift = (np.array(each.values) for each in layer.parameters)
        normal = (before(index) - layer.mean) / np.sqrt(np.array(layer.variance) + 1e-5)
        np.testing.assert_allclose(layer.values, normal * scale + shift, rtol=1e-9)
        assert layer.by_batch == (kind == "batch_norm")
    index, dropout = by_kind["dropout"]
    np.testing.assert_allclose(dropout.values, before(index) * dropout.factors)
    assert set(dropout.factors) <= {0, 2}
    activation = next(layer for layer in told.layers if layer.kind == "activation")
    np.testing.assert_allclose(activation.factors, 1 - np.square(activation.values))
    index, residual = by_kind["residual"]
    skipped = np.array(told.layers[residual.skips].values)
    np.testing.assert_allclose(residual.values, before(index) + skipped)


def test_one_pixel_of_a_convolution_can_be_followed() -> None:
    told = inspect(Session(TrainingConfig(**IMAGES)), index=3)
    conv, _, pool = told.layers[:3]
    weights, biases = (np.array(each.values) for each in conv.parameters)
    windows = conv.windows
    image = np.pad(
        np.reshape(told.inputs, windows.before), ((0, 0), (windows.margin, 2), (windows.margin, 2))
    )
    row, column = 2, 5
    window = image[:, row : row + windows.size, column : column + windows.size].ravel()
    sums = np.reshape(conv.values, windows.after)
    np.testing.assert_allclose(sums[:, row, column], window @ weights + biases)
    maps = np.reshape(told.layers[1].values, windows.after)
    size, stride = pool.windows.size, pool.windows.stride
    largest = maps[:, stride : stride + size, stride : stride + size].max(axis=(1, 2))
    np.testing.assert_allclose(np.reshape(pool.values, pool.windows.after)[:, 1, 1], largest)


def test_the_page_is_tested_with_steps_as_they_are_told() -> None:
    kept, told = json.loads(PATH.read_text("utf-8")), told_steps()

    def compare(one: Any, other: Any, path: str) -> None:
        if isinstance(one, dict):
            assert one.keys() == other.keys(), path
            for name in one:
                compare(one[name], other[name], f"{path}.{name}")
        elif isinstance(one, list):
            assert len(one) == len(other), path
            for index, pair in enumerate(zip(one, other, strict=True)):
                compare(*pair, f"{path}[{index}]")
        elif isinstance(one, float):
            assert one == pytest.approx(other, rel=1e-6, abs=1e-9), path
        else:
            assert one == other, path

    compare(kept, told, "steps")
