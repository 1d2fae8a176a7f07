"""A Python client generated from the live OpenAPI document: no warnings about models, and it works."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import numpy as np
import pytest

from tests.support.process import running_server

pytest.importorskip("openapi_python_client", reason="install the extra `client`")
pytestmark = pytest.mark.slow

PACKAGE = "tinkernet_generated_client"


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    with running_server() as server:
        yield server.url


@pytest.fixture(scope="module")
def generated(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Generate the client and make it importable; return what the generator printed."""
    folder = tmp_path_factory.mktemp("client")
    document = folder / "openapi.json"
    document.write_bytes(httpx.get(f"{server_url}api/openapi.json", timeout=60).raise_for_status().content)
    printed = _generate(document, folder / PACKAGE)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield printed


def _generate(document: Path, target: Path) -> str:
    config = document.with_name("config.yml")
    config.write_text("post_hooks: []\n")  # no formatting of the generated code
    program = "from openapi_python_client.cli import app; app()"
    options = ["generate", "--path", document, "--output-path", target, "--meta", "none", "--config", config]
    command = [sys.executable, "-c", program, *map(str, options)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return result.stdout + result.stderr


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


def test_only_pictures_and_a_table_as_body_are_left_out(generated: str) -> None:
    """The generator knows no images, no JSON lines, and no CSV as body; nor duplicate models."""
    warnings = [line for line in generated.splitlines() if line.startswith("WARNING")]
    assert warnings == [
        "WARNING parsing POST /api/own-data/preview within own_data. Endpoint will not be generated.",
        "WARNING parsing GET /api/sessions/{session}/surface.png within network.",
        "WARNING parsing GET /api/runs/{runs}/results.ndjson within runs.",
        "WARNING parsing GET /api/rooms/{room}/qr.svg within classroom.",
    ]


@pytest.mark.usefixtures("generated")
def test_typed_calls_create_a_session_train_it_and_read_its_metrics(server_url: str) -> None:
    models: Any = _module("models")
    base_url, timeout = server_url.rstrip("/"), httpx.Timeout(60)
    with _module("client").Client(base_url=base_url, timeout=timeout) as client:
        session = _module("api.sessions.create_session").sync(client=client, body=models.NewSession())
        assert isinstance(session, models.SessionState)
        job = _module("api.training.train").sync(
            session.id, client=client, body=models.SessionTrainingRequest(epochs=5, wait=30.0)
        )
        assert isinstance(job, models.JobState)
        assert job.ending == "done"
        metrics = _module("api.numbers.metrics").sync(session.id, client=client)
        assert isinstance(metrics, models.SessionMetrics)
        assert metrics.epoch == 5


@pytest.mark.usefixtures("generated")
def test_typed_calls_read_tables_as_csv_and_surfaces_as_files(server_url: str) -> None:
    models: Any = _module("models")
    timeout = httpx.Timeout(60)
    with _module("client").Client(base_url=server_url.rstrip("/"), timeout=timeout) as client:
        session = _module("api.sessions.create_session").sync(client=client, body=models.NewSession())
        for name, columns in (
            ("losses_csv", "epoch,train_loss,test_loss"),
            ("metrics_csv", "epoch,batch,train_loss,test_loss,train_accuracy,test_accuracy"),
            ("points_csv", "part,x1,x2,target"),
        ):
            table = _module(f"api.numbers.{name}").sync(session.id, client=client)
            assert table.splitlines()[0] == columns
        table = _module("api.datasets.dataset_csv").sync("circle", client=client, count=7)
        assert len(table.splitlines()) == 8
        runs = _module("api.runs.create_runs").sync(
            client=client, body=models.NewRuns(epochs=2, seeds=3, wait=30.0)
        )
        table = _module("api.runs.read_runs_csv").sync(runs.id, client=client, each=True)
        assert len(table.splitlines()) == 4
        file = _module("api.network.surface_npy").sync(
            session.id, client=client, resolution=9, bounds=[0.0, 1.0, 0.0, 2.0]
        )
        assert np.load(file.payload).shape == (9, 9)
