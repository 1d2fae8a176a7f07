import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.config import MAX_POINTS, TrainingConfig
from engine.data.datasets import CUSTOM, DATASETS
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS, PROBLEMS
from engine.nn.initializers import INITIALIZERS
from engine.optim.optimizers import OPTIMIZERS
from tests.engine.making import HEADS, configs, problem_of

BOUNDS: dict[str, tuple[float, float]] = {
    "classes": (2, 8),
    "noise": (0, 80),
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
ROWS = ((1.0, 2.0, 1.0), (-1.0, 0.5, -1.0), (0.0, 0.0, 1.0))


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
        "classes": 3,
        "points": (),
        "noise": 0,
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
def test_a_config_survives_json(config: TrainingConfig) -> None:
    assert TrainingConfig.model_validate_json(config.model_dump_json()) == config
    assert TrainingConfig(**json.loads(config.model_dump_json())) == config
    assert hash(config) == hash(TrainingConfig(**config.model_dump()))


def test_every_bound_is_tried_here() -> None:
    properties = TrainingConfig.model_json_schema()["properties"]
    assert {name for name, schema in properties.items() if "minimum" in schema} == set(BOUNDS)
    assert {name for name, schema in properties.items() if schema["type"] == "integer"} == set(INTEGERS)
    assert {name for name, schema in properties.items() if schema["type"] == "string"} == set(CHOICES)


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_bounds_are_inclusive(name: str, bounds: tuple[int, int]) -> None:
    low, high = bounds
    below, above = (1, 1) if name in INTEGERS else (1e-13, 1e-6)
    for value in bounds:
        assert getattr(TrainingConfig(**{name: value}), name) == value  # type: ignore[arg-type]
    assert refusal(**{name: low - below}) == (name, "greater_than_equal")
    assert refusal(**{name: high + above}) == (name, "less_than_equal")


def test_a_learning_rate_is_above_0_and_at_most_100() -> None:
    assert TrainingConfig(learning_rate=100).learning_rate == 100
    assert TrainingConfig(learning_rate=5e-324).learning_rate > 0
    assert refusal(learning_rate=0) == ("learning_rate", "greater_than")
    assert refusal(learning_rate=100.1) == ("learning_rate", "less_than_equal")


@pytest.mark.parametrize("name", [*sorted(set(BOUNDS) - set(INTEGERS)), "learning_rate"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_are_finite(name: str, value: float) -> None:
    assert refusal(**{name: value}) == (name, "finite_number")


@pytest.mark.parametrize("name", [*sorted(set(BOUNDS) - set(INTEGERS)), "learning_rate"])
@pytest.mark.parametrize("value", ["5", True, None, [1], {}, 10**400])
def test_numbers_are_numbers(name: str, value: object) -> None:
    assert refusal(**{name: value}) == (name, "float_type")


@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("value", ["50", True, None, 50.0, 50.5, [50]])
def test_integers_are_integers(name: str, value: object) -> None:
    assert refusal(**{name: value}) == (name, "int_type")


@pytest.mark.parametrize("name", CHOICES)
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
def test_layer_activations_are_one_a_layer(value: object, kind: str) -> None:
    assert refusal(layer_activations=value) == ("layer_activations", kind)


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
def test_dropout_is_a_share_for_each_layer(value: object, kind: str) -> None:
    assert refusal(dropout=value) == ("dropout", kind)


def test_all_layers_have_the_activation_or_each_its_own() -> None:
    assert TrainingConfig(activation="relu").activations == ("relu", "relu")
    assert TrainingConfig(layer_activations=("sine", "gelu")).activations == ("sine", "gelu")
    assert TrainingConfig(hidden_layers=()).activations == ()


def test_outputs_are_as_many_as_classes_or_one() -> None:
    assert TrainingConfig(problem="multiclass", classes=7).outputs == 7
    assert TrainingConfig(problem="regression", classes=7).outputs == 1
    assert TrainingConfig(classes=7).outputs == 1


def test_penalty_and_hyper_are_what_is_set() -> None:
    config = TrainingConfig(
        regularization="elastic_net", regularization_rate=0.4, l1_ratio=0.25, momentum=0.5, epsilon=1e-3
    )
    assert config.penalty == pytest.approx((0.1, 0.3))
    assert config.hyperparameters == (0.5, 0.9, 0.9, 0.999, 1e-3)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_dataset_and_output_fit_the_problem(problem: str) -> None:
    for name, kind in DATASETS.items():
        if problem in kind.problems:
            points = ((0, 0, 1), (1, 1, 1)) if name == CUSTOM else ()
            assert TrainingConfig(problem=problem, dataset=name, points=points).dataset == name
        else:
            assert refusal(problem=problem, dataset=name) == ("dataset", "literal_error")
    for name in OUTPUTS:
        if name in PROBLEMS[problem]:
            assert TrainingConfig(problem=problem, output_activation=name).output_activation == name
        else:
            assert refusal(problem=problem, output_activation=name) == ("output_activation", "literal_error")


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy", "huber"])
def test_loss_fits_the_output(output: str, loss: str) -> None:
    settings: dict[str, Any] = {"problem": problem_of(output), "output_activation": output, "loss": loss}
    if (output, loss) in HEADS:
        assert TrainingConfig(**settings).loss == loss
    else:
        assert refusal(**settings) == ("loss", "literal_error")


def test_an_unfitting_choice_is_answered_with_those_that_fit() -> None:
    with pytest.raises(ValidationError, match="'plane', 'multi-gaussian', 'curve' or 'own'"):
        TrainingConfig(problem="regression", dataset="xor")
    with pytest.raises(ValidationError, match="'squared_error' or 'cross_entropy'"):
        TrainingConfig(output_activation="sigmoid", loss="huber")


OWN_OF: dict[str, dict[str, Any]] = {
    problem: {"problem": problem, "dataset": CUSTOM}
    for problem in ("classification", "multiclass", "regression")
}


def test_given_points_are_rows_of_three_numbers() -> None:
    rows: Any = [[1, 2, 1], [-1, 0.5, -1]]
    config = TrainingConfig(dataset=CUSTOM, points=rows)
    assert [*config.points] == [(1, 2, 1), (-1, 0.5, -1)]
    assert TrainingConfig(points=ROWS).dataset == "circle"


@pytest.mark.parametrize(
    ("points", "kind"),
    [
        ((), "too_short"),
        (ROWS[:1], "too_short"),
        (((0, 0), (1, 1)), "missing"),
        (((0, 0, 1, 1),) * 2, "too_long"),
        ((("0", 0, 1),) * 2, "float_type"),
        (((0, 1001, 1),) * 2, "less_than_equal"),
        (((-1000.5, 0, 1),) * 2, "greater_than_equal"),
        (((0, 0, float("nan")),) * 2, "finite_number"),
        (((0, 0, 0.5), (0, 0, 1)), "targets"),
        (((0, 0, 2), (0, 0, 1)), "targets"),
        ("abc", "list_type"),
        (("abc", "def"), "list_type"),
    ],
)
def test_unfitting_points_are_refused(points: object, kind: str) -> None:
    assert refusal(dataset=CUSTOM, points=points) == ("points", kind)


def test_no_more_points_than_may_be_carried() -> None:
    assert len(TrainingConfig(dataset=CUSTOM, points=ROWS[:1] * MAX_POINTS).points) == MAX_POINTS
    assert refusal(dataset=CUSTOM, points=ROWS[:1] * (MAX_POINTS + 1)) == ("points", "too_long")


@pytest.mark.parametrize("classes", range(2, 9))
def test_targets_of_several_classes_are_their_numbers(classes: int) -> None:
    rows = tuple((0.0, 0.0, float(label)) for label in range(classes))
    assert len(TrainingConfig(**OWN_OF["multiclass"], classes=classes, points=rows).points) == classes
    for wrong in (-1.0, float(classes), 0.5):
        with pytest.raises(ValidationError, match=f"targets 0 (to|or) {classes - 1}"):
            TrainingConfig(**OWN_OF["multiclass"], classes=classes, points=(*rows, (0.0, 0.0, wrong)))


def test_targets_of_a_regression_are_any_numbers_up_to_a_thousand() -> None:
    rows = ((0.0, 0.0, -1000.0), (0.0, 0.0, 0.123))
    assert TrainingConfig(**OWN_OF["regression"], points=rows).points == rows
    assert refusal(**OWN_OF["regression"], points=((0, 0, 1001), (0, 0, 0))) == ("points", "less_than_equal")


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


@given(config=configs())
def test_setting_again_what_is_set_changes_nothing(config: TrainingConfig) -> None:
    for name, value in config:
        changed = config.changed({name: value})
        if name == "activation":  # it holds for all layers, then
            changed = changed.changed({"layer_activations": config.layer_activations})
        if name == "hidden_layers" and not any(config.dropout):  # shares of 0 are as good as none
            changed = changed.changed({"dropout": config.dropout})
        assert changed == config, name


def test_changed_problem_brings_its_own_dataset_output_and_loss() -> None:
    config = TrainingConfig(dataset="spiral", output_activation="sigmoid", loss="cross_entropy", noise=10)
    regression = config.changed({"problem": "regression"})
    assert (regression.dataset, regression.output_activation, regression.noise) == ("plane", "linear", 10)
    assert regression.loss == "squared_error"
    several = config.changed({"problem": "multiclass"})
    assert (several.dataset, several.output_activation, several.loss) == ("blobs", "softmax", "cross_entropy")
    hills = config.changed({"problem": "regression", "dataset": "multi-gaussian", "loss": "huber"})
    assert (hills.dataset, hills.output_activation, hills.loss) == ("multi-gaussian", "linear", "huber")
    assert config.changed({"problem": "classification"}) == config


def test_changed_output_brings_its_usual_loss() -> None:
    config = TrainingConfig(output_activation="sigmoid", loss="cross_entropy")
    assert config.changed({"output_activation": "tanh"}).loss == "squared_error"
    assert config.changed({"output_activation": "sigmoid"}).loss == "cross_entropy"
    both = TrainingConfig().changed({"output_activation": "sigmoid", "loss": "cross_entropy"})
    assert both == config
    assert TrainingConfig().changed({"output_activation": "sigmoid"}).loss == "squared_error"


def test_changed_initializer_brings_its_bias() -> None:
    config = TrainingConfig(initial_bias=3)
    assert config.changed({"initializer": "uniform"}).initial_bias == 3
    assert config.changed({"initializer": "he_normal"}).initial_bias == 0
    assert config.changed({"initializer": "he_normal", "initial_bias": 2}).initial_bias == 2
    assert config.changed({"initializer": "zeros"}).changed({"initializer": "uniform"}).initial_bias == 0.1


def test_a_changed_activation_holds_for_all_layers() -> None:
    config = TrainingConfig(layer_activations=("relu", "sine"))
    assert config.changed({"activation": "gelu"}).activations == ("gelu", "gelu")
    both = config.changed({"activation": "gelu", "layer_activations": ("elu", "step")})
    assert both.activations == ("elu", "step")


@pytest.mark.parametrize(
    ("layers", "names", "shares"),
    [
        ((4,), ("relu",), (0.5,)),
        ((3, 3), ("relu", "sine"), (0.5, 0.2)),
        ((4, 2, 2, 1), ("relu", "sine", "sine", "sine"), (0.5, 0.2, 0.0, 0.0)),
        ((), (), ()),
    ],
)
def test_what_is_set_for_each_layer_follows_the_layers(
    layers: tuple[int, ...], names: tuple[str, ...], shares: tuple[float, ...]
) -> None:
    config = TrainingConfig(layer_activations=("relu", "sine"), dropout=(0.5, 0.2))
    changed = config.changed({"hidden_layers": layers})
    assert (changed.hidden_layers, changed.layer_activations, changed.dropout) == (layers, names, shares)
    given = config.changed({"hidden_layers": layers, "dropout": (0.1,) * len(layers)})
    assert given.dropout == (0.1,) * len(layers)


def test_without_them_changed_layers_stay_without_them() -> None:
    changed = TrainingConfig().changed({"hidden_layers": [3, 3, 3]})
    assert (changed.layer_activations, changed.dropout) == ((), ())


def test_given_points_of_classes_that_are_no_more_go() -> None:
    rows = tuple((0.0, 0.0, float(label)) for label in (0, 4, 1, 2, 0))
    config = TrainingConfig(**OWN_OF["multiclass"], classes=5, points=rows)
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
def test_changed_is_checked_and_says_which_field(changes: dict[str, object], field: str) -> None:
    for config in (TrainingConfig(), TrainingConfig(dropout=(0.5, 0.5), points=ROWS)):
        if "own" in changes.values() and config.points:
            continue
        with pytest.raises(ValidationError) as caught:
            config.changed(changes)
        assert {str(error["loc"][0]) for error in caught.value.errors()} == {field}


def test_every_name_of_the_tables_can_be_set() -> None:
    for name in ACTIVATIONS:
        assert TrainingConfig(activation=name).activations == (name, name)
    for name in OPTIMIZERS:
        assert TrainingConfig(optimizer=name).optimizer == name
