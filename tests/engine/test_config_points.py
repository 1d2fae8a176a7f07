"""Custom points of a config."""

from typing import Any

import pytest
from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.config_fields import MAX_POINTS
from engine.data.datasets import CUSTOM
from tests.engine.factories import first_error

ROWS = ((1.0, 2.0, 1.0), (-1.0, 0.5, -1.0), (0.0, 0.0, 1.0))


CUSTOM_OF: dict[str, dict[str, Any]] = {
    problem: {"problem": problem, "dataset": CUSTOM}
    for problem in ("classification", "multiclass", "regression")
}


def test_custom_points_are_rows_of_three_numbers() -> None:
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
        (("abc", "def"), "tuple_type"),
    ],
)
def test_invalid_custom_points_are_refused(points: object, kind: str) -> None:
    assert first_error(dataset=CUSTOM, points=points) == ("points", kind)


def test_the_number_of_custom_points_is_limited() -> None:
    assert len(TrainingConfig(dataset=CUSTOM, points=ROWS[:1] * MAX_POINTS).points) == MAX_POINTS
    assert first_error(dataset=CUSTOM, points=ROWS[:1] * (MAX_POINTS + 1)) == ("points", "too_long")


@pytest.mark.parametrize("classes", range(2, 9))
def test_targets_of_several_classes_are_class_numbers(classes: int) -> None:
    rows = tuple((0.0, 0.0, float(label)) for label in range(classes))
    assert len(TrainingConfig(**CUSTOM_OF["multiclass"], classes=classes, points=rows).points) == classes
    for wrong in (-1.0, float(classes), 0.5):
        with pytest.raises(ValidationError, match=f"targets 0 (to|or) {classes - 1}"):
            TrainingConfig(**CUSTOM_OF["multiclass"], classes=classes, points=(*rows, (0.0, 0.0, wrong)))


def test_targets_of_a_regression_are_any_numbers_up_to_a_thousand() -> None:
    rows = ((0.0, 0.0, -1000.0), (0.0, 0.0, 0.123))
    assert TrainingConfig(**CUSTOM_OF["regression"], points=rows).points == rows
    assert first_error(**CUSTOM_OF["regression"], points=((0, 0, 1001), (0, 0, 0))) == (
        "points",
        "less_than_equal",
    )


def test_a_change_of_another_setting_copies_no_points() -> None:
    """Thousands of configs of one sweep share the points, and a slider does not validate them again."""
    config = TrainingConfig(dataset=CUSTOM, points=ROWS)
    for changes in ({"learning_rate": 0.5}, {"noise": 10, "hidden_layers": [3]}, {"data_seed": 7}):
        changed = config.changed(changes)
        assert changed.points is config.points
        assert changed == TrainingConfig(**{**config.model_dump(), **changes})
    with pytest.raises(ValidationError):
        config.changed({"problem": "multiclass", "dataset": CUSTOM})
