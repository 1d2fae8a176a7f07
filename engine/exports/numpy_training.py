"""The training code of NumPy programs: outputs with their losses, schedules, and updates of parameters."""

from engine.exports.literals import number
from engine.exports.source import Source
from engine.optim.optimizers import OPTIMIZERS

_SOFTMAX = (
    "    powers = np.exp(z - z.max(axis=1, keepdims=True))\n"
    "    return powers / powers.sum(axis=1, keepdims=True)"
)
OUTPUTS = {
    "tanh": "    return np.tanh(z)",
    "sigmoid": "    return 1 / (1 + np.exp(np.minimum(-z, 709)))",
    "softmax": _SOFTMAX,
    "linear": "    return z",
}
OUTPUT_DERIVATIVES = {"tanh": " * (1 - a * a)", "sigmoid": " * a * (1 - a)", "linear": ""}
"""The derivative of each output a by its sum z, as a factor."""


def head_code(source: Source) -> str:
    """Return the functions `output`, `loss` and `loss_by_sums`."""
    output, loss = source.config.output_activation, source.config.loss
    delta = number(source.config.huber_delta)
    if loss == "squared_error":
        name, value = "half the squared error", "0.5 * (a - t) ** 2"
        slope = f"(a - t){OUTPUT_DERIVATIVES[output]}" if OUTPUT_DERIVATIVES[output] else "a - t"
    elif loss == "huber":
        name, value = "the Huber loss", ""
        slope = f"np.clip(a - t, -{delta}, {delta}){OUTPUT_DERIVATIVES[output]}"
    elif output == "sigmoid":
        name, value, slope = "cross-entropy", "np.logaddexp(0, z) - t * z", "a - t"
    else:
        name, value, slope = "cross-entropy", "", "a - t"
    lines = [f"    return np.mean({value})"]
    if loss == "huber":
        lines = [f"    size = np.abs(a - t)\n    inner = np.minimum(size, {delta})"]
        lines += ["    return np.mean(inner * (size - 0.5 * inner))"]
    elif output == "softmax":
        lines = ["    largest = z.max(axis=1, keepdims=True)"]
        lines += ["    log_sum = largest + np.log(np.exp(z - largest).sum(axis=1, keepdims=True))"]
        lines += ["    return np.mean(log_sum - (t * z).sum(axis=1, keepdims=True))"]
    return "\n".join(
        [
            "def output(z):",
            '    """Return the outputs for the sums of the last layer."""',
            OUTPUTS[output],
            "",
            "",
            "def loss(z, a, t):",
            f'    """Return {name}, the mean over all points, for sums z, outputs a and targets t."""',
            *lines,
            "",
            "",
            "def loss_by_sums(z, a, t):",
            '    """Return the derivative of each point\'s loss by its sums z."""',
            f"    return {slope}",
        ]
    )


def schedule_expression(source: Source) -> str:
    """Return the learning rate of an epoch, counted from 0, as an expression of `epoch`."""
    config = source.config
    rate, span, factor = (
        number(each) for each in (config.learning_rate, config.schedule_epochs, config.schedule_factor)
    )
    return {
        "constant": rate,
        "step": f"{rate} * {factor} ** (epoch // {span})",
        "exponential": f"{rate} * {factor} ** (epoch / {span})",
        "inverse_time": f"{rate} / (1 + (1 / {factor} - 1) * (epoch / {span}))",
        "cosine": f"{rate} * ({factor} + (1 - {factor}) * 0.5 * "
        f"(1 + math.cos(math.pi * min(epoch / {span}, 1))))",
        "warmup": f"{rate} * ({factor} + (1 - {factor}) * min(epoch / {span}, 1))",
    }[config.schedule]


def update_code(source: Source) -> str:
    """Return the lines of a training step after the gradient, which update the parameters."""
    config = source.config
    adaptive, (l1, l2) = OPTIMIZERS[config.optimizer].adaptive, config.penalty
    lines = []
    if config.gradient_clip:
        clip = number(config.gradient_clip)
        lines += ["length = np.sqrt(gradient @ gradient)", f"if length > {clip}:"]
        lines += [f"    gradient *= {clip} / length"]
    if adaptive and l2:
        lines.append(f"gradient += {number(l2)} * are_weights * weights  # L2")
    decay = 0.0 if adaptive else l2
    if config.optimizer == "adamw":
        decay += config.weight_decay
    pulls = [f"{number(l1)} * np.sign(weights)"] if l1 else []
    pulls += [f"{number(decay)} * weights"] if decay else []
    lines += _optimizer_lines(source)
    if pulls:
        pull = f"({' + '.join(pulls)})" if len(pulls) > 1 else pulls[0]
        lines.append("# The penalty shrinks the weights apart from the gradient, by what they were before.")
        lines.append(f"shrinkage = rate * are_weights * {pull}")
        if l1:
            lines += ["# A weight that L1 would carry across 0 becomes 0, and stays 0."]
            lines += ["STATE['pruned'] |= new * (new - shrinkage) < 0"]
        lines.append("new -= shrinkage")
        if l1:
            lines.append("new[STATE['pruned']] = 0")
    return "\n".join(f"    {line}" for line in lines).replace("STATE['pruned']", 'STATE["pruned"]')


def _optimizer_lines(source: Source) -> list[str]:
    config = source.config
    mu, rho, beta1, beta2, epsilon = (number(each) for each in config.hyperparameters)
    if config.optimizer == "sgd":
        return ["new = weights - rate * gradient"]
    if config.optimizer in ("momentum", "nesterov"):
        ahead = "velocity" if config.optimizer == "momentum" else f"(gradient + {mu} * velocity)"
        return [
            'velocity = STATE["memory"][0]',
            f"velocity[:] = {mu} * velocity + gradient",
            f"new = weights - rate * {ahead}",
        ]
    if config.optimizer == "rmsprop":
        return [
            'square = STATE["memory"][0]',
            f"square[:] = {rho} * square + (1 - {rho}) * gradient * gradient",
            f"new = weights - rate * gradient / (np.sqrt(square) + {epsilon})",
        ]
    return [
        'mean, square = STATE["memory"]',
        f"mean[:] = {beta1} * mean + (1 - {beta1}) * gradient",
        f"square[:] = {beta2} * square + (1 - {beta2}) * gradient * gradient",
        f'first, second = 1 - {beta1} ** (STATE["steps"] + 1), 1 - {beta2} ** (STATE["steps"] + 1)',
        f"new = weights - rate * (mean / first) / (np.sqrt(square / second) + {epsilon})",
    ]
