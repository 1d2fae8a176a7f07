import json
from typing import Any

import pytest

from engine.catalogue import catalogue
from engine.config import TrainingConfig
from engine.config_fields import MAX_POINTS
from engine.data.datasets import DATASETS
from engine.data.features import FEATURES
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS, PROBLEMS
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.schedules import SCHEDULES

WHOLE = catalogue()
FIELDS = WHOLE["fields"]


def test_the_catalogue_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(WHOLE, allow_nan=False)) == json.loads(json.dumps(catalogue()))


def test_the_catalogue_lists_every_table() -> None:
    assert WHOLE["features"] == list(FEATURES)
    assert WHOLE["activations"] == list(ACTIVATIONS)
    assert WHOLE["outputs"] == {problem: list(names) for problem, names in PROBLEMS.items()}
    assert WHOLE["losses"] == {name: list(output.losses) for name, output in OUTPUTS.items()}
    there = {"available": True, "install": None, "columns": None}
    assert WHOLE["datasets"]["circle"] == {"problems": ["classification"], "points": 500, **there}
    assert WHOLE["datasets"]["own"] == {"problems": [*PROBLEMS][:-1], "points": 0, **there}
    digits = WHOLE["datasets"]["digits"]
    assert (digits["problems"], digits["points"]) == (["images"], 1797)
    assert WHOLE["datasets"]["iris"]["columns"]["classes"] == ["versicolor", "virginica"]
    assert digits["install"] == "pip install 'tinkernet[digits]'"
    assert list(WHOLE["datasets"]) == list(DATASETS)
    assert WHOLE["optimizers"]["adamw"] == ["beta1", "beta2", "epsilon", "weight_decay"]
    assert list(WHOLE["optimizers"]) == list(OPTIMIZERS)
    assert WHOLE["schedules"]["constant"] == []
    assert list(WHOLE["schedules"]) == list(SCHEDULES)
    assert WHOLE["plane"] == [-6, 6]
    assert WHOLE["most_points"] == MAX_POINTS


def test_the_settings_of_optimizers_and_schedules_are_config_fields() -> None:
    for kind in ("optimizers", "schedules"):
        for names in WHOLE[kind].values():
            assert set(names) <= set(FIELDS)


def test_every_setting_is_described() -> None:
    assert set(FIELDS) == set(TrainingConfig.model_fields)
    for name, field in FIELDS.items():
        assert field["type"] in ("number", "integer", "choice", "list", "object"), name
        assert field["description"].endswith("."), name


def test_a_default_that_depends_on_another_setting_says_so() -> None:
    found = {
        name: field["default_depends_on"] for name, field in FIELDS.items() if "default_depends_on" in field
    }
    assert found == {
        "dataset": ["problem"],
        "output_activation": ["problem"],
        "loss": ["problem", "output_activation"],
        "initial_bias": ["initializer"],
        "layers": ["problem"],
        "hidden_layers": ["layers"],
    }


def test_defaults_make_the_default_config() -> None:
    assert TrainingConfig(**{name: field["default"] for name, field in FIELDS.items()}) == TrainingConfig()


@pytest.mark.parametrize("name", [name for name in FIELDS if FIELDS[name]["type"] == "choice"])
def test_every_listed_choice_is_valid(name: str) -> None:
    points = ((0.0, 0.0, 1.0), (1.0, 1.0, 1.0))
    chosen = []
    for choice in FIELDS[name]["choices"]:
        for problem, outputs in WHOLE["outputs"].items():
            for output in outputs:
                fits = {
                    "problem": choice == problem,
                    "dataset": name != "dataset" or problem in WHOLE["datasets"][choice]["problems"],
                    "output_activation": choice == output,
                    "loss": name != "loss" or choice in WHOLE["losses"][output],
                }
                if fits.get(name, True):
                    settings = {"problem": problem, "output_activation": output, "points": points}
                    assert getattr(TrainingConfig(**settings | {name: choice}), name) == choice
                    chosen.append(choice)
    assert set(chosen) == set(FIELDS[name]["choices"])


@pytest.mark.parametrize("name", [name for name in FIELDS if "minimum" in FIELDS[name]])
def test_bounds_are_those_that_the_config_checks(name: str) -> None:
    for bound, outside in (("minimum", -1), ("maximum", 1)):
        value = FIELDS[name][bound]
        assert getattr(TrainingConfig(**{name: value}), name) == value
        with pytest.raises(ValueError, match=name):
            TrainingConfig(**{name: value + outside})


def test_the_learning_rate_is_above_its_bound() -> None:
    assert FIELDS["learning_rate"]["exclusive_minimum"] == 0
    assert "minimum" not in FIELDS["learning_rate"]


def test_every_value_offered_by_the_page_is_valid() -> None:
    tried = set()
    for name, field in FIELDS.items():
        offered = field.get("offered", {})
        for value in [
            *offered.get("values", []),
            *(offered[key] for key in ("minimum", "maximum") if key in offered),
        ]:
            # Of a list the page offers values for its entries.
            settings: dict[str, Any] = {name: [value] * 2 if field["type"] == "list" else value}
            TrainingConfig(**settings)
            tried.add(name)
    assert {"noise", "batch_size", "learning_rate", "dropout"} <= tried
    layers = FIELDS["hidden_layers"]["offered"]
    TrainingConfig(hidden_layers=(layers["maximum_neurons"],) * layers["maximum_layers"])


def test_every_default_is_offered() -> None:
    offering = {
        name: field["offered"]["values"]
        for name, field in FIELDS.items()
        if "values" in field.get("offered", {}) and field["type"] != "list"
    }
    assert "learning_rate" in offering
    for name, values in offering.items():
        assert FIELDS[name]["default"] in values, name


def test_every_value_of_the_original_is_offered() -> None:
    assert FIELDS["noise"]["offered"] == {"minimum": 0, "maximum": 50, "step": 5}
    assert FIELDS["batch_size"]["offered"] == {"minimum": 1, "maximum": 30, "step": 1}
    assert len(FIELDS["learning_rate"]["offered"]["values"]) == 11
    assert FIELDS["hidden_layers"]["offered"] == {
        "minimum_layers": 0,
        "maximum_layers": 12,
        "minimum_neurons": 1,
        "maximum_neurons": 8,
    }


def test_a_list_has_the_bounds_of_its_items() -> None:
    assert FIELDS["features"]["choices"] == list(FEATURES)
    assert FIELDS["features"]["minimum_items"] == 1
    assert FIELDS["hidden_layers"]["maximum_items"] == 16
    assert FIELDS["layer_activations"]["choices"] == list(ACTIVATIONS)
    assert FIELDS["dropout"]["items"] == {"minimum": 0, "maximum": 0.9}
    assert FIELDS["points"]["maximum_items"] == MAX_POINTS
