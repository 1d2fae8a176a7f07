"""How fast the engine is, beside plain NumPy and scikit-learn, all measured in one run.

    python -m tests.benchmarks.engine [--json]

Prints the time of an epoch of 250 points for four networks and three sizes of mini-batches, the time of the
heat maps of a frame (every neuron small, the output large), what two threads do compared to one, and how late
an event loop is while a thread trains. `plain` is the least that NumPy has to do: matrix products, no masks,
no losses, nothing checked; its heat maps are 100x100 of every neuron in 64-bit floats. `limit` is the same
number of multiply-adds and exponentials in straight vector loops, on one core.
"""

import argparse
import asyncio
import json
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from sklearn.neural_network import MLPRegressor

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.kernels import compile_cache, registry, run_heatmaps, run_training
from engine.nn.network import Network
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.heatmaps import ReferenceHeatMaps
from engine.reference.loop import ReferenceLoop, TrainingLoop
from engine.reference.node_grids import centres
from engine.seeding import Purpose, stream
from engine.state import State
from engine.training.build import build_network
from tests.benchmarks.arithmetic import Arithmetic
from tests.benchmarks.plain import Plain, PlainResidual

SEVEN = ("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")
POINTS = 250
BATCHES = (1, 10, POINTS)
ROUNDS = 7
COARSE, FINE = 20, 100

PendingSteps = Callable[[int], None]
"""Does something so many times."""


@dataclass(frozen=True)
class Case:
    """A network."""

    name: str
    features: tuple[str, ...]
    hidden_layers: tuple[int, ...]
    activation: str
    residual: bool = False
    """Whether a batch normalisation follows each hidden layer, and a residual connection every second one."""

    def __str__(self) -> str:
        layers = ",".join(map(str, self.hidden_layers))
        kind = "residual" if self.residual else self.activation
        return f"{self.name}  {len(self.features)}-[{layers}]-1 {kind}"

    def config(self, batch: int) -> TrainingConfig:
        # So slow that the weights stay as they are: what overflows or vanishes has another speed.
        return TrainingConfig(
            features=self.features,
            hidden_layers=self.hidden_layers,
            activation=self.activation,
            batch_size=batch,
            learning_rate=1e-4,
            normalization=("batch_norm",) * len(self.hidden_layers) if self.residual else (),
            residual=(0, 2) * (len(self.hidden_layers) // 2) if self.residual else (),
        )

    @property
    def batches(self) -> tuple[int, ...]:
        """Sizes of mini-batches; of one point there are no statistics."""
        return BATCHES[1:] if self.residual else BATCHES

    def plain(self, network: Network) -> Plain:
        return (PlainResidual if self.residual else Plain)(network, self.activation)


CASES = (
    Case("A", ("x1", "x2"), (4, 2), "tanh"),
    Case("B", SEVEN, (8, 8, 8), "relu"),
    Case("C", SEVEN, (8,) * 6, "tanh"),
    Case("D", SEVEN, (8,) * 6, "relu", residual=True),
)


def made(case: Case, batch: int) -> tuple[Network, TrainingConfig, Floats, Floats]:
    """Return a network with random data."""
    config = case.config(batch)
    network = build_network(config, stream(1, Purpose.WEIGHTS))
    rng = np.random.default_rng(2)
    inputs = network.inputs(rng.uniform(-6, 6, (POINTS, 2)))
    return network, config, inputs, rng.choice([-1.0, 1.0], (POINTS, 1))


def training(
    make: type[ReferenceLoop] | type[run_training.CompiledLoop], case: Case, batch: int
) -> PendingSteps:
    """Return training by one of our engines."""
    network, config, inputs, targets = made(case, batch)
    loop: TrainingLoop = make(network, config, inputs, targets, batch)
    state = State.initial(network.parameters, network.buffers, OPTIMIZERS[config.optimizer].slots)
    batches = -(-POINTS // batch)

    def work(count: int) -> None:
        assert loop.run_batches(state, count * batches)

    return work


def plain(case: Case, batch: int) -> PendingSteps:
    network, _, inputs, targets = made(case, batch)
    engine = case.plain(network)

    def work(count: int) -> None:
        for _ in range(count):
            engine.epoch(inputs, targets, batch)

    return work


def arithmetic(case: Case) -> PendingSteps:
    """Return the arithmetic of an epoch; normalizations and residual connections do not count."""
    shape = (len(case.features), *case.hidden_layers, 1)
    return Arithmetic(shape, POINTS, exponentials=case.activation == "tanh").work


def scikit_learn(case: Case, batch: int) -> PendingSteps:
    _, config, inputs, targets = made(case, batch)
    model = MLPRegressor(
        hidden_layer_sizes=config.hidden_layers,
        activation=case.activation,
        solver="sgd",
        alpha=0.0,
        batch_size=batch,
        learning_rate_init=config.learning_rate,
        momentum=0.0,
        shuffle=False,
    )

    def work(count: int) -> None:
        for _ in range(count):
            model.partial_fit(inputs, targets.ravel())

    return work


def drawing(make: type[ReferenceHeatMaps] | type[run_heatmaps.CompiledHeatMaps], case: Case) -> PendingSteps:
    """Return the heat maps of a frame by one of our engines."""
    network, _, _, _ = made(case, 10)
    heat_maps = make(network)

    def work(count: int) -> None:
        for _ in range(count):
            heat_maps.preview(COARSE)
            heat_maps.detail(len(network.layers), 0, FINE)

    return work


def plain_drawing(case: Case) -> PendingSteps:
    network, _, _, _ = made(case, 10)
    engine, inputs = case.plain(network), network.inputs(centres(FINE))

    def work(count: int) -> None:
        for _ in range(count):
            engine.forward(inputs)

    return work


def timed(works: dict[str, PendingSteps], least: float = 0.02) -> dict[str, float]:
    """Return the microseconds that each work takes once: the best of some rounds in which all take turns."""
    counts = {}
    for name, work in works.items():
        work(1)
        count, taken = 1, 0.0
        while taken < least:
            count = max(count + 1, int(count * min(10.0, 1.2 * least / max(taken, 1e-9))))
            start = time.perf_counter()
            work(count)
            taken = time.perf_counter() - start
            if count > 1 and taken > 2 * least:
                break
        counts[name] = count
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            start = time.perf_counter()
            work(counts[name])
            best[name] = min(best[name], (time.perf_counter() - start) / counts[name] * 1e6)
    return best


def done_by(threads: int, case: Case, seconds: float = 1.0) -> int:
    """Return how many epochs so many threads do in a time, each with a network of its own."""
    works = [training(run_training.CompiledLoop, case, 10) for _ in range(threads)]
    totals, over = [0] * threads, threading.Event()

    def run(number: int) -> None:
        while not over.is_set():
            works[number](25)
            totals[number] += 25

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    time.sleep(seconds)
    over.set()
    for thread in running:
        thread.join()
    return sum(totals)


def lateness(work: Callable[[], None] | None, seconds: float = 2.0) -> float:
    """Return by how many milliseconds an event loop is late, at the 99th percentile, while a thread works."""
    over = threading.Event()

    def run() -> None:
        while work is not None and not over.is_set():
            work()

    async def sample() -> list[float]:
        late = []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            due = time.perf_counter() + 0.002
            await asyncio.sleep(0.002)
            late.append((time.perf_counter() - due) * 1e3)
        return late

    thread = threading.Thread(target=run)
    thread.start()
    late = asyncio.run(sample())
    over.set()
    thread.join()
    return statistics.quantiles(late, n=100)[98]


def epochs() -> dict[tuple[str, int], dict[str, float]]:
    """Return the microseconds of an epoch: by case and mini-batch, then by engine."""
    return {
        (case.name, batch): timed(
            {
                "plain": plain(case, batch),
                "reference": training(ReferenceLoop, case, batch),
                "kernel": training(run_training.CompiledLoop, case, batch),
                "limit": arithmetic(case),
            }
            | ({} if case.residual else {"scikit-learn": scikit_learn(case, batch)})
        )
        for case in CASES
        for batch in case.batches
    }


def surfaces() -> dict[str, dict[str, float]]:
    """Return the microseconds of the heat maps of a frame: by case, then by engine."""
    return {
        case.name: timed(
            {
                "plain": plain_drawing(case),
                "reference": drawing(ReferenceHeatMaps, case),
                "kernel": drawing(run_heatmaps.CompiledHeatMaps, case),
            }
        )
        for case in CASES
    }


def show(engines: dict[str, float], of: str) -> str:
    first, limit = engines["plain"], engines.get("limit")
    cells = [f"{name} {us:9.1f} ({first / us:5.1f}x)" for name, us in engines.items() if name != "limit"]
    if limit:
        cells.append(f"arithmetic limit {limit:6.1f} (kernel: {engines['kernel'] / limit:.1f} times that)")
    return f"{of:<41}" + "   ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    start = time.perf_counter()
    assert compile_cache.wait(), f"the kernels are {compile_cache.status()}"
    assert all(map(compile_cache.wait_for, registry.ON_DEMAND))
    loading = time.perf_counter() - start
    trained, drawn = epochs(), surfaces()
    if as_json:
        rows = [
            {
                "case": case,
                "engine": engine,
                "batch": batch,
                "epoch_us": round(us, 2),
                "surface_us": round(drawn[case][engine], 2) if engine in drawn[case] else None,
            }
            for (case, batch), engines in trained.items()
            for engine, us in engines.items()
        ]
        print(json.dumps({"cases": rows}))
        return
    print(f"kernels loaded in {loading:.2f} s (compiled first, if they were not in the cache)\n")
    print("an epoch of 250 points, in microseconds; in brackets how many times as fast as plain NumPy")
    for case in CASES:
        for batch in case.batches:
            print(show(trained[case.name, batch], f"{case}, batch {batch}"))
    print("\npictures of a frame, in microseconds")
    for case in CASES:
        print(show(drawn[case.name], str(case)))
    print()
    for case in CASES:
        one, two = done_by(1, case), done_by(2, case)
        print(f"{case}: two threads do {two / one:.2f} times the work of one")
    print()
    print(f"an event loop is late, 99th percentile: idle {lateness(None):.2f} ms")
    for case in CASES:
        train, few = (
            training(run_training.CompiledLoop, case, 10),
            run_training.CompiledLoop(*made(case, 10), 10).epochs_per_call,
        )
        late = lateness(partial(train, few))
        print(f"  while {case} trains, {few} epochs a call: {late:.2f} ms")


if __name__ == "__main__":
    main()
