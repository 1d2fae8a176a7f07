"""Points of one's own, stored for links that name them."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from server.storage.database import Database
from server.storage.lifetimes import FIRST_REMOVAL
from server.storage.shared_data import SharedDataLimits, SharedDataStore, id_of
from tests.server.clock import Clock
from tests.server.rest_client import api_client, create_session, problem_of

pytestmark = pytest.mark.anyio

COLUMN = {"name": "length <b>", "offset": 1.5, "factor": 2.0}
CONFIG: dict[str, Any] = {
    "problem": "multiclass",
    "classes": 3,
    "points": [[0, 1, 0], [2, 3, 2], [0.123456, 1, 1]],
    "data_columns": {"x1": COLUMN, "x2": COLUMN, "classes": ["a", "b", "花"]},
}


async def test_stored_points_come_back_as_settings_of_a_training(api: httpx.AsyncClient) -> None:
    answer = await api.post("own-data", json={"config": CONFIG})
    assert answer.status_code == 201, answer.text
    data = answer.json()["id"]
    found = (await api.get(f"own-data/{data}")).json()
    assert found["points"] == CONFIG["points"]
    session = await create_session(api, config=found)
    config = (await api.get(session)).json()["config"]
    assert (config["dataset"], config["data_columns"]["classes"]) == ("own", ["a", "b", "花"])


async def test_the_same_data_have_the_same_id(api: httpx.AsyncClient) -> None:
    ids = set()
    for config in (CONFIG, {**CONFIG, "noise": 5}, dict(reversed(CONFIG.items()))):
        ids.add((await api.post("own-data", json={"config": config})).json()["id"])
    assert len(ids) == 1
    other = (
        await api.post("own-data", json={"config": {**CONFIG, "classes": 4, "data_columns": None}})
    ).json()
    assert other["id"] not in ids


async def test_data_that_are_not_there_or_not_valid_are_refused(api: httpx.AsyncClient) -> None:
    assert problem_of(await api.get("own-data/nothing"))["code"] == "not_found"
    for config, field in (
        ({}, "config.points"),
        ({"points": [[0, 0, 1]]}, "config.points"),
        ({"points": [[0, 0, 1], [0, 0, 5]]}, "config.points"),
        ({**CONFIG, "data_columns": {"x1": COLUMN}}, "config.data_columns.x2"),
        ({**CONFIG, "colour": 1}, "config.colour"),
    ):
        assert problem_of(await api.post("own-data", json={"config": config}))["field"] == field, config


async def test_one_address_stores_a_limited_number_a_day(assets: Path, tmp_path: Path) -> None:
    async with api_client(tmp_path, assets, max_shared_data_per_address=2) as api:
        for x1, status in ((0, 201), (1, 201), (2, 429), (1, 201)):
            config = {"points": [[x1, 0, 1], [1, 1, -1]]}
            answer = await api.post("own-data", json={"config": config})
            assert answer.status_code == status
        assert "Retry-After" not in answer.headers


async def test_data_survive_a_restart(assets: Path, tmp_path: Path) -> None:
    async with api_client(tmp_path, assets) as api:
        data = (await api.post("own-data", json={"config": CONFIG})).json()["id"]
    async with api_client(tmp_path, assets) as api:
        assert (await api.get(f"own-data/{data}")).status_code == 200


class Kept:
    """A store with limits, and a clock that a test moves."""

    def __init__(self, folder: Path, number: int = 3, size: int = 10_000) -> None:
        self.clock = Clock()
        self.file = f"sqlite:///{folder}/data.db"
        self.store = SharedDataStore(
            Database(self.file),
            SharedDataLimits(1000.0, number, size),
            clock=self.clock,
            wall=lambda: self.clock() + 1e9,
        )


async def test_data_go_after_their_lifetime_without_use(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    used, unused = [await kept.store.put(name) for name in (b"used", b"unused")]
    kept.clock.now += FIRST_REMOVAL + 500
    assert await kept.store.get(used) == b"used"
    kept.clock.now += 900
    await kept.store.put(b"new")
    assert await kept.store.get(used) == b"used"
    assert await kept.store.get(unused) is None
    await kept.store.close()


async def test_the_oldest_go_first_where_there_are_too_many_or_too_large_ones(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    for name in (b"1", b"2", b"3", b"4"):
        kept.clock.now += 1
        await kept.store.put(name)
    assert [await kept.store.has(id_of(name)) for name in (b"1", b"2", b"3", b"4")] == [
        False,
        True,
        True,
        True,
    ]
    await kept.store.close()
    small = Kept(tmp_path, size=1)
    await small.store.put(b"5")
    assert [await small.store.has(id_of(name)) for name in (b"4", b"5")] == [False, True]
    await small.store.close()
