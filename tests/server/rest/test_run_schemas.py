import pytest
from pydantic import ValidationError

from engine.config import TrainingConfig
from server.rest.run_schemas import MAX_SEEDS, NewRuns


def test_only_the_epochs_must_be_given() -> None:
    new = NewRuns(epochs=5)
    assert (new.config, new.grid, new.seeds, new.vary, new.until) == (
        TrainingConfig(),
        {},
        10,
        "weights",
        None,
    )


def test_the_grid_names_settings() -> None:
    described = NewRuns.model_json_schema()["properties"]["grid"]
    assert described["propertyNames"]["enum"] == list(TrainingConfig.model_fields)


@pytest.mark.parametrize(
    "values",
    [
        {"seeds": MAX_SEEDS + 1},
        {"first_seed": 2**32},
        {"grid": {name: [1] for name in list(TrainingConfig.model_fields)[:7]}},
        {"grid": {"noise": list(range(101))}},
        {"wait": -1},
    ],
)
def test_too_many_runs_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        NewRuns.model_validate({"epochs": 5, **values})
