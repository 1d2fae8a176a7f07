"""The same training in plain loops over plain numbers, written from the design and not from the engine.

It works as the original does: every link has its weight and its sum of derivatives, every neuron its own. As
there, nothing looks whether a number is finite.
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


def _gelu_slope(z: float) -> float:
    if abs(z) >= 1e3:
        return float(z > 0)
    # Half of 1 + tanh(u) is the logistic of 2 u.
    share = _logistic(2 * math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))
    return share + z * share * (1 - share) * 2 * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z * z)


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
    "gelu": (_gelu, _gelu_slope),
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


def scattered(number: int) -> int:
    """Return SplitMix64's finish of a 64-bit number."""
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) % WORD
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) % WORD
    return number ^ (number >> 31)


def left_out(key: int, share: float, counter: int) -> bool:
    """Return whether dropout leaves a neuron out for a point."""
    number = scattered((key + 0x9E3779B97F4A7C15 * counter) % WORD)
    return (number >> 11) / 2**53 < share


def dropout_key(seed: int) -> int:
    """Return the key of a training's dropout: the first 64 bits of the seed's third stream."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(2,))))
    return int(generator.bit_generator.random_raw())


def _decay(config: TrainingConfig, epoch: int) -> float:
    """Return the share of the learning rate that is left in an epoch."""
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
    sum_of_slopes: float = 0.0
    optimizer_state: list[float] = field(default_factory=lambda: [0.0, 0.0])


@dataclass
class Neuron:
    weights: list[Parameter]
    bias: Parameter
    function: str
    total: float = 0.0
    output: float = 0.0
    kept: float = 1.0
    slope: float = 0.0

    @property
    def heard(self) -> float:
        """What the next layer hears of it."""
        return self.output * self.kept


@dataclass
class PlainNetwork:
    """A network from a flat vector of parameters, in the engine's order.

    `rows` are the points that train: those whose mean and deviation scale the inputs, where they are scaled.
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

    def outputs(self, row: Row, place: int | None = None) -> list[float]:
        """Return what the network answers; `place` is that of a point that trains, with dropout."""
        values = self.inputs(row)
        for depth, layer in enumerate(self.layers):
            for number, neuron in enumerate(layer):
                neuron.total = neuron.bias.value + sum(
                    weight.value * value for weight, value in zip(neuron.weights, values, strict=True)
                )
                if neuron.function != "softmax":
                    neuron.output = FUNCTIONS[neuron.function][0](neuron.total)
                neuron.kept = self._kept(depth, number, place)
            if layer[0].function == "softmax":
                largest = max(neuron.total for neuron in layer)
                whole = sum(math.exp(neuron.total - largest) for neuron in layer)
                for neuron in layer:
                    neuron.output = math.exp(neuron.total - largest) / whole
            values = [neuron.heard for neuron in layer]
        return [neuron.output for neuron in self.layers[-1]]

    def _kept(self, depth: int, number: int, place: int | None) -> float:
        shares = self.config.dropout
        if place is None or depth >= len(shares) or not shares[depth]:
            return 1.0
        row = (self.epochs_done * len(shares) + depth) * len(self.rows) + place
        counter = row * len(self.layers[depth]) + number + 1
        return 0.0 if left_out(self.key, shares[depth], counter) else 1 / (1 - shares[depth])

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
                sums = [neuron.total for neuron in self.layers[-1]]
                whole = math.log(sum(math.exp(total - max(sums)) for total in sums)) + max(sums)
                return whole - sums[int(row[2])]
            case "cross_entropy":
                # -log p of the right answer, p being the logistic of z or of -z.
                z = self.layers[-1][0].total
                return FUNCTIONS["softplus"][0](-z if targets[0] else z)
            case "huber" if error > self.config.huber_delta:
                return self.config.huber_delta * (error - self.config.huber_delta / 2)
        return 0.5 * error * error

    def accuracy(self, rows: Sequence[Row]) -> float:
        return sum(self._right(row) for row in rows) / len(rows)

    def _right(self, row: Row) -> bool:
        outputs = self.outputs(row)
        if len(outputs) > 1:
            return outputs.index(max(outputs)) == row[2]
        middle = 0.5 if self.config.output_activation == "sigmoid" else 0.0
        return (outputs[0] >= middle) == (row[2] > 0)

    def epoch(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        for start in range(0, len(rows), self.config.batch_size):
            places = range(start, min(start + self.config.batch_size, len(rows)))
            for place in places:
                self._accumulate(rows[place], place)
            self._update(len(places))
        self.epochs_done += 1

    def _accumulate(self, row: Row, place: int) -> None:
        config = self.config
        for neuron, output, target in zip(
            self.layers[-1], self.outputs(row, place), self.targets(row), strict=True
        ):
            error = output - target
            if config.loss == "huber":
                error = max(-config.huber_delta, min(config.huber_delta, error))
            # Cross-entropy's division by the output's own slope leaves the bare error.
            straight = config.loss == "cross_entropy"
            neuron.slope = error if straight else error * FUNCTIONS[neuron.function][1](neuron.total)
        for depth in reversed(range(len(self.layers))):
            before = self.layers[depth - 1] if depth else []
            heard = [neuron.heard for neuron in before] or self.inputs(row)
            for neuron in self.layers[depth]:
                neuron.bias.sum_of_slopes += neuron.slope
                for weight, value in zip(neuron.weights, heard, strict=True):
                    weight.sum_of_slopes += neuron.slope * value
            for source, neuron in enumerate(before):
                back = sum(after.slope * after.weights[source].value for after in self.layers[depth])
                neuron.slope = back * neuron.kept * FUNCTIONS[neuron.function][1](neuron.total)

    def _update(self, count: int) -> None:
        everything = [
            parameter
            for layer in self.layers
            for neuron in layer
            for parameter in (*neuron.weights, neuron.bias)
        ]
        slopes = [parameter.sum_of_slopes / count for parameter in everything]
        length, longest = math.hypot(*slopes), self.config.gradient_clip
        shorter = longest / length if longest and length > longest else 1.0
        self.steps += 1
        for parameter, slope in zip(everything, slopes, strict=True):
            parameter.sum_of_slopes = 0.0
            self._move(parameter, slope * shorter)

    def _move(self, parameter: Parameter, slope: float) -> None:
        config = self.config
        rate = config.learning_rate * _decay(config, self.epochs_done)
        mix = {"none": (0.0, 0.0), "l1": (1.0, 0.0), "l2": (0.0, 1.0)}
        one, two = mix.get(config.regularization, (config.l1_ratio, 1 - config.l1_ratio))
        one, two = one * config.regularization_rate, two * config.regularization_rate
        value = parameter.value
        if not parameter.penalized:
            one = two = 0.0
        if config.optimizer in ("rmsprop", "adam"):
            slope, two = slope + two * value, 0.0
        if config.optimizer == "adamw" and parameter.penalized:
            two += config.weight_decay
        middle = value - rate * self._direction(parameter.optimizer_state, slope)
        sign = float(value > 0) - float(value < 0)
        parameter.value = middle - rate * (one * sign + two * value)
        if one and middle * parameter.value < 0:
            parameter.pruned = True
        if parameter.pruned:
            parameter.value = 0.0

    def _direction(self, memory: list[float], slope: float) -> float:
        """Return what the learning rate multiplies."""
        config = self.config
        match config.optimizer:
            case "momentum" | "nesterov":
                memory[0] = config.momentum * memory[0] + slope
                ahead = slope + config.momentum * memory[0]
                return memory[0] if config.optimizer == "momentum" else ahead
            case "rmsprop":
                memory[0] = config.rho * memory[0] + (1 - config.rho) * slope * slope
                return slope / (math.sqrt(memory[0]) + config.epsilon)
            case "adam" | "adamw":
                memory[0] = config.beta1 * memory[0] + (1 - config.beta1) * slope
                memory[1] = config.beta2 * memory[1] + (1 - config.beta2) * slope * slope
                mean = memory[0] / (1 - config.beta1**self.steps)
                square = memory[1] / (1 - config.beta2**self.steps)
                return mean / (math.sqrt(square) + config.epsilon)
        return slope
