"""What happens in each layer: vanishing gradients, saturated and dead neurons, and what mends them."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.nn.activations import ACTIVATIONS
from engine.training.layer_statistics import BINS, LayerStatistics, layer_statistics
from engine.training.trainer import Trainer

SIX: dict[str, Any] = {"hidden_layers": (8,) * 6, "activation": "sigmoid"}


def statistics(epochs: int = 0, **settings: Any) -> list[LayerStatistics]:
    trainer = Trainer(TrainingConfig(**settings))
    trainer.run_epochs(epochs)
    return layer_statistics(trainer)


def test_the_gradient_of_six_sigmoid_layers_vanishes_towards_the_first() -> None:
    found = statistics(**SIX)
    deltas = [layer.delta for layer in found]
    assert deltas == sorted(deltas)
    assert deltas[-1] > 1000 * deltas[0]
    assert found[0].relative_update < 1e-4 * found[-1].relative_update


@pytest.mark.parametrize("mended", [{"residual": (1,) * 6}, {"normalization": ("batch_norm_before",) * 6}])
def test_residual_connections_and_normalization_keep_the_gradient(mended: dict[str, Any]) -> None:
    plain, better = statistics(**SIX), statistics(**SIX, **mended)
    assert better[0].delta / better[-1].delta > 30 * plain[0].delta / plain[-1].delta


def test_a_rate_too_large_kills_relu_neurons_and_leaky_ones_live() -> None:
    head: dict[str, Any] = {"output_activation": "sigmoid", "loss": "cross_entropy"}
    for seed in range(3):
        settings: dict[str, Any] = {"hidden_layers": (8, 8), "learning_rate": 3.0}
        settings |= {"weights_seed": seed, "data_seed": seed}
        dead = statistics(epochs=5, activation="relu", **settings, **head)
        assert all(dead[1].dead)
        alive = statistics(epochs=5, activation="leaky_relu", **settings, **head)
        assert not any(any(layer.dead) for layer in alive)


def test_large_weights_saturate_sigmoid_neurons() -> None:
    trainer = Trainer(TrainingConfig(hidden_layers=(4,), activation="sigmoid"))
    assert layer_statistics(trainer)[0].saturated < 0.2
    trainer.network.layers[0].weights[:] *= 100
    assert layer_statistics(trainer)[0].saturated > 0.8


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_has_statistics_of_every_point(activation: str) -> None:
    hidden, output = statistics(epochs=1, activation=activation, hidden_layers=(5,))
    for layer, neurons in ((hidden, 5), (output, 1)):
        assert len(layer.dead) == neurons
        assert layer.sums.counts.sum() == layer.values.counts.sum() == 250 * neurons
        assert len(layer.weights.counts) == BINS
    assert hidden.dead == (activation == "step",) * 5
    assert (hidden.activation, output.activation) == (activation, None)


def test_the_numbers_are_those_of_the_network_and_of_the_next_step() -> None:
    trainer = Trainer(TrainingConfig(batch_size=250, learning_rate=0.1))
    found = layer_statistics(trainer)
    before = [layer.weights.copy() for layer in trainer.network.layers]
    trainer.step()
    for layer, earlier, now in zip(found, before, trainer.network.layers, strict=True):
        assert layer.weight == pytest.approx(np.sqrt((earlier**2).mean()))
        assert layer.update == pytest.approx(np.sqrt(((now.weights - earlier) ** 2).mean()))
        assert layer.update == pytest.approx(0.1 * layer.gradient)


def test_looking_changes_nothing_and_images_have_statistics_too() -> None:
    layers: Any = [{"kind": "conv", "filters": 3}, {"kind": "batch_norm"}, {"kind": "max_pool"}]
    trainer = Trainer(TrainingConfig(problem="images", layers=layers))
    trainer.step()
    before = trainer.snapshot()
    conv, output = layer_statistics(trainer)
    assert (len(conv.dead), len(output.dead)) == (3, 10)
    np.testing.assert_array_equal(before.parameters, trainer.snapshot().parameters)
    np.testing.assert_array_equal(before.state.buffers, trainer.snapshot().state.buffers)


def test_each_neuron_tells_at_how_many_points_it_is_saturated() -> None:
    trainer = Trainer(TrainingConfig(hidden_layers=(4, 3), activation="tanh"))
    trainer.set_bias(1, 2, 30.0)
    first, second, output = layer_statistics(trainer)
    assert first.saturation[2] == 1.0
    assert max(first.saturation[:2]) < 1
    for layer in (first, second):
        assert layer.saturated == pytest.approx(np.mean(layer.saturation))
    assert output.saturation == (0.0,)
