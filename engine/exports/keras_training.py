"""The training code of Keras programs: loss, optimizer, penalties and schedule in Keras's definitions."""

from engine.exports.literals import call, number
from engine.exports.numpy_training import schedule_expression
from engine.exports.source import Source
from engine.optim.optimizers import OPTIMIZERS

PENALTIES = '''
class Penalties(keras.callbacks.Callback):
    """Shrinks the weights after each mini-batch as Tinkernet does: apart from the gradient."""

    kept = None

    def kernels(self):
        return [layer.kernel for layer in self.model.layers if hasattr(layer, "kernel")]

    def on_train_batch_begin(self, batch, logs=None):
        self.before = [keras.ops.convert_to_numpy(kernel).copy() for kernel in self.kernels()]

    def on_train_batch_end(self, batch, logs=None):
        rate = FACTOR * float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        self.kept = self.kept or [np.ones(before.shape) for before in self.before]
        for kernel, before, kept in zip(self.kernels(), self.before, self.kept):
            now = keras.ops.convert_to_numpy(kernel)
            shrinkage = rate * (PULL)
            kept[now * (now - shrinkage) < 0] *= CROSSED  # L1 makes a weight 0 that it would carry across 0
            kernel.assign((now - shrinkage) * kept)
'''


def loss_factor(source: Source) -> int:
    """Return the factor by which Keras's loss is larger than the engine's."""
    return 2 if source.config.loss == "squared_error" else 1


def loss_literal(source: Source) -> str:
    """Return the argument `loss` of `compile`."""
    if source.config.loss == "squared_error":
        return '"mse"'
    if source.config.loss == "huber":
        return f"keras.losses.Huber(delta={number(source.config.huber_delta)})"
    kind = "binary" if source.config.output_activation == "sigmoid" else "categorical"
    return f'"{kind}_crossentropy"'


def is_plain_l2(source: Source) -> bool:
    """Return whether the penalty is an L2 penalty within the gradient, like Keras's regularizer."""
    config, (l1, l2) = source.config, source.config.penalty
    added = OPTIMIZERS[config.optimizer].adaptive or config.optimizer == "sgd"
    return bool(l2) and not l1 and added and not config.gradient_clip


def regularizer(source: Source) -> str:
    """Return the argument of layers with weights for the penalty; "" if there is none."""
    if not is_plain_l2(source):
        return ""
    return f", kernel_regularizer=L2({number(loss_factor(source) * source.config.penalty.l2 / 2)})"


def penalties_code(source: Source) -> str:
    """Return the callback for penalties that Keras does not have; "" if it has them."""
    config, (l1, l2) = source.config, source.config.penalty
    pulls = [f"{number(l1)} * np.sign(before)"] if l1 else []
    if l2 and not is_plain_l2(source):
        pulls.append(f"{number(l2)} * before")
    if not pulls:
        return ""
    scaled = loss_factor(source) if not _is_adaptive(config.optimizer) else 1
    code = PENALTIES.replace("PULL", " + ".join(pulls)).replace("FACTOR * ", "" if scaled == 1 else "2 * ")
    crossed = "            kept[now * (now - shrinkage) < 0] *= CROSSED"
    line = next(each for each in code.splitlines(keepends=True) if each.startswith(crossed))
    return code.replace(line, line.replace("*= CROSSED", "= 0") if l1 else "").strip("\n")


def _is_adaptive(optimizer: str) -> bool:
    return optimizer in ("rmsprop", "adam", "adamw")


def optimizer_class(source: Source) -> str:
    """Return the name of Keras's optimizer."""
    names = {"rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
    return names.get(source.config.optimizer, "SGD")


def optimizer_literal(source: Source) -> str:
    """Return the optimizer with its arguments."""
    config, factor = source.config, loss_factor(source)
    rate = config.learning_rate if _is_adaptive(config.optimizer) else config.learning_rate / factor
    arguments = [number(rate)]
    if config.optimizer in ("momentum", "nesterov"):
        arguments.append(f"momentum={number(config.momentum)}")
    if config.optimizer == "nesterov":
        arguments.append("nesterov=True")
    if config.optimizer == "rmsprop":
        arguments += [f"rho={number(config.rho)}", f"epsilon={number((factor * config.epsilon) ** 2)}"]
    if config.optimizer in ("adam", "adamw"):
        if config.optimizer == "adamw":
            arguments.append(f"weight_decay={number(config.weight_decay)}")
        arguments += [f"beta_1={number(config.beta1)}", f"beta_2={number(config.beta2)}"]
        arguments.append(f"epsilon={number(factor * config.epsilon)}")
    if config.gradient_clip:
        arguments.append(f"global_clipnorm={number(factor * config.gradient_clip)}")
    return f"{optimizer_class(source)}({', '.join(arguments)})"


def compile_code(source: Source) -> str:
    """Return the lines that compile the model, with a comment on each difference."""
    config, lines = source.config, []
    if loss_factor(source) == 2:
        lines.append("# Tinkernet's squared error has a factor of 1/2 that Keras's has not:")
        rate = number(config.learning_rate)
        lines.append(
            "# the optimizer's epsilon is twice as large here, for equal steps."
            if _is_adaptive(config.optimizer)
            else f"# half of its learning rate of {rate} makes equal steps here."
        )
    if config.optimizer == "rmsprop":
        lines.append("# Keras adds epsilon within the square root, Tinkernet behind it.")
    if config.optimizer in ("adam", "adamw"):
        lines.append(
            "# Keras adds epsilon before the averages are corrected for their start, Tinkernet after."
        )
    if config.optimizer in ("momentum", "nesterov") and config.schedule != "constant":
        lines.append(
            "# Keras's velocity has the learning rates of earlier epochs in it, Tinkernet's has not."
        )
    made = optimizer_literal(source)
    if config.optimizer == "adamw":
        lines += [
            f"optimizer = {made}",
            'optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])',
        ]
        made = "optimizer"
    metrics = ['metrics=["accuracy"]'] if source.network.output.probability else []
    lines.append(call("model.compile(", [f"optimizer={made}", f"loss={loss_literal(source)}", *metrics]))
    return "\n".join(lines)


def callbacks(source: Source) -> list[str]:
    """Return the callbacks for `fit`."""
    made = ["Penalties()"] if penalties_code(source) else []
    if source.config.schedule != "constant":
        made.append("keras.callbacks.LearningRateScheduler(learning_rate)")
    return made


def schedule_code(source: Source) -> str:
    """Return the function `learning_rate`; "" if the rate is constant."""
    if source.config.schedule == "constant":
        return ""
    halved = loss_factor(source) == 2 and not _is_adaptive(source.config.optimizer)
    rate = schedule_expression(source)
    return "\n".join(
        [
            "def learning_rate(epoch, rate=None):",
            '    """Return the learning rate of an epoch, counted from 0."""',
            f"    return {rate} / 2  # as above" if halved else f"    return {rate}",
        ]
    )
