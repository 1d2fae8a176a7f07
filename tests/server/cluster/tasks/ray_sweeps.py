"""Sweeps over a real Ray, in a process of its own: Ray changes the environment of the process that starts it.

    python -m tests.server.cluster.tasks.ray_sweeps NAME

runs one of the functions below and prints `fine` at its end.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.config import TrainingConfig
from engine.kernels import compile_cache
from server.app import create_app
from server.cluster.ray_start import ray_cluster
from server.jobs import bundle_pool
from server.jobs.bundle_pool import BundlePool
from server.jobs.bundles import Bundle, train_bundle
from server.jobs.finished_runs import with_names
from server.jobs.sweep_plan import ConsecutiveSeeds, SweepPlan
from server.jobs.sweeps import Sweep
from server.sessions.training_run import StopCriterion
from server.settings import Settings
from tests.server.rest_client import rest_client

TIMEOUT = 120.0
CONFIG = TrainingConfig().changed({"hidden_layers": [8, 8, 8], "activation": "relu", "learning_rate": 0.003})


def sweep_of(runs: int, epochs: int, **changes: Any) -> Sweep:
    plan = SweepPlan(CONFIG, [{}], ConsecutiveSeeds(0, runs), "weights", epochs, StopCriterion(), **changes)
    return Sweep(plan)


def workers() -> list[int]:
    """Return the processes below this one that train bundles."""
    parents, names = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            names[int(folder.name)] = (folder / "cmdline").read_text()
        except OSError:
            continue
        parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])

    def is_below(process: int) -> bool:
        while process in parents and process != os.getpid():
            process = parents[process]
        return process == os.getpid()

    return [process for process, name in names.items() if name.startswith("ray::train") and is_below(process)]


def wait_for_workers(count: int) -> list[int]:
    deadline = time.monotonic() + TIMEOUT
    while len(found := workers()) < count:
        assert time.monotonic() < deadline, found
        time.sleep(0.01)
    return found


def niceness(worker: int) -> dict[int, int]:
    """Return by how much each thread of a process gives way."""
    stats = {int(task.name): (task / "stat").read_text() for task in Path(f"/proc/{worker}/task").iterdir()}
    return {task: int(stat.rpartition(")")[2].split()[16]) for task, stat in stats.items()}


def wait_until_all_train(count: int) -> None:
    """Wait until so many workers have a thread that trains, which gives way by 19."""
    deadline = time.monotonic() + TIMEOUT
    while sum(19 in niceness(worker).values() for worker in workers()) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wait_for_done(sweep: Sweep, runs: int) -> None:
    deadline = time.monotonic() + TIMEOUT
    while sweep.number_finished < runs:
        assert time.monotonic() < deadline, sweep.number_finished
        assert not sweep.ended.done(), sweep.ended
        time.sleep(0.01)


def assert_all_there_each_once(sweep: Sweep) -> None:
    assert sweep.ended.result(TIMEOUT) == "done"
    assert sweep.number_finished == sweep.plan.runs
    assert [run.seed for run in sweep.results] == list(range(sweep.plan.runs))


@contextmanager
def pool_on_ray(**settings: Any) -> Iterator[BundlePool]:
    from server.cluster.tasks.ray_executor import RayExecutor  # noqa: PLC0415 - Ray has been started first

    pool = BundlePool(RayExecutor(Settings(job_share=1.0, **settings)))
    yield pool
    pool.stop()


def same_results() -> None:
    """Runs on Ray have, bit for bit, the results of runs in this process."""
    assert compile_cache.wait()
    with ray_cluster(cores=2), pool_on_ray() as pool:
        sweep = sweep_of(200, 50)
        pool.submit_sweep(sweep)
        assert_all_there_each_once(sweep)
        here = train_bundle(sweep.plan, Bundle(0, 200), lambda: False)
        assert sweep.results == list(with_names(here.records, sweep.plan))


def killed() -> None:
    """A process that is killed in mid-run costs no result, and gives none twice."""
    with ray_cluster(cores=2), pool_on_ray() as pool:
        sweep = sweep_of(600, 2000)
        pool.submit_sweep(sweep)
        for done in (50, 200):
            wait_for_done(sweep, done)
            os.kill(wait_for_workers(1)[0], signal.SIGKILL)
        assert_all_there_each_once(sweep)
        assert pool.lost >= 1


def hanging() -> None:
    """What a process that hangs was to train, another trains at last."""
    bundle_pool.BACKUP_AFTER = 2.0
    with ray_cluster(cores=2), pool_on_ray() as pool:
        sweep = sweep_of(300, 1000)
        pool.submit_sweep(sweep)
        wait_for_done(sweep, 20)
        hung = wait_for_workers(2)[0]
        os.kill(hung, signal.SIGSTOP)
        assert_all_there_each_once(sweep)
        deadline = time.monotonic() + TIMEOUT
        while pool.running:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(hung, signal.SIGKILL)


def cancelled() -> None:
    """A sweep that is cancelled, or takes too long, stops in mid-run."""
    with ray_cluster(cores=2), pool_on_ray() as pool:
        sweep = sweep_of(4, 1_000_000_000)
        pool.submit_sweep(sweep)
        (one, other) = wait_for_workers(2)
        del one, other
        sweep.cancel()
        deadline = time.monotonic() + 10
        while pool.running:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        after = sweep_of(20, 5)
        pool.submit_sweep(after)
        assert_all_there_each_once(after)


def priority() -> None:
    """Only the thread that trains gives way; Ray may use the process for something else later."""
    with ray_cluster(cores=1), pool_on_ray(job_nice=18) as pool:
        sweep = sweep_of(1, 1_000_000_000)
        pool.submit_sweep(sweep)
        (worker,) = wait_for_workers(1)
        deadline = time.monotonic() + TIMEOUT
        while True:
            nice = niceness(worker)
            if 18 in nice.values():
                break
            assert time.monotonic() < deadline, nice
            time.sleep(0.01)
        assert list(nice.values()).count(18) == 1
        assert nice[worker] == 0
        sweep.cancel()


def over_rest() -> None:
    """The server hands what programs ask for to the cluster; its stream has every run."""

    async def ask(folder: str) -> None:
        from server.cluster.tasks.ray_executor import RayExecutor  # noqa: PLC0415 - Ray has been started

        settings = Settings(database_url=f"sqlite:///{folder}/tinkernet.db", max_runs_per_call=5000)
        app = create_app(settings, bundle_executor=RayExecutor(settings))
        async with rest_client(app) as api:
            config = {"dataset": "xor", "hidden_layers": [3]}
            asked = {"config": config, "grid": {"learning_rate": [0.03, 0.3]}, "seeds": 1000, "epochs": 5}
            path = f"/api/runs/{(await api.post('/api/runs', json=asked)).raise_for_status().json()['id']}"
            lines = (await api.get(f"{path}/results.ndjson", timeout=TIMEOUT)).text.splitlines()
            runs = [json.loads(line) for line in lines if line]
            assert len(runs) == 2000
            assert len({(run["setting"], run["seed"]) for run in runs}) == 2000
            state = (await api.get(path)).json()
            assert (state["state"], state["done"]) == ("ended", 2000)
            figures = (await api.get("/metrics")).text
            assert "tinkernet_bundles 0.0" in figures
            assert float(figures.split("\ntinkernet_epochs_total ")[1].split()[0]) == 10_000

    with ray_cluster(cores=2), tempfile.TemporaryDirectory() as folder:
        asyncio.run(ask(folder))


def in_an_actor() -> None:
    """A pool works in a Ray actor too, as a host of sessions is one."""
    with ray_cluster(cores=1):
        import ray  # noqa: PLC0415

        class Host:
            async def train(self) -> int:
                with pool_on_ray() as pool:
                    sweep = sweep_of(50, 5)
                    pool.submit_sweep(sweep)
                    await asyncio.wrap_future(sweep.ended)
                    return len({run.seed for run in sweep.results})

        host = ray.remote(num_cpus=0)(Host).remote()
        assert ray.get(host.train.remote(), timeout=TIMEOUT) == 50


def node_killed() -> None:
    """Of three machines one is killed in mid-run: all results are there, each once."""
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    folder = os.environ["RAY_TMPDIR"] = tempfile.mkdtemp(prefix="ray-")  # its sockets' paths must be short
    import ray  # noqa: PLC0415
    from ray.cluster_utils import Cluster  # noqa: PLC0415

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    ray.init(address=cluster.address, log_to_driver=False, logging_level="error")
    try:
        with pool_on_ray() as pool:
            sweep = sweep_of(9, 600_000)  # each run takes seconds: what is killed is in the middle of one
            pool.submit_sweep(sweep)
            wait_for_done(sweep, 1)
            wait_until_all_train(3)
            cluster.remove_node(nodes[0], allow_graceful=False)
            assert_all_there_each_once(sweep)
            assert pool.lost >= 1
            print(f"{pool.lost} bundles were lost", file=sys.stderr)
    finally:
        ray.shutdown()
        cluster.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
    print("fine")
