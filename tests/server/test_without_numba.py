"""A whole server where Numba cannot be imported: it says so, trains in NumPy, and draws heat maps."""

import os
from pathlib import Path

import httpx
import pytest

from tests.support.process import TIMEOUT, running_server

pytestmark = pytest.mark.medium

TRAINING = {"config": {"dataset": "circle"}, "epochs": 30, "points": [[0, 0]]}


@pytest.mark.slow
def test_a_server_without_numba_trains_and_draws(tmp_path: Path) -> None:
    for name in ("numba", "llvmlite"):
        (tmp_path / f"{name}.py").write_text(f"raise ImportError('no wheel of {name} for this machine')\n")
    root = str(Path(__file__).parents[2])
    with (
        running_server(PYTHONPATH=os.pathsep.join([str(tmp_path), root])) as server,
        httpx.Client(base_url=f"{server.url}api/", timeout=TIMEOUT) as client,
    ):
        server.wait_for_kernels()
        assert client.get("health").json()["engine"] == "plain"
        session = client.post("sessions", json={"config": {"dataset": "circle"}}).raise_for_status().json()
        assert session["engine"] == "reference"
        trained = client.post("train", json=TRAINING).raise_for_status().json()
        assert trained["result"]["metrics"]["train_loss"] < 0.4
        address = f"sessions/{session['id']}/surface"
        drawn = client.get(address, params={"format": "png", "resolution": 40}).raise_for_status()
        assert drawn.content.startswith(b"\x89PNG")
        assert "no wheel of" in "".join(server.printed)
