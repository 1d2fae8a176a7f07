"""Names of people's own in exports of every format: they stay text, and every file can still be read."""

import ast
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.data.columns import DataColumns
from engine.exports.keras_program import keras_program
from engine.exports.notebook import CHINESE, notebook
from engine.exports.numpy_program import numpy_program
from engine.exports.onnx_model import onnx_model
from engine.exports.source import Source, source_of
from engine.exports.torch_program import torch_program
from engine.state import Snapshot
from tests.engine.exports.programs import executed, trained
from tests.support.hostile_names import names as short_names
from tests.support.hostile_names import very_long

names = short_names | very_long
PLAIN, COLUMN, LABEL = "harmlessnetwork", "harmlesscolumn", "harmlesslabel"
"""Names that occur nowhere else in a program."""

PROGRAMS = {"keras": keras_program, "numpy": numpy_program, "pytorch": torch_program}

POINTS = [[-2, -1, -1], [-1, -2, -1], [2, 1, 1], [1, 3, 1], [2, -1, 1], [-3, 0, -1]]


def config_with(column: str, label: str, *, problem: str = "classification") -> TrainingConfig:
    """Return a training on a table with these names; raise `ValidationError` if they are refused."""
    names_of = {
        "x1": {"name": column, "offset": 3.8, "factor": 1.7},
        "x2": {"name": "x" + column[:99], "offset": 1.2, "factor": 4.0},
        "target": {"name": label, "offset": 5.0, "factor": 0.5} if problem == "regression" else None,
        "classes": [] if problem == "regression" else [label, "y" + label[:98]],
    }
    given_ = {"problem": problem, "dataset": "own", "points": POINTS, "data_columns": names_of}
    return TrainingConfig.model_validate({**given_, "hidden_layers": [2]})


STARTS: dict[str, Snapshot] = {}


def source_with(name: str, column: str, label: str, problem: str) -> Source:
    config = config_with(column, label, problem=problem)
    if problem not in STARTS:
        STARTS[problem] = trained(config, epochs=0, batches=0).snapshot()
    return source_of(name, config, trained(config, epochs=0, batches=0).overrides, STARTS[problem])


def skeleton(code: str) -> str:
    """Return the syntax of a program with all its texts taken out."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def texts(code: str) -> list[str]:
    """Return all texts of a program, in order."""
    constants = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant))
    return [node.value for node in constants if isinstance(node.value, str)]


def assert_same_but_for_names(code: str, plain: str, given_: dict[str, str]) -> None:
    """Assert that a program is that of harmless names, each of them replaced where it is a text by itself."""
    assert skeleton(code) == skeleton(plain)
    for ours, harmless in zip(texts(code), texts(plain), strict=True):
        if harmless in given_:
            assert ours == given_[harmless]
        elif not any(each in harmless for each in (PLAIN, COLUMN, LABEL)):
            assert ours == harmless


def cells_of(text: str, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == kind]


def both(name: str, column: str, label: str, problem: str) -> tuple[Source, Source, dict[str, str]]:
    """Return a training with these names, the same with harmless ones, and which stand for which.

    Where a column's or class's name is refused, the harmless one is in its place.
    """
    plain = source_with(PLAIN, COLUMN, LABEL, problem)
    try:
        made = source_with(name, column, label, problem)
    except ValidationError:
        made = source_with(name, COLUMN, LABEL, problem)
    assert made.columns is not None
    assert plain.columns is not None
    return made, plain, dict(zip(_names(plain.columns), _names(made.columns), strict=True))


def _names(columns: DataColumns) -> list[str]:
    return [
        *(each.name for each in (columns.x1, columns.x2, columns.target) if each is not None),
        *columns.classes,
    ]


@given(names, names, names, st.sampled_from(["classification", "regression"]))
def test_no_name_changes_a_program(name: str, column: str, label: str, problem: str) -> None:
    made, plain, replaced = both(name, column, label, problem)
    for write in PROGRAMS.values():
        code = write(made)
        code.encode()  # can be saved
        assert_same_but_for_names(code, write(plain), replaced)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f]", code)  # what is read is what runs
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", code)
    constants = executed(numpy_program(made))
    assert [*constants["COLUMNS"], *constants.get("CLASS_NAMES", [constants.get("TARGET")])] == list(
        replaced.values()
    )


@given(names, names, names, st.sampled_from(["classification", "regression"]))
def test_no_name_changes_a_notebook(name: str, column: str, label: str, problem: str) -> None:
    made, plain, replaced = both(name, column, label, problem)
    text = notebook(made)
    text.encode()
    cells = [cell for cell in cells_of(text, "code") if cell != CHINESE]
    for ours, harmless in zip(cells, cells_of(notebook(plain), "code"), strict=True):
        assert_same_but_for_names(ours, harmless, replaced)
    written = "\n".join(cells_of(text, "markdown"))
    assert not re.search(r"(?<!\\)[<`$!]|(?<!\\)\]\(", written)
    assert len(written.splitlines()) == len("\n".join(cells_of(notebook(plain), "markdown")).splitlines())


@given(names, names)
def test_no_name_spoils_an_onnx_model(name: str, column: str) -> None:
    onnx = pytest.importorskip("onnx")
    made, _, _ = both(name, column, "b", "classification")
    model = onnx.load_from_string(onnx_model(made))
    onnx.checker.check_model(model)
    assert made.columns is not None
    properties: dict[str, Any] = {each.key: each.value for each in model.metadata_props}
    assert json.loads(properties["columns"])["x1"]["name"] == made.columns.x1.name
