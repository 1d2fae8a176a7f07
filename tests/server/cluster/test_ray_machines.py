"""A machine of several leaves in mid-run: its learners go on elsewhere, the others notice nothing."""

import subprocess
import sys

import pytest

from tests.server.cluster.local_cluster import HAS_RAY
from tests.support import postgresql


@pytest.mark.slow
@pytest.mark.skipif(not HAS_RAY, reason="Ray is not installed")
@pytest.mark.skipif(not postgresql.IS_THERE, reason="PostgreSQL or psycopg is not installed")
def test_learners_of_a_machine_that_is_killed_go_on_elsewhere() -> None:
    command = [sys.executable, "-m", "tests.server.cluster.ray_machines"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert ended.stdout.endswith("fine\n"), ended.stderr
