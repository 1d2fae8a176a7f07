"""The setting `data_columns`: where custom points come from, and how they were scaled."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.data.columns import DataColumn
from engine.data.datasets import CUSTOM
from engine.training.trainer import Trainer
from tests.engine.factories import first_error

COLUMNS: dict[str, Any] = {
    "x1": {"name": "petal length", "offset": 3.8, "factor": 1.7},
    "x2": {"name": "petal width", "offset": 1.2, "factor": 4.5},
}
NAMED = {**COLUMNS, "classes": ["setosa", "virginica"]}
PRICED = {**COLUMNS, "target": {"name": "price", "offset": 20, "factor": 0.01}}
POINTS: Any = [[0, 0, 1], [1, 1, -1], [2, 1, -1]]


def own(problem: str = "classification", **others: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "problem": problem,
        "dataset": CUSTOM,
        "points": POINTS,
        "data_columns": NAMED,
    }
    return {**settings, **others}


SEVERAL = own(
    "multiclass", classes=3, points=[[0, 0, 0], [1, 1, 2]], data_columns={**COLUMNS, "classes": [*"abc"]}
)


def test_columns_are_kept_as_they_were_given() -> None:
    config = TrainingConfig(**own())
    assert config.data_columns is not None
    assert config.model_dump(mode="json")["data_columns"] == {**NAMED, "target": None}
    assert TrainingConfig(**own("regression", data_columns=PRICED)).data_columns is not None
    assert TrainingConfig().data_columns is None


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"data_columns": NAMED}, "columns"),
        (own(data_columns=COLUMNS), "columns"),
        (own(data_columns={**PRICED, "classes": ["a", "b"]}), "columns"),
        (own("regression", data_columns=NAMED), "columns"),
        ({**SEVERAL, "classes": 4}, "columns"),
        (own(data_columns={**NAMED, "classes": [*"abcdefghi"]}), "too_long"),
        (own(data_columns={"x1": COLUMNS["x1"]}), "missing"),
        (own(data_columns={**NAMED, "x1": {"name": ""}}), "string_too_short"),
        (own(data_columns={**NAMED, "x1": {"name": "a" * 101}}), "string_too_long"),
        (own(data_columns={**NAMED, "x1": {"name": "a\nb"}}), "one_line"),
        (own(data_columns={**NAMED, "x1": {"name": "a", "factor": 0}}), "greater_than_equal"),
        (own(data_columns={**NAMED, "x1": {"name": "a", "offset": float("nan")}}), "finite_number"),
        (own(data_columns={**NAMED, "x3": {"name": "a"}}), "extra_forbidden"),
    ],
)
def test_columns_that_do_not_fit_are_refused(settings: dict[str, Any], kind: str) -> None:
    assert first_error(**settings) == ("data_columns", kind)


@pytest.mark.parametrize(
    "changes",
    [
        {"dataset": "xor"},
        {"problem": "regression"},
        {"problem": "regression", "dataset": CUSTOM},
        {"problem": "images"},
    ],
)
def test_another_dataset_or_problem_removes_the_columns(changes: dict[str, Any]) -> None:
    assert TrainingConfig(**own()).changed(changes).data_columns is None


def test_columns_stay_when_points_or_other_settings_change() -> None:
    config = TrainingConfig(**own())
    for changes in ({"points": POINTS[:2]}, {"noise": 5, "dataset": CUSTOM}, {"hidden_layers": [3]}):
        assert config.changed(changes).data_columns == config.data_columns
    assert config.changed({"data_columns": None}).data_columns is None
    with pytest.raises(ValidationError, match="come from columns"):
        config.changed({"dataset": "xor", "data_columns": NAMED})


def test_names_of_classes_follow_their_number() -> None:
    config = TrainingConfig(**{**SEVERAL, "points": [[0, 0, 0], [1, 1, 1]]})
    for count, names in ((2, [*"ab"]), (5, [*"abc34"])):
        columns = config.changed({"classes": count}).data_columns
        assert columns is not None
        assert [*columns.classes] == names


@given(value=st.floats(-1e6, 1e6), offset=st.floats(-1e6, 1e6), exponent=st.floats(-3, 3))
def test_a_value_that_was_scaled_comes_back(value: float, offset: float, exponent: float) -> None:
    column = DataColumn(name="a", offset=offset, factor=10**exponent)
    assert np.isclose(column.original(column.scaled(value)), value, atol=1e-6)


def test_other_columns_change_nothing_of_a_training() -> None:
    trainer = Trainer(TrainingConfig(**own()))
    trainer.run_epochs(3)
    before = trainer.network.parameters.copy()
    trainer.change(trainer.config.changed({"data_columns": {**NAMED, "classes": ["a", "b"]}}))
    assert trainer.epoch == 3
    assert np.array_equal(trainer.network.parameters, before)
