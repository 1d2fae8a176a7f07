"""What sweeps cost and gain on a Ray cluster of this machine: workers, learners beside them, many results.

    python -m tests.benchmarks.scale_sweeps [--runs 1000] [--rounds 5] [--many 100000] [PART ...]

The parts, all by default:

- `workers`: the time of a sweep of `--runs` networks of case B (seven inputs, three layers of eight, ReLU),
  200 epochs each, by one worker, by as many as there are cores, and by the threads of this process, in turns;
  medians and their ratios, and what this process needs for its part.
- `learners`: frames a second of 100 learners at 30 on a server beside which no sweep runs, one whose tasks
  give way by 19, and one whose tasks do not.
- `many`: the time a run takes, this process's memory, and how fast results are read, of `--many` runs of one
  epoch.

Only a quiet machine gives figures worth telling.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from engine.config import TrainingConfig
from engine.kernels import compile_cache
from server.app import create_app
from server.cluster.ray_start import ray_cluster
from server.jobs.bundle_pool import BundlePool
from server.jobs.sweep_plan import ConsecutiveSeeds, SweepPlan
from server.jobs.sweep_pool import SweepPool
from server.jobs.sweeps import Sweep
from server.jobs.worker_pool import WorkerPool
from server.runtime.scheduler import Scheduler
from server.sessions.training_run import StopCriterion
from server.settings import Settings
from tests.benchmarks.load import Scene, line, play, used
from tests.server.rest_client import rest_client

SEVEN = ("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")
CASE_B = {"features": SEVEN, "hidden_layers": (8, 8, 8), "activation": "relu", "learning_rate": 0.003}
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def sweep_of(runs: int, epochs: int, **config: Any) -> Sweep:
    """Return a sweep over seeds."""
    shared = TrainingConfig().changed(config)
    return Sweep(SweepPlan(shared, [{}], ConsecutiveSeeds(0, runs), "weights", epochs, StopCriterion()))


def timed(pool: SweepPool, sweep: Sweep) -> float:
    """Return the seconds that a pool takes for a sweep."""
    began = time.monotonic()
    pool.submit_sweep(sweep)
    assert sweep.ended.result() == "done"
    assert sweep.number_finished == sweep.plan.runs
    return time.monotonic() - began


@contextmanager
def on_ray(**settings: Any) -> Iterator[BundlePool]:
    """Yield a pool on the Ray cluster that was started."""
    from server.cluster.tasks.ray_executor import RayExecutor  # noqa: PLC0415 - Ray has been started first

    pool = BundlePool(RayExecutor(Settings(**settings)))
    try:
        yield pool
    finally:
        pool.stop()


@contextmanager
def in_threads(threads: int) -> Iterator[WorkerPool]:
    """Yield a pool of threads of this process."""
    scheduler = Scheduler(threads)
    pool = WorkerPool(scheduler, threads, max_slice=0.004)
    scheduler.start()
    try:
        yield pool
    finally:
        pool.stop()
        scheduler.stop()


def measure_workers(runs: int, rounds: int) -> None:
    """Print what a sweep takes with one worker and with all."""
    own: list[float] = []
    with (
        on_ray(job_share=1 / CORES, job_nice=0) as one,
        on_ray(job_share=1.0, job_nice=0) as all_,
        in_threads(1) as thread,
        in_threads(CORES) as threads,
    ):
        pools: dict[str, SweepPool] = {
            "one worker": one,
            f"{CORES} workers": all_,
            "one thread": thread,
            f"{CORES} threads": threads,
        }
        for pool in pools.values():
            timed(pool, sweep_of(20 * CORES, 200, **CASE_B))  # processes and kernels are there now
        times: dict[str, list[float]] = {name: [] for name in pools}
        trained: dict[str, list[float]] = {name: [] for name in pools}
        for _ in range(rounds):
            for name, pool in pools.items():
                sweep, before = sweep_of(runs, 200, **CASE_B), time.process_time()
                times[name].append(timed(pool, sweep))
                trained[name].append(sweep.seconds)
                if pool is all_:
                    own.append(time.process_time() - before)
    medians = {name: statistics.median(values) for name, values in times.items()}
    load = os.getloadavg()[0]
    print(f"a sweep of {runs} networks of case B, 200 epochs each, {rounds} rounds, load {load:.1f}")
    for name, median in medians.items():
        busy, spread = statistics.median(trained[name]), f"{min(times[name]):.2f} to {max(times[name]):.2f}"
        ratio = medians["one worker"] / median
        print(f"{name:12} {median:7.2f} s ({spread}), training {busy:.2f} s; {ratio:5.2f} times one worker")
    print(f"this process, for {CORES} workers: {statistics.median(own):.2f} s of processor time")


def measure_learners(runs: int) -> None:
    """Print the frame rate of learners without a sweep and beside one."""
    scene = Scene.read("small:100@30")
    for name, nice in (("no sweep", None), ("a sweep that gives way by 19", 19), ("one that does not", 0)):
        sweep = sweep_of(100 * runs, 1000, **CASE_B)
        with on_ray(job_share=1.0, job_nice=nice or 0) as pool:
            if nice is not None:
                pool.submit_sweep(sweep)
                while not sweep.number_finished:
                    time.sleep(0.05)
            before, began = sweep.seconds, time.monotonic()
            result = play(scene, 10.0)
            share = (sweep.seconds - before) / (time.monotonic() - began)
            sweep.cancel()
        print(f"100 learners at 30, {name}: the sweep had {share:.2f} cores; {line(result)}")


async def measure_many(runs: int) -> None:
    """Print what very many short runs take, and their results."""
    settings = Settings(max_runs_per_call=2_000_000, max_job_seconds=1e6, job_share=1.0, job_nice=0)
    from server.cluster.tasks.ray_executor import RayExecutor  # noqa: PLC0415 - Ray has been started first

    with tempfile.TemporaryDirectory() as folder:
        settings = settings.model_copy(update={"database_url": f"sqlite:///{folder}/tinkernet.db"})
        app = create_app(settings, bundle_executor=RayExecutor(settings))
        async with rest_client(app) as api:
            _, before = used(os.getpid())
            began, own, read = time.monotonic(), time.process_time(), 0
            most = before
            body = {"config": {"hidden_layers": [2]}, "seeds": runs, "epochs": 1}
            path = f"/api/runs/{(await api.post('/api/runs', json=body)).raise_for_status().json()['id']}"
            while (state := (await api.get(path, params={"wait": 5})).json())["state"] == "running":
                most = max(most, used(os.getpid())[1])
            took = time.monotonic() - began
            own = time.process_time() - own
            most = max(most, used(os.getpid())[1])
            print(
                f"{state['done']:,} runs of one epoch: {took:.1f} s, {1e6 * took / runs:.0f} us a run; this "
                f"process took {1e6 * own / runs:.0f} us of its processor a run, {most - before:.0f} MB"
            )
            began, first = time.monotonic(), 0
            while first < runs:  # in pieces: this client keeps an answer whole
                page = await api.get(f"{path}/each", params={"first": first, "limit": 10_000})
                first += len(page.json()["runs"])
                read += len(page.content)
            print(f"read again in pages: {time.monotonic() - began:.1f} s, {read / runs:.0f} bytes a run")


def main() -> None:
    """Measure the parts that the command line names."""
    parts: dict[str, Callable[[argparse.Namespace], None]] = {
        "workers": lambda chosen: measure_workers(chosen.runs, chosen.rounds),
        "learners": lambda chosen: measure_learners(chosen.runs),
        "many": lambda chosen: asyncio.run(measure_many(chosen.many)),
    }
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(parts)}; by default all")
    chosen = parser.parse_args()
    assert compile_cache.wait()
    with ray_cluster(cores=CORES):
        for part in chosen.parts or parts:
            parts[part](chosen)


if __name__ == "__main__":
    main()
