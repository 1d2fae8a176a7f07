"""The same training in plain loops over plain numbers, written from the design and not from the engine.

It works as the original does: every link has its weight and its sum of derivatives, every neuron its own. As
there, nothing looks whether a number is finite.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.config import TrainingConfig

Row = tuple[float, float, float]

FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) * math.tanh(z)),
    "relu": (lambda z: max(z, 0.0), lambda z: 0.0 if z <= 0 else 1.0),
    "sigmoid": (
        lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0.0,
        lambda z: math.exp(-abs(z)) / (1 + math.exp(-abs(z))) ** 2,
    ),
    "linear": (lambda z: z, lambda _: 1.0),
}

INPUTS: dict[str, Callable[[float, float], float]] = {
    "x1": lambda x, _: x,
    "x2": lambda _, y: y,
    "x1_squared": lambda x, _: x * x,
    "x2_squared": lambda _, y: y * y,
    "x1_x2": lambda x, y: x * y,
    "sin_x1": lambda x, _: math.sin(x),
    "sin_x2": lambda _, y: math.sin(y),
}


@dataclass
class Link:
    source: int
    weight: float
    dead: bool = False
    sum_of_slopes: float = 0.0


@dataclass
class Neuron:
    links: list[Link]
    bias: float
    function: str
    total: float = 0.0
    output: float = 0.0
    slope: float = 0.0
    sum_of_slopes: float = 0.0


@dataclass
class PlainNetwork:
    """A network from a flat vector of parameters, in the engine's order."""

    config: TrainingConfig
    parameters: Sequence[float]
    layers: list[list[Neuron]] = field(default_factory=list)

    def __post_init__(self) -> None:
        values = iter(self.parameters)
        before = len(self.config.features)
        for size in (*self.config.hidden_layers, 1):
            weights = [[next(values) for _ in range(size)] for _ in range(before)]
            biases = [next(values) for _ in range(size)]
            self.layers.append(
                [
                    Neuron([Link(i, weights[i][j]) for i in range(before)], biases[j], self.config.activation)
                    for j in range(size)
                ]
            )
            before = size
        self.layers[-1][0].function = self.config.output_activation

    def flat(self) -> list[float]:
        result = []
        for layer in self.layers:
            result += [neuron.links[i].weight for i in range(len(layer[0].links)) for neuron in layer]
            result += [neuron.bias for neuron in layer]
        return result

    def dead_weights(self) -> int:
        return sum(link.dead for layer in self.layers for neuron in layer for link in neuron.links)

    def output(self, row: Row) -> float:
        values = [INPUTS[name](row[0], row[1]) for name in self.config.features]
        for layer in self.layers:
            for neuron in layer:
                neuron.total = neuron.bias + sum(link.weight * values[link.source] for link in neuron.links)
                neuron.output = FUNCTIONS[neuron.function][0](neuron.total)
            values = [neuron.output for neuron in layer]
        return values[0]

    def target(self, row: Row) -> float:
        return (row[2] + 1) / 2 if self.config.output_activation == "sigmoid" else row[2]

    def loss(self, rows: Sequence[Row]) -> float:
        errors = [self.output(row) - self.target(row) for row in rows]
        return sum(0.5 * error * error for error in errors) / len(rows)

    def epoch(self, rows: Sequence[Row]) -> None:
        for start in range(0, len(rows), self.config.batch_size):
            batch = rows[start : start + self.config.batch_size]
            for row in batch:
                self._accumulate(row)
            self._update(len(batch))

    def _accumulate(self, row: Row) -> None:
        self.layers[-1][0].slope = self.output(row) - self.target(row)
        inputs = [INPUTS[name](row[0], row[1]) for name in self.config.features]
        for depth in reversed(range(len(self.layers))):
            before = self.layers[depth - 1] if depth else []
            for neuron in before:
                neuron.slope = 0.0
            for neuron in self.layers[depth]:
                delta = neuron.slope * FUNCTIONS[neuron.function][1](neuron.total)
                neuron.sum_of_slopes += delta
                for link in neuron.links:
                    link.sum_of_slopes += delta * (
                        before[link.source].output if depth else inputs[link.source]
                    )
                    if depth:
                        before[link.source].slope += delta * link.weight

    def _update(self, count: int) -> None:
        rate = self.config.learning_rate
        for layer in self.layers:
            for neuron in layer:
                neuron.bias -= rate * neuron.sum_of_slopes / count
                neuron.sum_of_slopes = 0.0
                for link in neuron.links:
                    if not link.dead:
                        self._move(link, rate * link.sum_of_slopes / count)
                    link.sum_of_slopes = 0.0

    def _move(self, link: Link, distance: float) -> None:
        kind, strength = (
            self.config.regularization,
            self.config.learning_rate * self.config.regularization_rate,
        )
        pull = {"none": 0.0, "l1": float((link.weight > 0) - (link.weight < 0)), "l2": link.weight}[kind]
        middle = link.weight - distance
        link.weight = middle - strength * pull
        if kind == "l1" and middle * link.weight < 0:
            link.weight, link.dead = 0.0, True
