"""What a Ray task does: train one bundle of a sweep, in a worker process of any machine of the cluster."""

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
"""The most plans that a worker process keeps."""

COMPILE_TIMEOUT = 300.0
"""Seconds to wait for a machine's first compiling of the engine; after that plain NumPy trains."""


class BundleRequest(NamedTuple):
    """What a task is to do."""

    version: str
    """The version of Tinkernet that asks."""
    plan: Any
    """Ray's reference of the plan; within a tuple Ray does not replace it by its value."""
    bundle: Bundle
    nice: int
    """By how much the training gives way to others."""
    kernels: str
    """The folder of compiled kernels on the machine that asks."""


class _Known:
    """A plan that this process has, and the points of its grid for which the kernels are loaded."""

    def __init__(self, plan: SweepPlan) -> None:
        self.plan = plan
        self.ready: set[int] = set()


_plans: OrderedDict[str, _Known] = OrderedDict()


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
    # On another machine the folder may not be there: then the usual one of its system is taken.
    engine_status.start(folder) if folder.is_dir() else compile_cache.start()
    compile_cache.wait(timeout=COMPILE_TIMEOUT)
    known = _known(request.plan)
    _load_kernels(known, request.bundle)
    return run_in_low_priority(partial(train_bundle, known.plan, request.bundle), request.nice)


def _known(reference: Any) -> _Known:
    """Return a plan, which is fetched once."""
    key = reference.hex()
    if key not in _plans:
        _plans[key] = _Known(ray.get(reference))
        while len(_plans) > MAX_PLANS:
            _plans.popitem(last=False)
    _plans.move_to_end(key)
    return _plans[key]


def _load_kernels(known: _Known, bundle: Bundle) -> None:
    """Wait for the kernels that a bundle's networks need and that are loaded on demand."""
    if compile_cache.NONE_ON_DEMAND in os.environ:
        return
    plan, points = known.plan, len(known.plan.settings)
    for number in range(bundle.first, bundle.first + min(bundle.size, points)):
        if (point := number % points) not in known.ready:
            config = plan.config.changed(plan.settings[point])
            for name in registry.missing("train", config) or ():
                if name in registry.ON_DEMAND:
                    compile_cache.wait_for(name, COMPILE_TIMEOUT)
            known.ready.add(point)
