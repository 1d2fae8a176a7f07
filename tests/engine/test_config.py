import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.activations import ACTIVATIONS, OUTPUTS
from engine.config import TrainingConfig
from engine.datasets import DATASETS
from tests.engine.making import configs

BOUNDS = {
    "noise": (0, 80),
    "train_percent": (10, 90),
    "batch_size": (1, 10_000),
    "regularization_rate": (0, 100),
    "data_seed": (0, 2**32 - 1),
    "weights_seed": (0, 2**32 - 1),
}


def refusal(**settings: Any) -> tuple[str, str]:
    """Return field and kind of the first error that these settings meet with; all are in one field."""
    with pytest.raises(ValidationError) as caught:
        TrainingConfig(**settings)
    errors = caught.value.errors()
    (field,) = {str(error["loc"][0]) for error in errors}
    return field, errors[0]["type"]


def test_defaults_are_those_of_the_original() -> None:
    assert TrainingConfig().model_dump() == {
        "problem": "classification",
        "dataset": "circle",
        "noise": 0,
        "train_percent": 50,
        "features": ("x1", "x2"),
        "hidden_layers": (4, 2),
        "activation": "tanh",
        "output_activation": "tanh",
        "loss": "squared_error",
        "optimizer": "sgd",
        "schedule": "constant",
        "learning_rate": 0.03,
        "batch_size": 10,
        "regularization": "none",
        "regularization_rate": 0,
        "initializer": "uniform",
        "data_seed": 0,
        "weights_seed": 0,
    }


def test_defaults_of_regression_fit_it() -> None:
    config = TrainingConfig(problem="regression")
    assert (config.dataset, config.output_activation) == ("plane", "linear")


@given(configs())
def test_a_config_survives_json(config: TrainingConfig) -> None:
    assert TrainingConfig.model_validate_json(config.model_dump_json()) == config
    assert TrainingConfig(**json.loads(config.model_dump_json())) == config
    assert hash(config) == hash(TrainingConfig(**config.model_dump()))


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_bounds_are_inclusive(name: str, bounds: tuple[int, int]) -> None:
    low, high = bounds
    for value in bounds:
        assert getattr(TrainingConfig(**{name: value}), name) == value  # type: ignore[arg-type]
    assert refusal(**{name: low - 1}) == (name, "greater_than_equal")
    assert refusal(**{name: high + 1}) == (name, "less_than_equal")


def test_a_learning_rate_is_above_0_and_at_most_100() -> None:
    assert TrainingConfig(learning_rate=100).learning_rate == 100
    assert TrainingConfig(learning_rate=5e-324).learning_rate > 0
    assert refusal(learning_rate=0) == ("learning_rate", "greater_than")
    assert refusal(learning_rate=100.1) == ("learning_rate", "less_than_equal")


@pytest.mark.parametrize("name", ["noise", "learning_rate", "regularization_rate"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_are_finite(name: str, value: float) -> None:
    assert refusal(**{name: value}) == (name, "finite_number")


@pytest.mark.parametrize("name", ["noise", "learning_rate"])
@pytest.mark.parametrize("value", ["5", True, None, [1], {}, 10**400])
def test_numbers_are_numbers(name: str, value: object) -> None:
    assert refusal(**{name: value}) == (name, "float_type")


@pytest.mark.parametrize("name", ["train_percent", "batch_size", "data_seed"])
@pytest.mark.parametrize("value", ["50", True, None, 50.0, 50.5, [50]])
def test_integers_are_integers(name: str, value: object) -> None:
    assert refusal(**{name: value}) == (name, "int_type")


@pytest.mark.parametrize(
    "name",
    ["problem", "dataset", "activation", "output_activation", "regularization", "initializer", "optimizer"],
)
@pytest.mark.parametrize("value", ["", "Tanh", None, 1, [], {}])
def test_choices_are_names_of_the_table(name: str, value: object) -> None:
    assert refusal(**{name: value}) == (name, "literal_error")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([], "too_short"),
        (["x1", "x2", "x1"], "repeated"),
        (["x3"], "literal_error"),
        ([1], "literal_error"),
        ("x1", "list_type"),
        ({"x1"}, "list_type"),
        ({"x1": True}, "list_type"),
        (None, "list_type"),
    ],
)
def test_features_are_a_list_of_different_names(value: object, kind: str) -> None:
    assert refusal(features=value) == ("features", kind)


def test_features_keep_their_order() -> None:
    assert TrainingConfig(features=["sin_x2", "x1"]).features == ("sin_x2", "x1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([1] * 17, "too_long"),
        ([0], "greater_than_equal"),
        ([4, 65], "less_than_equal"),
        ([2.0], "int_type"),
        ([True], "int_type"),
        (4, "list_type"),
        ("4,2", "list_type"),
    ],
)
def test_hidden_layers_are_a_list_of_sizes(value: object, kind: str) -> None:
    assert refusal(hidden_layers=value) == ("hidden_layers", kind)


@pytest.mark.parametrize("layers", [[], [64] * 16])
def test_hidden_layers_may_be_none_or_many(layers: list[int]) -> None:
    assert TrainingConfig(hidden_layers=layers).hidden_layers == tuple(layers)  # type: ignore[arg-type]


@pytest.mark.parametrize("problem", OUTPUTS)
def test_dataset_and_output_fit_the_problem(problem: str) -> None:
    for name, kind in DATASETS.items():
        if kind.problem == problem:
            assert TrainingConfig(problem=problem, dataset=name).dataset == name
        else:
            assert refusal(problem=problem, dataset=name) == ("dataset", "literal_error")
    for name in ACTIVATIONS:
        if name in OUTPUTS[problem]:
            assert TrainingConfig(problem=problem, output_activation=name).output_activation == name
        else:
            assert refusal(problem=problem, output_activation=name) == ("output_activation", "literal_error")


def test_an_unfitting_dataset_is_answered_with_those_that_fit() -> None:
    with pytest.raises(ValidationError, match="'plane' or 'multi-gaussian'"):
        TrainingConfig(problem="regression", dataset="xor")


def test_unknown_settings_are_refused() -> None:
    assert refusal(learning_rat=0.1) == ("learning_rat", "extra_forbidden")


def test_a_config_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(TrainingConfig(), "noise", 3.0)  # noqa: B010


@given(config=configs(), rate=st.floats(0.01, 1))
def test_changed_changes_only_what_it_is_told(config: TrainingConfig, rate: float) -> None:
    changed = config.changed({"learning_rate": rate})
    assert changed.model_dump() == config.model_dump() | {"learning_rate": rate}
    assert config.changed({}) == config


def test_changed_problem_brings_its_own_dataset_and_output() -> None:
    config = TrainingConfig(dataset="spiral", output_activation="sigmoid", noise=10)
    regression = config.changed({"problem": "regression"})
    assert (regression.dataset, regression.output_activation, regression.noise) == ("plane", "linear", 10)
    hills = config.changed({"problem": "regression", "dataset": "multi-gaussian"})
    assert (hills.dataset, hills.output_activation) == ("multi-gaussian", "linear")
    assert config.changed({"problem": "classification"}) == config


@pytest.mark.parametrize(
    "changes",
    [
        {"noise": 81},
        {"nose": 1},
        {"dataset": "plane"},
        {"problem": "regression", "dataset": "xor"},
        {"problem": []},
    ],
)
def test_changed_is_checked(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TrainingConfig().changed(changes)
