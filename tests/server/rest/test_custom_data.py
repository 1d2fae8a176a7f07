import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from server.rest.custom_data import to_dataset
from server.rest.schemas import CustomData


def given(*targets: float) -> CustomData:
    rows = [(float(number), -1.0, target) for number, target in enumerate(targets)]
    return CustomData(train=rows, test=rows[:1])


def test_points_are_converted_to_those_of_the_engine() -> None:
    dataset = to_dataset(TrainingConfig(), given(1, -1, 1))
    assert dataset.train.inputs.tolist() == [[0, -1], [1, -1], [2, -1]]
    assert dataset.train.targets.tolist() == [1, -1, 1]
    assert len(dataset.test.targets) == 1


@pytest.mark.parametrize(
    ("config", "targets", "expected"),
    [
        ({}, (1, 0.5), "targets -1 or 1"),
        ({"problem": "multiclass", "classes": 4}, (0, 4), "targets 0 to 3"),
        ({"problem": "multiclass", "classes": 2}, (0, 2), "targets 0 or 1"),
    ],
)
def test_targets_that_do_not_fit_the_problem_are_refused(
    config: dict[str, object], targets: tuple[float, ...], expected: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        to_dataset(TrainingConfig().changed(config), given(*targets))
    error = refused.value
    assert (error.field, error.position, error.expected) == ("data.train", (1,), expected)
    assert error.value == [1, -1, targets[1]]


def test_regression_takes_any_number() -> None:
    config = TrainingConfig().changed({"problem": "regression"})
    assert to_dataset(config, given(0.123, -700)).train.targets.tolist() == [0.123, -700]
