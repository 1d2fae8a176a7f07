"""From a table to the settings of a training, with a reason for each line and table that cannot be used."""

import csv
import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.config_fields import MAX_POINTS
from engine.data.columns import DataColumns
from server.own_data.points import MAX_FAULTS
from server.own_data.preview import TableOptions, TablePreview, preview

FLOWERS = "length,width,species\n1.4,0.2,setosa\n5.1,1.9,virginica\n4.7,1.4,setosa\n6.0,2.5,virginica\n"


def previewed(text: str, *, max_points: int = MAX_POINTS, **wishes: Any) -> TablePreview:
    return preview(text, TableOptions(**wishes), max_points=max_points)


def config_of(found: TablePreview) -> TrainingConfig:
    assert found.config is not None, found.unusable
    return TrainingConfig.model_validate(found.config)


def test_two_columns_and_labels_become_a_classification() -> None:
    found = previewed(FLOWERS)
    config = config_of(found)
    assert (config.problem, config.dataset, len(config.points)) == ("classification", "own", 4)
    columns = config.data_columns
    assert columns is not None
    assert (columns.x1.name, columns.x2.name) == ("length", "width")
    assert columns.classes == ("setosa", "virginica")
    assert [row[2] for row in config.points] == [-1, 1, -1, 1]
    assert found.points is not None
    assert found.points.counts == [2, 2]


@pytest.mark.parametrize(
    ("labels", "problem", "classes"),
    [
        ("abab", "classification", ("a", "b")),
        ("0101", "classification", ("0", "1")),
        (["-1", "1", "-1", "1"], "classification", ("-1", "1")),
        (["+", "-", "+", "-"], "classification", ("+", "-")),
        (["1.0", "2", "1", "2.0"], "regression", ()),
        (["yes", "no", "yes", "no"], "classification", ("no", "yes")),
        ("abca", "multiclass", ("a", "b", "c")),
        ("abcdefgh", "multiclass", tuple("abcdefgh")),
        ("012" * 4, "multiclass", ("0", "1", "2")),
        (["10", "9", "2"] * 3, "multiclass", ("2", "9", "10")),
        (["1.5", "2.5", "3.5", "4.5"], "regression", ()),
        (["1000", "2000", "3000", "1500"], "regression", ()),
    ],
)
def test_the_problem_follows_from_the_target(labels: Any, problem: str, classes: tuple[str, ...]) -> None:
    lines = [f"{at},{at * at % 7},{label}" for at, label in enumerate(labels)]
    if problem == "classification" and set(labels) == {*"01"}:
        lines *= 2
    found = previewed("\n".join(["x,y,label", *lines * (3 if "1" in labels or "+" in labels else 1)]))
    if labels == ["1.0", "2", "1", "2.0"]:
        problem, classes = "classification", ("1", "2")
    config = config_of(found)
    assert (config.problem, config.data_columns and config.data_columns.classes) == (problem, classes)


def test_the_problem_can_be_chosen_where_the_target_allows_it() -> None:
    text = "x,y,z\n" + "".join(f"{at},{at % 3},{at % 2}\n" for at in range(12))
    assert previewed(text).problems == ["classification", "multiclass", "regression"]
    assert config_of(previewed(text, problem="regression")).problem == "regression"
    several = config_of(previewed(text, problem="multiclass"))
    assert (several.classes, {row[2] for row in several.points}) == (2, {0, 1})
    refused = previewed(FLOWERS, problem="regression").unusable
    assert refused is not None
    assert refused.code == "no_numbers"


def test_of_more_columns_two_and_the_target_can_be_chosen_by_name_or_place() -> None:
    text = "id,a,b,c,kind\n1,1,10,100,x\n2,2,20,150,y\n3,3,10,120,x\n"
    found = previewed(text)
    assert found.choice == (1, 2, 4)
    by_name = config_of(previewed(text, x1="c", x2="a")).data_columns
    assert by_name is not None
    assert (by_name.x1.name, by_name.x2.name) == ("c", "a")
    assert previewed(text, x1=3, target=2).choice == (3, 1, 2)
    for wishes, code in (
        ({"x1": "d"}, "no_column"),
        ({"x1": 7}, "no_column"),
        ({"x1": 1, "x2": "a"}, "same_column"),
    ):
        refused = previewed(text, **wishes).unusable
        assert refused is not None
        assert refused.code == code


def test_columns_are_scaled_to_the_plane_and_targets_to_one() -> None:
    config = config_of(previewed("a;b;price\n10;0,5;1000\n20;1,5;3000\n15;0,75;2500\n"))
    columns = config.data_columns
    assert columns is not None
    assert columns.target is not None
    table = np.array(config.points)
    assert np.abs(table[:, :2]).max() == pytest.approx(5, abs=0.01)
    assert np.abs(table[:, 2]).max() == pytest.approx(1, abs=0.01)
    for at, (column, first) in enumerate(((columns.x1, 10), (columns.x2, 0.5), (columns.target, 1000))):
        assert column.original(table[0, at]) == pytest.approx(first, rel=1e-5)


def test_each_bad_line_is_named_with_its_column_and_what_was_expected() -> None:
    text = 'x,y,kind\n1,2,a\n3,four,b\n5,6\n7,8,b\n9,,a\n1,2,\n1,2,3,4\n"1,2,a\n1e300,1,a\n'
    found = previewed(text)
    assert [(each.line, each.column, each.code, each.value) for each in found.faults] == [
        (3, "y", "number", "four"),
        (4, None, "cells", "2"),
        (6, "y", "number", ""),
        (7, "kind", "label", ""),
        (8, None, "cells", "4"),
        (9, None, "quotes", "a quotation mark"),
        (10, "x", "large", "1e300"),
    ]
    assert found.config is None
    assert found.unusable is not None
    assert (found.unusable.code, found.unusable.values) == ("bad_lines", {"count": 7})
    assert "Line 3, column y: expected a number, got four." in found.unusable.text
    assert len(config_of(previewed(text, skip_invalid=True)).points) == 2


def test_of_many_bad_lines_the_first_are_told_and_all_are_counted() -> None:
    text = FLOWERS * 60 + "x,y,setosa\n" * 41
    found = previewed(text, skip_invalid=True)
    assert (len(found.faults), found.bad_lines, found.usable_rows) == (MAX_FAULTS, 100, 240)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("\n\n,,\n", "empty"),
        ("a,b,c\n", "few_rows"),
        ("1,2\n3,4\n", "columns"),
        ("hello\nworld\n", "columns"),
        ("1,2,a\n", "few_rows"),
        ("1,2,a\n3,4,a\n", "one_class"),
        ("1,2,a\n1,2,b\n", "one_spot"),
        ("x,y,kind\n1,2,a\n,2,b\n,,b\n3,,b\n", "few_rows"),
        ("".join(f"{at},{at},name{at}\n" for at in range(9)), "many_classes"),
        ("1,2,a\n3,4,\n5,6,b,b\n7,8,\n", "one_class"),
        (2 * (",".join(map(str, range(201))) + "\n"), "many_columns"),
    ],
)
def test_a_table_that_gives_no_points_is_refused_with_a_reason(text: str, code: str) -> None:
    found = previewed(text)
    assert found.unusable is not None
    assert (found.unusable.code, found.config) == (code, None)
    assert found.unusable.text.endswith(".")


def test_of_too_many_rows_a_seeded_sample_is_taken() -> None:
    text = "".join(f"{at},{at * 7 % 100},{'ab'[at % 2]}\n" for at in range(3000))
    found = previewed(text)
    config = config_of(found)
    assert (found.usable_rows, len(config.points)) == (3000, MAX_POINTS)
    assert config_of(previewed(text)).points == config.points
    other = config_of(previewed(text, seed=1))
    assert other.points != config.points
    assert other.data_columns == config.data_columns
    assert found.points is not None
    assert sum(found.points.counts) == MAX_POINTS
    assert len(config_of(previewed(text, max_points=50)).points) == 50


@pytest.mark.parametrize(
    ("text", "code"),
    [("\n" * 2_000_000, "many_rows"), ("1,2,a\n" * 200_001, "many_rows"), ("1," * 500_000, "many_columns")],
    ids=["lines", "rows", "columns"],
)
@pytest.mark.medium
def test_a_table_beyond_all_bounds_is_refused_without_reading_all_of_it(text: str, code: str) -> None:
    found = previewed(text)
    assert found.unusable is not None
    assert found.unusable.code == code
    assert len(found.table.columns) <= 201


def test_a_constant_column_lies_on_the_axis() -> None:
    config = config_of(previewed("1e9,2,a\n1e9,3,b\n1e9,4,a\n"))
    assert {row[0] for row in config.points} == {0}


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[tuple[float, float, str]], str, str]:
    """Draw rows as some program would write them: text, rows, separator and decimal separator."""
    number = st.integers(-10_000, 10_000).map(lambda value: value / 100)
    label = st.sampled_from(["a", "b", "c c", 'd"d', "e;e,e"])
    rows = draw(st.lists(st.tuples(number, number, label), min_size=4, max_size=12))
    rows += [(1.25, 2.5, "a"), (2.25, 1.5, "b")]
    separator = draw(st.sampled_from([",", ";", "\t"]))
    decimal = draw(st.sampled_from([".", ","]))
    stream = io.StringIO()
    if draw(st.booleans()):
        stream.write("\ufeff")
    writer = csv.writer(
        stream,
        delimiter=separator,
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
    )
    index, tail = draw(st.booleans()), draw(st.sampled_from([[], [""]]))
    writer.writerow([*([""] if index else []), "length", "width", "kind", *tail])
    for at, (x1, x2, kind) in enumerate(rows):
        numbers = [f"{value:.2f}".replace(".", decimal) for value in (x1, x2)]
        writer.writerow([*([str(at)] if index else []), *numbers, kind, *tail])
    return stream.getvalue(), rows, separator, decimal


@given(tables())
def test_what_programs_write_comes_back(made: tuple[str, list[tuple[float, float, str]], str, str]) -> None:
    text, rows, separator, decimal = made
    found = previewed(text)
    assert (found.table.separator, found.table.decimal, found.bad_lines) == (separator, decimal, 0)
    config = config_of(found)
    columns = config.data_columns
    assert columns is not None
    assert (columns.x1.name, columns.x2.name) == ("length", "width")
    back = [
        (columns.x1.original(x1), columns.x2.original(x2), name_of(config, t)) for x1, x2, t in config.points
    ]
    for (x1, x2, kind), (y1, y2, name) in zip(rows, back, strict=True):
        assert (y1, y2) == pytest.approx((x1, x2), abs=1e-3)
        assert name == kind


def name_of(config: TrainingConfig, target: float) -> str:
    assert isinstance(config.data_columns, DataColumns)
    index = int(target > 0) if config.problem == "classification" else int(target)
    return config.data_columns.classes[index]


@given(
    text=st.text(alphabet='12.5,;\t" \n\rab-\u2212e\ufeff\x00é花|=sNn?', max_size=200)
    | st.lists(
        st.sampled_from(["1", "2,5", '"', ";", ",", "\n", "a", "b", "\t", "1e999", "nan", "inf", ""])
    ).map("".join),
    problem=st.sampled_from([None, "classification", "multiclass", "regression"]),
    skip=st.booleans(),
    header=st.sampled_from([None, True, False]),
    x1=st.none() | st.integers(0, 4),
)
def test_every_text_gives_points_that_can_be_trained_on_or_a_reason(
    text: str, problem: str | None, skip: bool, header: bool | None, x1: int | None
) -> None:
    found = previewed(text, problem=problem, skip_invalid=skip, header=header, x1=x1)
    assert (found.config is None) is (found.unusable is not None)
    if found.config is not None:
        config = config_of(found)
        assert len(config.points) == found.usable_rows
    for fault in found.faults:
        assert fault.line >= 1
        assert fault.expected
        assert fault.text.endswith(".")
    assert len(found.faults) == min(found.bad_lines, MAX_FAULTS)


def test_labels_of_lines_that_cannot_be_used_are_no_classes() -> None:
    found = previewed(FLOWERS + "foo,1,zzz\n", skip_invalid=True)
    assert (found.problems, found.problem) == (["classification", "multiclass"], "classification")
    assert config_of(found).problem == "classification"
