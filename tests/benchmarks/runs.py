"""What programs' trainings cost: stopping at a loss, and building a network, as ratios measured in one run.

    python -m tests.benchmarks.runs

Prints the time of an epoch of the first network without and with measured losses, with a condition on the
loss, the accuracy or the score; and what building a session costs beside an epoch. Times are processor
time of the thread, so that other programs disturb them little.
"""

import statistics
import time
from collections.abc import Callable

from engine.config import TrainingConfig
from engine.kernels import compile_cache
from server import engine_status
from server.sessions.session import Session
from server.sessions.training_run import StopCriterion, TrainingRun
from server.settings import Settings

EPOCHS, ROUNDS, BUILT = 2000, 7, 50


def never() -> bool:
    """Return that training need not stop."""
    return False


def epoch_of(criterion: StopCriterion, *, records: bool = False) -> Callable[[], float]:
    """Return a function that measures an epoch of a run, in seconds."""

    def measured() -> float:
        session = Session(TrainingConfig(learning_rate=1e-4))
        run = TrainingRun("epoch", EPOCHS, criterion, records_losses=records)
        session.start_run(run)
        began = time.thread_time()
        session.do_work(never)
        assert run.done == EPOCHS
        return (time.thread_time() - began) / EPOCHS

    return measured


def building() -> float:
    """Return the seconds that it takes to build a session."""
    config = TrainingConfig()
    began = time.thread_time()
    for _ in range(BUILT):
        Session(config)
    return (time.thread_time() - began) / BUILT


def main() -> None:
    """Measure everything in turns, and print the medians."""
    engine_status.start(Settings().data_dir / "kernels")
    compile_cache.wait()
    works = {
        "an epoch": epoch_of(StopCriterion()),
        "with its losses measured": epoch_of(StopCriterion(), records=True),
        "until a loss": epoch_of(StopCriterion(test_loss=0.0)),
        "until an accuracy": epoch_of(StopCriterion(test_accuracy=1.0, train_loss=1.0, test_loss=1.0)),
        "until a score": epoch_of(StopCriterion(score=0.0)),
        "until all of them": epoch_of(StopCriterion(test_loss=0.0, test_accuracy=1.0, score=0.0)),
        "building a session": building,
    }
    times = {name: [work() for _ in range(1)] for name, work in works.items()}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(work())
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}
    for name, seconds in medians.items():
        print(f"{name:26} {1e6 * seconds:8.1f} us  {seconds / medians['an epoch']:6.1f} epochs")


if __name__ == "__main__":
    main()
