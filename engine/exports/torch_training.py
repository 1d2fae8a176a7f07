"""The training code of PyTorch programs: the loss, the optimizer with its state, and explicit penalties."""

import numpy as np

from engine.exports.literals import array, number, text
from engine.exports.numpy_training import schedule_expression
from engine.exports.source import Source
from engine.optim.optimizers import OPTIMIZERS


def applies_output(source: Source) -> bool:
    """Return whether the model ends with the output's activation; for cross-entropy it ends with sums."""
    return source.config.loss != "cross_entropy"


def output_code(source: Source) -> str:
    """Return the function `output`, from the model's results to outputs; "" if these are the same."""
    if applies_output(source):
        return ""
    made = {"sigmoid": "torch.sigmoid(sums)", "softmax": "torch.softmax(sums, dim=1)"}
    return "\n".join(
        [
            "def output(sums):",
            '    """Return probabilities for the sums that the model returns."""',
            f"    return {made[source.config.output_activation]}",
        ]
    )


def loss_code(source: Source) -> str:
    """Return the function `loss`."""
    config = source.config
    doc = '    """Return the mean loss of what the model returns."""'
    if config.loss == "squared_error":
        doc = '    """Return half the mean squared error: PyTorch\'s own has no factor of 1/2."""'
        made = "nn.functional.mse_loss(outputs, targets) / 2"
    elif config.loss == "huber":
        made = f"nn.functional.huber_loss(outputs, targets, delta={number(config.huber_delta)})"
    elif config.output_activation == "sigmoid":
        made = "nn.functional.binary_cross_entropy_with_logits(outputs, targets)"
    else:
        made = "nn.functional.cross_entropy(outputs, targets)"
    return f"def loss(outputs, targets):\n{doc}\n    return {made}"


def optimizer_code(source: Source) -> str:
    """Return the lines that make `optimizer`, and `weights` where penalties need them."""
    config, lines = source.config, []
    mu, rho, beta1, beta2, epsilon = (number(each) for each in config.hyperparameters)
    rate = number(config.learning_rate)
    if "weights" in step_code(source) or has_optimizer_state(source):
        lines.append("# Weights, without biases and without the scales of normalizations.")
        lines.append(
            "weights = [each.weight for each in model.modules() if isinstance(each, (nn.Linear, nn.Conv2d))]"
        )
    made = {
        "sgd": f"SGD(model.parameters(), lr={rate})",
        "momentum": f"SGD(model.parameters(), lr={rate}, momentum={mu})",
        "nesterov": f"SGD(model.parameters(), lr={rate}, momentum={mu}, nesterov=True)",
        "rmsprop": f"RMSprop(model.parameters(), lr={rate}, alpha={rho}, eps={epsilon})",
        "adam": f"Adam(model.parameters(), lr={rate}, betas=({beta1}, {beta2}), eps={epsilon})",
        "adamw": f"Adam(model.parameters(), lr={rate}, betas=({beta1}, {beta2}), eps={epsilon})",
    }[config.optimizer]
    if config.optimizer == "nesterov" and not config.momentum:  # PyTorch refuses that
        made = f"SGD(model.parameters(), lr={rate})"
    return "\n".join([*lines, f"optimizer = torch.optim.{made}"])


def step_code(source: Source) -> str:
    """Return the lines of a step behind `backward`."""
    config = source.config
    adaptive, (l1, l2) = OPTIMIZERS[config.optimizer].adaptive, config.penalty
    lines = []
    if config.gradient_clip:
        lines.append(f"nn.utils.clip_grad_norm_(model.parameters(), {number(config.gradient_clip)})")
    if adaptive and l2:
        lines += ["for weight in weights:", f"    weight.grad += {number(l2)} * weight.detach()  # L2"]
    decay = (0.0 if adaptive else l2) + (config.weight_decay if config.optimizer == "adamw" else 0.0)
    pulls = [f"{number(l1)} * weight.sign()"] if l1 else []
    pulls += [f"{number(decay)} * weight"] if decay else []
    if not pulls:
        return "\n".join(f"    {line}" for line in [*lines, "optimizer.step()"])
    lines += [
        "# Weights shrink apart from the gradient, by what they were before the step.",
        f"shrinkages = [rate * ({' + '.join(pulls)}).detach() for weight in weights]",
        "optimizer.step()",
        "with torch.no_grad():",
        f"    for {'number, (weight, shrinkage)' if l1 else 'weight, shrinkage'} in "
        + ("enumerate(zip(weights, shrinkages)):" if l1 else "zip(weights, shrinkages):"),
    ]
    if l1:
        lines.append("        # A weight that L1 would carry across 0 becomes 0, and stays 0.")
        lines.append("        KEPT[number] &= weight * (weight - shrinkage) >= 0")
    lines.append("        weight -= shrinkage")
    if l1:
        lines.append("        weight *= KEPT[number]")
    return "\n".join(f"    {line}" for line in lines)


def has_optimizer_state(source: Source) -> bool:
    """Return whether continued training needs more than weights: the optimizer's averages, pruned weights."""
    averages = OPTIMIZERS[source.config.optimizer].slots and source.state.steps
    return bool(averages or source.config.penalty.l1)


def optimizer_state_code(source: Source) -> str:
    """Return the function and constants that restore the optimizer's state; "" if there is none."""
    config, state = source.config, source.state
    slots = OPTIMIZERS[config.optimizer].slots
    lines = []
    if config.penalty.l1:
        kept = np.flatnonzero(state.pruned).tolist()
        lines += [f"PRUNED = torch.isin(torch.arange({state.parameters.size}), torch.tensor({kept}))"]
        lines += [
            "KEPT = [",
            "    ~part",
            "    for part, parameter in zip(by_parameter(PRUNED), model.parameters())",
            "    if any(parameter is weight for weight in weights)",
            "]",
        ]
    if slots and state.steps:
        names = {1: ["momentum_buffer"], 2: ["exp_avg", "exp_avg_sq"]}[slots]
        names = ["square_avg"] if config.optimizer == "rmsprop" else names
        lines.append(array("MEMORY", np.nan_to_num(state.optimizer_state)))
        lines.append("averages = [by_parameter(torch.tensor(part)) for part in MEMORY]")
        lines.append("for parameter, *parts in zip(model.parameters(), *averages):")
        listed = ", ".join(map(text, names))
        lines.append(f"    optimizer.state[parameter] = dict(zip([{listed}], parts))")
        if config.optimizer not in ("momentum", "nesterov"):
            lines.append(f'    optimizer.state[parameter]["step"] = torch.tensor({float(state.steps)})')
    if not lines:
        return ""
    return "\n".join(lines)


BY_PARAMETER = '''
def by_parameter(flat):
    """Return the part of a flat vector that belongs to each parameter, in Tinkernet's order."""
    parts = []
    for parameter in model.parameters():
        part, flat = flat[: parameter.numel()], flat[parameter.numel() :]
        if any(parameter is weight for weight in weights):  # PyTorch has the outputs first
            part = part.reshape(-1, len(parameter)).T
        parts.append(part.reshape(parameter.shape))
    return parts
'''


def train_code(source: Source) -> str:
    """Return the functions `train_batch` and `train`."""
    norms = (
        [
            "    for layer in model.modules():",
            "        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):",
            "            layer.train(len(x) > 1)  # one point has no variance",
        ]
        if "batch_norm" in source.network.kinds
        else []
    )
    varies = source.config.schedule != "constant"
    needs_rate = "rate *" in step_code(source)
    rate = (
        [
            "        for group in optimizer.param_groups:",
            '            group["lr"] = rate',
        ]
        if varies
        else []
    )
    return "\n".join(
        [
            f"def train_batch(x, t{', rate' if needs_rate else ''}):",
            '    """Train on one mini-batch of inputs x and targets t."""',
            "    model.train()",
            *norms,
            "    optimizer.zero_grad()",
            "    loss(model(x), t).backward()",
            step_code(source),
            "",
            "",
            "def train(epochs, x, t):",
            '    """Train for some epochs, in mini-batches, on inputs x and targets t."""',
            "    x, t = torch.tensor(x), torch.tensor(t)",
            f"    for {'epoch' if varies else '_'} in range({_range(source) if varies else 'epochs'}):",
            *([f"        rate = {schedule_expression(source)}"] if varies or needs_rate else []),
            *rate,
            "        for start in range(0, len(x), BATCH_SIZE):",
            "            points = slice(start, start + BATCH_SIZE)",
            f"            train_batch(x[points], t[points]{', rate' if needs_rate else ''})",
        ]
    )


def _range(source: Source) -> str:
    return f"{source.state.epoch}, {source.state.epoch} + epochs"
