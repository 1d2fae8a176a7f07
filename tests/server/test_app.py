import sys
import threading
from pathlib import Path

import pytest

from server.app import create_app
from server.settings import Settings
from server.version import VERSION
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio


@pytest.mark.usefixtures("compiled")  # or a thread that loads would be counted
async def test_threads_live_as_long_as_the_application(assets: Path) -> None:
    before, interval = threading.active_count(), sys.getswitchinterval()
    app = create_app(Settings(threads=3), assets=assets)
    assert threading.active_count() == before
    async with rest_client(app) as client:
        assert threading.active_count() == before + 5  # the session store's and the rooms' own
        assert (await client.get("/api/health")).status_code == 200
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("trainer-")]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("rooms")]
    assert sys.getswitchinterval() == pytest.approx(interval)


def test_settings_come_from_the_environment_unless_given(
    monkeypatch: pytest.MonkeyPatch, assets: Path
) -> None:
    monkeypatch.setenv("TINKERNET_MAX_SESSIONS", "7")
    assert create_app(assets=assets).state.settings.max_sessions == 7
    app = create_app(Settings(max_sessions=8), assets=assets)
    assert app.state.settings.max_sessions == 8
    assert app.version == VERSION
