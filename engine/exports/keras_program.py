"""A training as a Keras program (Keras 3, any backend): the model with its weights, compiled to train on."""

import numpy as np

from engine.arrays import Floats
from engine.exports import keras_training as training
from engine.exports.activations import EXPORTED_ACTIVATIONS
from engine.exports.chain_shapes import ShapedLayer, shaped_layers
from engine.exports.data_code import columns_code, data_code, inputs_code, points_code, targets_code, title
from engine.exports.literals import MAX_LINE_LENGTH, SECTION_GAP, array, break_call, call, number
from engine.exports.source import Source

DOCUMENTATION = '''"""Predicts with `predict`; as a program it trains on.

It needs Keras 3 and what that computes with: pip install keras tensorflow. With PyTorch or JAX in place of
TensorFlow, set the environment variable KERAS_BACKEND to torch or jax.
The optimizer's memory begins anew here, and dropout draws other random numbers.
"""'''

PRECISION_NOTE = (
    "LayerNormalization computes with 32-bit floats: outputs differ from about the sixth digit on.\n"
)


def keras_program(source: Source) -> str:
    """Return the program, a text of Python that needs Keras 3 and NumPy."""
    layers, has_layer_norm = _Layers(source), "layer_norm" in source.network.kinds
    model = layers.model_code()
    functions = [
        f"def {name}(z):\n    {activation.keras_function}"
        for name, activation in EXPORTED_ACTIVATIONS.items()
        if activation.keras_function and name in source.network.hidden_activations
    ]
    head = [
        title(source, "Keras"),
        DOCUMENTATION.replace('\n"""', f'\n{PRECISION_NOTE}"""') if has_layer_norm else DOCUMENTATION,
        _imports(source, layers.used),
        'keras.config.set_floatx("float64")  # as Tinkernet computes; without this line it is float32',
    ]
    middle = "\n".join([model, training.compile_code(source)])
    parts = [
        *functions,
        middle,
        training.penalties_code(source),
        training.schedule_code(source),
        inputs_code(source),
        targets_code(source),
        _predict_code(source),
        columns_code(source),
        _numbers_code(source, layers),
        data_code(source),
        _main_code(source),
    ]
    text = "\n\n".join(head)
    text += (SECTION_GAP if functions else "\n\n") + SECTION_GAP.join(part for part in parts if part) + "\n"
    return text


def _imports(source: Source, used: set[str]) -> str:
    lines = ["import keras", "import numpy as np"]
    one = f"from keras.layers import {', '.join(sorted(used))}"
    lines.append(one if len(one) <= MAX_LINE_LENGTH else call("from keras.layers import (", sorted(used)))
    lines.append(f"from keras.optimizers import {training.optimizer_class(source)}")
    if training.regularizer(source):
        lines.append("from keras.regularizers import L2")
    if any("math." in part for part in (training.schedule_code(source),)):
        lines.insert(0, "import math\n")
    return "\n".join(lines)


class _Layers:
    """The layers of a Keras model as text."""

    def __init__(self, source: Source) -> None:
        self.used: set[str] = set()
        self.weights: list[tuple[str, list[tuple[str, Floats]]]] = []
        """Of each layer that has some: its name, and names and values of its weights as Keras has them."""
        self._source = source
        self._is_sequential = "residual" not in source.network.kinds
        self._lines: list[str] = []

    def model_code(self) -> str:
        """Return the lines that make `model`."""
        source = self._source
        size = len(source.config.features) if not source.is_image else 64
        first = self._use("Input", f"shape=({size},)")
        if self._is_sequential:
            self._lines.append(first)
        else:
            self._lines += [f"x = given = {first}"]
            self._remember(-1)
        if source.network.image is not None:
            channels, height, width = source.network.image
            self._add("Reshape", f"({height}, {width}, {channels})")
        for shaped in shaped_layers(source):
            self._layer(shaped)
        if not self._is_sequential:
            lines = [part for line in self._lines for part in break_call(line, ")(x)")]
            return "\n".join([*lines, "model = keras.Model(given, x)"])
        return "\n".join(
            [
                "model = keras.Sequential(",
                "    [",
                *(part for line in self._lines for part in break_call(f"        {line},")),
                "    ]",
                ")",
            ]
        )

    def _use(self, name: str, arguments: str) -> str:
        self.used.add(name)
        return f"{name}({arguments})"

    def _add(self, name: str, arguments: str) -> None:
        made = self._use(name, arguments)
        self._lines.append(made if self._is_sequential else f"x = {made}(x)")

    def _remember(self, place: int) -> None:
        sources = [step.layer.skips for step in self._source.chain_layers() if step.kind == "residual"]
        if not self._is_sequential and place in sources:
            self._lines.append(f"skipped{place + 1} = x")

    def _layer(self, shaped: ShapedLayer) -> None:
        step, layer = shaped.step, shaped.step.layer
        last = layer is self._source.output_layer
        if step.kind == "dense":
            self._dense(shaped, last=last)
        elif step.kind == "conv":
            self._conv(shaped)
        elif step.kind == "activation":
            if not shaped.is_joined and layer.name != "linear":
                self._add("Activation", EXPORTED_ACTIVATIONS[layer.name].keras)
        elif step.kind in ("batch_norm", "layer_norm"):
            self._norm(shaped)
        elif step.kind == "dropout":
            self._add("Dropout", number(layer.rate))
        elif step.kind == "residual":
            self._residual(shaped)
        elif step.kind == "flatten":
            self._flatten(shaped)
        else:
            name = "MaxPooling2D" if step.kind == "max_pool" else "AveragePooling2D"
            self._add(name, f"{layer.size}, strides={layer.stride}")
        self._remember(step.place)

    def _activation(self, name: str | None) -> str:
        if name is None or name == "linear":
            return ""
        known = '"softmax"' if name == "softmax" else EXPORTED_ACTIVATIONS[name].keras
        return f", activation={known}"

    def _named(self, shaped: ShapedLayer, arrays: list[tuple[str, Floats]]) -> str:
        """Record the weights of a layer; return the argument `name`, by which the program finds the layer."""
        name = f"{shaped.step.kind}{shaped.step.number}"
        self.weights.append((name, arrays))
        return "" if self._is_sequential else f', name="{name}"'

    def _dense(self, shaped: ShapedLayer, *, last: bool) -> None:
        if shaped.before is not None:
            self._flatten(shaped)
        step = shaped.step
        number_, arrays = step.number, step.arrays
        named = self._named(shaped, [(f"W{number_}", arrays["weights"]), (f"b{number_}", arrays["biases"])])
        activation = self._source.config.output_activation if last else shaped.activation
        rest = self._activation(activation) + training.regularizer(self._source) + named
        self._add("Dense", f"{step.layer.neurons}{rest}")

    def _conv(self, shaped: ShapedLayer) -> None:
        step, layer = shaped.step, shaped.step.layer
        kernel = step.arrays["weights"].reshape(layer.before.channels, layer.size, layer.size, layer.filters)
        named = self._named(
            shaped,
            [(f"W{step.number}", kernel.transpose(1, 2, 0, 3)), (f"b{step.number}", step.arrays["biases"])],
        )
        padding = ', padding="same"' if layer.same and layer.stride == 1 else ""
        if layer.same and layer.stride > 1 and layer.size > 1:  # Keras's "same" pads less then
            self._add("ZeroPadding2D", f"({layer.margin}, {layer.margin})")
        strides = f", strides={layer.stride}" if layer.stride > 1 else ""
        rest = self._activation(shaped.activation) + training.regularizer(self._source) + named
        self._add("Conv2D", f"{layer.filters}, {layer.size}{strides}{padding}{rest}")

    def _norm(self, shaped: ShapedLayer) -> None:
        step, shape = shaped.step, shaped.before
        names = ("scale", "shift", "mean", "variance") if step.kind == "batch_norm" else ("scale", "shift")
        arrays = {name: step.arrays[name] for name in names}
        axis = ""
        if step.kind == "layer_norm" and shape is not None:
            arrays = {name: values.reshape(shape).transpose(1, 2, 0) for name, values in arrays.items()}
            axis = "axis=[1, 2, 3], "
        named = self._named(shaped, [(f"{name}{step.number}", values) for name, values in arrays.items()])
        if step.kind == "batch_norm":
            self._add("BatchNormalization", f"momentum=0.9, epsilon=1e-5{named}")
        else:
            self._add("LayerNormalization", f"{axis}epsilon=1e-5{named}")

    def _residual(self, shaped: ShapedLayer) -> None:
        step = shaped.step
        skipped = f"skipped{step.layer.skips + 1}"
        if step.arrays:
            named = self._named(shaped, [(f"P{step.number}", step.arrays["projection"])])
            rest = f"use_bias=False{training.regularizer(self._source)}{named}"
            skipped = f"{self._use('Dense', f'{step.layer.neurons}, {rest}')}({skipped})"
        self._lines.append(f"x = {self._use('Add', '')}([x, {skipped}])")

    def _flatten(self, shaped: ShapedLayer) -> None:
        shape = shaped.before
        assert shape is not None
        if shape.channels > 1 and shape.positions > 1:
            self._add("Permute", "(3, 1, 2)")  # channel by channel, as the weights behind it want them
        self._add("Flatten", "")


def _predict_code(source: Source) -> str:
    given = "images" if source.is_image else "points"
    return "\n".join(
        [
            f"def predict({given}):",
            f'    """Return the outputs (n, {source.config.outputs}) for {given}."""',
            f"    return model.predict(inputs({given}), verbose=0)",
        ]
    )


def _numbers_code(source: Source, layers: _Layers) -> str:
    lines = ["# ---- numbers: the trained weights, and the points", ""]
    for _, arrays in layers.weights:
        lines += [array(name, np.asarray(values)) for name, values in arrays]
    names = [", ".join(name for name, _ in arrays) for _, arrays in layers.weights]
    if "residual" in source.network.kinds:
        lines += [
            f'model.get_layer("{name}").set_weights([{listed}])'
            for (name, _), listed in zip(layers.weights, names, strict=True)
        ]
    else:
        lines.append(f"model.set_weights([{', '.join(names)}])")
    gap = SECTION_GAP if source.is_image else "\n\n"
    return "\n".join(lines) + gap + points_code(source)


def _main_code(source: Source) -> str:
    config, epoch = source.config, source.state.epoch
    made = training.callbacks(source)
    extra = [f"        callbacks=[{', '.join(made)}],"] if made else []
    if config.schedule != "constant":
        extra.insert(0, f"        initial_epoch={epoch},")
    epochs = f"{epoch} + 10" if config.schedule != "constant" else "10"
    return "\n".join(
        [
            'if __name__ == "__main__":',
            "    train_x, train_t, test_x, test_t = data()",
            "    model.fit(",
            "        train_x,",
            "        train_t,",
            f"        batch_size={config.batch_size},",
            f"        epochs={epochs},",
            *extra,
            "        shuffle=False,",
            "        validation_data=(test_x, test_t),",
            "        verbose=2,",
            "    )",
        ]
    )
