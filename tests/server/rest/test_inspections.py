"""A step of training taken apart over REST."""

from typing import Any

import httpx
import numpy as np
import pytest

from tests.server.rest_client import create_session, problem_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def api(shared_api: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_api


async def inspected(api: httpx.AsyncClient, session: str, **point: Any) -> dict[str, Any]:
    answer = await api.post(f"{session}/inspections", json=point)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_every_number_of_the_next_step_can_be_followed_by_hand(api: httpx.AsyncClient) -> None:
    config = {"hidden_layers": [3], "activation": "relu", "learning_rate": 0.1}
    session = await create_session(api, config=config)
    told = await inspected(api, session, index=4)
    assert (told["is_next"], told["points"], told["share"]) == (True, list(range(10)), 0.1)
    dense, activation, output = told["layers"]
    assert [layer["kind"] for layer in told["layers"]] == ["dense", "activation", "dense"]
    weights, biases = (np.array(each["values"]) for each in dense["parameters"])
    sums = np.array(told["inputs"]) @ weights + biases
    np.testing.assert_allclose(dense["values"], sums, rtol=1e-12)
    np.testing.assert_allclose(activation["values"], np.maximum(sums, 0), rtol=1e-12)
    error = told["outputs"][0] - told["targets"][0]
    assert told["loss"] == pytest.approx(0.5 * error**2)
    assert output["derivatives"][0] == pytest.approx(error * (1 - told["outputs"][0] ** 2))
    for layer in (dense, output):
        for array in layer["parameters"]:
            np.testing.assert_allclose(array["change"], -0.1 * np.array(array["gradient"]), atol=1e-15)


async def test_the_next_step_does_what_was_told(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config={"optimizer": "adam", "batch_size": 250})
    told = await inspected(api, session, index=0)
    before = (await api.get(f"{session}/parameters")).json()["flat"]
    (await api.post(f"{session}/train", json={"epochs": 1})).raise_for_status()
    after = (await api.get(f"{session}/parameters")).json()["flat"]
    changes = [np.ravel(array["change"]) for layer in told["layers"] for array in layer["parameters"]]
    np.testing.assert_allclose(np.subtract(after, before), np.concatenate(changes), atol=1e-9)
    again = await inspected(api, session, index=0)
    assert (again["epoch"], again["batch"], len(again["points"])) == (1, 0, 250)
    assert np.any(again["layers"][0]["parameters"][0]["memory"][0])


async def test_any_place_of_the_plane_can_be_a_point(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config={"problem": "multiclass", "classes": 3})
    told = await inspected(api, session, x1=1.5, x2=-2, target=2)
    assert (told["inputs"], told["targets"], told["is_next"]) == ([1.5, -2], [0, 0, 1], False)
    assert sum(told["outputs"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("config", "point", "field"),
    [
        ({}, {"index": 250}, "index"),
        ({}, {"index": -1}, "index"),
        ({}, {"x1": 0, "x2": 0, "target": 0}, "target"),
        ({"problem": "multiclass"}, {"x1": 0, "x2": 0, "target": 3}, "target"),
        ({"problem": "images"}, {"x1": 0, "x2": 0, "target": 3}, "x1"),
        ({}, {"x1": 0, "target": 1}, None),
        ({}, {"index": 1, "x1": 0, "x2": 0, "target": 1}, None),
        ({}, {}, None),
    ],
)
async def test_points_that_do_not_exist_are_refused(
    api: httpx.AsyncClient, config: dict[str, Any], point: dict[str, Any], field: str | None
) -> None:
    session = await create_session(api, config=config)
    answer = await api.post(f"{session}/inspections", json=point)
    assert answer.status_code == 422
    assert problem_of(answer).get("field") == field


async def test_a_step_with_a_point_is_taken_as_it_was_told(api: httpx.AsyncClient) -> None:
    session = await create_session(api, config={"optimizer": "momentum"})
    told = await inspected(api, session, index=100)
    before = (await api.get(f"{session}/parameters")).json()["flat"]
    answer = await api.post(f"{session}/point-steps", json={"index": 100})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"applied": True, "step": told}
    after = (await api.get(f"{session}/parameters")).json()["flat"]
    changes = [np.ravel(array["change"]) for layer in told["layers"] for array in layer["parameters"]]
    np.testing.assert_allclose(np.subtract(after, before), np.concatenate(changes), atol=1e-12)
    again = await inspected(api, session, index=100)
    assert again["loss"] == pytest.approx(told["loss_after"])
    assert (again["epoch"], again["batch"], again["steps"]) == (0, 0, 1)
