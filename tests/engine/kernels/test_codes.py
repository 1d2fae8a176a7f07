import pytest

from engine.config import TrainingConfig
from engine.kernels import codes
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS
from engine.optim.optimizers import OPTIMIZERS
from tests.engine.making import HEADS


def test_every_entry_of_the_tables_has_a_kernel() -> None:
    assert set(codes.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(codes.OUTPUTS) == set(OUTPUTS)
    assert set(codes.HEADS) == set(HEADS)
    assert set(codes.OPTIMIZERS) == set(OPTIMIZERS)


def test_what_has_no_kernel_is_left_to_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    config = TrainingConfig(layer_activations=("tanh", "gelu"))
    assert codes.supports(config)
    monkeypatch.delitem(codes.ACTIVATIONS, "gelu")
    assert not codes.supports(config)
    assert codes.supports(TrainingConfig())
    monkeypatch.delitem(codes.OPTIMIZERS, "sgd")
    assert not codes.supports(TrainingConfig())
