import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import DATASETS
from tests.server.rest_client import api_client, create_session, problem_of

pytestmark = [pytest.mark.anyio, pytest.mark.medium]  # each has an application of its own

FOLDER = Path(__file__).parents[2] / "data" / "traces"
TRACES = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]
WAIT = 30


def flat(layers: list[dict[str, Any]]) -> list[float]:
    return [value for layer in layers for row in (*layer["weights"], layer["biases"]) for value in row]


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace["name"])
async def test_a_session_trains_exactly_like_the_original(
    api: httpx.AsyncClient, trace: dict[str, Any]
) -> None:
    """The traces of the original's own code: the same losses after every epoch, the same last parameters."""
    known = {name: value for name, value in trace["config"].items() if name in TrainingConfig.model_fields}
    if known["problem"] not in DATASETS[known["dataset"]].problems:
        del known["dataset"]  # the points are given: its name does not matter
    session = await create_session(
        api,
        config=known,
        data={"train": trace["train"], "test": trace["test"]},
        parameters=flat(trace["initial"]),
    )
    trained = await api.post(f"{session}/train", json={"epochs": trace["epochs"], "wait": WAIT})
    assert trained.json()["ending"] == "done"
    losses = (await api.get(f"{session}/losses")).json()
    assert losses["epoch"] == list(range(trace["epochs"] + 1))
    for number, name in enumerate(("train_loss", "test_loss")):
        assert losses[name] == pytest.approx([row[number] for row in trace["losses"]], rel=1e-9, abs=1e-9)
    parameters = (await api.get(f"{session}/parameters")).json()
    assert parameters["flat"] == pytest.approx(flat(trace["final"]), rel=1e-9, abs=1e-9)
    assert parameters["dead"] == trace["dead_weights"]


async def test_a_session_trains_for_epochs_or_steps(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    answer = await api.post(f"{session}/train", json={"epochs": 3, "wait": WAIT})
    told = answer.json()
    assert (answer.status_code, told["state"], told["ending"]) == (200, "ended", "done")
    assert told["progress"] == {"unit": "epoch", "done": 3, "total": 3}
    assert (told["metrics"]["epoch"], told["metrics"]["batch"]) == (3, 0)
    told = (await api.post(f"{session}/train", json={"steps": 30, "wait": WAIT})).json()
    assert (told["metrics"]["epoch"], told["metrics"]["batch"]) == (4, 5)


@pytest.mark.parametrize(
    ("until", "name"), [({"test_loss": 0.2}, "test_loss"), ({"train_accuracy": 0.95}, "train_accuracy")]
)
async def test_a_session_trains_until_a_goal_is_reached(
    api: httpx.AsyncClient, until: dict[str, float], name: str
) -> None:
    session = await create_session(api)
    asked = {"epochs": 1000, "until": until, "wait": WAIT}
    told = (await api.post(f"{session}/train", json=asked)).json()
    assert told["ending"] == "reached"
    assert 0 < told["progress"]["done"] < 1000
    better = told["metrics"][name] - until[name]
    assert better <= 0 if "loss" in name else better >= 0


async def test_a_diverging_training_is_reported(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config={"problem": "regression", "learning_rate": 100})
    told = (await api.post(f"{session}/train", json={"epochs": 1000, "wait": WAIT})).json()
    assert told["ending"] == "diverged"
    state = (await api.get(session)).json()
    assert state["divergence"]["cause"] in {"loss", "parameters"}
    assert not (await api.post(f"{session}/play")).json()["playing"]
    state = (await api.patch(session, json={"config": {"learning_rate": 0.01}})).json()
    assert state["divergence"] is None


async def test_a_one_shot_answer_says_where_it_diverged(api: httpx.AsyncClient) -> None:
    config = {"problem": "regression", "activation": "linear", "learning_rate": 100}
    for until in (None, {"test_loss": 0.0001}):
        told = (await api.post("train", json={"config": config, "epochs": 20, "until": until})).json()
        assert (told["ending"], told["result"]["metrics"]["epoch"]) == ("diverged", 0)
        assert set(told["result"]["divergence"]) == {"epoch", "batch", "cause"}
    told = (await api.post("train", json={"config": {}, "epochs": 1})).json()
    assert told["result"]["divergence"] is None


async def test_a_one_shot_training_leaves_no_session(api: httpx.AsyncClient) -> None:
    asked = {"config": {"dataset": "gaussian"}, "epochs": 20, "points": [[2, 2], [-2, -2]], "wait": WAIT}
    answer = await api.post("train", json=asked)
    told = answer.json()
    assert (answer.status_code, told["state"], told["session"]) == (200, "ended", None)
    result = told["result"]
    assert result["predictions"]["labels"] == [1, -1]
    assert result["metrics"]["test_accuracy"] > 0.9
    assert result["losses"]["epoch"] == list(range(21))
    assert (await api.get("health")).json()["sessions"] == 0
    assert (await api.get(f"jobs/{told['id']}")).status_code == 404
    session = await create_session(api, config={"dataset": "gaussian"})
    await api.post(f"{session}/train", json={"epochs": 20, "wait": WAIT})
    assert (await api.get(f"{session}/parameters")).json() == result["parameters"]
    assert (await api.get(f"{session}/metrics")).json() == result["metrics"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "epochs"),
        ({"epochs": 1, "steps": 1}, "epochs"),
        ({"epochs": 0}, "epochs"),
        ({"epochs": 1.5}, "epochs"),
        ({"epochs": 1, "until": {"loss": 1}}, "until.loss"),
        ({"epochs": 1, "until": {"test_accuracy": 2}}, "until.test_accuracy"),
        ({"epochs": 1, "wait": 1000}, "wait"),
    ],
)
async def test_invalid_trainings_are_refused(api: httpx.AsyncClient, body: object, field: str) -> None:
    for path in (f"{await create_session(api)}/train", "train"):
        problem = problem_of(await api.post(path, json=body))
        assert (problem["status"], problem["field"]) == (422, field)


async def test_more_epochs_than_allowed_are_refused(tmp_path: Path, assets: Path) -> None:
    async with api_client(tmp_path, assets, max_epochs_per_call=10) as api:
        for path in (f"{await create_session(api)}/train", "train"):
            problem = problem_of(await api.post(path, json={"epochs": 11}))
            assert (problem["status"], problem["code"], problem["field"]) == (422, "too_large", "epochs")


async def test_an_unknown_session_cannot_be_trained(api: httpx.AsyncClient) -> None:
    assert problem_of(await api.post("sessions/nobody/train", json={"epochs": 1}))["status"] == 404
    wrong = {"epochs": 1, "parameters": [1]}
    assert problem_of(await api.post("train", json=wrong))["field"] == "parameters"
