"""What is remarkable in a table that can be used all the same."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.own_data.hints import MAX_HINTS, TableHint, outliers_in
from server.own_data.preview import TableOptions, TablePreview, preview


def table_of(cell: Any, rows: int = 40, target: Any = lambda at: "uv"[at % 2]) -> str:
    """Return a table whose column `b` is made by `cell`."""
    return "a,b,kind\n" + "".join(f"{at},{cell(at)},{target(at)}\n" for at in range(rows))


def previewed(text: str, **wishes: Any) -> TablePreview:
    return preview(text, TableOptions(**wishes))


def only_hint(found: TablePreview) -> TableHint:
    (hint,) = found.hints
    return hint


def test_a_usual_table_has_no_hints() -> None:
    assert previewed(table_of(lambda at: at * at % 17)).hints == []
    assert previewed(table_of(lambda at: int(at == 5))).hints == []  # a column of 0 and 1
    assert previewed(table_of(lambda at: at % 5, target=lambda at: "1234"[at % 4])).hints == []


def test_cells_of_a_column_of_numbers_that_are_none_are_counted_and_the_first_is_named() -> None:
    found = previewed(table_of(lambda at: "n/a" if at in {5, 9, 11} else at % 7), skip_invalid=True)
    hint = only_hint(found)
    assert (hint.code, hint.column, hint.count, hint.total) == ("not_numbers", "b", 3, 40)
    assert (hint.line, hint.value) == (7, "n/a")
    assert hint.text == "3 of 40 cells of b are not numbers, such as n/a in line 7."
    assert found.usable_rows == 37
    assert found.config is not None


def test_a_column_can_be_read_as_labels_and_as_numbers() -> None:
    text = table_of(lambda at: at % 5, target=lambda at: "two" if at == 7 else at % 3)
    assert (only_hint(previewed(text)).code, previewed(text).problem) == ("not_numbers", "multiclass")
    found = previewed(text, labels=("kind",))
    assert only_hint(found).code == "some_numbers"
    assert found.points is not None
    assert found.points.columns.classes == ("0", "1", "2", "two")
    few = table_of(lambda at: at % 7 if at % 5 < 2 else "x", target=lambda at: at * 3.3)
    unused = previewed(few)
    assert (only_hint(unused).code, unused.choice) == ("some_numbers", (0, 2, 1))
    read = previewed(few, numbers=("b",), skip_invalid=True)
    assert read.choice == (0, 1, 2)
    assert (read.problem, read.usable_rows) == ("regression", 16)
    refused = previewed(few, numbers=("nothing",)).unusable
    assert refused is not None
    assert refused.code == "no_column"


def test_numbers_with_a_unit_are_told() -> None:
    hint = only_hint(previewed(table_of(lambda at: f"{at % 17} cm")))
    assert (hint.code, hint.line, hint.value) == ("units", 2, "0 cm")
    assert previewed(table_of(lambda at: f"2020-01-{at % 28 + 1:02}")).hints == []


def test_outliers_are_named_and_can_be_left_out() -> None:
    text = table_of(lambda at: 1e6 if at == 20 else at * at % 17)
    found = previewed(text)
    hint = only_hint(found)
    assert (hint.code, hint.column, hint.count, hint.line, hint.value) == ("outliers", "b", 1, 22, "1000000")
    assert hint.share == pytest.approx(0.0016, abs=1e-4)
    assert found.usable_rows == 40
    without = previewed(text, skip_outliers=True)
    assert (without.usable_rows, without.outliers_left_out) == (39, 1)
    assert without.points is not None
    assert np.abs(np.array(without.points.rows)[:, 1]).max() == pytest.approx(5, abs=0.01)
    assert without.points.columns.x2.factor == pytest.approx(0.625)


def test_outliers_of_the_targets_count_in_a_regression_only() -> None:
    text = table_of(lambda at: at % 7, target=lambda at: -9e5 if at == 3 else at * 1.5)
    assert [(each.column, each.line) for each in previewed(text).hints] == [("kind", 5)]
    labels = table_of(lambda at: at % 7, target=lambda at: 900 if at % 3 == 0 else at % 3)
    assert previewed(labels).hints == []


def test_control_characters_and_long_labels_are_told() -> None:
    found = previewed(table_of(lambda at: at % 7, target=lambda at: "u\x07x" if at % 2 else "v"))
    hint = only_hint(found)
    assert (hint.code, hint.count, hint.total, hint.line, hint.value) == ("cleaned", 1, 2, 3, "u\\x07x")
    assert found.points is not None
    assert found.points.columns.classes == ("u x", "v")
    hint = only_hint(previewed(table_of(lambda at: at % 7, target=lambda at: "q" * 150 if at % 2 else "v")))
    assert (hint.code, hint.count, hint.line) == ("shortened", 1, 3)


def test_a_table_of_many_columns_has_few_hints() -> None:
    head = ",".join(f"c{at}" for at in range(50))
    rows = "".join(",".join("12" if (row + at) % 2 else "x" for at in range(50)) + "\n" for row in range(20))
    assert len(previewed(f"{head}\n{rows}").hints) <= MAX_HINTS


@given(st.lists(st.floats(-1e100, 1e100), max_size=60))
def test_any_values_have_few_outliers_or_none(values: list[float]) -> None:
    found = outliers_in(np.array(values))
    if found is not None:
        positions, share = found
        assert 1 <= len(positions) <= max(1, len(values) // 20)
        assert len(set(positions)) == len(positions)
        assert 0 <= share <= 0.2
