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
from engine.exports.keras_program import keras_program
from engine.exports.notebook import notebook
from engine.exports.numpy_program import numpy_program
from engine.exports.onnx_model import onnx_model
from engine.exports.source import Source, source_of
from engine.exports.torch_program import torch_program
from engine.state import Snapshot
from tests.engine.exports.programs import executed, trained

PROGRAMS = {"keras": keras_program, "numpy": numpy_program, "pytorch": torch_program}

PIECES = (
    '"""', "'''", '"', "'", "\\", "\\\\", "\n", "\r", "\u2028", "\x00", "\x85", "\ud800", "\u202e", "\ufeff",
    "#", "{", "}", "{x}", "{{ 7*7 }}", "%s", "\\x41", "\\N{DIGIT ONE}", "\\u0041", "</script>", "<script>",
    "<!--", "]]>", "&lt;", "import os", "; raise SystemExit", "`", "$x$", "![a](b)", "<b onload=alert(1)>",
    "\t", "\x1b[2J", "COLUMNS", "OFFSET", "AXES", "VALUES", "COORDINATES",
    "我的網路", "🙂", "e\u0301", " ", "=1+1", "None", "f'",
)  # fmt: skip
"""What means something to Python, JSON, Markdown, HTML, a terminal or our own templates."""

names = (
    st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=8).map("".join).map(lambda t: t[:100])
)

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


def cells_of(text: str, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == kind]


@given(names, names, names, st.sampled_from(["classification", "regression"]))
def test_no_name_changes_a_program(name: str, column: str, label: str, problem: str) -> None:
    try:
        made = source_with(name, column, label, problem)
    except ValidationError:
        made = source_with(name, "a", "b", problem)  # the column is refused; the name of the network is not
    plain = source_with("plain", "a", "b", problem)
    assert made.columns is not None
    for write in PROGRAMS.values():
        code = write(made)
        code.encode()  # can be saved
        assert skeleton(code) == skeleton(write(plain))
        assert "\u202e" not in code
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", code)
    constants = executed(numpy_program(made))
    assert constants["COLUMNS"] == [made.columns.x1.name, made.columns.x2.name]
    if problem == "classification":
        assert constants["CLASS_NAMES"] == list(made.columns.classes)
    else:
        assert constants["TARGET"] == label.strip() or constants["TARGET"] == "b"


@given(names, names, names, st.sampled_from(["classification", "regression"]))
def test_no_name_changes_a_notebook(name: str, column: str, label: str, problem: str) -> None:
    try:
        made = source_with(name, column, label, problem)
    except ValidationError:
        made = source_with(name, "a", "b", problem)
    text = notebook(made)
    text.encode()
    ours, plain = (
        cells_of(each, "code") for each in (text, notebook(source_with("plain", "a", "b", problem)))
    )
    assert [skeleton(code) for code in ours] == [skeleton(code) for code in plain]
    written = "\n".join(cells_of(text, "markdown"))
    assert not re.search(r"(?<!\\)[<`$!]|(?<!\\)\]\(", written)


@given(names, names)
def test_no_name_spoils_an_onnx_model(name: str, column: str) -> None:
    onnx = pytest.importorskip("onnx")
    try:
        made = source_with(name, column, "b", "classification")
    except ValidationError:
        made = source_with(name, "a", "b", "classification")
    model = onnx.load_from_string(onnx_model(made))
    onnx.checker.check_model(model)
    assert made.columns is not None
    properties: dict[str, Any] = {each.key: each.value for each in model.metadata_props}
    assert json.loads(properties["columns"])["x1"]["name"] == made.columns.x1.name
