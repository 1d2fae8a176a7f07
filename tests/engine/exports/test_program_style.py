"""Exported programs look as a person would write them: lint and format find nothing, and no line is long."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.config import TrainingConfig
from engine.exports.keras_program import keras_program
from engine.exports.notebook import notebook
from engine.exports.numpy_program import numpy_program
from engine.exports.onnx_model import onnx_model
from engine.exports.torch_program import torch_program
from tests.engine.exports.network_configs import IMAGES, NETWORKS, TRAININGS
from tests.engine.exports.programs import TABLE, source, trained
from tests.engine.exports.test_hostile_names import cells_of

ALL = {
    **NETWORKS,
    **TRAININGS,
    **{f"images, {name}": {"problem": "images", **each} for name, each in IMAGES.items()},
}
ALL |= {"a table": TABLE, "real data": {"dataset": "elnino", "problem": "regression"}}

NUMBERS = re.compile(r"np\.array\(\n.*?\n\)", re.DOTALL)
"""Arrays over several lines: ours fill their lines with numbers."""


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_left_to_format(name: str, tmp_path: Path) -> None:
    if not (ruff := shutil.which("ruff", path=Path(sys.executable).parent)):
        pytest.skip("ruff is not installed")
    made = source(trained(TrainingConfig.model_validate(ALL[name]), epochs=0, batches=3))
    for write in (keras_program, torch_program, numpy_program):
        code = write(made)
        assert max(map(len, code.splitlines())) <= 110
        (tmp_path / f"{write.__name__}.py").write_text(NUMBERS.sub("np.array([0])", code), "utf-8")
    for number, code in enumerate(cells_of(notebook(made), "code")):
        assert max(map(len, code.splitlines())) <= 110
        (tmp_path / f"cell{number}.py").write_text(NUMBERS.sub("np.array([0])", code) + "\n", "utf-8")
    options = ["--isolated", "--line-length", "110", str(tmp_path)]
    checks = (["check", "--select", "E,F,I,W", "--exclude", "cell*"], ["format", "--diff"])
    for check in checks:
        ran = subprocess.run([ruff, *check, *options], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_an_onnx_model_has_no_constant_that_nothing_uses() -> None:
    onnx = pytest.importorskip("onnx")
    made = source(trained(TrainingConfig.model_validate(NETWORKS["everything"])))
    graph = onnx.load_from_string(onnx_model(made)).graph
    assert {each.name for each in graph.initializer} <= {name for node in graph.node for name in node.input}
