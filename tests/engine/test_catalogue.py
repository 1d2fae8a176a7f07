import json

import pytest

from engine.activations import ACTIVATIONS, OUTPUTS
from engine.catalogue import catalogue
from engine.config import TrainingConfig
from engine.datasets import DATASETS
from engine.features import FEATURES

FIELDS = catalogue()["fields"]


def test_json_can_carry_it() -> None:
    whole = catalogue()
    assert json.loads(json.dumps(whole, allow_nan=False)).keys() == whole.keys()


def test_tables() -> None:
    whole = catalogue()
    assert whole["features"] == list(FEATURES)
    assert whole["activations"] == list(ACTIVATIONS)
    assert whole["outputs"] == {problem: list(names) for problem, names in OUTPUTS.items()}
    assert whole["datasets"]["circle"] == {"problem": "classification", "points": 500}
    assert list(whole["datasets"]) == list(DATASETS)
    assert whole["plane"] == [-6, 6]


def test_every_setting_is_described() -> None:
    assert set(FIELDS) == set(TrainingConfig.model_fields)
    for name, field in FIELDS.items():
        assert field["type"] in ("number", "integer", "choice", "list"), name
        assert field["description"].endswith("."), name


def test_defaults_make_the_default_config() -> None:
    assert TrainingConfig(**{name: field["default"] for name, field in FIELDS.items()}) == TrainingConfig()


@pytest.mark.parametrize("name", [name for name in FIELDS if FIELDS[name]["type"] == "choice"])
def test_every_choice_can_be_chosen(name: str) -> None:
    for choice in FIELDS[name]["choices"]:
        problems = [
            problem
            for problem in OUTPUTS
            if (name != "problem" or choice == problem)
            and (name != "dataset" or DATASETS[choice].problem == problem)
            and (name != "output_activation" or choice in OUTPUTS[problem])
        ]
        for problem in problems:
            assert getattr(TrainingConfig(**{"problem": problem, name: choice}), name) == choice


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


def test_what_the_page_offers_the_engine_takes() -> None:
    for name, field in FIELDS.items():
        offered = field.get("offered", {})
        for value in [
            *offered.get("values", []),
            *(offered[key] for key in ("minimum", "maximum") if key in offered),
        ]:
            TrainingConfig(**{name: value})
    layers = FIELDS["hidden_layers"]["offered"]
    TrainingConfig(hidden_layers=(layers["maximum_neurons"],) * layers["maximum_layers"])


def test_what_the_original_offers_is_offered() -> None:
    assert FIELDS["noise"]["offered"] == {"minimum": 0, "maximum": 50, "step": 5}
    assert FIELDS["batch_size"]["offered"] == {"minimum": 1, "maximum": 30, "step": 1}
    assert len(FIELDS["learning_rate"]["offered"]["values"]) == 11
    assert FIELDS["hidden_layers"]["offered"] == {
        "minimum_layers": 0,
        "maximum_layers": 6,
        "minimum_neurons": 1,
        "maximum_neurons": 8,
    }


def test_a_list_says_what_it_may_hold() -> None:
    assert FIELDS["features"]["choices"] == list(FEATURES)
    assert FIELDS["features"]["minimum_items"] == 1
    assert FIELDS["hidden_layers"]["maximum_items"] == 16
