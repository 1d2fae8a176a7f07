"""The digits' network in PyTorch, with the same initial parameters as ours and Adam's defaults."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from engine.training.trainer import Trainer


def is_installed() -> bool:
    """Return whether PyTorch can be imported."""
    return find_spec("torch") is not None


def epoch(trainer: Trainer, precision: str) -> Callable[[], None]:
    """Return a function that trains an epoch in PyTorch, on one thread of the processor.

    `trainer` has the network, its parameters and the images; `precision` is "float64" or "float32".
    """
    torch: Any = import_module("torch")  # large, and not everywhere installed
    torch.set_num_threads(1)
    model = _model(torch, trainer).to(getattr(torch, precision))
    arrays = trainer.arrays
    images = torch.tensor(arrays.train_inputs, dtype=getattr(torch, precision)).reshape(-1, 1, 8, 8)
    digits = torch.tensor(arrays.train_targets.argmax(axis=1))
    # Fused: the fastest of PyTorch's implementations of Adam on a processor.
    optimizer = torch.optim.Adam(model.parameters(), lr=trainer.config.learning_rate, fused=True)
    size = trainer.config.batch_size

    def run() -> None:
        for start in range(0, len(images), size):
            optimizer.zero_grad(set_to_none=True)
            outputs = model(images[start : start + size])
            torch.nn.functional.cross_entropy(outputs, digits[start : start + size]).backward()
            optimizer.step()

    return run


def _model(torch: Any, trainer: Trainer) -> Any:
    nn, network = torch.nn, trainer.network
    model = nn.Sequential(
        *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)),
    ).double()
    with torch.no_grad():
        layers = [layer for layer in model if hasattr(layer, "weight")]
        for layer, (weights, biases) in zip(layers, network.layers, strict=True):
            layer.weight.copy_(torch.tensor(weights.T.reshape(layer.weight.shape)))
            layer.bias.copy_(torch.tensor(biases))
    return model
