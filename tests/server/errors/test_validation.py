import json
import math
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.config import TrainingConfig
from server.errors.validation import MAX_VALUE_LENGTH, FieldError, bounded, first_error, truncated


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    number: Annotated[float, Field(gt=0, le=80)] = 1
    whole: Annotated[int, Field(ge=1, lt=5)] = 1
    flag: bool = True
    name: Annotated[str, Field(max_length=3)] = "a"
    choice: Literal["a", "b"] = "a"
    several: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]


def refused_field(model: type[BaseModel], values: Any, *, skip: int = 0) -> FieldError:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(values)
    return first_error(refused.value.errors(), skip=skip)


@pytest.mark.parametrize(
    ("values", "field", "value", "expected"),
    [
        ({"number": 0}, "number", 0, "more than 0"),
        ({"number": 81.5}, "number", 81.5, "at most 80"),
        ({"number": math.nan}, "number", "nan", "a finite number"),
        ({"number": "1"}, "number", "1", "a number"),
        ({"whole": 0}, "whole", 0, "at least 1"),
        ({"whole": 5}, "whole", 5, "less than 5"),
        ({"whole": 1.5}, "whole", 1.5, "an integer"),
        ({"flag": 1}, "flag", 1, "true or false"),
        ({"name": "abcd"}, "name", "abcd", "at most 3 characters"),
        ({"choice": "c"}, "choice", "c", "'a' or 'b'"),
        ({"several": []}, "several", [], "at least 1 entry"),
        ({"several": [1, "x"]}, "several", "x", "an integer"),
        ({"other": 2}, "other", 2, "no such field"),
    ],
)
def test_an_error_names_field_value_and_expectation(
    values: Any, field: str, value: Any, expected: str
) -> None:
    found = refused_field(Sample, values)
    position = (1,) if value == "x" else ()
    assert found == FieldError(field, value, expected, position)
    assert field in found.message


def test_an_error_about_several_fields_names_one() -> None:
    found = refused_field(TrainingConfig, {"dataset": "plane"})
    assert (found.field, found.value) == ("dataset", "plane")


@pytest.mark.medium
@given(st.recursive(st.integers() | st.floats() | st.text() | st.none(), st.lists, max_leaves=30))
def test_a_refused_value_is_short_and_json(value: Any) -> None:
    assert len(json.dumps(bounded(value), allow_nan=False, ensure_ascii=False)) <= 8 * MAX_VALUE_LENGTH


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, True),
        (2**53, 2**53),
        (2**60, 2**60),
        (81.0, 81.0),
        (math.inf, "inf"),
        ([1, 2], [1, 2]),
        ({"a": None}, {"a": None}),
    ],
)
def test_short_values_are_unchanged(value: Any, shown: Any) -> None:
    assert bounded(value) == shown


def test_long_values_are_truncated() -> None:
    for value in ("x" * 5000, [0] * 5000, {"a": "x" * 5000}, 10**4000, 10**5000, [10**5000], object()):
        shown = bounded(value)
        assert isinstance(shown, str)
        assert len(shown) <= MAX_VALUE_LENGTH


@pytest.mark.medium
def test_deep_nesting_is_replaced_by_a_name() -> None:
    endless: list[Any] = []
    for _ in range(100_000):
        endless = [endless]
    assert len(str(bounded(endless))) <= MAX_VALUE_LENGTH
    while endless:  # taken apart by hand: freeing it at once could exhaust the stack of a small thread
        endless = endless[0]


def test_truncated_text_ends_in_an_ellipsis() -> None:
    assert truncated("a" * MAX_VALUE_LENGTH) == "a" * MAX_VALUE_LENGTH
    assert truncated("a" * (MAX_VALUE_LENGTH + 1)) == "a" * (MAX_VALUE_LENGTH - 1) + "…"


def test_the_message_shows_a_number_as_it_was_sent() -> None:
    for value, shown in ((2**60, str(2**60)), (81, "81"), (1e22, "1e+22"), (math.inf, "inf"), ("1", '"1"')):
        assert FieldError("x", bounded(value), "less").message == f"x: expected less, got {shown}."


def test_an_integer_beyond_floating_point_is_a_number_that_is_too_large() -> None:
    assert refused_field(Sample, {"number": 10**400}).expected == "a smaller number"


def test_a_point_is_told_by_its_row() -> None:
    points = {"dataset": "own", "points": [[0, 0, 1], [0, 0, 3], [1, 1, -1]]}
    found = refused_field(TrainingConfig, points)
    assert (found.field, found.position, found.value) == ("points", (1,), [0, 0, 3])
    assert found.message == "points[1]: expected targets -1 or 1, got [0, 0, 3]."
