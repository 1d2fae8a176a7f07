"""Comparison with PyTorch where both define the same mathematics.

PyTorch is large, so it is no test dependency: these tests run where the extra `torch` is installed.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS, head
from engine.nn.initializers import INITIALIZERS
from engine.reference.loop import learning_rate
from engine.training.trainer import Trainer
from tests.engine.factories import Array, data_for

torch: Any = pytest.importorskip("torch")

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("engine")]

PLAIN: dict[str, Any] = {"hidden_layers": (5, 3), "batch_size": 7}

NAMES: dict[str, Callable[[Any], Any]] = {
    "relu": torch.nn.functional.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "linear": lambda z: z,
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
    "elu": torch.nn.functional.elu,
    "softplus": lambda z: torch.nn.functional.softplus(z, threshold=1000),
    "swish": torch.nn.functional.silu,
    "gelu": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
    "sine": torch.sin,
}

LOSSES: dict[tuple[str, str], Callable[[Any, Any], Any]] = {
    ("tanh", "squared_error"): lambda z, t: 0.5 * torch.nn.functional.mse_loss(torch.tanh(z), t),
    ("sigmoid", "squared_error"): lambda z, t: 0.5 * torch.nn.functional.mse_loss(torch.sigmoid(z), t),
    ("sigmoid", "cross_entropy"): torch.nn.BCEWithLogitsLoss(),
    ("softmax", "cross_entropy"): lambda z, t: torch.nn.CrossEntropyLoss()(z, t.argmax(dim=1)),
    ("linear", "squared_error"): lambda z, t: 0.5 * torch.nn.functional.mse_loss(z, t),
    ("linear", "huber"): torch.nn.HuberLoss(delta=0.3),
}

OPTIMIZERS: dict[str, Callable[[list[Any], TrainingConfig], Any]] = {
    "sgd": lambda groups, c: torch.optim.SGD(groups, lr=c.learning_rate),
    "momentum": lambda groups, c: torch.optim.SGD(groups, lr=c.learning_rate, momentum=c.momentum),
    "nesterov": lambda groups, c: torch.optim.SGD(
        groups, lr=c.learning_rate, momentum=c.momentum, nesterov=True
    ),
    "rmsprop": lambda groups, c: torch.optim.RMSprop(groups, lr=c.learning_rate, alpha=c.rho, eps=c.epsilon),
    "adam": lambda groups, c: torch.optim.Adam(
        groups, lr=c.learning_rate, betas=(c.beta1, c.beta2), eps=c.epsilon
    ),
    "adamw": lambda groups, c: torch.optim.AdamW(
        groups, lr=c.learning_rate, betas=(c.beta1, c.beta2), eps=c.epsilon
    ),
}

SCHEDULERS: dict[str, Callable[[Any, TrainingConfig], Any]] = {
    "constant": lambda o, _: torch.optim.lr_scheduler.LambdaLR(o, lambda _: 1.0),
    "step": lambda o, c: torch.optim.lr_scheduler.StepLR(o, c.schedule_epochs, c.schedule_factor),
    "exponential": lambda o, c: torch.optim.lr_scheduler.ExponentialLR(
        o, c.schedule_factor ** (1 / c.schedule_epochs)
    ),
    "inverse_time": lambda o, c: torch.optim.lr_scheduler.LambdaLR(
        o, lambda epoch: 1 / (1 + (1 / c.schedule_factor - 1) * epoch / c.schedule_epochs)
    ),
    "cosine": lambda o, c: torch.optim.lr_scheduler.CosineAnnealingLR(
        o, c.schedule_epochs, c.schedule_factor * c.learning_rate
    ),
    "warmup": lambda o, c: torch.optim.lr_scheduler.LinearLR(o, c.schedule_factor, 1.0, c.schedule_epochs),
}


class Twin:
    """The same training in PyTorch, from the trainer's parameters and points."""

    def __init__(self, trainer: Trainer) -> None:
        self.config, self.trainer = trainer.config, trainer
        self.layers = [
            tuple(torch.tensor(part.copy(), requires_grad=True) for part in layer)
            for layer in trainer.network.layers
        ]
        train = trainer.dataset.train
        self.inputs = torch.tensor(trainer.network.inputs(train.inputs))
        self.targets = torch.tensor(trainer.network.output.targets(train.targets, self.config.outputs))
        decay = self.config.weight_decay if self.config.optimizer == "adamw" else 0.0
        # PyTorch adds its L2 penalty to the gradient, which equals ours for SGD and Adam.
        decay += self.config.penalty.l2
        weights, biases = zip(*self.layers, strict=True)
        groups = [
            {"params": list(weights), "weight_decay": decay},
            {"params": list(biases), "weight_decay": 0.0},
        ]
        self.optimizer = OPTIMIZERS[self.config.optimizer](groups, self.config)
        self.scheduler = SCHEDULERS[self.config.schedule](self.optimizer, self.config)

    def epoch(self) -> None:
        config = self.config
        for start in range(0, len(self.inputs), config.batch_size):
            values = self.inputs[start : start + config.batch_size]
            for (weights, biases), name in zip(self.layers, (*config.activations, "linear"), strict=True):
                values = NAMES[name](values @ weights + biases)
            self.optimizer.zero_grad()
            loss = LOSSES[config.output_activation, config.loss]
            loss(values, self.targets[start : start + config.batch_size]).backward()
            if config.gradient_clip:
                flat = [part for layer in self.layers for part in layer]
                torch.nn.utils.clip_grad_norm_(flat, config.gradient_clip)
            self.optimizer.step()
        self.scheduler.step()

    def flat(self) -> Array:
        return np.concatenate([part.detach().numpy().ravel() for layer in self.layers for part in layer])


def check(tolerance: float = 1e-9, epochs: int = 8, **settings: Any) -> None:
    """Assert that both have the same parameters after some epochs."""
    config = TrainingConfig(**PLAIN | settings)
    trainer = Trainer(config, data=data_for(config))
    before, twin = trainer.network.parameters.copy(), Twin(trainer)
    for _ in range(epochs):
        trainer.run_epochs(1)
        twin.epoch()
        np.testing.assert_allclose(trainer.network.parameters, twin.flat(), rtol=tolerance, atol=tolerance)
    assert np.abs(trainer.network.parameters - before).max() > 1e-3


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("problem", ["classification", "multiclass", "regression"])
def test_optimizers(optimizer: str, problem: str) -> None:
    check(optimizer=optimizer, problem=problem, learning_rate=0.01, weight_decay=0.1, epsilon=1e-6)


@pytest.mark.parametrize("optimizer", ["momentum", "rmsprop", "adam", "adamw"])
def test_optimizer_settings(optimizer: str) -> None:
    check(
        optimizer=optimizer,
        learning_rate=0.01,
        momentum=0.5,
        rho=0.7,
        beta1=0.6,
        beta2=0.95,
        epsilon=1e-3,
        weight_decay=1.0,
    )


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam"])
def test_l2_is_the_weight_decay_of_torch(optimizer: str) -> None:
    check(optimizer=optimizer, learning_rate=0.01, regularization="l2", regularization_rate=0.3, epsilon=1e-6)


@pytest.mark.parametrize(("output", "loss"), LOSSES)
def test_losses(output: str, loss: str) -> None:
    problem = {"softmax": "multiclass", "linear": "regression"}.get(output, "classification")
    check(problem=problem, output_activation=output, loss=loss, learning_rate=0.1)


@pytest.mark.parametrize(("output", "loss"), LOSSES)
def test_losses_of_large_pre_activations(output: str, loss: str) -> None:
    pre_activations: Array = np.linspace(-60, 60, 24).reshape(-1, 3 if output == "softmax" else 1)
    targets: Any = np.eye(3)[np.arange(8) % 3] if output == "softmax" else (np.arange(24) % 2.0)[:, None]
    z = torch.tensor(pre_activations, requires_grad=True)
    theirs = LOSSES[output, loss](z, torch.tensor(targets))
    theirs.backward()
    ours = head(output, loss, 0.3)
    outputs = OUTPUTS[output].function(pre_activations)
    assert ours.loss(pre_activations, outputs, targets).mean() == pytest.approx(theirs.item(), rel=1e-12)
    np.testing.assert_allclose(
        ours.delta(pre_activations, outputs, targets) / len(pre_activations), z.grad.numpy(), atol=1e-14
    )


@pytest.mark.parametrize("activation", NAMES)
def test_activations(activation: str) -> None:
    pre_activations = np.concatenate([np.linspace(-20, 20, 401)[:200], np.linspace(-20, 20, 401)[201:]])
    z = torch.tensor(pre_activations, requires_grad=True)
    theirs = NAMES[activation](z)
    theirs.sum().backward()
    ours = ACTIVATIONS[activation].function(pre_activations)
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(
        ACTIVATIONS[activation].derivative(pre_activations, ours), z.grad.numpy(), rtol=1e-12, atol=1e-14
    )
    check(activation=activation, epochs=4, learning_rate=0.02)


def test_an_activation_for_each_layer() -> None:
    check(hidden_layers=(4, 4, 3), layer_activations=("sine", "gelu", "elu"))


@pytest.mark.parametrize("clip", [0.01, 0.1])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_clipping(clip: float, optimizer: str) -> None:
    rate = 0.1 if optimizer == "sgd" else 0.01
    # PyTorch adds 1e-6 to the length that it divides by.
    check(1e-3, epochs=4, gradient_clip=clip, learning_rate=rate, optimizer=optimizer)


@pytest.mark.parametrize("schedule", SCHEDULERS)
def test_schedules(schedule: str) -> None:
    check(epochs=6, schedule=schedule, schedule_epochs=6, schedule_factor=0.2, learning_rate=0.1)


@pytest.mark.parametrize("schedule", SCHEDULERS)
def test_learning_rates_of_schedules(schedule: str) -> None:
    config = TrainingConfig(
        schedule=schedule, schedule_epochs=10, schedule_factor=0.3, optimizer="sgd", learning_rate=0.5
    )
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler = SCHEDULERS[schedule](optimizer, config)
    for epoch in range(11 if schedule == "cosine" else 35):
        assert learning_rate(config, epoch) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("xavier_uniform", torch.nn.init.xavier_uniform_),
        ("xavier_normal", torch.nn.init.xavier_normal_),
        ("he_uniform", lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu")),
        ("he_normal", lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu")),
        ("small_normal", lambda w: torch.nn.init.normal_(w, std=0.01)),
        ("uniform", lambda w: torch.nn.init.uniform_(w, -0.5, 0.5)),
    ],
)
def test_initial_weights_have_the_same_statistics(name: str, theirs: Callable[[Any], Any]) -> None:
    inputs, neurons = 300, 200
    torch.manual_seed(1)
    weights = theirs(torch.empty(neurons, inputs, dtype=torch.float64)).numpy()
    ours = INITIALIZERS[name].weights(inputs, neurons, neurons, np.random.default_rng(1))
    assert ours.std() == pytest.approx(weights.std(), rel=0.02)
    for quantile in (0.01, 0.1, 0.5, 0.9, 0.99):
        ends = [np.quantile(values, quantile) / weights.std() for values in (ours, weights)]
        assert ends[0] == pytest.approx(ends[1], abs=0.06)
