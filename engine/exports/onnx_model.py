"""A network as an ONNX model, from points to outputs; the package `onnx` is imported on demand."""

import json
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import NotInstalled
from engine.exports.activations import EXPORTED_ACTIVATIONS
from engine.exports.chain_shapes import ShapedLayer, shaped_layers
from engine.exports.literals import comment
from engine.exports.source import Source

OPSET, IR_VERSION = 18, 9
"""Old enough for runtimes of 2023."""

INSTALL = "pip install onnx"

EPSILON = 1e-5


def onnx_model(source: Source) -> bytes:
    """Return the model: input `points` (n, 2) or `images` (n, 64), output `outputs` (n, outputs).

    Numbers have 64 bits, those of networks with convolutions or pooling 32: common runtimes have no others.
    Scaling and features are part of the model. Raises `NotInstalled` without the package `onnx`.
    """
    if find_spec("onnx") is None:
        raise NotInstalled("onnx", INSTALL)
    return _Graph(source).serialized()


class _Graph:
    """Builds an ONNX graph; values are referred to by their names."""

    def __init__(self, source: Source) -> None:
        from onnx import TensorProto, helper  # noqa: PLC0415 - optional, and slow to import

        self._source = source
        self._helper = helper
        is_single = source.is_image and bool({"conv", "max_pool", "average_pool"} & source.network.kinds)
        self.float_type = TensorProto.FLOAT if is_single else TensorProto.DOUBLE
        self._precision: Any = np.float32 if is_single else np.float64
        self._nodes: list[Any] = []
        self._constants: dict[str, NDArray[Any]] = {}

    def serialized(self) -> bytes:
        """Return the model as the bytes of a file."""
        from onnx import checker, numpy_helper  # noqa: PLC0415

        source, helper = self._source, self._helper
        given, width = ("images", 64) if source.is_image else ("points", 2)
        outputs = self._output(self._hidden(self._inputs(given)))
        self._nodes.append(helper.make_node("Identity", [outputs], ["outputs"]))
        used = {name for node in self._nodes for name in node.input}
        graph = helper.make_graph(
            self._nodes,
            "network",
            [helper.make_tensor_value_info(given, self.float_type, ["n", width])],
            [helper.make_tensor_value_info("outputs", self.float_type, ["n", source.config.outputs])],
            [
                numpy_helper.from_array(values, name)
                for name, values in self._constants.items()
                if name in used
            ],
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="Tinkernet"
        )
        model.ir_version = IR_VERSION
        model.doc_string = comment(source.name)
        columns = source.columns
        if columns is not None:
            helper.set_model_props(model, {"columns": json.dumps(columns.model_dump(mode="json"))})
        checker.check_model(model)
        return bytes(model.SerializeToString())

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        """Add an operation; return the name of its result."""
        result = f"value{len(self._nodes)}"
        self._nodes.append(self._helper.make_node(operation, list(inputs), [result], **attributes))
        return result

    def constant(self, values: Any, *, whole: bool = False) -> str:
        """Add a constant, of whole numbers or floats; return its name."""
        name = f"constant{len(self._constants)}"
        self._constants[name] = np.ascontiguousarray(values, dtype=np.int64 if whole else self._precision)
        return name

    def _inputs(self, given: str) -> str:
        network, config = self._source.network, self._source.config
        if self._source.is_image:
            inputs = given
        else:
            x1, x2 = (
                self.add("Gather", given, self.constant([place], whole=True), axis=1) for place in (0, 1)
            )
            features = [self._feature(name, x1, x2) for name in config.features]
            inputs = self.add("Concat", *features, axis=1)
        if config.input_scaling != "none":
            centred = self.add("Sub", inputs, self.constant(network.scaling.mean))
            inputs = self.add("Div", centred, self.constant(network.scaling.deviation))
        return inputs

    def _feature(self, name: str, x1: str, x2: str) -> str:
        both = {"x1": x1, "x2": x2}
        if name in both:
            return both[name]
        if name in ("x1_x2", "x1_plus_x2"):
            return self.add("Mul" if name == "x1_x2" else "Add", x1, x2)
        if name.endswith(("squared", "cubed")):
            x = both[name[:2]]
            square = self.add("Mul", x, x)
            return square if name.endswith("squared") else self.add("Mul", square, x)
        x = both[name[-2:]]
        if name.startswith("cos"):  # some runtimes have no cosine of 64-bit numbers
            x = self.add("Add", x, self.constant(np.pi / 2))
        return self.add("Sin", x)

    def _hidden(self, x: str) -> str:
        behind = {-1: x}
        for shaped in shaped_layers(self._source):
            x = self._layer(shaped, x, behind)
            behind[shaped.step.place] = x
        return x

    def _layer(self, shaped: ShapedLayer, x: str, behind: dict[int, str]) -> str:
        step, layer, arrays = shaped.step, shaped.step.layer, shaped.step.arrays
        if step.kind == "dense":
            sums = self.add("MatMul", x, self.constant(arrays["weights"]))
            return self.add("Add", sums, self.constant(arrays["biases"]))
        if step.kind == "activation":
            return EXPORTED_ACTIVATIONS[layer.name].onnx(self, x)
        if step.kind == "batch_norm":
            factor = arrays["scale"] / np.sqrt(arrays["variance"] + EPSILON)
            shift = arrays["shift"] - arrays["mean"] * factor
            scaled = self.add("Mul", x, self.constant(np.repeat(factor, layer.positions)))
            return self.add("Add", scaled, self.constant(np.repeat(shift, layer.positions)))
        if step.kind == "layer_norm":
            return self._layer_norm(x, arrays["scale"], arrays["shift"])
        if step.kind == "residual":
            skipped = behind[layer.skips]
            if arrays:
                skipped = self.add("MatMul", skipped, self.constant(arrays["projection"]))
            return self.add("Add", x, skipped)
        if step.kind in ("dropout", "flatten"):
            return x
        return self._windows(shaped, x)

    def _windows(self, shaped: ShapedLayer, x: str) -> str:
        """Add a convolution or pooling: from rows of values to maps and back."""
        step, layer = shaped.step, shaped.step.layer
        maps = self.add("Reshape", x, self.constant([-1, *layer.before], whole=True))
        window = {"kernel_shape": [layer.size] * 2, "strides": [layer.stride] * 2}
        if step.kind == "conv":
            first, last = layer.margin
            kernel = step.arrays["weights"].T.reshape(layer.filters, -1, layer.size, layer.size)
            weights = self.constant(kernel), self.constant(step.arrays["biases"])
            maps = self.add("Conv", maps, *weights, pads=[first, first, last, last], **window)
        else:
            maps = self.add("MaxPool" if step.kind == "max_pool" else "AveragePool", maps, **window)
        return self.add("Reshape", maps, self.constant([-1, layer.neurons], whole=True))

    def _layer_norm(self, x: str, scale: Any, shift: Any) -> str:
        axes = self.constant([1], whole=True)
        centred = self.add("Sub", x, self.add("ReduceMean", x, axes))
        variance = self.add("ReduceMean", self.add("Mul", centred, centred), axes)
        deviation = self.add("Sqrt", self.add("Add", variance, self.constant(EPSILON)))
        normal = self.add("Div", centred, deviation)
        return self.add("Add", self.add("Mul", normal, self.constant(scale)), self.constant(shift))

    def _output(self, sums: str) -> str:
        kind = {"tanh": "Tanh", "sigmoid": "Sigmoid", "softmax": "Softmax"}
        name = self._source.config.output_activation
        if name == "linear":
            return sums
        return self.add(kind[name], sums, **({"axis": 1} if name == "softmax" else {}))
