"""Comparison with PyTorch of networks for images: parameters and running statistics, epoch by epoch."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.data.points import Points
from engine.kernels import compile_cache
from engine.training.trainer import Trainer

torch: Any = pytest.importorskip("torch")
nn: Any = torch.nn

pytestmark = pytest.mark.slow


def conv(filters: int, **settings: Any) -> dict[str, Any]:
    return {"kind": "conv", "filters": filters, **settings}


DENSE = {"kind": "dense", "neurons": 9}

CASES: dict[str, tuple[Any, list[Any]]] = {
    "same": (
        [conv(4), {"kind": "max_pool"}, conv(3), DENSE],
        [nn.Conv2d(1, 4, 3, padding=1), nn.Tanh(), nn.MaxPool2d(2), nn.Conv2d(4, 3, 3, padding=1), nn.Tanh(),
         nn.Flatten(), nn.Linear(48, 9), nn.Tanh(), nn.Linear(9, 10)],
    ),
    "valid, with a stride": (
        [conv(4, size=2, stride=2, padding="valid"), {"kind": "average_pool", "size": 3, "stride": 1}],
        [nn.Conv2d(1, 4, 2, stride=2), nn.Tanh(), nn.AvgPool2d(3, 1), nn.Flatten(), nn.Linear(16, 10)],
    ),
    "five wide, overlapping pools": (
        [conv(3, size=5), {"kind": "max_pool", "size": 3, "stride": 2}],
        [nn.Conv2d(1, 3, 5, padding=2), nn.Tanh(), nn.MaxPool2d(3, 2), nn.Flatten(), nn.Linear(27, 10)],
    ),
    "batch norm": (
        [conv(4), {"kind": "batch_norm", "before_activation": True}, {"kind": "max_pool"}, DENSE,
         {"kind": "batch_norm"}],
        [nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten(),
         nn.Linear(64, 9), nn.Tanh(), nn.BatchNorm1d(9), nn.Linear(9, 10)],
    ),
}  # fmt: skip

RESIDUAL = [conv(4), conv(4), conv(4), {"kind": "residual", "layers": 2}, {"kind": "max_pool"}]


class Residual(nn.Module):  # type: ignore[misc]
    """Two convolutions, around which the values are added."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = (nn.Conv2d(4, 4, 3, padding=1) for _ in range(2))

    def forward(self, x: Any) -> Any:
        return x + torch.tanh(self.second(torch.tanh(self.first(x))))


CASES["residual"] = (
    RESIDUAL,
    [nn.Conv2d(1, 4, 3, padding=1), nn.Tanh(), Residual(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 10)],
)


def copy_parameters(trainer: Trainer, twin: Any) -> list[tuple[Any, Any]]:
    """Give a PyTorch network the parameters of a trainer; return each of our places with its tensor."""
    modules = [each for each in twin.modules() if hasattr(each, "weight")]
    places = trainer.network.parameter_places
    pairs = []
    for module, weights, biases in zip(modules, places[::2], places[1::2], strict=True):
        pairs += [(weights, module.weight), (biases, module.bias)]
    with torch.no_grad():
        for place, tensor in pairs:
            values = trainer.network.parameters[place.start :][: tensor.numel()].reshape(place.shape)
            tensor.copy_(torch.tensor(values.T).reshape(tensor.shape))
    return pairs


def flat(pairs: list[tuple[Any, Any]]) -> Any:
    """Return their parameters in our order."""
    each = [tensor.detach().numpy().reshape(place.shape[::-1]).T.ravel() for place, tensor in pairs]
    return np.concatenate(each)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adam"])
def test_parameters_and_running_statistics_agree_epoch_by_epoch(
    engine: str, case: str, optimizer: str
) -> None:
    assert engine == "reference" or compile_cache.wait_for("image_chains")
    layers, modules = CASES[case]
    config = TrainingConfig(
        problem="images", layers=layers, activation="tanh", optimizer=optimizer, learning_rate=0.01,
        batch_size=7, initializer="he_uniform",
    )  # fmt: skip
    rng = np.random.default_rng(4)
    sets = [Points(rng.random((count, 64)), rng.integers(10, size=count).astype(float)) for count in (46, 9)]
    trainer = Trainer(config, data=Dataset(*sets))
    assert trainer.implementation == ("reference" if engine == "reference" else "compiled")
    twin = nn.Sequential(*modules).double()
    for module in twin.modules():
        if hasattr(module, "reset_running_stats"):
            module.reset_running_stats()
    pairs = copy_parameters(trainer, twin)
    inputs = torch.tensor(trainer.arrays.train_inputs).reshape(-1, 1, 8, 8)
    targets = torch.tensor(trainer.arrays.train_targets)
    theirs = (
        torch.optim.Adam(twin.parameters(), lr=0.01)
        if optimizer == "adam"
        else torch.optim.SGD(
            twin.parameters(),
            lr=0.01,
            momentum=0.9 * (optimizer == "nesterov"),
            nesterov=optimizer == "nesterov",
        )
    )
    before = trainer.network.parameters.copy()
    for _ in range(5):
        trainer.run_epochs(1)
        twin.train()
        for start in range(0, len(inputs), 7):
            theirs.zero_grad()
            outputs = twin(inputs[start : start + 7])
            nn.functional.cross_entropy(outputs, targets[start : start + 7]).backward()
            theirs.step()
        np.testing.assert_allclose(trainer.network.parameters, flat(pairs), rtol=1e-6, atol=1e-6)
        norms = [each for each in twin.modules() if hasattr(each, "running_mean")]
        kept = [array.numpy() for each in norms for array in (each.running_mean, each.running_var)]
        if kept:
            np.testing.assert_allclose(trainer.network.buffers, np.concatenate(kept), rtol=1e-6, atol=1e-6)
    assert np.abs(trainer.network.parameters - before).max() > 1e-3
    twin.eval()
    with torch.no_grad():
        everything = torch.tensor(trainer.arrays.inputs).reshape(-1, 1, 8, 8)
        outputs = torch.softmax(twin(everything), dim=1).numpy()
    np.testing.assert_allclose(trainer.network.forward(trainer.arrays.inputs), outputs, rtol=1e-6)
