"""How the client follows jobs: by their events, and without where these do not come."""

import json
from typing import Any

import httpx
import pytest

from tests.server.live import Live
from tests.server.rest.test_client_file import answering, loaded

pytestmark = pytest.mark.medium


@pytest.fixture(scope="module")
def tinkernet(live: Live) -> Any:
    return loaded(httpx.get(f"{live.url}/api/client.py").raise_for_status().text)


def test_a_long_training_is_followed_by_its_events(tinkernet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server, send = tinkernet.Tinkernet(), httpx.Client.send
    asked: list[str] = []

    def noted(client: httpx.Client, request: httpx.Request, **more: Any) -> httpx.Response:
        asked.append(request.url.path)
        return send(client, request, **more)

    monkeypatch.setattr(httpx.Client, "send", noted)
    told: list[tuple[int, int]] = []
    server.runs({"hidden_layers": [8] * 4}, epochs=400, seeds=12).wait(lambda *counts: told.append(counts))
    paths = [path.rsplit("/", 2)[-1] for path in asked]
    assert paths.count("events") == 1
    assert len(paths) == 5  # begun, its state, its events, its end, its results
    assert told == sorted(told)
    assert told[-1] == (12, 12)


def test_a_stream_that_ends_early_is_replaced_by_asking(tinkernet: Any) -> None:
    running_, ended = (
        {"state": state, "done": done, "total": 2} for state, done in (("running", 1), ("ended", 2))
    )
    stream = f"retry: 2000\n\nevent: progress\nid: 1\ndata: {json.dumps(running_)}\n\n"
    answers: list[Any] = [running_, stream, running_, (404, {}, {}), ended, {"results": []}]
    told: list[tuple[int, int]] = []
    with answering(*(each if isinstance(each, tuple) else (200, {}, each) for each in answers)) as (
        url,
        asked,
    ):
        runs = tinkernet.RemoteRuns(tinkernet.Tinkernet(url), "a")
        assert runs.wait(lambda *counts: told.append(counts)) == []
        assert [path.removeprefix("/api/runs/a") for path in asked] == [
            "?each=false",
            "/events",
            "?wait=0.5",
            "/events",
            "?wait=0.5",
            "?each=false",
        ]
    assert told == [(1, 2), (1, 2), (1, 2), (2, 2)]


def test_runs_come_one_by_one_while_others_are_trained(tinkernet: Any) -> None:
    runs = tinkernet.Tinkernet().runs({"hidden_layers": [8] * 4}, epochs=2000, seeds=1000, keep=["weights"])
    stream = runs.stream()
    first = next(stream)
    assert runs.state()["state"] == "running"
    runs.cancel()
    every = [first, *stream]
    assert [run["number"] for run in every] == list(range(len(every)))
    assert len({run["seed"] for run in every}) == len(every) == runs.state()["done"]
    assert first["weights"] is not None


def test_a_stream_of_runs_that_is_cut_off_is_taken_up_again(tinkernet: Any) -> None:
    def line(number: int) -> str:
        return json.dumps({"number": number, "settings": {}, "losses": None, "parameters": None}) + "\n"

    running, ended = ({"state": state, "done": 3, "total": 3} for state in ("running", "ended"))
    answers = [line(0) + line(1), running, "\n" + line(2), ended]
    with answering(*((200, {}, each) for each in answers)) as (url, asked):
        runs = tinkernet.RemoteRuns(tinkernet.Tinkernet(url), "a")
        assert [run["number"] for run in runs.stream()] == [0, 1, 2]
        assert [path.removeprefix("/api/runs/a") for path in asked][::2] == [
            "/results.ndjson?first=0",
            "/results.ndjson?first=2",
        ]


def test_runs_that_are_not_there_have_no_stream(tinkernet: Any) -> None:
    with pytest.raises(tinkernet.TinkernetError):
        list(tinkernet.RemoteRuns(tinkernet.Tinkernet(), "nobody").stream())
