"""ONNX models: ONNX Runtime predicts with them what the engine predicts."""

import importlib.util
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.errors import NotInstalled
from engine.exports import onnx_model as module
from engine.exports.onnx_model import onnx_model
from tests.engine.exports.network_configs import IMAGES, NETWORKS
from tests.engine.exports.programs import assert_close, some_inputs, source, trained

ALL = NETWORKS | {f"images: {name}": each | {"problem": "images"} for name, each in IMAGES.items()}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ALL)
def test_it_predicts_what_the_engine_predicts(name: str) -> None:
    pytest.importorskip("onnx")
    runtime: Any = pytest.importorskip("onnxruntime")
    config = TrainingConfig.model_validate(ALL[name])
    trainer = trained(config, epochs=0 if config.image else 2, batches=3)
    session = runtime.InferenceSession(
        onnx_model(source(trainer, '"<b>\n')), providers=["CPUExecutionProvider"]
    )
    (given,) = session.get_inputs()
    is_single = given.type == "tensor(float)"
    points = some_inputs(config)
    (outputs,) = session.run(
        ["outputs"], {given.name: points.astype(np.float32 if is_single else np.float64)}
    )
    # 32-bit floats have seven digits.
    assert_close(trainer.outputs(points), outputs, 1e-5 if is_single else 1e-6)


def test_without_the_package_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "onnx" else find(name))
    with pytest.raises(NotInstalled, match="pip install onnx"):
        onnx_model(source(trained(TrainingConfig())))
