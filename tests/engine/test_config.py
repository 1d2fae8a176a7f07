import json
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.data.datasets import CUSTOM, DATASETS
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS, PROBLEMS
from engine.nn.initializers import INITIALIZERS
from engine.nn.losses import LOSSES
from engine.optim.optimizers import OPTIMIZERS
from tests.engine.factories import HEADS, configs, first_error, problem_of

BOUNDS: dict[str, tuple[float, float]] = {
    "classes": (2, 8),
    "noise": (0, 80),
    "points_noise": (0, 80),
    "train_percent": (10, 90),
    "huber_delta": (0.001, 10),
    "momentum": (0, 0.999),
    "rho": (0, 0.9999),
    "beta1": (0, 0.9999),
    "beta2": (0, 0.99999),
    "epsilon": (1e-12, 1),
    "weight_decay": (0, 10),
    "schedule_epochs": (1, 1_000_000),
    "schedule_factor": (1e-6, 1),
    "batch_size": (1, 10_000),
    "regularization_rate": (0, 100),
    "l1_ratio": (0, 1),
    "gradient_clip": (0, 1000),
    "initial_bias": (-10, 10),
    "data_seed": (0, 2**32 - 1),
    "weights_seed": (0, 2**32 - 1),
}
INTEGERS = ["classes", "train_percent", "schedule_epochs", "batch_size", "data_seed", "weights_seed"]
CHOICES = [
    *("problem", "dataset", "input_scaling", "activation", "output_activation", "loss", "optimizer"),
    *("schedule", "regularization", "initializer"),
]


def test_defaults_match_the_original_playground() -> None:
    assert TrainingConfig().model_dump() == {
        "problem": "classification",
        "dataset": "circle",
        "classes": 3,
        "points": (),
        "data_columns": None,
        "drawings": (),
        "noise": 0,
        "points_noise": 0,
        "train_percent": 50,
        "features": ("x1", "x2"),
        "input_scaling": "none",
        "hidden_layers": (4, 2),
        "activation": "tanh",
        "layer_activations": (),
        "output_activation": "tanh",
        "loss": "squared_error",
        "huber_delta": 0.3,
        "optimizer": "sgd",
        "momentum": 0.9,
        "rho": 0.9,
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-8,
        "weight_decay": 0.01,
        "schedule": "constant",
        "schedule_epochs": 100,
        "schedule_factor": 0.1,
        "learning_rate": 0.03,
        "batch_size": 10,
        "regularization": "none",
        "regularization_rate": 0,
        "l1_ratio": 0.5,
        "dropout": (),
        "normalization": (),
        "residual": (),
        "layers": (),
        "gradient_clip": 0,
        "initializer": "uniform",
        "initial_bias": 0.1,
        "data_seed": 0,
        "weights_seed": 0,
    }


@pytest.mark.parametrize(
    ("problem", "dataset", "output", "loss"),
    [
        ("classification", "circle", "tanh", "squared_error"),
        ("multiclass", "blobs", "softmax", "cross_entropy"),
        ("regression", "plane", "linear", "squared_error"),
    ],
)
def test_dataset_output_and_loss_follow_from_the_problem(
    problem: str, dataset: str, output: str, loss: str
) -> None:
    config = TrainingConfig(problem=problem)
    assert (config.dataset, config.output_activation, config.loss) == (dataset, output, loss)


@pytest.mark.parametrize("output", OUTPUTS)
def test_the_loss_follows_from_the_output(output: str) -> None:
    config = TrainingConfig(problem=problem_of(output), output_activation=output)
    assert config.loss == OUTPUTS[output].losses[0]


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_the_bias_follows_from_the_initializer_unless_it_is_given(initializer: str) -> None:
    assert TrainingConfig(initializer=initializer).initial_bias == (0.1 if initializer == "uniform" else 0)
    assert TrainingConfig(initializer=initializer, initial_bias=-2).initial_bias == -2


@given(configs())
def test_a_config_is_unchanged_by_a_json_round_trip(config: TrainingConfig) -> None:
    assert TrainingConfig.model_validate_json(config.model_dump_json()) == config
    assert TrainingConfig(**json.loads(config.model_dump_json())) == config
    assert hash(config) == hash(TrainingConfig(**config.model_dump()))


def test_every_bound_has_a_test() -> None:
    properties = TrainingConfig.model_json_schema()["properties"]
    assert {name for name, schema in properties.items() if "minimum" in schema} == set(BOUNDS)
    assert {name for name, schema in properties.items() if schema.get("type") == "integer"} == set(INTEGERS)
    assert {name for name, schema in properties.items() if schema.get("type") == "string"} == set(CHOICES)


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_bounds_are_inclusive(name: str, bounds: tuple[int, int]) -> None:
    low, high = bounds
    below, above = (1, 1) if name in INTEGERS else (1e-13, 1e-6)
    for value in bounds:
        assert getattr(TrainingConfig(**{name: value}), name) == value  # type: ignore[arg-type]
    assert first_error(**{name: low - below}) == (name, "greater_than_equal")
    assert first_error(**{name: high + above}) == (name, "less_than_equal")


def test_a_learning_rate_is_above_0_and_at_most_100() -> None:
    assert TrainingConfig(learning_rate=100).learning_rate == 100
    assert TrainingConfig(learning_rate=5e-324).learning_rate > 0
    assert first_error(learning_rate=0) == ("learning_rate", "greater_than")
    assert first_error(learning_rate=100.1) == ("learning_rate", "less_than_equal")


@pytest.mark.parametrize("name", [*sorted(set(BOUNDS) - set(INTEGERS)), "learning_rate"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_non_finite_numbers_are_refused(name: str, value: float) -> None:
    assert first_error(**{name: value}) == (name, "finite_number")


@pytest.mark.parametrize("name", [*sorted(set(BOUNDS) - set(INTEGERS)), "learning_rate"])
@pytest.mark.parametrize("value", ["5", True, None, [1], {}, 10**400])
def test_values_of_another_type_are_refused_for_numbers(name: str, value: object) -> None:
    assert first_error(**{name: value}) == (name, "float_type")


@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("value", ["50", True, None, 50.5, [50]])
def test_values_of_another_type_are_refused_for_integers(name: str, value: object) -> None:
    assert first_error(**{name: value}) == (name, "int_type")


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("value", ["", "Tanh", None, 1, [], {}])
def test_unknown_names_are_refused_for_choices(name: str, value: object) -> None:
    assert first_error(**{name: value}) == (name, "literal_error")


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
    assert first_error(features=value) == ("features", kind)


def test_features_keep_their_order() -> None:
    assert TrainingConfig(features=["sin_x2", "x1"]).features == ("sin_x2", "x1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([1] * 17, "too_long"),
        ([0], "greater_than_equal"),
        ([4, 65], "less_than_equal"),
        ([2.5], "int_type"),
        ([True], "int_type"),
        (4, "list_type"),
        ("4,2", "list_type"),
    ],
)
def test_hidden_layers_are_a_list_of_sizes(value: object, kind: str) -> None:
    assert first_error(hidden_layers=value) == ("hidden_layers", kind)


def test_whole_numbers_are_integers_however_they_are_written() -> None:
    config = TrainingConfig(batch_size=50.0, hidden_layers=[2.0, 3])  # type: ignore[arg-type]
    assert (config.batch_size, config.hidden_layers) == (50, (2, 3))
    assert all(type(value) is int for value in (config.batch_size, *config.hidden_layers))


@pytest.mark.parametrize("layers", [[], [64] * 16])
def test_hidden_layers_may_be_none_or_many(layers: list[int]) -> None:
    assert TrainingConfig(hidden_layers=layers).hidden_layers == tuple(layers)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (["relu"], "one_a_layer"),
        (["relu", "tanh", "relu"], "one_a_layer"),
        (["relu", "softmax"], "literal_error"),
        ("relu", "list_type"),
        (None, "list_type"),
    ],
)
def test_layer_activations_need_one_name_per_layer(value: object, kind: str) -> None:
    assert first_error(layer_activations=value) == ("layer_activations", kind)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([0.5], "one_a_layer"),
        ([0.5, 0.2, 0.0], "one_a_layer"),
        ([0.5, 0.91], "less_than_equal"),
        ([-0.1, 0], "greater_than_equal"),
        ([float("nan"), 0], "finite_number"),
        (0.5, "list_type"),
    ],
)
def test_dropout_needs_one_rate_per_layer(value: object, kind: str) -> None:
    assert first_error(dropout=value) == ("dropout", kind)


def test_layers_share_one_activation_or_have_one_each() -> None:
    assert TrainingConfig(activation="relu").activations == ("relu", "relu")
    assert TrainingConfig(layer_activations=("sine", "gelu")).activations == ("sine", "gelu")
    assert TrainingConfig(hidden_layers=()).activations == ()


def test_the_number_of_outputs_is_the_number_of_classes_or_1() -> None:
    assert TrainingConfig(problem="multiclass", classes=7).outputs == 7
    assert TrainingConfig(problem="regression", classes=7).outputs == 1
    assert TrainingConfig(classes=7).outputs == 1


def test_penalty_and_hyperparameters_are_the_configured_values() -> None:
    config = TrainingConfig(
        regularization="elastic_net", regularization_rate=0.4, l1_ratio=0.25, momentum=0.5, epsilon=1e-3
    )
    assert config.penalty == pytest.approx((0.1, 0.3))
    assert config.hyperparameters == (0.5, 0.9, 0.9, 0.999, 1e-3)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_dataset_that_fits_the_problem_is_accepted_and_no_other(problem: str) -> None:
    fitting = [name for name, dataset in DATASETS.items() if problem in dataset.problems]
    for name in fitting:
        points = ((0, 0, 1), (1, 1, 1)) if name == CUSTOM else ()
        assert TrainingConfig(problem=problem, dataset=name, points=points).dataset == name
    for name in set(DATASETS) - set(fitting):
        assert first_error(problem=problem, dataset=name) == ("dataset", "literal_error")


@pytest.mark.parametrize("problem", PROBLEMS)
def test_an_output_that_fits_the_problem_is_accepted_and_no_other(problem: str) -> None:
    for name in PROBLEMS[problem]:
        assert TrainingConfig(problem=problem, output_activation=name).output_activation == name
    for name in set(OUTPUTS) - set(PROBLEMS[problem]):
        assert first_error(problem=problem, output_activation=name) == ("output_activation", "literal_error")


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_loss_that_fits_the_output_is_accepted_and_no_other(output: str) -> None:
    settings: dict[str, Any] = {"problem": problem_of(output), "output_activation": output}
    fitting = {loss for name, loss in HEADS if name == output}
    for loss in fitting:
        assert TrainingConfig(**settings, loss=loss).loss == loss
    for loss in set(LOSSES) - fitting:
        assert first_error(**settings, loss=loss) == ("loss", "literal_error")


def test_the_error_of_an_unsuitable_choice_lists_the_suitable_ones() -> None:
    with pytest.raises(ValidationError, match="'plane', 'multi-gaussian', 'curve', 'elnino' or 'own'"):
        TrainingConfig(problem="regression", dataset="xor")
    with pytest.raises(ValidationError, match="'squared_error' or 'cross_entropy'"):
        TrainingConfig(output_activation="sigmoid", loss="huber")


def test_unknown_settings_are_refused() -> None:
    assert first_error(learning_rat=0.1) == ("learning_rat", "extra_forbidden")


def test_a_config_is_immutable() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(TrainingConfig(), "noise", 3.0)  # noqa: B010


def test_every_name_of_the_tables_can_be_set() -> None:
    for name in ACTIVATIONS:
        assert TrainingConfig(activation=name).activations == (name, name)
    for name in OPTIMIZERS:
        assert TrainingConfig(optimizer=name).optimizer == name
