"""Numba compiles a function once more for each combination of types that it is called with.

These counts keep the first start quick: a literal, a read-only array or another precision in some call would
raise them unnoticed.
"""

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import importlib, json, sys
from numba.core.dispatcher import Dispatcher

counts = {}
dense, others = ("train", "metrics", "gradient_by_neurons", "heatmaps"), ("chains", "chain_heatmaps")
for name in (*dense, *others, "image_chains"):
    importlib.import_module(f"engine.kernels.{name}")
for name, module in list(sys.modules.items()):
    if name.startswith("engine.kernels."):
        for function in vars(module).values():
            if isinstance(function, Dispatcher):
                source = function.py_func
                counts[f"{source.__module__}.{source.__name__}"] = len(function.signatures)
print(json.dumps(counts))
"""


@pytest.mark.slow
def test_each_function_is_compiled_at_most_once_for_each_precision() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    counts: dict[str, int] = json.loads(done.stdout)
    assert counts["engine.kernels.train.train_and_evaluate"] == 1
    assert counts["engine.kernels.evaluation._forward"] == 1
    assert len(counts) > 40
    both_precisions = {name for name, count in counts.items() if count == 2}
    assert max(counts.values()) <= 2, {name: count for name, count in counts.items() if count > 2}
    modules = ("inference", "activations", "simd_math", "chain_inference", "chain_products", "normalizing")
    expected = tuple(f"engine.kernels.{name}." for name in modules)
    assert all(name.startswith(expected) for name in both_precisions), both_precisions
