import pytest
from pydantic import TypeAdapter, ValidationError

from engine.config import TrainingConfig
from server.protocol.stop_conditions import StopConditions
from server.protocol.strict_model import ConfigChanges, StrictModel
from server.rest import schemas as models
from server.sessions.training_run import StopCriterion


def test_changes_of_settings_are_described_without_defaults() -> None:
    described = TypeAdapter(ConfigChanges).json_schema()["properties"]
    assert set(described) == set(TrainingConfig.model_fields)
    assert described["noise"]["maximum"] == 80
    assert not any("default" in each for each in described.values())


def test_stop_conditions_become_a_stop_criterion() -> None:
    assert StopCriterion.of(None) == StopCriterion.of(StopConditions()) == StopCriterion()
    assert StopCriterion.of(StopConditions(test_loss=0.1, train_accuracy=0.9)) == StopCriterion(
        test_loss=0.1, train_accuracy=0.9
    )


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (StopConditions, {"test_loss": -1}),
        (StopConditions, {"accuracy": 1}),
        (models.CustomData, {"train": [[0, 0, 1]], "test": [[0, 0]]}),
        (models.CustomData, {"train": [[0, 0, float("nan")]], "test": [[0, 0, 1]]}),
        (models.LayerParameters, {"weights": [[float("inf")]], "biases": [0]}),
        (models.LayerParameters, {"weights": [[True]], "biases": [0]}),
    ],
)
def test_bodies_are_strict(model: type[StrictModel], values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(values)
