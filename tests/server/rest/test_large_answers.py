"""Answers of thousands of numbers are made by other threads than the event loop's."""

import csv
import io
import threading
from typing import Any

import fastapi.routing
import httpx
import pytest
from pydantic import BaseModel

from tests.server.rest_client import create_session

pytestmark = pytest.mark.anyio

MAX_LOOP_BYTES = 20_000
"""Bytes that the event loop may make at a time."""

POINTS = [[number / 5000, 1.0, 1 - 2 * (number % 2)] for number in range(2500)]


class MadeOnLoop:
    """Notes the sizes of the texts that the event loop's thread makes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes = [0]
        self._loop = threading.get_ident()
        dump, serialize = BaseModel.model_dump_json, fastapi.routing.serialize_response
        table = io.StringIO.getvalue

        def dumping(model: BaseModel, **options: Any) -> str:
            return self.note(dump(model, **options))

        async def serializing(**options: Any) -> Any:
            answer = await serialize(**options)
            self.note(str(answer))
            return answer

        class Table(io.StringIO):
            def getvalue(table_: io.StringIO) -> str:  # noqa: N805 - `self` is the recorder
                return self.note(table(table_))

        monkeypatch.setattr(BaseModel, "model_dump_json", dumping)
        monkeypatch.setattr(fastapi.routing, "serialize_response", serializing)
        monkeypatch.setattr(io, "StringIO", Table)

    def note(self, text: str) -> str:
        if threading.get_ident() == self._loop:
            self.sizes.append(len(text))
        return text


@pytest.mark.medium
@pytest.mark.parametrize(
    "path",
    [
        "datasets/spiral?count=10000",
        "datasets/spiral?count=10000&format=csv",
        "SESSION/points",
        "SESSION/points?format=csv",
        "SESSION/parameters",
        "SESSION/losses",
        "SESSION/losses?format=csv",
        "SESSION/surface?resolution=200",
        "RUNS?each=true",
        "RUNS?each=true&format=csv",
    ],
)
async def test_a_large_table_is_made_off_the_loop(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    if "SESSION" in path:
        config = {"hidden_layers": [64, 32] if "parameters" in path else []}
        session = await create_session(api, config=config, data={"train": POINTS, "test": POINTS[:10]})
        path = path.replace("SESSION", session)
        if "losses" in path:
            await api.post(f"{session}/train", json={"epochs": 1000, "wait": 30})
    elif "RUNS" in path:
        runs = {"epochs": 1, "seeds": 600, "config": {"hidden_layers": []}, "wait": 30}
        path = path.replace("RUNS", f"runs/{(await api.post('runs', json=runs)).json()['id']}")
    on_loop = MadeOnLoop(monkeypatch)
    answer = (await api.get(path)).raise_for_status()
    assert len(answer.content) > MAX_LOOP_BYTES
    assert max(on_loop.sizes) < MAX_LOOP_BYTES
    if "csv" in path:
        assert len({len(row) for row in csv.reader(answer.text.splitlines())}) == 1


@pytest.mark.medium
@pytest.mark.parametrize("path", ["train", "SESSION/predictions"])
async def test_large_results_and_predictions_are_made_off_the_loop(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    places = [row[:2] for row in POINTS]
    wanted: dict[str, Any] = {"points": places}
    if path == "train":
        wanted |= {"epochs": 1, "wait": 30}
    else:
        path = path.replace("SESSION", await create_session(api))
    on_loop = MadeOnLoop(monkeypatch)
    answer = (await api.post(path, json=wanted)).raise_for_status()
    assert len(answer.content) > MAX_LOOP_BYTES
    assert max(on_loop.sizes) < MAX_LOOP_BYTES
