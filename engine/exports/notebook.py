"""A training as a Jupyter notebook (nbformat 4), which repeats the whole run in NumPy."""

import json
from typing import Any

from engine.data.datasets import CUSTOM
from engine.exports.data_code import (
    column_constants,
    data_code,
    inputs_code,
    points_code,
    predict_rows_code,
    targets_code,
)
from engine.exports.literals import SECTION_GAP, markdown, number
from engine.exports.numpy_program import (
    arrays_code,
    layer_classes,
    network_code,
    predict_code,
    propagation_code,
    state_code,
    training_code,
)
from engine.exports.numpy_training import head_code, schedule_expression
from engine.exports.source import Source
from engine.optim.optimizers import OPTIMIZERS

PLOTTING = """
try:
    import matplotlib.pyplot as plt
    from matplotlib.colors import LinearSegmentedColormap

    COLOURS = LinearSegmentedColormap.from_list("Tinkernet", ["#f59322", "#e8eaeb", "#0877bd"])
except ImportError:  # pip install matplotlib
    plt = None
""".strip("\n")

CHINESE = """
if plt:  # fonts for the names of the columns, of those that are installed
    from matplotlib import font_manager

    PARTS = ("CJK", "PingFang", "YaHei", "JhengHei", "Heiti", "WenQuanYi")
    fonts = [each for each in font_manager.get_font_names() if any(part in each for part in PARTS)]
    plt.rcParams["font.family"] = ["sans-serif", *sorted(fonts)]
""".strip("\n")

SHOW_POINTS = """
if plt:
    for rows, marker in ((TRAIN_ROWS, "o"), (TEST_ROWS, "x")):
        x1, x2 = COORDINATES.T
        plt.scatter(x1, x2, c=rows[:, 2], marker=marker, s=12, COLOURING)
    AXES
    plt.show()
print(len(TRAIN_ROWS), "points for training,", len(TEST_ROWS), "for testing")
""".strip("\n")

RUN = '''
train_x, train_t, test_x, test_t = data()


def losses_now():
    """Return the training loss and the test loss."""
    both = []
    for x, t in ((train_x, train_t), (test_x, test_t)):
        z = forward(x)[-1]
        both.append(loss(z, output(z), t))
    return both


losses = [losses_now()]
for epoch in range(1, EPOCHS + 1):
    train(1, train_x, train_t)
    losses.append(losses_now())
    if epoch % max(1, EPOCHS // 10) == 0 or epoch == EPOCHS:
        print(f"epoch {epoch}: training loss {losses[-1][0]:.6f}, test loss {losses[-1][1]:.6f}")
if plt:
    plt.plot(losses, label=["training loss", "test loss"])
    plt.xlabel("epoch")
    plt.legend()
    plt.show()
'''.strip("\n")

BOUNDARY = '''
def surface(size):
    """Return what the network answers on a grid: the class, or the value."""
    across = np.linspace(-6, 6, size)
    x1, x2 = np.meshgrid(across, across[::-1])
    outputs = predict(np.stack([x1.ravel(), x2.ravel()], axis=1))
    return VALUES.reshape(size, size)


if plt:
    rows, values = TRAIN_ROWS, surface(200)
    EXTENT_AND_IMAGE
    x1, x2 = COORDINATES.T
    plt.scatter(x1, x2, c=rows[:, 2], s=14, edgecolors="black", linewidths=0.4, COLOURING)
    plt.axis(extent)
    AXES
    plt.show()
else:
    signs = SIGNS
    print("\\n".join(" ".join(str(sign) for sign in row) for row in signs))
'''.strip("\n")

DIGITS = """
(train_images, train_digits), (test_images, test_digits) = digits()
guesses = predict(test_images).argmax(axis=1)
print(f"{np.mean(guesses == test_digits):.1%} of the test images are read as what they are")
if plt:
    for place in range(16):
        plt.subplot(2, 8, place + 1, title=str(guesses[place]))
        plt.imshow(test_images[place].reshape(8, 8), cmap="gray_r")
        plt.axis("off")
    plt.show()
""".strip("\n")


def notebook(source: Source) -> str:
    """Return the notebook as JSON. It needs NumPy; with Matplotlib it shows pictures."""
    needs_math = "math." in schedule_expression(source)
    columns = column_constants(source)
    cells = [
        _text(_introduction(source)),
        _code(("import math\n\n" if needs_math else "") + "import numpy as np\n\n" + PLOTTING),
        *([_code(CHINESE)] if _needs_fonts(source) else []),
        _text("## Data", _data_text(source)),
        _code("\n\n".join(filter(None, [columns, points_code(source)]))),
        *([] if source.is_image else [_code(_plotting(source, SHOW_POINTS))]),
        _text("## Inputs", "What the network gets for a point, and the outputs that it is to learn."),
        _code(SECTION_GAP.join([inputs_code(source), targets_code(source), data_code(source)])),
        _text("## Network", "Each layer computes its values, and in training the gradients of its weights."),
        _code(SECTION_GAP.join(part.strip("\n") for part in (*layer_classes(source), network_code(source)))),
        _text("The first weights and biases, as they were drawn before any training."),
        _code("\n".join([arrays_code(source, initial=True), "LAYERS = network()"])),
        _text("## Training", "The output, the loss, and a step of training for each mini-batch."),
        _code(SECTION_GAP.join([head_code(source), propagation_code(source), training_code(source)])),
        _text("The whole run."),
        _code("\n".join([state_code(source, initial=True), f"EPOCHS = {source.state.epoch}", "", RUN])),
        _text("## Result", *_comparison(source)),
        _code(predict_code(source)),
        _code(DIGITS if source.is_image else _plotting(source, BOUNDARY)),
    ]
    if columns:
        cells += [_text("For rows of your own table, in its units:"), _code(predict_rows_code(source))]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place + 1}"
    whole = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _needs_fonts(source: Source) -> bool:
    """Return whether names of axes have characters that Matplotlib's default font lacks, such as Chinese."""
    columns = source.columns
    named = [each for each in (columns.x1, columns.x2, columns.target) if each] if columns else []
    return any(sign >= "\u2e80" for each in named for sign in each.name)


def _plotting(source: Source, code: str) -> str:
    """Return code that plots, with axes in the table's units if the points come from one."""
    several, has_table = source.config.outputs > 1, bool(column_constants(source))
    threshold = source.network.output.threshold if source.config.problem == "classification" else 0.0
    values = f"(outputs[:, 0] - {number(threshold)})" if threshold else "outputs[:, 0]"
    extent = ["extent = [-6, 6, -6, 6]"]
    if has_table:
        extent = [
            "left, right = np.array([-6, 6]) / FACTOR[0] + OFFSET[0]",
            "bottom, top = np.array([-6, 6]) / FACTOR[1] + OFFSET[1]",
            "extent = [left, right, bottom, top]",
        ]
    has_target = "TARGET =" in column_constants(source)
    label = '.set_label(f"{TARGET}, scaled", parse_math=False)' if has_target else ""
    image = [
        "most = abs(values).max() or 1",
        'plt.imshow(values, extent=extent, aspect="auto", cmap=COLOURS, vmin=-most, vmax=most)',
        f"plt.colorbar(){label}",
        "if values.min() < 0 < values.max():",
        '    plt.contour(values[::-1], levels=[0], extent=extent, colors="black", linewidths=1)',
    ]
    if several:
        image = ['plt.imshow(values, extent=extent, aspect="auto", cmap="Set2", vmin=0, vmax=7)']
    axes = (
        ["plt.xlabel(COLUMNS[0], parse_math=False)", "plt.ylabel(COLUMNS[1], parse_math=False)"]
        if has_table
        else ['plt.gca().set_aspect("equal")']
    )
    parts = {
        "EXTENT_AND_IMAGE": "\n    ".join([*extent, *image]),
        "AXES": "\n    ".join(axes),
        "COORDINATES": "(rows[:, :2] / FACTOR + OFFSET)" if has_table else "rows[:, :2]",
        "COLOURING": 'cmap="Set2", vmin=0, vmax=7' if several else "cmap=COLOURS",
        "VALUES": "outputs.argmax(axis=1)" if several else values,
        "SIGNS": "surface(33)" if several else 'np.where(surface(33) >= 0, "+", "-")',
    }
    for name, part in parts.items():
        code = code.replace(name, part)
    return code


def _introduction(source: Source) -> str:
    config = source.config
    settings = OPTIMIZERS[config.optimizer].parameters
    noise = config.points_noise if config.dataset == CUSTOM else config.noise
    made = {
        "Data": f"{config.dataset}, {config.train_percent}% for training, noise {number(noise)}%",
        "Network": " - ".join(map(str, source.network.shape)),
        "Loss": config.loss.replace("_", " "),
        "Optimizer": ", ".join(
            [
                f"{config.optimizer}, learning rate {number(config.learning_rate)}",
                *(f"{name} {number(getattr(config, name))}" for name in settings),
                f"batches of {config.batch_size}",
            ]
        ),
    }
    lines = [f"# {markdown(source.name) or 'A network'}", ""]
    lines += ["A training of Tinkernet, repeated from its first weights to where it was exported.", ""]
    lines += [f"- {name}: {markdown(value)}" for name, value in made.items()]
    lines += ["", "Run all cells, from the top (Run, Run All Cells)."]
    return "\n".join(lines)


def _data_text(source: Source) -> str:
    if source.is_image:
        return "Handwritten digits of scikit-learn: `pip install scikit-learn`."
    return "The points, each with x1, x2 and its label."


def _comparison(source: Source) -> list[str]:
    metrics = source.metrics
    if metrics is None:
        return []
    text = (
        f"In Tinkernet, training loss {number(metrics.train_loss)} and test loss {number(metrics.test_loss)} "
        f"were measured after {source.state.epoch} epochs and {source.state.batch} mini-batches. A run whose "
        "settings, points or weights were changed on the way comes out differently here."
    )
    return [text]


def _text(*paragraphs: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines("\n\n".join(paragraphs))}


def _code(code: str) -> dict[str, Any]:
    source = _lines(code.strip("\n"))
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
