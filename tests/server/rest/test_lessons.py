"""Lessons over REST: a check is reached by a real training alone, and locks hold."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.data import images
from tests.server.rest_client import api_client, create_session, problem_of

pytestmark = pytest.mark.anyio

OWN = """+++
title = "Mine"
summary = "A lesson of one's own."
+++

## Begin

Text.

```step
setup = { dataset = "xor", hidden_layers = [4], data_seed = 1, weights_seed = 1 }
lock = ["dataset", "weights"]
reason = "Only the network may change."
speed = 10
```

```check
text = "Train."
test_loss_at_most = 0.05
settings.hidden_layers = [4]
fresh = { runs = 4, solved = 1, epochs = 60 }
```

## Go on

More text.

```step
change = { learning_rate = 0.1 }
```

```check
text = "Train on."
epochs_at_least = 3
settings.learning_rate = { at_least = 0.05, at_most = 0.2 }
```
"""


@pytest.fixture
async def api(tmp_path: Path, assets: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "mine.en.md").write_text(OWN, "utf-8")
    async with api_client(tmp_path, assets, lessons=tmp_path / "lessons") as client:
        yield client


async def follow(api: httpx.AsyncClient, session: str, **body: Any) -> dict[str, Any]:
    answer = await api.put(f"{session}/lesson", json={"lesson": "mine", **body})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_lessons_are_listed_with_what_is_wrong(api: httpx.AsyncClient, tmp_path: Path) -> None:
    told = (await api.get("lessons", params={"language": "zh-TW"})).json()
    names = {lesson["name"]: lesson for lesson in told["lessons"]}
    assert names["neuron"]["title"] == "一個神經元做什麼"
    assert (names["mine"]["language"], names["mine"]["shipped"]) == ("en", False)
    assert [(each["code"], each["hides"]) for each in told["faults"]] == [("translation", False)]
    (tmp_path / "lessons" / "bad.en.md").write_text("no header", "utf-8")
    faults = (await api.get("lessons")).json()["faults"]
    while len(faults) < 2:  # the folder is looked at every half second
        faults = (await api.get("lessons")).json()["faults"]
    assert {(each["file"], each["line"], each["code"]) for each in faults} >= {("bad.en.md", 1, "header")}


async def test_a_lesson_is_read_in_a_language(api: httpx.AsyncClient) -> None:
    told = (await api.get("lessons/neuron", params={"language": "zh-CN"})).json()
    assert told["contents"][0]["title"] == "两团点和一个神经元"
    kinds = [part["kind"] for part in told["contents"][0]["parts"]]
    assert kinds == ["text", "predict", "check"]
    assert told["contents"][0]["setup"]["dataset"] == "gaussian"
    assert "solution" not in str(told)
    assert told["next"] == {"name": "perceptron", "title": "感知机，以及为什么要把它变软"}
    assert (await api.get("lessons/mine")).json()["next"] is None, "the last of the list"
    missing = await api.get("lessons/nothing")
    assert (missing.status_code, problem_of(missing)["code"]) == (404, "not_found")


async def test_a_step_that_is_opened_by_itself_begins_as_if_those_before_it_had_been_done(
    api: httpx.AsyncClient,
) -> None:
    session = await create_session(api, config={"dataset": "circle", "noise": 30})
    await follow(api, session, step=2)
    config = (await api.get(session)).json()["config"]
    assert (config["dataset"], config["hidden_layers"], config["weights_seed"]) == ("xor", [4], 1)
    assert (config["learning_rate"], config["noise"]) == (0.1, 0)
    (await api.post(f"{session}/train", json={"epochs": 2})).raise_for_status()
    await follow(api, session, step=1)
    (await api.post(f"{session}/train", json={"epochs": 2})).raise_for_status()
    await follow(api, session, step=2)
    assert (await api.get(session)).json()["metrics"]["epoch"] == 2, "it goes on with what was trained"
    await follow(api, session, step=2)
    assert (await api.get(session)).json()["metrics"]["epoch"] == 2, "also if it is begun a second time"
    (await api.patch(session, json={"config": {"noise": 20}})).raise_for_status()
    await follow(api, session, step=2, begin=False, restart=True)
    assert (await api.get(session)).json()["config"]["noise"] == 20, "nothing is applied without `begin`"
    await follow(api, session, step=2, restart=True)
    state = (await api.get(session)).json()
    assert (state["metrics"]["epoch"], state["config"]["noise"]) == (0, 0), "set up again it is untrained"
    assert (state["config"]["dataset"], state["config"]["learning_rate"]) == ("xor", 0.1)


async def test_a_check_is_reached_by_training_and_not_by_asking(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config={"dataset": "circle"})
    told = await follow(api, session, step=1)
    assert told["reached"] is False
    assert told["checks"][0]["parts"][0] == {
        "kind": "test_loss_at_most",
        "setting": None,
        "wanted": 0.05,
        "value": None,
        "met": False,
    }
    state = (await api.get(session)).json()
    assert (state["config"]["dataset"], state["config"]["weights_seed"], state["speed"]) == ("xor", 1, 10)
    (await api.post(f"{session}/train", json={"epochs": 200, "wait": 20})).raise_for_status()
    told = (await api.get(f"{session}/lesson")).json()
    assert [part["met"] for part in told["checks"][0]["parts"]] == [True, True, False]
    job = await api.post(f"{session}/lesson/runs", json={"check": 1})
    assert job.status_code == 202, job.text
    ended = (await api.get(f"runs/{job.json()['id']}", params={"wait": 20})).json()
    told = (await api.get(f"{session}/lesson")).json()
    solved = sum(each["success_rate"] * each["runs"] for each in ended["results"])
    assert told["checks"][0]["parts"][2]["value"] == solved
    assert told["reached"] == (solved >= 1)


async def test_the_epochs_of_a_prediction_are_those_that_were_needed(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    body = {"lesson": "circle", "step": 2}
    (await api.put(f"{session}/lesson", json=body)).raise_for_status()
    seeds = {"data_seed": 1, "weights_seed": 1}  # the step drew others, of which one in thirty does not learn
    (await api.patch(session, json={"config": seeds})).raise_for_status()
    until = {"epochs": 3000, "until": {"test_loss": 0.05}, "wait": 30}
    (await api.post(f"{session}/train", json=until)).raise_for_status()
    needed = (await api.get(f"{session}/lesson")).json()["measured"]["epochs"]
    (await api.post(f"{session}/train", json={"epochs": 500, "wait": 30})).raise_for_status()
    told = (await api.get(f"{session}/lesson")).json()
    assert told["reached"] is True
    assert told["measured"]["epochs"] == pytest.approx(needed, abs=5), "not those of today"


async def test_locks_hold_until_the_step_is_left(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    await follow(api, session, step=1)
    for refused in (
        await api.patch(session, json={"config": {"dataset": "circle"}}),
        await api.post(f"{session}/new-weights"),
        await api.put(f"{session}/parameters", json={"flat": [0.0] * 17}),
        await api.put(f"{session}/points", json={"train": [[1, 1, 1]], "test": [[1, 1, 1]]}),
    ):
        assert (refused.status_code, problem_of(refused)["code"]) == (409, "locked"), refused.text
        assert problem_of(refused)["detail"] == "Only the network may change."
    (await api.patch(session, json={"config": {"noise": 10}})).raise_for_status()
    await follow(api, session, step=2)
    (await api.patch(session, json={"config": {"dataset": "circle"}})).raise_for_status()
    assert (await api.delete(f"{session}/lesson")).status_code == 204
    gone = await api.get(f"{session}/lesson")
    assert (gone.status_code, problem_of(gone)["code"]) == (404, "not_found")


async def test_a_change_goes_on_with_what_is_trained(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    await follow(api, session, step=1)
    (await api.post(f"{session}/train", json={"epochs": 3, "wait": 20})).raise_for_status()
    told = await follow(api, session, step=2)
    assert (told["reached"], told["measured"]["epochs"]) == (True, 3)
    state = (await api.get(session)).json()
    assert (state["config"]["learning_rate"], state["config"]["dataset"]) == (0.1, "xor")


async def test_any_step_can_be_checked_without_following(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config={"learning_rate": 0.1})
    (await api.post(f"{session}/train", json={"epochs": 3, "wait": 20})).raise_for_status()
    told = (await api.get(f"{session}/lesson", params={"lesson": "mine", "step": 2})).json()
    assert told["reached"] is True
    absent = await api.get(f"{session}/lesson", params={"lesson": "mine", "step": 9})
    assert problem_of(absent)["field"] == "step"


async def test_where_the_digits_are_missing_their_lesson_says_so(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def named(lessons: list[dict[str, Any]]) -> dict[str, Any]:
        return next(lesson for lesson in lessons if lesson["name"] == "handwriting")

    there = named((await api.get("lessons")).json()["lessons"])
    assert (there["available"], there["install"]) == (True, None)
    monkeypatch.setattr(images, "are_available", lambda: False)
    listed = (await api.get("lessons")).json()["lessons"]
    assert [lesson["name"] for lesson in listed if not lesson["available"]] == ["handwriting"]
    assert (await api.get("lessons/handwriting")).json()["install"] == images.INSTALL
    session = await create_session(api)
    problem = problem_of(await api.put(f"{session}/lesson", json={"lesson": "handwriting"}))
    assert images.INSTALL in problem["expected"]


async def test_what_is_done_with_single_points_is_verified(api: httpx.AsyncClient) -> None:
    session = await create_session(api)

    async def reached(step: int) -> list[bool]:
        told = (await api.get(f"{session}/lesson")).json()
        assert told["step"] == step
        return [check["reached"] for check in told["checks"]]

    await follow(api, session, lesson="backpropagation", step=2)
    place = {"x1": 1, "x2": 2}
    for point in ({"index": 0}, {"index": 0}, {**place, "target": 1}, {**place, "target": -1}):
        assert (await api.post(f"{session}/inspections", json=point)).status_code == 200
    assert await reached(2) == [False]  # two different points
    await api.post(f"{session}/inspections", json={"index": 0, "set": "test"})
    assert await reached(2) == [True]
    await follow(api, session, lesson="backpropagation", step=4)
    await api.post(f"{session}/train", json={"steps": 1})
    assert await reached(4) == [False]  # a step, but not the one that was taken apart
    assert (await api.post(f"{session}/point-steps", json={"index": 0})).json()["applied"]
    assert await reached(4) == [True]
    await follow(api, session, lesson="backpropagation", step=4)
    assert await reached(4) == [False]  # the step has begun anew


async def test_a_step_sets_up_a_race_whose_lead_is_checked(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    told = (await api.put(f"{session}/lesson", json={"lesson": "optimizers", "step": 2})).json()
    assert [part["kind"] for part in told["checks"][0]["parts"]][-2:] == ["ahead", "settings"]
    assert (await api.get(f"{session}/rival")).json()["differs"] == []
    refused = problem_of(await api.put(f"{session}/rival", json={"changes": {"batch_size": 10}}))
    assert (refused["code"], refused["field"]) == ("locked", "batch_size")
    await api.patch(session, json={"config": {"optimizer": "momentum"}})
    await api.post(f"{session}/train", json={"epochs": 75, "wait": 20})
    rival = (await api.get(f"{session}/rival")).json()
    assert (rival["differs"], rival["ahead"], rival["metrics"]["epoch"]) == (["optimizer"], "training", 75)
    checks = (await api.get(f"{session}/lesson")).json()["checks"]
    assert {part["kind"]: part["value"] for part in checks[0]["parts"]}["ahead"] is True
    await api.put(f"{session}/rival", json={"changes": {"activation": "step"}})  # easier to beat
    await api.post(f"{session}/train", json={"epochs": 75, "wait": 20})
    assert (await api.get(f"{session}/rival")).json()["ahead"] == "training"
    checks = (await api.get(f"{session}/lesson")).json()["checks"]
    assert {part["kind"]: part["value"] for part in checks[0]["parts"]}["ahead"] is None
    told = (await api.put(f"{session}/lesson", json={"lesson": "optimizers", "step": 4})).json()
    assert told["step"] == 4
    assert (await api.get(f"{session}/rival")).status_code == 404
