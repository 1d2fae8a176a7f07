"""The same training in plain loops over plain numbers, written from the design and not from the engine.

It works as the original does: each weight and each bias accumulates its own gradient. As in the original,
nothing checks whether a number is finite.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.config import TrainingConfig

Row = tuple[float, float, float]


def _logistic(z: float) -> float:
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def _gelu(z: float) -> float:
    return z * _logistic(2 * math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)) if abs(z) < 1e3 else max(z, 0.0)


def _gelu_derivative(z: float) -> float:
    if abs(z) >= 1e3:
        return float(z > 0)
    # Half of 1 + tanh(u) is the logistic of 2 u.
    gate = _logistic(2 * math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))
    return gate + z * gate * (1 - gate) * 2 * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z * z)


FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) * math.tanh(z)),
    "relu": (lambda z: z if z > 0 else 0.0, lambda z: 1.0 if z > 0 else 0.0),
    "sigmoid": (_logistic, lambda z: _logistic(z) * _logistic(-z)),
    "linear": (lambda z: z, lambda _: 1.0),
    "leaky_relu": (lambda z: z if z > 0 else 0.01 * z, lambda z: 1.0 if z > 0 else 0.01),
    "elu": (lambda z: z if z > 0 else math.expm1(z), lambda z: 1.0 if z > 0 else math.exp(z)),
    "step": (lambda z: 1.0 if z > 0 else 0.0, lambda _: 0.0),
    "softplus": (lambda z: math.log1p(math.exp(z)) if z < 30 else z + math.exp(-z), _logistic),
    "swish": (
        lambda z: z * _logistic(z),
        lambda z: _logistic(z) + z * _logistic(z) * _logistic(-z),
    ),
    "gelu": (_gelu, _gelu_derivative),
    "sine": (math.sin, math.cos),
}

INPUTS: dict[str, Callable[[float, float], float]] = {
    "x1": lambda x, _: x,
    "x2": lambda _, y: y,
    "x1_squared": lambda x, _: x * x,
    "x2_squared": lambda _, y: y * y,
    "x1_x2": lambda x, y: x * y,
    "sin_x1": lambda x, _: math.sin(x),
    "sin_x2": lambda _, y: math.sin(y),
    "cos_x1": lambda x, _: math.cos(x),
    "cos_x2": lambda _, y: math.cos(y),
    "x1_cubed": lambda x, _: x * x * x,
    "x2_cubed": lambda _, y: y * y * y,
    "x1_plus_x2": lambda x, y: x + y,
}

WORD = 2**64


def splitmix64_finalizer(number: int) -> int:
    """Return a 64-bit number after SplitMix64's final mixing steps."""
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) % WORD
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) % WORD
    return number ^ (number >> 31)


def is_dropped(key: int, rate: float, counter: int) -> bool:
    """Return whether dropout drops a neuron for a point; `counter` numbers the pairs of both."""
    number = splitmix64_finalizer((key + 0x9E3779B97F4A7C15 * counter) % WORD)
    return (number >> 11) / 2**53 < rate


def dropout_key(seed: int) -> int:
    """Return the key of a training's dropout: the first 64 bits of the seed's third stream."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(2,))))
    return int(generator.bit_generator.random_raw())


def _decay(config: TrainingConfig, epoch: int) -> float:
    """Return the factor of the learning rate in an epoch."""
    across, factor = epoch / config.schedule_epochs, config.schedule_factor
    match config.schedule:
        case "step":
            return float(factor ** math.floor(across))
        case "exponential":
            return float(factor**across)
        case "inverse_time":
            return 1 / (1 + (1 / factor - 1) * across)
        case "cosine":
            return factor + (1 - factor) * (1 + math.cos(math.pi * min(1.0, across))) / 2
        case "warmup":
            return min(1.0, factor + (1 - factor) * across)
    return 1.0


@dataclass
class Parameter:
    value: float
    penalized: bool
    pruned: bool = False
    gradient_sum: float = 0.0
    optimizer_state: list[float] = field(default_factory=lambda: [0.0, 0.0])


@dataclass
class Neuron:
    weights: list[Parameter]
    bias: Parameter
    function: str
    pre_activation: float = 0.0
    output: float = 0.0
    kept: float = 1.0
    delta: float = 0.0

    @property
    def dropped_output(self) -> float:
        """The output with dropout applied: the input of the next layer."""
        return self.output * self.kept


@dataclass
class PlainNetwork:
    """A network from a flat vector of parameters, in the engine's order.

    `rows` are the training points; their mean and deviation scale the inputs if the config says so.
    """

    config: TrainingConfig
    parameters: Sequence[float]
    rows: Sequence[Row] = ()
    layers: list[list[Neuron]] = field(default_factory=list)
    epochs_done: int = 0
    steps: int = 0

    def __post_init__(self) -> None:
        config = self.config
        values = iter(self.parameters)
        before = len(config.features)
        outputs = config.classes if config.problem == "multiclass" else 1
        hidden = config.layer_activations or [config.activation] * len(config.hidden_layers)
        for size, function in zip(
            [*config.hidden_layers, outputs], [*hidden, config.output_activation], strict=True
        ):
            weights = [[Parameter(next(values), penalized=True) for _ in range(size)] for _ in range(before)]
            biases = [Parameter(next(values), penalized=False) for _ in range(size)]
            self.layers.append(
                [Neuron([row[j] for row in weights], biases[j], function) for j in range(size)]
            )
            before = size
        self.key = dropout_key(config.weights_seed)
        self.scales = [self._scale(name) for name in config.features]

    def _scale(self, name: str) -> tuple[float, float]:
        if self.config.input_scaling == "none":
            return 0.0, 1.0
        values = [INPUTS[name](x, y) for x, y, _ in self.rows]
        mean = math.fsum(values) / len(values)
        deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
        return mean, deviation if deviation > 1e-12 else 1.0

    def flat(self) -> list[float]:
        result = []
        for layer in self.layers:
            result += [neuron.weights[i].value for i in range(len(layer[0].weights)) for neuron in layer]
            result += [neuron.bias.value for neuron in layer]
        return result

    def pruned_weights(self) -> int:
        return sum(weight.pruned for layer in self.layers for neuron in layer for weight in neuron.weights)

    def inputs(self, row: Row) -> list[float]:
        return [
            (INPUTS[name](row[0], row[1]) - mean) / deviation
            for name, (mean, deviation) in zip(self.config.features, self.scales, strict=True)
        ]

    def outputs(self, row: Row, index: int | None = None) -> list[float]:
        """Return the outputs for a point; with the index of a training point, dropout applies."""
        values = self.inputs(row)
        for depth, layer in enumerate(self.layers):
            for number, neuron in enumerate(layer):
                neuron.pre_activation = neuron.bias.value + sum(
                    weight.value * value for weight, value in zip(neuron.weights, values, strict=True)
                )
                if neuron.function != "softmax":
                    neuron.output = FUNCTIONS[neuron.function][0](neuron.pre_activation)
                neuron.kept = self._kept(depth, number, index)
            if layer[0].function == "softmax":
                largest = max(neuron.pre_activation for neuron in layer)
                normalizer = sum(math.exp(neuron.pre_activation - largest) for neuron in layer)
                for neuron in layer:
                    neuron.output = math.exp(neuron.pre_activation - largest) / normalizer
            values = [neuron.dropped_output for neuron in layer]
        return [neuron.output for neuron in self.layers[-1]]

    def _kept(self, depth: int, number: int, index: int | None) -> float:
        rates = self.config.dropout
        if index is None or depth >= len(rates) or not rates[depth]:
            return 1.0
        row = (self.epochs_done * len(rates) + depth) * len(self.rows) + index
        counter = row * len(self.layers[depth]) + number + 1
        return 0.0 if is_dropped(self.key, rates[depth], counter) else 1 / (1 - rates[depth])

    def output(self, row: Row) -> float:
        return self.outputs(row)[0]

    def targets(self, row: Row) -> list[float]:
        if self.config.problem == "multiclass":
            return [float(number == row[2]) for number in range(self.config.classes)]
        return [(row[2] + 1) / 2 if self.config.output_activation == "sigmoid" else row[2]]

    def loss(self, rows: Sequence[Row]) -> float:
        return sum(self._loss(row) for row in rows) / len(rows)

    def _loss(self, row: Row) -> float:
        outputs, targets = self.outputs(row), self.targets(row)
        error = abs(outputs[0] - targets[0])
        match self.config.loss:
            case "cross_entropy" if len(outputs) > 1:
                pre_activations = [neuron.pre_activation for neuron in self.layers[-1]]
                normalizer = math.log(
                    sum(math.exp(pre_activation - max(pre_activations)) for pre_activation in pre_activations)
                ) + max(pre_activations)
                return normalizer - pre_activations[int(row[2])]
            case "cross_entropy":
                # -log p of the correct class, p being the logistic function of z or of -z.
                z = self.layers[-1][0].pre_activation
                return FUNCTIONS["softplus"][0](-z if targets[0] else z)
            case "huber" if error > self.config.huber_delta:
                return self.config.huber_delta * (error - self.config.huber_delta / 2)
        return 0.5 * error * error

    def accuracy(self, rows: Sequence[Row]) -> float:
        return sum(self._is_correct(row) for row in rows) / len(rows)

    def _is_correct(self, row: Row) -> bool:
        outputs = self.outputs(row)
        if len(outputs) > 1:
            return outputs.index(max(outputs)) == row[2]
        threshold = 0.5 if self.config.output_activation == "sigmoid" else 0.0
        return (outputs[0] >= threshold) == (row[2] > 0)

    def epoch(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        for start in range(0, len(rows), self.config.batch_size):
            indices = range(start, min(start + self.config.batch_size, len(rows)))
            for index in indices:
                self._accumulate(rows[index], index)
            self._update(len(indices))
        self.epochs_done += 1

    def _accumulate(self, row: Row, index: int) -> None:
        config = self.config
        for neuron, output, target in zip(
            self.layers[-1], self.outputs(row, index), self.targets(row), strict=True
        ):
            error = output - target
            if config.loss == "huber":
                error = max(-config.huber_delta, min(config.huber_delta, error))
            # Cross-entropy cancels the derivative of the output activation.
            is_cross_entropy = config.loss == "cross_entropy"
            neuron.delta = (
                error if is_cross_entropy else error * FUNCTIONS[neuron.function][1](neuron.pre_activation)
            )
        for depth in reversed(range(len(self.layers))):
            before = self.layers[depth - 1] if depth else []
            inputs = [neuron.dropped_output for neuron in before] or self.inputs(row)
            for neuron in self.layers[depth]:
                neuron.bias.gradient_sum += neuron.delta
                for weight, value in zip(neuron.weights, inputs, strict=True):
                    weight.gradient_sum += neuron.delta * value
            for source, neuron in enumerate(before):
                back = sum(after.delta * after.weights[source].value for after in self.layers[depth])
                neuron.delta = back * neuron.kept * FUNCTIONS[neuron.function][1](neuron.pre_activation)

    def _update(self, count: int) -> None:
        parameters = [
            parameter
            for layer in self.layers
            for neuron in layer
            for parameter in (*neuron.weights, neuron.bias)
        ]
        gradients = [parameter.gradient_sum / count for parameter in parameters]
        length, maximum = math.hypot(*gradients), self.config.gradient_clip
        factor = maximum / length if maximum and length > maximum else 1.0
        self.steps += 1
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.gradient_sum = 0.0
            self._move(parameter, gradient * factor)

    def _move(self, parameter: Parameter, gradient: float) -> None:
        config = self.config
        rate = config.learning_rate * _decay(config, self.epochs_done)
        mix = {"none": (0.0, 0.0), "l1": (1.0, 0.0), "l2": (0.0, 1.0)}
        one, two = mix.get(config.regularization, (config.l1_ratio, 1 - config.l1_ratio))
        one, two = one * config.regularization_rate, two * config.regularization_rate
        value = parameter.value
        if not parameter.penalized:
            one = two = 0.0
        if config.optimizer in ("rmsprop", "adam"):
            gradient, two = gradient + two * value, 0.0
        if config.optimizer == "adamw" and parameter.penalized:
            two += config.weight_decay
        unpenalized = value - rate * self._direction(parameter.optimizer_state, gradient)
        sign = float(value > 0) - float(value < 0)
        parameter.value = unpenalized - rate * (one * sign + two * value)
        if one and unpenalized * parameter.value < 0:
            parameter.pruned = True
        if parameter.pruned:
            parameter.value = 0.0

    def _direction(self, state: list[float], gradient: float) -> float:
        """Return the update before it is multiplied by the learning rate; `state` is changed in place."""
        config = self.config
        match config.optimizer:
            case "momentum" | "nesterov":
                state[0] = config.momentum * state[0] + gradient
                ahead = gradient + config.momentum * state[0]
                return state[0] if config.optimizer == "momentum" else ahead
            case "rmsprop":
                state[0] = config.rho * state[0] + (1 - config.rho) * gradient * gradient
                return gradient / (math.sqrt(state[0]) + config.epsilon)
            case "adam" | "adamw":
                state[0] = config.beta1 * state[0] + (1 - config.beta1) * gradient
                state[1] = config.beta2 * state[1] + (1 - config.beta2) * gradient * gradient
                mean = state[0] / (1 - config.beta1**self.steps)
                square = state[1] / (1 - config.beta2**self.steps)
                return mean / (math.sqrt(square) + config.epsilon)
        return gradient
