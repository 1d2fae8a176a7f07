import pytest

from engine import kernel_codes
from engine.activations import ACTIVATIONS
from engine.config import TrainingConfig
from engine.optimizers import OPTIMIZERS
from engine.outputs import OUTPUTS
from tests.engine.making import HEADS


def test_every_entry_of_the_tables_has_a_kernel() -> None:
    assert set(kernel_codes.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(kernel_codes.OUTPUTS) == set(OUTPUTS)
    assert set(kernel_codes.HEADS) == set(HEADS)
    assert set(kernel_codes.OPTIMIZERS) == set(OPTIMIZERS)


def test_what_has_no_kernel_is_left_to_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    config = TrainingConfig(layer_activations=("tanh", "gelu"))
    assert kernel_codes.supports(config)
    monkeypatch.delitem(kernel_codes.ACTIVATIONS, "gelu")
    assert not kernel_codes.supports(config)
    assert kernel_codes.supports(TrainingConfig())
    monkeypatch.delitem(kernel_codes.OPTIMIZERS, "sgd")
    assert not kernel_codes.supports(TrainingConfig())
