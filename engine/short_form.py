"""The short form of dense layers: `hidden_layers` with a list of activations, normalizations and so on."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from engine.layer_columns import columns
from engine.layer_settings import (
    BatchNormLayer,
    DenseLayer,
    DropoutLayer,
    LayerNormLayer,
    LayerSetting,
    Normalization,
    ResidualLayer,
)

NORMALIZATIONS = ("none", "batch_norm", "batch_norm_before", "layer_norm", "layer_norm_before")
"""What the short form calls the normalizations of a layer, after or before its activation."""


_IN_SHORT_FORM = (DenseLayer, BatchNormLayer, LayerNormLayer, ResidualLayer, DropoutLayer)
MAX_SHORT_NEURONS = 64
"""Maximum number of neurons of a layer in the short form."""


class ShortForm(NamedTuple):
    """Dense layers with at most one normalization each, as lists with an entry for each hidden layer.

    All lists but the first may be empty.
    """

    hidden_layers: tuple[int, ...]
    layer_activations: tuple[str, ...] = ()
    normalization: tuple[str, ...] = ()
    residual: tuple[int, ...] = ()
    dropout: tuple[float, ...] = ()


def long_form(short: ShortForm) -> tuple[LayerSetting, ...]:
    """Return the layers of a short form, each with its normalization, residual connection and dropout."""
    count = len(short.hidden_layers)
    layers: list[Any] = []
    for neurons, name, norm, block, rate in zip(
        short.hidden_layers,
        short.layer_activations or (None,) * count,
        short.normalization or ("none",) * count,
        short.residual or (0,) * count,
        short.dropout or (0.0,) * count,
        strict=True,
    ):
        layers.append(DenseLayer.model_construct(neurons=neurons, activation=name))
        if norm != "none":
            kind, before = norm.removesuffix("_before"), norm.endswith("_before")
            norm_of: type[Normalization] = BatchNormLayer if kind == "batch_norm" else LayerNormLayer
            layers.append(norm_of.model_validate({"kind": kind, "before_activation": before}))
        if block:
            layers.append(ResidualLayer.model_construct(kind="residual", layers=block))
        if rate:
            layers.append(DropoutLayer.model_construct(kind="dropout", rate=rate))
    return tuple(layers)


def short_form(layers: Sequence[LayerSetting], activation: str) -> ShortForm | None:
    """Return the short form of layers, if they have one; `activation` is that of layers which name none."""
    if not all(map(_may_be_short, layers)):
        return None
    found = columns(layers)
    names = tuple(column.first.activation or activation for column in found)
    norms = [
        next((_name_of(each) for each in (*column.normalizations, *column.after) if _is_norm(each)), "none")
        for column in found
    ]
    blocks = [
        next((each.layers for each in column.after if isinstance(each, ResidualLayer)), 0) for column in found
    ]
    rates = tuple(column.dropout for column in found)
    short = ShortForm(
        tuple(column.neurons for column in found),
        names if any(column.first.activation for column in found) else (),
        tuple(norms) if any(norm != "none" for norm in norms) else (),
        tuple(blocks) if any(blocks) else (),
        rates if any(rates) else (),
    )
    return short if _spelled(long_form(short), activation) == _spelled(layers, activation) else None


def _may_be_short(layer: LayerSetting) -> bool:
    large = isinstance(layer, DenseLayer) and layer.neurons > MAX_SHORT_NEURONS
    return isinstance(layer, _IN_SHORT_FORM) and not large


def _is_norm(layer: object) -> bool:
    return isinstance(layer, BatchNormLayer | LayerNormLayer)


def _name_of(layer: Any) -> str:
    name: str = f"{layer.kind}_before" if layer.before_activation else layer.kind
    return name


def _spelled(layers: Sequence[LayerSetting], activation: str) -> list[object]:
    """Return layers in a form to compare: with their activations, and without dropout that drops nothing."""
    return [
        (layer.neurons, layer.activation or activation) if isinstance(layer, DenseLayer) else layer
        for layer in layers
        if not (isinstance(layer, DropoutLayer) and layer.rate == 0)
    ]
