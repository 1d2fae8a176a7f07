"""Sweeps over a real Ray: results, processes that are killed or hang, a machine that leaves, cancelling."""

import subprocess
import sys
from importlib import util

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(util.find_spec("ray") is None, reason="Ray is not installed"),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


@pytest.mark.parametrize(
    "name",
    [
        "same_results",
        "killed",
        "hanging",
        "cancelled",
        "priority",
        "over_rest",
        "in_an_actor",
        "node_killed",
    ],
)
def test_sweeps_on_ray(name: str) -> None:
    command = [sys.executable, "-m", "tests.server.cluster.tasks.ray_sweeps", name]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ended.stdout.endswith("fine\n"), ended.stderr
