"""How fast a convolutional network learns handwritten digits, beside PyTorch, all measured in one run.

    python -m tests.benchmarks.digits [--json]

Prints the time of an epoch of 1,437 digits with our plain NumPy, our compiled kernels and, where it is
installed, PyTorch on one thread, from the same initial parameters: medians of rounds in which all take turns.
Times are processor time of the process, so that other programs disturb them little: all three use one thread.
Then, for ten seeds, how many seconds by the clock it trains and measures until 97 % of the other 360 digits
are recognized, and how many are after a hundred epochs.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from engine.config import TrainingConfig
from engine.kernels import compile_cache, registry, run_training
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.loop import ReferenceLoop, TrainingLoop
from engine.state import State
from engine.training.trainer import Trainer
from tests.benchmarks import digits_torch

ROUNDS = 15
SEEDS = range(10)
ACCURACY = 0.97
MAX_SECONDS = 15.0
EPOCHS = 100

LAYERS: tuple[dict[str, Any], ...] = (
    {"kind": "conv", "filters": 8},
    {"kind": "max_pool"},
    {"kind": "conv", "filters": 16},
    {"kind": "max_pool"},
    {"kind": "dense", "neurons": 32},
)


def config(seed: int) -> TrainingConfig:
    """Return the settings of the benchmark; `seed` draws the weights, and which digits are trained."""
    return TrainingConfig.model_validate(
        {
            "problem": "images",
            "layers": LAYERS,
            "activation": "relu",
            "initializer": "he_uniform",
            "optimizer": "adam",
            "learning_rate": 0.003,
            "batch_size": 32,
            "train_percent": 80,
            "noise": 0,
            "data_seed": seed,
            "weights_seed": seed,
        }
    )


def epoch(
    make: type[ReferenceLoop] | type[run_training.CompiledLoop], trainer: Trainer
) -> Callable[[], None]:
    """Return a function that trains an epoch by one of our loops."""
    settings, network = trainer.config, trainer.network.copy()
    train = trainer.arrays.train_inputs, trainer.arrays.train_targets
    loop: TrainingLoop = make(network, settings, *train, settings.batch_size)
    slots = OPTIMIZERS[settings.optimizer].slots
    state = State.initial(network.parameters, network.buffers, slots)
    batches = -(-len(train[0]) // settings.batch_size)

    def run() -> None:
        assert loop.run_batches(state, batches)

    return run


def epochs() -> dict[str, list[float]]:
    """Return the milliseconds of an epoch in each round, by engine."""
    trainer = Trainer(config(0))
    works = {"NumPy": epoch(ReferenceLoop, trainer), "compiled": epoch(run_training.CompiledLoop, trainer)}
    if digits_torch.is_installed():
        for precision in ("float64", "float32"):
            works[f"PyTorch {precision}"] = digits_torch.epoch(trainer, precision)
    for work in works.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            start = time.process_time()
            work()
            times[name].append((time.process_time() - start) * 1e3)
    return times


def learned(seed: int) -> dict[str, float | None]:
    """Return after how many seconds and epochs the accuracy was reached, and what it is after `EPOCHS`."""
    trainer = Trainer(config(seed))
    taken = 0.0
    found: dict[str, float | None] = {"seed": seed, "seconds": None, "epoch": None, "accuracy": None}
    while (found["seconds"] is None and taken < MAX_SECONDS) or trainer.epoch < EPOCHS:
        start = time.perf_counter()
        metrics = trainer.train_and_evaluate(1, 1).metrics
        taken += time.perf_counter() - start
        assert metrics is not None
        assert metrics.test_accuracy is not None
        if found["seconds"] is None and taken < MAX_SECONDS and metrics.test_accuracy >= ACCURACY:
            found["seconds"], found["epoch"] = taken, trainer.epoch
        if trainer.epoch == EPOCHS:
            found["accuracy"] = metrics.test_accuracy
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    start = time.perf_counter()
    assert compile_cache.wait(), f"the kernels are {compile_cache.status()}"
    assert all(map(compile_cache.wait_for, registry.ON_DEMAND))
    loading = time.perf_counter() - start
    times, results = epochs(), [learned(seed) for seed in SEEDS]
    if as_json:
        print(json.dumps({"epoch_ms": times, "seeds": results}))
        return
    print(f"kernels loaded in {loading:.2f} s (compiled first, if they were not in the cache)\n")
    print(f"an epoch of 1,437 digits in milliseconds: median of {ROUNDS} rounds (fastest to slowest)")
    ours = statistics.median(times["compiled"])
    for name, values in times.items():
        median, spread = statistics.median(values), f"({min(values):.1f} to {max(values):.1f})"
        print(f"{name:16} {median:8.1f}  {spread:20}  {median / ours:5.2f} times the compiled kernels")
    if not digits_torch.is_installed():
        print("PyTorch is not installed: pip install 'tinkernet[torch]'")
    print(f"\n{ACCURACY:.0%} of the other 360 digits, within {MAX_SECONDS:.0f} s of training and measuring")
    for each in results:
        found = "not reached"
        if each["seconds"] is not None:
            found = f"after {each['seconds']:5.2f} s, {each['epoch']:3} epochs"
        print(f"seed {each['seed']}: {found}; {each['accuracy']:.1%} after {EPOCHS} epochs")
    reached = [each["seconds"] for each in results if each["seconds"] is not None]
    print(
        f"{len(reached)} of {len(results)} seeds"
        + (f", median {statistics.median(reached):.2f} s" * bool(reached))
    )


if __name__ == "__main__":
    main()
