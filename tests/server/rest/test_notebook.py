"""The client in a real Jupyter notebook: kernel, cells, and what they show."""

from pathlib import Path

import httpx
import pytest

from tests.server.live import Live

nbclient = pytest.importorskip("nbclient", reason="install the extra `client`")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

CELLS = (
    'from urllib.request import urlretrieve\n_ = urlretrieve("{url}/api/client.py", "tinkernet.py")',
    "from tinkernet import Tinkernet, TinkernetError\nsession = Tinkernet().session(dataset='circle')",
    "session.train(300, until={{'test_loss': 0.05}}, progress=True)['ending']",
    "session.predict([[0, 0], [5, 5]]).shape, session.surface(resolution=20).shape",
    "session.show()",
    """try:
    session.configure(noise=200)
except TinkernetError as error:
    print(error.code, error.field)""",
    "len(Tinkernet().runs(grid={{'noise': [0, 20]}}, seeds=2, epochs=3).wait())",
    "print(session.id)",
)


def test_a_notebook_downloads_the_client_trains_and_shows_the_session(live: Live, tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell.format(url=live.url)) for cell in CELLS]
    )
    nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    outputs = [cell["outputs"] for cell in notebook["cells"]]
    assert outputs[2][-1]["data"]["text/plain"] == "'reached'"
    assert "of 300" in outputs[2][0]["text"]
    assert outputs[3][0]["data"]["text/plain"] == "((2, 1), (20, 20))"
    shown = outputs[4][0]["data"]["text/html"]
    assert shown.startswith(f'<iframe src="{live.url}/?session=')
    assert outputs[5][0]["text"] == "invalid_value config.noise\n"
    assert outputs[6][0]["data"]["text/plain"] == "2"
    session = outputs[7][0]["text"].strip()
    assert httpx.get(f"{live.url}/api/sessions/{session}").json()["metrics"]["test_loss"] <= 0.05
