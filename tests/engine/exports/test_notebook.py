"""Notebooks: they are valid, repeat the whole run, and no name in them becomes markup or code."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.exports.notebook import CHINESE, notebook
from tests.engine.exports.network_configs import NETWORKS, TRAININGS
from tests.engine.exports.programs import assert_close, some_inputs, source, trained
from tests.engine.exports.test_numpy_program import NAMES

RUNS = TRAININGS | {name: NETWORKS[name] for name in ("dropout", "residual", "everything")}


def code_of(text: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


def run(text: str) -> dict[str, Any]:
    """Execute the cells one after the other, without Matplotlib; return the names."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for code in code_of(text):
        exec(compile(code, "cell", "exec"), names)
    return names


@pytest.mark.parametrize("name", RUNS)
def test_a_notebook_repeats_the_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    config = TrainingConfig.model_validate(RUNS[name])
    trainer = trained(config, epochs=3, batches=0)
    names = run(notebook(source(trainer)))
    points = some_inputs(config)
    assert_close(trainer.outputs(points), names["predict"](points))
    metrics = trainer.metrics()
    assert_close(np.array([metrics.train_loss, metrics.test_loss]), names["losses"][-1])
    assert len(names["losses"]) == 4


@pytest.mark.slow
def test_a_notebook_of_digits_repeats_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    layers = [{"kind": "conv", "filters": 2}, {"kind": "max_pool"}, {"kind": "dense", "neurons": 8}]
    config = TrainingConfig.model_validate({"problem": "images", "layers": layers, "batch_size": 100})
    trainer = trained(config, epochs=1, batches=0)
    images = some_inputs(config)
    assert_close(trainer.outputs(images), run(notebook(source(trainer)))["predict"](images))


@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_names_on_axes_are_text_in_a_font_that_has_them(problem: str) -> None:
    """Matplotlib takes what stands between two dollars for mathematics, and its font has no Chinese."""
    target = {"name": "y", "offset": 0.0, "factor": 1.0} if problem == "regression" else None
    columns: dict[str, Any] = {"x1": {"name": "長度"}, "x2": {"name": "$a and $b"}, "target": target}
    columns["classes"] = [] if target else ["a", "b"]
    points = [[-2, -1, -1], [-1, -2, -1], [2, 1, 1], [1, 3, 1]]
    given = {"problem": problem, "dataset": "own", "points": points, "data_columns": columns}
    trainer = trained(TrainingConfig.model_validate(given), batches=0)
    code = "\n".join(code_of(notebook(source(trainer))))
    assert CHINESE in code
    calls = ["plt.xlabel(COLUMNS[0], ", "plt.ylabel(COLUMNS[1], "]
    for call in calls + ['.set_label(f"{TARGET}, scaled", '] * bool(target):
        assert f"{call}parse_math=False)" in code
    assert CHINESE not in notebook(source(trained(TrainingConfig(), batches=0)))


@pytest.mark.parametrize("name", NAMES)
def test_no_name_becomes_markup_or_code(name: str) -> None:
    trainer = trained(TrainingConfig(), batches=0)
    text = notebook(source(trainer, name))
    with_name, without = json.loads(text.encode("utf-8", "replace")), json.loads(notebook(source(trainer)))
    assert code_of(text) == code_of(notebook(source(trainer)))
    assert with_name["cells"][1:] == without["cells"][1:]
    title, *rest = with_name["cells"][0]["source"]
    assert rest == without["cells"][0]["source"][1:]
    for sign in ("<", "*", "`", "$", "[", "{"):
        assert sign not in title.replace(f"\\{sign}", "")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_jupyter_runs_it_from_top_to_bottom(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    trainer = trained(TrainingConfig(problem="multiclass", classes=4), epochs=2, batches=0)
    made = nbformat.reads(notebook(source(trainer, "<i>a</i> *b*")), as_version=4)
    nbformat.validate(made)
    nbclient.NotebookClient(made, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(output.get("text", "") for cell in made.cells for output in cell.get("outputs", []))
    assert f"epoch 2: training loss {trainer.metrics().train_loss:.6f}" in printed
