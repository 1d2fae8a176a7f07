"""The setting `layers`: what is refused with which reason, and how changes treat it and its short form."""

from typing import Any

import pytest
from pydantic import ValidationError

from engine.config import TrainingConfig

DENSE, NORM = {"kind": "dense", "neurons": 4}, {"kind": "batch_norm"}
BEFORE = {"kind": "batch_norm", "before_activation": True}


def config_of(**settings: Any) -> TrainingConfig:
    return TrainingConfig(**settings)


@pytest.mark.parametrize(
    ("layers", "settings", "reason"),
    [
        ([NORM], {}, "for layer 1, batch_norm: a dense or conv layer before it"),
        ([DENSE, NORM, BEFORE], {}, "for layer 3, batch_norm: its dense or conv layer directly before it"),
        (
            [DENSE, {"kind": "residual", "layers": 2}],
            {},
            "for layer 2, residual: a block of at most 1 layer",
        ),
        (
            [DENSE, {"kind": "residual", "layers": 1, "projection": False}],
            {},
            "for layer 2, residual: a block of equal inputs and outputs, not 4 and 2",
        ),
        (
            [DENSE, {"kind": "dropout", "rate": 0.1}, {"kind": "dropout", "rate": 0.1}],
            {},
            "for layer 3, dropout: at most one",
        ),
        ([DENSE] * 17, {}, "at most 16 dense and conv layers"),
        ([DENSE], {"hidden_layers": [2]}, "`layers` or `hidden_layers`, not both"),
        ([DENSE], {"dropout": [0.5]}, "one for each of the 0 hidden layers"),
        ([DENSE, NORM], {"batch_size": 1}, "at least 2 with batch normalization"),
        ([{"kind": "dense", "neurons": 257}], {}, "less than or equal to 256"),
        ([{"kind": "dense"}], {}, "Field required"),
        ([{"kind": "pooling"}], {}, "does not match any of the expected tags"),
        ([{**DENSE, "activation": "none"}], {}, "'relu'"),
    ],
)
def test_layers_that_do_not_fit_are_refused_with_the_reason(
    layers: list[Any], settings: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        config_of(layers=layers, **settings)
    assert reason in str(refused.value)


def test_layers_replace_their_short_form_and_the_other_way_round() -> None:
    short = config_of(hidden_layers=(4, 2), layer_activations=("relu", "tanh"), dropout=(0.5, 0.0))
    layered = short.changed({"layers": [DENSE, NORM]})
    assert (layered.hidden_layers, layered.layer_activations, layered.dropout) == ((), (), ())
    assert layered.hidden_sizes == (4,)
    back = layered.changed({"hidden_layers": [3]})
    assert back.layers == ()
    assert back.hidden_sizes == (3,)


def test_a_new_activation_applies_to_all_layers() -> None:
    config = config_of(layers=[{**DENSE, "activation": "relu"}, NORM, DENSE], activation="sigmoid")
    assert config.activations == ("relu", "sigmoid")
    assert config.changed({"activation": "sine"}).activations == ("sine", "sine")


def test_other_changes_keep_the_layers_and_a_dump_is_valid_again() -> None:
    config = config_of(layers=[DENSE, NORM, {"kind": "residual", "layers": 1}])
    assert config.changed({"learning_rate": 0.1}).layers == config.layers
    assert TrainingConfig.model_validate(config.model_dump(mode="json")) == config


def test_the_short_form_names_a_normalization_and_a_block_for_each_layer() -> None:
    short = config_of(
        hidden_layers=[4, 4, 3],
        normalization=["batch_norm", "none", "layer_norm_before"],
        residual=[0, 2, 0],
        dropout=[0.0, 0.5, 0.0],
    )
    long = config_of(
        layers=[
            DENSE,
            NORM,
            DENSE,
            {"kind": "residual", "layers": 2},
            {"kind": "dropout", "rate": 0.5},
            {"kind": "dense", "neurons": 3},
            {"kind": "layer_norm", "before_activation": True},
        ]
    )
    assert short.chain == long.chain
    assert long.short == short
    assert short.short is short


@pytest.mark.parametrize(
    "layers",
    [
        [DENSE, {"kind": "residual", "layers": 1}, NORM],
        [DENSE, NORM, NORM],
        [DENSE, {"kind": "residual", "layers": 1}, {"kind": "residual", "layers": 1}],
        [{"kind": "dense", "neurons": 2}, {"kind": "residual", "layers": 1, "projection": False}],
    ],
)
def test_layers_that_lists_cannot_tell_have_no_short_form(layers: list[Any]) -> None:
    config = config_of(layers=layers)
    assert config.short is config


def test_one_list_of_layers_can_be_changed_and_the_others_follow_their_number() -> None:
    config = config_of(layers=[DENSE, NORM, DENSE, NORM, {"kind": "residual", "layers": 2}])
    changed = config.changed({"dropout": [0.1, 0.2]})
    assert changed.layers == ()
    assert (changed.normalization, changed.residual) == (("batch_norm", "batch_norm"), (0, 2))
    longer = changed.changed({"hidden_layers": [4, 4, 2]})
    assert longer.normalization == ("batch_norm",) * 3
    assert longer.residual == (0, 2, 0)
    assert longer.dropout == (0.1, 0.2, 0.0)
    shorter = longer.changed({"hidden_layers": [4]})
    assert (shorter.normalization, shorter.residual) == (("batch_norm",), ())
