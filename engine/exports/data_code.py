"""The code that programs of all frameworks share: the network's inputs, its data, and names of columns."""

import textwrap

import numpy as np

from engine.arrays import Floats
from engine.data.images import MAX_INK
from engine.exports.literals import array, call, comment, number, text
from engine.exports.source import Source

FEATURES = {
    "x1": "x1",
    "x2": "x2",
    "x1_squared": "x1 * x1",
    "x2_squared": "x2 * x2",
    "x1_x2": "x1 * x2",
    "sin_x1": "np.sin(x1)",
    "sin_x2": "np.sin(x2)",
    "cos_x1": "np.cos(x1)",
    "cos_x2": "np.cos(x2)",
    "x1_cubed": "x1 * x1 * x1",
    "x2_cubed": "x2 * x2 * x2",
    "x1_plus_x2": "x1 + x2",
}
"""The expression of each feature."""


def title(source: Source, tool: str) -> str:
    """Return the comment with which a program begins: name, state, losses."""
    state, metrics = source.state, source.metrics
    lines = [comment(source.name) or "network", f"A neural network that Tinkernet trained, for {tool}:"]
    trained = f"{state.epoch} epochs" if state.epoch != 1 else "1 epoch"
    if metrics is not None:
        trained += f", training loss {metrics.train_loss:.4g}, test loss {metrics.test_loss:.4g}"
    lines[1] += f" {trained}."
    return "\n".join(f"# {line}" for line in lines)


def inputs_code(source: Source) -> str:
    """Return the function `inputs`, and the constants that it uses."""
    given = "images" if source.is_image else "points"
    code, result = [], f"np.asarray({given}, dtype=float)"
    if source.is_image:
        meaning = "images, rows of 64 pixels from 0 (paper) to 1 (ink)"
    else:
        meaning = "points, rows of x1 and x2"
    lines = [f'    """Return what the network gets for {meaning}."""']
    if not source.is_image and source.config.features != ("x1", "x2"):
        lines.append("    x1, x2 = np.asarray(points, dtype=float).T")
        features = call("features = [", (FEATURES[name] for name in source.config.features), "]")
        lines.append(textwrap.indent(features, "    "))
        result = "np.stack(features, axis=1)"
    if source.config.input_scaling != "none":
        code += ["# Inputs are scaled to mean 0 and standard deviation 1 over the training points."]
        code += [array("MEAN", source.network.scaling.mean)]
        code += [array("DEVIATION", source.network.scaling.deviation), "", ""]
        result = f"({result} - MEAN) / DEVIATION"
    return "\n".join([*code, f"def inputs({given}):", *lines, f"    return {result}"])


def targets_code(source: Source) -> str:
    """Return the function `targets`, which turns labels into target outputs."""
    if source.config.outputs > 1:
        meaning = f"classes 0 to {source.config.outputs - 1}: 1 for the class, 0 for the others"
        result = f"(np.asarray(labels)[:, None] == np.arange({source.config.outputs})) * 1.0"
    elif source.network.output.probability:
        meaning, result = "labels -1 and 1: 0 and 1", "(np.asarray(labels, dtype=float)[:, None] + 1) / 2"
    else:
        meaning, result = "labels", "np.asarray(labels, dtype=float)[:, None]"
    return f'def targets(labels):\n    """Return the outputs to learn for {meaning}."""\n    return {result}'


def points_code(source: Source) -> str:
    """Return the constants `TRAIN_ROWS` and `TEST_ROWS`, or for images the function `digits`."""
    if source.is_image:
        return _digits_code(source)
    rows = [np.column_stack(part) for part in (source.data.train, source.data.test)]
    return "\n".join(
        [
            "# The points: x1, x2 and label of each.",
            array("TRAIN_ROWS", rows[0]),
            array("TEST_ROWS", rows[1]),
        ]
    )


def data_code(source: Source) -> str:
    """Return the function `data`, whose result is inputs and targets for training, then for testing."""
    if source.is_image:
        body = ["    train, test = digits()"]
        result = "inputs(train[0]), targets(train[1]), inputs(test[0]), targets(test[1])"
    else:
        body, parts = [], []
        for name in ("TRAIN_ROWS", "TEST_ROWS"):
            parts += [f"inputs({name}[:, :2])", f"targets({name}[:, 2])"]
        result = ", ".join(parts)
        if len(result) > 80:
            result = "(\n" + "".join(f"        {part},\n" for part in parts) + "    )"
    meaning = "Return inputs and targets of the training points, then of the test points."
    return "\n".join(["def data():", f'    """{meaning}"""', *body, f"    return {result}"])


def _digits_code(source: Source) -> str:
    config = source.config
    noise = [
        f"    noise = rng.spawn(1)[0].normal(0, {number(config.noise / 100)}, images.shape)",
        "    images = np.clip(images + noise, 0, 1)",
    ]
    drawn: list[str] = []
    added: list[str] = []
    for use, part in (("train", "train"), ("test", "test")):
        drawings = [drawing for drawing in config.drawings if drawing.use == use]
        if drawings:
            pixels: Floats = np.array([drawing.pixels for drawing in drawings], np.float64)
            labels: Floats = np.array([drawing.label for drawing in drawings], np.float64)
            names = f"{use.upper()}_PIXELS", f"{use.upper()}_DRAWN"
            drawn += [array(names[0], pixels), array(names[1], labels)]
            joined = f"np.concatenate([{part}[0], {names[0]} / {MAX_INK}]), "
            added.append(f"    {part} = {joined}np.concatenate([{part}[1], {names[1]}])")
    return "\n".join(
        [
            *(["# Digits that people have drawn, pixels from 0 to 16."] if drawn else []),
            *drawn,
            *(["", ""] if drawn else []),
            "def digits():",
            '    """Return images and digits for training, and for testing, ordered by the seed."""',
            "    from sklearn.datasets import load_digits  # pip install scikit-learn",
            "",
            f"    rng = np.random.default_rng(np.random.SeedSequence({config.data_seed}, spawn_key=(0,)))",
            "    images, labels = load_digits(return_X_y=True)",
            f"    images = images / {MAX_INK}",
            *(noise if config.noise else []),
            "    order = rng.permutation(len(labels))",
            "    images, labels = images[order], labels[order]",
            f"    first = len(labels) * {config.train_percent} // 100",
            "    train, test = (images[:first], labels[:first]), (images[first:], labels[first:])",
            *added,
            "    return train, test",
        ]
    )


def column_constants(source: Source) -> str:
    """Return the constants with names, offsets and factors of the table's columns; "" without a table."""
    columns = source.columns
    if columns is None or source.is_image:
        return ""
    inputs = (columns.x1, columns.x2)
    code = [
        "# The columns of the table that the points come from, as x1 and x2:",
        "# value here = (value in the table - OFFSET) * FACTOR.",
        f"COLUMNS = [{', '.join(text(column.name) for column in inputs)}]",
        f"OFFSET = np.array([{', '.join(number(column.offset) for column in inputs)}])",
        f"FACTOR = np.array([{', '.join(number(column.factor) for column in inputs)}])",
    ]
    if columns.target is not None and source.config.problem == "regression":
        target = columns.target
        code.append(f"TARGET = {text(target.name)}")
        code.append(f"TARGET_OFFSET, TARGET_FACTOR = {number(target.offset)}, {number(target.factor)}")
    elif columns.classes:
        code.append(call("CLASS_NAMES = [", map(text, columns.classes), "]"))
    return "\n".join(code)


def predict_rows_code(source: Source) -> str:
    """Return the function `predict_rows` for values as they are in one's own table; "" without a table."""
    columns = source.columns
    if columns is None or source.is_image:
        return ""
    result = ["    return outputs"]
    meaning = "Return the outputs"
    if columns.target is not None and source.config.problem == "regression":
        result = ["    return outputs[:, 0] / TARGET_FACTOR + TARGET_OFFSET"]
        meaning = "Return the values of the column TARGET"
    elif columns.classes:
        meaning = "Return the names of the classes"
        chosen = "outputs.argmax(axis=1)"
        if source.config.outputs == 1:
            chosen = f"(outputs[:, 0] >= {number(source.network.output.threshold)}).astype(int)"
        result = [f"    return [CLASS_NAMES[number] for number in {chosen}]"]
    return "\n".join(
        [
            "def predict_rows(rows):",
            f'    """{meaning} for rows of the two COLUMNS, in the table\'s own units."""',
            "    outputs = predict((np.asarray(rows, dtype=float) - OFFSET) * FACTOR)",
            *result,
        ]
    )


def columns_code(source: Source) -> str:
    """Return the constants of the table's columns and `predict_rows`; "" without a table."""
    return "\n\n\n".join(filter(None, [column_constants(source), predict_rows_code(source)]))
