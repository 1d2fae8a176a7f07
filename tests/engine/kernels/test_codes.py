from typing import Any

import pytest

from engine.config import TrainingConfig
from engine.kernels import codes
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.regularizers import REGULARIZERS
from tests.engine.factories import HEADS

NUMPY_ONLY: set[str] = set()
"""Names of activations, outputs, optimizers and penalties that intentionally have no kernel."""


def test_every_entry_of_the_tables_has_a_kernel_unless_it_is_listed() -> None:
    assert set(codes.ACTIVATIONS) == set(ACTIVATIONS) - NUMPY_ONLY
    assert set(codes.OUTPUTS) == set(OUTPUTS) - NUMPY_ONLY
    assert set(codes.HEADS) == set(HEADS)
    assert set(codes.OPTIMIZERS) == set(OPTIMIZERS) - NUMPY_ONLY
    assert set(REGULARIZERS) - NUMPY_ONLY == codes.REGULARIZERS


@pytest.mark.parametrize(
    ("table", "name", "settings"),
    [
        ("ACTIVATIONS", "gelu", {"layer_activations": ("tanh", "gelu")}),
        ("OUTPUTS", "sigmoid", {"output_activation": "sigmoid"}),
        ("HEADS", ("sigmoid", "cross_entropy"), {"output_activation": "sigmoid", "loss": "cross_entropy"}),
        ("OPTIMIZERS", "adam", {"optimizer": "adam"}),
        ("REGULARIZERS", "l1", {"regularization": "l1", "regularization_rate": 0.1}),
    ],
)
def test_a_config_with_a_name_without_kernel_is_not_supported(
    table: str, name: Any, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainingConfig(**settings)
    assert codes.supports(config)
    entries = getattr(codes, table)
    without = (
        entries - {name}
        if isinstance(entries, frozenset)
        else {k: v for k, v in entries.items() if k != name}
    )
    monkeypatch.setattr(codes, table, without)
    assert not codes.supports(config)
    assert codes.supports(TrainingConfig())
