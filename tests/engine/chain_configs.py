"""Random configs of networks with layers of all kinds."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.nn.activations import ACTIVATIONS
from engine.nn.layer_kinds.kind import Mode
from engine.nn.layer_kinds.normalization import BatchNormalization, LayerNormalization
from engine.nn.network import Network
from tests.engine.factories import configs

NORMALIZATIONS = ("batch_norm", "layer_norm")


@st.composite
def stacks(draw: st.DrawFn, /, *, largest_layer: int = 9, most_layers: int = 4) -> list[dict[str, Any]]:
    """Draw the setting `layers`, with at least one layer that is neither dense nor dropout."""
    layers: list[dict[str, Any]] = []
    count = draw(st.integers(1, most_layers))
    for number in range(1, count + 1):
        layers.append(
            {
                "kind": "dense",
                "neurons": draw(st.integers(1, largest_layer)),
                "activation": draw(st.sampled_from([None, *ACTIVATIONS])),
            }
        )
        before = draw(st.lists(st.sampled_from(NORMALIZATIONS), max_size=1))
        layers += [{"kind": kind, "before_activation": True} for kind in before]
        block = {"kind": "residual", "layers": draw(st.integers(1, number))}
        choices: list[dict[str, Any]] = [{"kind": kind} for kind in NORMALIZATIONS]
        choices += [block, {"kind": "dropout", "rate": draw(st.sampled_from([0.0, 0.2, 0.6]))}]
        layers += draw(st.lists(st.sampled_from(choices), max_size=3, unique_by=lambda layer: layer["kind"]))
    if all(layer["kind"] in ("dense", "dropout") for layer in layers):
        layers.append({"kind": draw(st.sampled_from(NORMALIZATIONS))})
    return layers


@st.composite
def chain_configs(draw: st.DrawFn, /, **fixed: Any) -> TrainingConfig:
    """Draw a valid config with such layers; the settings in `fixed` are used as given."""
    size = draw(st.integers(2, 40))
    plain: dict[str, Any] = {"layer_activations": [], "hidden_layers": [], "dropout": [], "batch_size": size}
    config = draw(configs(**(plain | fixed)))
    return config.changed({"layers": draw(stacks())})


def divides_by_little(network: Network, inputs: Floats, batch_size: int) -> bool:
    """Return whether the normalisations of a network together magnify what they get more than 2,000 times.

    Values that would be equal are then rounding errors, magnified until they count; so are gradients that
    would be 0. Two correct implementations need not agree.
    """
    tried = network.copy()
    with np.errstate(all="ignore"):
        for start in range(0, len(inputs), batch_size):
            factor = 1.0
            tapes = tried.propagate(inputs[start : start + batch_size], Mode(training=True)).tapes
            for layer, tape in zip(tried.chain, tapes, strict=True):
                if isinstance(layer, BatchNormalization | LayerNormalization):
                    factor *= max(1.0, tape[1].max())
            if not factor < 2000:
                return True
    return False
