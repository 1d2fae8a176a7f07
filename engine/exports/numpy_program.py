"""A training as a NumPy program, which predicts as the network does and trains on as Tinkernet would."""

import numpy as np

from engine.exports import numpy_layers as layers
from engine.exports.activations import EXPORTED_ACTIVATIONS
from engine.exports.data_code import columns_code, data_code, inputs_code, points_code, targets_code, title
from engine.exports.literals import SECTION_GAP, array, number
from engine.exports.numpy_training import head_code, schedule_expression, update_code
from engine.exports.source import ChainLayer, Source
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.loop import dropout_key


def numpy_program(source: Source) -> str:
    """Return the program, a text of Python 3.10 or later that needs NumPy alone."""
    needs_math = "math." in schedule_expression(source)
    parts = [
        title(source, "NumPy"),
        '"""Predicts with `predict`, and trains on with `train`; as a program it does both."""',
        ("import math\n\n" if needs_math else "") + "import numpy as np",
    ]
    code = [
        *layer_classes(source),
        network_code(source),
        inputs_code(source),
        targets_code(source),
        head_code(source),
        propagation_code(source),
        training_code(source),
        predict_code(source),
        columns_code(source),
        _numbers_code(source),
        data_code(source),
        _main_code(),
    ]
    return (
        "\n\n".join(parts) + SECTION_GAP + SECTION_GAP.join(part.strip("\n") for part in code if part) + "\n"
    )


def layer_classes(source: Source) -> list[str]:
    """Return the classes and functions of the kinds of layers and activations that a network has."""
    kinds = [kind for kind in layers.CLASSES if kind in source.network.kinds]
    code = [layers.CLASSES[kind] for kind in kinds]
    if {"conv", "max_pool", "average_pool"} & set(kinds):
        code.insert(0, layers.WINDOWS)
    for name, activation in EXPORTED_ACTIVATIONS.items():
        if name in source.network.hidden_activations:
            derivative = activation.numpy_derivative
            is_whole = derivative.startswith("\ndef")
            slope = derivative if is_whole else f"def {name}_derivative(z, a):\n    return {derivative}"
            code += [f"def {name}(z):\n    return {activation.numpy}", slope]
    return code


def network_code(source: Source) -> str:
    """Return the function `network`, which makes the list of layers."""
    steps = list(source.chain_layers())
    flattened = [step.place for step in steps if step.kind == "flatten"]  # nothing to do here
    lines = [f"        {_layer(step, flattened)}," for step in steps if step.kind != "flatten"]
    doc = '    """Return the layers, from the inputs to the output."""'
    return "\n".join(["def network():", doc, "    return [", *lines, "    ]"])


def _layer(step: ChainLayer, left_out: list[int]) -> str:
    layer, number_ = step.layer, step.number
    if step.kind == "dense":
        return f"Dense(W{number_}, b{number_})"
    if step.kind == "activation":
        return f"Activation({layer.name}, {layer.name}_derivative)"
    if step.kind == "batch_norm":
        return f"BatchNorm(scale{number_}, shift{number_}, mean{number_}, variance{number_})"
    if step.kind == "layer_norm":
        return f"LayerNorm(scale{number_}, shift{number_})"
    if step.kind == "residual":
        projection = f", P{number_}" if step.arrays else ""
        begins = layer.skips + 1 - sum(place <= layer.skips for place in left_out)
        return f"Residual({begins}{projection})"
    if step.kind == "dropout":
        return f"Dropout({number(layer.rate)}, {layer.number})"
    shape = tuple(layer.before)
    if step.kind == "conv":
        return f"Conv(W{number_}, b{number_}, {shape}, {layer.size}, {layer.stride}, {layer.margin})"
    name = "MaxPool" if step.kind == "max_pool" else "AveragePool"
    return f"{name}({shape}, {layer.size}, {layer.stride})"


ARRAY_NAMES = {"weights": "W", "biases": "b", "projection": "P"}
"""The names of layers' arrays in programs, where they differ from the engine's."""


def arrays_code(source: Source, *, initial: bool = False) -> str:
    """Return the constants with the parameters and buffers of all layers."""
    lines = []
    for step in source.chain_layers(source.initial if initial else source.network):
        for name, values in step.arrays.items():
            lines.append(array(f"{ARRAY_NAMES.get(name, name)}{step.number}", values))
    return "\n".join(lines)


def propagation_code(source: Source) -> str:
    """Return the functions `forward` and `backward`."""
    skips = "residual" in source.network.kinds
    forward = [
        "def forward(x, moment=None):",
        '    """Return the inputs, the values behind each layer, and last the sums of the output."""',
        "    values = [x]",
        "    for layer in LAYERS:",
        *(["        if isinstance(layer, Residual):"] if skips else []),
        *(["            layer.skipped = values[layer.begins]"] if skips else []),
        "        values.append(layer.forward(values[-1], moment))",
        "    return values",
    ]
    backward = [
        "def backward(gradient):",
        '    """Compute the gradients of all layers from that of the loss by the sums of the output."""',
        "    for layer in reversed(LAYERS):",
        "        gradient = layer.backward(gradient)",
    ]
    if skips:
        backward[2:] = [
            "    skipped = {}",
            "    for index in reversed(range(len(LAYERS))):",
            "        layer = LAYERS[index]",
            "        gradient = layer.backward(gradient + skipped.get(index + 1, 0))",
            "        if isinstance(layer, Residual):",
            "            skipped[layer.begins] = skipped.get(layer.begins, 0) + layer.by_skipped",
        ]
    return "\n".join(forward) + SECTION_GAP + "\n".join(backward)


def training_code(source: Source) -> str:
    """Return the functions that train: `flat`, `train_batch` and `train`."""
    update = update_code(source)
    mask = [
        "    are_weights = np.concatenate(",
        "        [",
        "            np.full(array.size, is_weight)",
        "            for layer in LAYERS",
        "            for array, is_weight in zip(layer.parameters, layer.are_weights)",
        "        ]",
        "    )",
    ]
    return "\n".join(
        [
            "def flat(name):",
            '    """Return the parameters or gradients of all layers as one vector."""',
            "    arrays = [array for layer in LAYERS for array in getattr(layer, name)]",
            "    return np.concatenate([array.ravel() for array in arrays])",
            "",
            "",
            "def train_batch(x, t, moment, rate):",
            '    """Train on one mini-batch of inputs x and targets t."""',
            "    z = forward(x, moment)[-1]",
            "    backward(loss_by_sums(z, output(z), t) / len(x))",
            '    weights, gradient = flat("parameters"), flat("gradients")',
            *(mask if "are_weights" in update else []),
            update,
            "    for layer in LAYERS:",
            "        for array in layer.parameters:",
            "            array[...] = new[: array.size].reshape(array.shape)",
            "            new = new[array.size :]",
            '    STATE["steps"] += 1',
            "",
            "",
            "def train(epochs, x, t):",
            '    """Train for some epochs, in mini-batches, on inputs x and targets t."""',
            "    for _ in range(epochs):",
            '        epoch, first = STATE["epoch"], STATE["batch"] * BATCH_SIZE',
            f"        rate = {schedule_expression(source)}",
            "        for start in range(first, len(x), BATCH_SIZE):",
            "            points = range(start, min(start + BATCH_SIZE, len(x)))",
            "            batch = slice(points.start, points.stop)",
            "            train_batch(x[batch], t[batch], (epoch, points), rate)",
            '        STATE["epoch"], STATE["batch"] = epoch + 1, 0',
        ]
    )


def predict_code(source: Source) -> str:
    """Return the function `predict`."""
    given = "images" if source.is_image else "points"
    several = f"(n, {source.config.outputs})"
    return "\n".join(
        [
            f"def predict({given}):",
            f'    """Return the outputs {several} for {given}."""',
            f"    return output(forward(inputs({given}))[-1])",
        ]
    )


def state_code(source: Source, *, initial: bool = False) -> str:
    """Return the constants of the training, and its state: the present one, or the initial one."""
    config, state = source.config, source.state
    lines = [f"BATCH_SIZE = {config.batch_size}"]
    if "dropout" in source.network.kinds:
        lines += [f"DROPOUT_KEY = {dropout_key(config)}"]
        lines += [f"HIDDEN_LAYERS = {len(source.network.layers) - 1}"]
        lines += [f"TRAINING_POINTS = {len(source.data.train.targets)}"]
    fresh = initial or not state.steps
    batch = 0 if initial or source.batch_size != config.batch_size else state.batch
    counts = (0, 0, 0) if initial else (state.epoch, batch, state.steps)
    lines += [f'STATE = {{"epoch": {counts[0]}, "batch": {counts[1]}, "steps": {counts[2]}}}']
    size = source.network.parameters.size
    if slots := OPTIMIZERS[config.optimizer].slots:
        if fresh:
            lines += [f'STATE["memory"] = np.zeros(({slots}, {size}))']
        else:
            lines += [array("MEMORY", np.nan_to_num(state.optimizer_state)), 'STATE["memory"] = MEMORY']
    if config.penalty.l1:
        pruned = [] if fresh else np.flatnonzero(state.pruned).tolist()
        lines += [f'STATE["pruned"] = np.isin(np.arange({size}), {pruned})']
    return "\n".join(lines)


def _numbers_code(source: Source) -> str:
    lines = ["# ---- numbers: weights and biases, points, and how far the training is"]
    lines += ["", arrays_code(source), "LAYERS = network()", ""]
    lines += [points_code(source)] if not source.is_image else []
    code = "\n".join([*lines, *([] if source.is_image else [""]), state_code(source)])
    return code + SECTION_GAP + points_code(source) if source.is_image else code


def _main_code() -> str:
    return "\n".join(
        [
            'if __name__ == "__main__":',
            "    train_x, train_t, test_x, test_t = data()",
            "    for epochs in (0, 10):",
            "        train(epochs, train_x, train_t)",
            "        sums = forward(test_x)[-1]",
            "        test_loss = loss(sums, output(sums), test_t)",
            "        print(f\"epoch {STATE['epoch']}: test loss {test_loss:.6f}\")",
        ]
    )
