"""Comparison with PyTorch of layers of several kinds: parameters and running statistics, epoch by epoch."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.kernels import compile_cache
from engine.training.trainer import Trainer
from tests.engine.factories import data_for

torch: Any = pytest.importorskip("torch")

pytestmark = pytest.mark.slow

CASES: dict[str, dict[str, Any]] = {
    "batch norm after": {"normalization": ("batch_norm",) * 3},
    "batch norm before": {"normalization": ("batch_norm_before",) * 3},
    "layer norm after": {"normalization": ("layer_norm",) * 3},
    "layer norm before": {"normalization": ("layer_norm_before",) * 3},
    "residual around each": {"residual": (1, 1, 1)},
    "residual around two": {"residual": (0, 2, 2)},
    "both": {"normalization": ("batch_norm", "none", "layer_norm_before"), "residual": (1, 2, 3)},
}


class Twin(torch.nn.Module):  # type: ignore[misc]
    """The network of a config in PyTorch, with the parameters of a trainer."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self.config, network = trainer.config, trainer.network
        sizes = network.shape
        self.blocks = self.config.residual or (0,) * (len(sizes) - 2)
        self.norms = self.config.normalization or ("none",) * (len(sizes) - 2)
        self.dense = torch.nn.ModuleList(map(torch.nn.Linear, sizes[:-1], sizes[1:]))
        norms = {"batch": torch.nn.BatchNorm1d, "layer": torch.nn.LayerNorm}
        self.normal = torch.nn.ModuleDict(
            {
                str(index): norms[name.split("_")[0]](sizes[index + 1])
                for index, name in enumerate(self.norms)
                if name != "none"
            }
        )
        self.projections = torch.nn.ModuleDict(
            {
                str(index): torch.nn.Linear(sizes[index + 1 - block], sizes[index + 1], bias=False)
                for index, block in enumerate(self.blocks)
                if block and sizes[index + 1 - block] != sizes[index + 1]
            }
        )
        self.double()
        with torch.no_grad():
            for place, part in self._parts(network):
                values = network.parameters[place.start : place.start + part.numel()].reshape(place.shape)
                part.copy_(torch.tensor(values.T if values.ndim == 2 else values))

    def _parts(self, network: Any) -> list[tuple[Any, Any]]:
        """Return each place of our parameters with its tensor."""
        parts = []
        for place in network.parameter_places:
            index = place.layer - 1
            if place.kind == "dense":
                layer = self.dense[index]
            else:
                layer = (self.projections if place.kind == "residual" else self.normal)[str(index)]
            parts.append((place, layer.bias if place.name in {"biases", "shift"} else layer.weight))
        return parts

    def flat(self, network: Any) -> Any:
        return np.concatenate([part.detach().numpy().T.ravel() for _, part in self._parts(network)])

    def buffers_flat(self, network: Any) -> Any:
        names = {"mean": "running_mean", "variance": "running_var"}
        return [
            getattr(self.normal[str(place.layer - 1)], names[place.name]) for place in network.buffer_places
        ]

    def forward(self, x: Any) -> Any:
        values = [x]
        for index, (name, block) in enumerate(zip(self.norms, self.blocks, strict=True)):
            z = self.dense[index](values[-1])
            if name.endswith("_before"):
                z = self.normal[str(index)](z)
            z = torch.tanh(z)
            if name in {"batch_norm", "layer_norm"}:
                z = self.normal[str(index)](z)
            if block:
                skipped = values[index + 1 - block]
                z = z + (self.projections[str(index)](skipped) if str(index) in self.projections else skipped)
            values.append(z)
        return torch.tanh(self.dense[-1](values[-1]))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_parameters_and_running_statistics_agree_epoch_by_epoch(
    engine: str, case: str, optimizer: str
) -> None:
    assert engine == "reference" or compile_cache.wait_for("chains")
    config = TrainingConfig(
        hidden_layers=(5, 4, 4), batch_size=7, optimizer=optimizer, learning_rate=0.01, **CASES[case]
    )
    trainer = Trainer(config, data=data_for(config))
    assert trainer.implementation == ("reference" if engine == "reference" else "compiled")
    twin = Twin(trainer)
    inputs, targets = torch.tensor(trainer.arrays.train_inputs), torch.tensor(trainer.arrays.train_targets)
    assert len(inputs) % 7 != 1  # PyTorch takes no batch of one point
    make = torch.optim.SGD if optimizer == "sgd" else torch.optim.Adam
    theirs = make(twin.parameters(), lr=0.01)
    before = trainer.network.parameters.copy()
    for _ in range(5):
        trainer.run_epochs(1)
        twin.train()
        for start in range(0, len(inputs), 7):
            theirs.zero_grad()
            outputs = twin(inputs[start : start + 7])
            (0.5 * torch.nn.functional.mse_loss(outputs, targets[start : start + 7])).backward()
            theirs.step()
        np.testing.assert_allclose(
            trainer.network.parameters, twin.flat(trainer.network), rtol=1e-6, atol=1e-6
        )
        kept = [each.numpy() for each in twin.buffers_flat(trainer.network)]
        if kept:
            np.testing.assert_allclose(trainer.network.buffers, np.concatenate(kept), rtol=1e-6, atol=1e-6)
    twin.eval()
    with torch.no_grad():
        outputs = twin(torch.tensor(trainer.arrays.inputs)).numpy()
    np.testing.assert_allclose(trainer.network.forward(trainer.arrays.inputs), outputs, rtol=1e-6)
    assert np.abs(trainer.network.parameters - before).max() > 1e-3
