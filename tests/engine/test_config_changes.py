"""Changes of a config: `TrainingConfig.changed`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.data.datasets import CUSTOM
from tests.engine.factories import configs

ROWS = ((1.0, 2.0, 1.0), (-1.0, 0.5, -1.0), (0.0, 0.0, 1.0))


@given(config=configs(), rate=st.floats(0.01, 1))
def test_changed_changes_only_the_given_fields(config: TrainingConfig, rate: float) -> None:
    changed = config.changed({"learning_rate": rate})
    assert changed.model_dump() == config.model_dump() | {"learning_rate": rate}
    assert config.changed({}) == config


@pytest.mark.medium
@given(config=configs())
def test_changing_a_field_to_its_present_value_changes_nothing(config: TrainingConfig) -> None:
    for name, value in config:
        changed = config.changed({name: value})
        if name == "activation":  # it holds for all layers, then
            changed = changed.changed({"layer_activations": config.layer_activations})
        if name == "hidden_layers" and not any(config.dropout):  # rates of 0 are equivalent to none
            changed = changed.changed({"dropout": config.dropout})
        assert changed == config, name


def test_a_changed_problem_sets_its_default_dataset_output_and_loss() -> None:
    config = TrainingConfig(dataset="spiral", output_activation="sigmoid", loss="cross_entropy", noise=10)
    regression = config.changed({"problem": "regression"})
    assert (regression.dataset, regression.output_activation, regression.noise) == ("plane", "linear", 10)
    assert regression.loss == "squared_error"
    several = config.changed({"problem": "multiclass"})
    assert (several.dataset, several.output_activation, several.loss) == ("blobs", "softmax", "cross_entropy")
    hills = config.changed({"problem": "regression", "dataset": "multi-gaussian", "loss": "huber"})
    assert (hills.dataset, hills.output_activation, hills.loss) == ("multi-gaussian", "linear", "huber")
    assert config.changed({"problem": "classification"}) == config


def test_a_changed_output_sets_its_default_loss() -> None:
    config = TrainingConfig(output_activation="sigmoid", loss="cross_entropy")
    assert config.changed({"output_activation": "tanh"}).loss == "squared_error"
    assert config.changed({"output_activation": "sigmoid"}).loss == "cross_entropy"
    both = TrainingConfig().changed({"output_activation": "sigmoid", "loss": "cross_entropy"})
    assert both == config
    assert TrainingConfig().changed({"output_activation": "sigmoid"}).loss == "squared_error"


def test_a_changed_initializer_sets_its_default_bias() -> None:
    config = TrainingConfig(initial_bias=3)
    assert config.changed({"initializer": "uniform"}).initial_bias == 3
    assert config.changed({"initializer": "he_normal"}).initial_bias == 0
    assert config.changed({"initializer": "he_normal", "initial_bias": 2}).initial_bias == 2
    assert config.changed({"initializer": "zeros"}).changed({"initializer": "uniform"}).initial_bias == 0.1


def test_a_changed_activation_applies_to_all_layers() -> None:
    config = TrainingConfig(layer_activations=("relu", "sine"))
    assert config.changed({"activation": "gelu"}).activations == ("gelu", "gelu")
    both = config.changed({"activation": "gelu", "layer_activations": ("elu", "step")})
    assert both.activations == ("elu", "step")


@pytest.mark.parametrize(
    ("layers", "names", "rates"),
    [
        ((4,), ("relu",), (0.5,)),
        ((3, 3), ("relu", "sine"), (0.5, 0.2)),
        ((4, 2, 2, 1), ("relu", "sine", "sine", "sine"), (0.5, 0.2, 0.0, 0.0)),
        ((), (), ()),
    ],
)
def test_per_layer_settings_follow_changes_of_the_layers(
    layers: tuple[int, ...], names: tuple[str, ...], rates: tuple[float, ...]
) -> None:
    config = TrainingConfig(layer_activations=("relu", "sine"), dropout=(0.5, 0.2))
    changed = config.changed({"hidden_layers": layers})
    assert (changed.hidden_layers, changed.layer_activations, changed.dropout) == (layers, names, rates)
    changed = config.changed({"hidden_layers": layers, "dropout": (0.1,) * len(layers)})
    assert changed.dropout == (0.1,) * len(layers)


def test_changed_layers_without_per_layer_settings_get_none() -> None:
    changed = TrainingConfig().changed({"hidden_layers": [3, 3, 3]})
    assert (changed.layer_activations, changed.dropout) == ((), ())


def test_custom_points_of_removed_classes_are_removed() -> None:
    rows = tuple((0.0, 0.0, float(label)) for label in (0, 4, 1, 2, 0))
    config = TrainingConfig(problem="multiclass", dataset=CUSTOM, classes=5, points=rows)
    assert [row[2] for row in config.changed({"classes": 2}).points] == [0, 1, 0]
    assert config.changed({"classes": 6}).points == rows
    assert TrainingConfig(points=ROWS).changed({"classes": 2}).points == ROWS


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"noise": 81}, "noise"),
        ({"nose": 1}, "nose"),
        ({"dataset": "plane"}, "dataset"),
        ({"dataset": "own"}, "points"),
        ({"problem": "regression", "dataset": "xor"}, "dataset"),
        ({"problem": "multiclass", "output_activation": "tanh"}, "output_activation"),
        ({"output_activation": "tanh", "loss": "huber"}, "loss"),
        ({"problem": []}, "problem"),
        ({"initializer": []}, "initializer"),
        ({"classes": "many"}, "classes"),
        ({"hidden_layers": 3}, "hidden_layers"),
        ({"hidden_layers": [3], "dropout": [0.1, 0.1]}, "dropout"),
        ({"dropout": [0.1, 0.95]}, "dropout"),
        ({"layer_activations": ["relu"]}, "layer_activations"),
        ({"optimizer": "adagrad"}, "optimizer"),
        ({"points": 3}, "points"),
    ],
)
def test_an_invalid_change_names_the_field(changes: dict[str, object], field: str) -> None:
    for config in (TrainingConfig(), TrainingConfig(dropout=(0.5, 0.5), points=ROWS)):
        if "own" in changes.values() and config.points:
            continue
        with pytest.raises(ValidationError) as caught:
            config.changed(changes)
        assert {str(error["loc"][0]) for error in caught.value.errors()} == {field}


@pytest.mark.parametrize(
    "others",
    [{}, {"activation": "relu"}, {"activation": "tanh", "optimizer": "adam"}, {"train_percent": 80}],
)
def test_points_turn_to_images_with_the_layers_of_a_new_training(others: dict[str, Any]) -> None:
    changes = {"problem": "images", **others}
    new = TrainingConfig.model_validate(changes)
    assert len(new.layers) == 5
    for config in (TrainingConfig(), TrainingConfig(hidden_layers=(8, 8), activation="sigmoid")):
        turned = config.changed(changes)
        assert (turned.layers, turned.hidden_layers) == (new.layers, ())
