"""The work of a Ray task: trains one bundle of a sweep, in a worker process on any machine of the cluster."""

import os
from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import ray

from engine.kernels import compile_cache, registry
from server import engine_status
from server.cluster.tasks.low_priority import run_in_low_priority
from server.jobs.bundles import Bundle, BundleResult, train_bundle
from server.jobs.sweep_plan import SweepPlan
from server.jobs.work_state import SweepFailed
from server.version import VERSION

MAX_PLANS = 8
"""The most plans that a worker process caches."""

COMPILE_TIMEOUT = 300.0
"""Seconds to wait for a machine's first compilation of the engine; after that NumPy trains."""


class BundleRequest(NamedTuple):
    """The arguments of a task."""

    version: str
    """The version of Tinkernet that started the task."""
    plan: Any
    """Ray's reference to the `SweepPlan`; as it is within a tuple, Ray does not replace it by its value."""
    bundle: Bundle
    """The runs to train."""
    nice: int
    """The niceness of the training, from 0 to 19."""
    kernels: str
    """The folder of compiled kernels on the machine that started the task."""


class _CachedPlan:
    """A plan in this process's cache, and the points of its grid for which the kernels are loaded."""

    def __init__(self, plan: SweepPlan) -> None:
        self.plan = plan
        self.ready: set[int] = set()


_plans: OrderedDict[str, _CachedPlan] = OrderedDict()


def train(request: BundleRequest) -> BundleResult:
    """Train a bundle.

    Raises:
        server.jobs.work_state.SweepFailed: this machine has another version.
        server.jobs.bundles.BundleStopped: the task was cancelled.
    """
    if request.version != VERSION:
        raise SweepFailed(
            f"The machine {ray.util.get_node_ip_address()} has Tinkernet {VERSION}, the server has "
            f"{request.version}: all machines of a cluster need the same version."
        )
    folder = Path(request.kernels)
    # On another machine the folder may not exist; then the default folder is used.
    engine_status.start(folder) if folder.is_dir() else compile_cache.start()
    compile_cache.wait(timeout=COMPILE_TIMEOUT)
    cached = _cached_plan(request.plan)
    _load_kernels(cached, request.bundle)
    return run_in_low_priority(partial(train_bundle, cached.plan, request.bundle), request.nice)


def _cached_plan(reference: Any) -> _CachedPlan:
    """Return a plan from the cache, or fetch it from Ray."""
    key = reference.hex()
    if key not in _plans:
        _plans[key] = _CachedPlan(ray.get(reference))
        while len(_plans) > MAX_PLANS:
            _plans.popitem(last=False)
    _plans.move_to_end(key)
    return _plans[key]


def _load_kernels(cached: _CachedPlan, bundle: Bundle) -> None:
    """Wait until those on-demand kernels are loaded that the networks of a bundle need."""
    if compile_cache.NONE_ON_DEMAND in os.environ:
        return
    plan, points = cached.plan, len(cached.plan.settings)
    for number in range(bundle.first, bundle.first + min(bundle.size, points)):
        if (point := number % points) not in cached.ready:
            config = plan.config.changed(plan.settings[point])
            for name in registry.missing("train", config) or ():
                if name in registry.ON_DEMAND:
                    compile_cache.wait_for(name, COMPILE_TIMEOUT)
            cached.ready.add(point)
