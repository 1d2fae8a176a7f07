"""A training as a PyTorch program: the model with its weights, and a loop that continues to train it."""

import numpy as np

from engine.exports import torch_training as training
from engine.exports.activations import EXPORTED_ACTIVATIONS
from engine.exports.data_code import columns_code, data_code, inputs_code, points_code, targets_code, title
from engine.exports.literals import SECTION_GAP, array, call
from engine.exports.numpy_training import schedule_expression
from engine.exports.source import Source
from engine.exports.torch_layers import TorchLayers


def torch_program(source: Source) -> str:
    """Return the program, a text of Python that needs PyTorch and NumPy."""
    layers = TorchLayers(source)
    needs_math = "math." in schedule_expression(source)
    dropout = "\n\nDropout draws other random numbers here.\n" if "dropout" in source.network.kinds else ""
    head = [
        title(source, "PyTorch"),
        f'"""Predicts with `predict`, and trains on with `train`; as a program it does both.{dropout}"""',
        ("import math\n\n" if needs_math else "") + "import numpy as np\nimport torch\nfrom torch import nn",
        "torch.set_default_dtype(torch.float64)  # as Tinkernet computes; without this line it is float32",
    ]
    needs_memory = training.has_optimizer_state(source)
    parts = [
        *layers.classes(),
        "\n".join([_model_code(source, layers), training.optimizer_code(source)]),
        training.loss_code(source),
        training.output_code(source),
        inputs_code(source),
        targets_code(source),
        training.train_code(source),
        _predict_code(source),
        columns_code(source),
        training.BY_PARAMETER.strip("\n") if needs_memory else "",
        _numbers_code(source, layers),
        data_code(source),
        MAIN,
    ]
    gap = SECTION_GAP if layers.classes() else "\n\n"
    return "\n\n".join(head) + gap + SECTION_GAP.join(part for part in parts if part) + "\n"


def _model_code(source: Source, layers: TorchLayers) -> str:
    modules = list(layers.modules)
    if training.applies_output(source) and source.config.output_activation != "linear":
        modules.append(EXPORTED_ACTIVATIONS[source.config.output_activation].torch)
    made = "Network" if "residual" in source.network.kinds else "nn.Sequential"
    return "\n".join([f"model = {made}(", *(f"    {module}," for module in modules), ")"])


def _predict_code(source: Source) -> str:
    given = "images" if source.is_image else "points"
    made = f"model(torch.tensor(inputs({given})))"
    made = made if training.applies_output(source) else f"output({made})"
    return "\n".join(
        [
            f"def predict({given}):",
            f'    """Return the outputs (n, {source.config.outputs}) for {given}."""',
            "    model.eval()",
            "    with torch.no_grad():",
            f"        return {made}.numpy()",
        ]
    )


def _numbers_code(source: Source, layers: TorchLayers) -> str:
    lines = ["# ---- numbers: weights and biases as PyTorch has them, points, and the optimizer's memory", ""]
    lines += [array(constant, np.asarray(values)) for _, constant, values in layers.weights]
    state = [f'"{name}": {constant}' for name, constant, _ in layers.weights]
    lines += ["", call("STATE = {", state, "}")]
    lines += ["state = {name: torch.tensor(values) for name, values in STATE.items()}"]
    counted = "batch_norm" in source.network.kinds
    rest = ", strict=False)  # but the numbers of batches that batch normalization counts" if counted else ")"
    lines += [f"model.load_state_dict(state{rest}", "", f"BATCH_SIZE = {source.config.batch_size}"]
    memory = training.optimizer_state_code(source)
    if memory:
        lines += ["", memory]
    code = "\n".join(lines)
    return code + (SECTION_GAP if source.is_image else "\n\n") + points_code(source)


MAIN = """
if __name__ == "__main__":
    train_x, train_t, test_x, test_t = data()
    for epochs in (0, 10):
        train(epochs, train_x, train_t)
        model.eval()
        with torch.no_grad():
            test_loss = loss(model(torch.tensor(test_x)), torch.tensor(test_t)).item()
        print(f"{epochs} more epochs: test loss {test_loss:.6f}")
""".strip("\n")
