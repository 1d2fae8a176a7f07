from typing import Any

import httpx
import pytest

from engine.config import TrainingConfig
from engine.training.trainer import Trainer
from tests.server.rest_client import create_session, problem_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def api(shared_api: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_api


async def test_parameters_are_read_in_two_forms_and_written_in_either(api: httpx.AsyncClient) -> None:
    path = await create_session(api)
    parameters = (await api.get(f"{path}/parameters")).json()
    assert parameters["flat"] == Trainer(TrainingConfig()).network.parameters.tolist()
    assert [len(layer["biases"]) for layer in parameters["layers"]] == [4, 2, 1]
    flat = [0.01 * number for number in range(25)]
    written = (await api.put(f"{path}/parameters", json={"flat": flat})).json()
    assert written["flat"] == flat
    assert written["layers"][0]["weights"][1] == flat[4:8]
    back = await api.put(f"{path}/parameters", json={"layers": parameters["layers"]})
    assert back.json() == parameters


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"flat": [1]}, "flat"),
        ({"flat": ["1"] * 25}, "flat"),
        ({"layers": [{"weights": [[1, 2]], "biases": [1, 2]}]}, "layers"),
        ({"layers": [{"weights": [[1, 2], [3]], "biases": [1, 2]}]}, "layers"),
        ({}, "flat"),
        ({"flat": [1], "layers": []}, "layers"),
        ({"flat": [0.0] * 25, "dead": 1}, "dead"),
        ({"flat": [0.0] * 25, "pruned": [0]}, "pruned"),
    ],
)
async def test_parameters_that_do_not_fit_are_refused_and_change_nothing(
    api: httpx.AsyncClient, body: object, field: str
) -> None:
    path = await create_session(api)
    before = (await api.get(f"{path}/parameters")).json()
    problem = problem_of(await api.put(f"{path}/parameters", json=body))
    assert (problem["status"], problem["field"]) == (422, field)
    assert (await api.get(f"{path}/parameters")).json() == before


@pytest.mark.medium
@pytest.mark.parametrize("form", ["all", "flat", "layers"])
async def test_what_is_read_can_be_written_with_its_pruned_weights(api: httpx.AsyncClient, form: str) -> None:
    config = {"regularization": "l1", "regularization_rate": 0.1, "learning_rate": 0.1}
    path = await create_session(api, config=config)
    await api.post(f"{path}/train", json={"epochs": 30, "wait": 30})
    read = (await api.get(f"{path}/parameters")).json()
    assert len(read["pruned"]) == read["dead"] > 0
    assert {read["flat"][index] for index in read["pruned"]} == {0}
    await api.post(f"{path}/reset")
    assert (await api.get(f"{path}/parameters")).json()["dead"] == 0
    names = list(read) if form == "all" else [form, "pruned"]
    written = await api.put(f"{path}/parameters", json={name: read[name] for name in names})
    assert (written.status_code, written.json()) == (200, read)
    await api.post(f"{path}/train", json={"epochs": 3, "wait": 30})
    trained = (await api.get(f"{path}/parameters")).json()
    assert {trained["flat"][index] for index in read["pruned"]} == {0}


@pytest.mark.parametrize(
    ("pruned", "index", "value"), [([24], [0], 24), ([0, 5000], [1], 5000), ([1, 0], [0], 1)]
)
async def test_only_weights_that_are_0_can_be_pruned(
    api: httpx.AsyncClient, pruned: list[int], index: list[int], value: int
) -> None:
    path = await create_session(api, config={"regularization": "l1", "regularization_rate": 0.1})
    before = (await api.get(f"{path}/parameters")).json()
    body = {"flat": [0, 1, *([0] * 23)], "pruned": pruned}
    problem = problem_of(await api.put(f"{path}/parameters", json=body))
    assert (problem["field"], problem["value"], problem["errors"][0]["index"]) == ("pruned", value, index)
    assert (await api.get(f"{path}/parameters")).json() == before


async def test_two_forms_that_differ_are_refused(api: httpx.AsyncClient) -> None:
    path = await create_session(api)
    read = (await api.get(f"{path}/parameters")).json()
    problem = problem_of(await api.put(f"{path}/parameters", json={**read, "flat": [0.0] * 25}))
    assert (problem["field"], problem["expected"]) == ("layers", "the values of flat")


@pytest.mark.parametrize(("kind", "accepted"), [("classification", True), ("regression", False)])
async def test_large_parameters_can_be_written_while_losses_stay_finite(
    api: httpx.AsyncClient, kind: str, accepted: bool
) -> None:
    """Training can make parameters large, and what can be read can be written."""
    config = {"problem": kind, "activation": "relu"}
    path = await create_session(api, config=config)
    before = (await api.get(path)).json()
    large = [1e200] * 25
    for answer, field in (
        (await api.put(f"{path}/parameters", json={"flat": large}), "flat"),
        (await api.put(f"{path}/biases/3/0", json={"value": 1e200}), "value"),
        (await api.post("sessions", json={"config": config, "parameters": large}), "parameters"),
        (await api.post("train", json={"config": config, "parameters": large, "epochs": 1}), "parameters"),
    ):
        if accepted:
            assert answer.status_code in (200, 201), answer.text
        else:
            problem = problem_of(answer)
            assert (problem["status"], problem["field"]) == (422, field)
    if not accepted:
        assert (await api.get(path)).json() == before


async def test_a_single_weight_or_bias_is_read_and_set(api: httpx.AsyncClient) -> None:
    path = await create_session(api)
    for place, value in (("weights/1/1/2", 0.5), ("biases/3/0", -2)):
        assert (await api.put(f"{path}/{place}", json={"value": value})).json() == {"value": value}
        assert (await api.get(f"{path}/{place}")).json() == {"value": value}
    layers = (await api.get(f"{path}/parameters")).json()["layers"]
    assert (layers[0]["weights"][1][2], layers[2]["biases"][0]) == (0.5, -2)


@pytest.mark.parametrize("place", ["weights/4/0/0", "weights/1/2/0", "weights/1/0/4", "biases/1/4"])
async def test_unknown_weights_and_biases_are_refused(api: httpx.AsyncClient, place: str) -> None:
    path = await create_session(api)
    for answer in (
        await api.get(f"{path}/{place}"),
        await api.put(f"{path}/{place}", json={"value": 1}),
    ):
        problem = problem_of(answer)
        assert (problem["status"], problem["code"]) == (404, "not_found")
        assert problem["expected"].startswith("a ")


async def test_predictions_are_the_outputs_of_the_network(api: httpx.AsyncClient) -> None:
    path = await create_session(api, config={"hidden_layers": []}, parameters=[1.0, 0.0, 0.0])
    points = [[0.5, 3], [-0.5, 3], [0, 0]]
    answer = (await api.post(f"{path}/predictions", json={"points": points})).json()
    assert [output for (output,) in answer["outputs"]] == pytest.approx([0.46211716, -0.46211716, 0])
    assert answer["labels"] == [1, -1, 1]


async def test_predictions_of_several_classes_and_of_numbers(api: httpx.AsyncClient) -> None:
    path = await create_session(api, config={"problem": "multiclass", "classes": 4})
    answer = (await api.post(f"{path}/predictions", json={"points": [[1, 2]]})).json()
    (shares,) = answer["outputs"]
    assert sum(shares) == pytest.approx(1)
    assert answer["labels"] == [shares.index(max(shares))]
    path = await create_session(api, config={"problem": "regression"})
    assert (await api.post(f"{path}/predictions", json={"points": [[1, 2]]})).json()["labels"] is None


@pytest.mark.medium
async def test_numbers_that_are_not_finite_are_null(api: httpx.AsyncClient) -> None:
    layers = [64] * 10
    count = 3 * 64 + 9 * 65 * 64 + 65
    config = {"problem": "regression", "hidden_layers": layers, "activation": "linear"}
    path = await create_session(api, config=config)
    for _ in range(6):
        written = await api.put(f"{path}/parameters", json={"flat": [1e6] * count})
        assert written.status_code == 200
    answer = await api.post(f"{path}/predictions", json={"points": [[1000, 1000]] * 2})
    assert answer.status_code == 200
    answer = await api.get(f"{path}/surface?resolution=3")
    assert answer.status_code == 200


@pytest.mark.parametrize("points", [[], [[1]], [[1, 2, 3]], [[1, "2"]], [[1, 1e9]], "all"])
async def test_invalid_points_are_refused(api: httpx.AsyncClient, points: object) -> None:
    path = await create_session(api)
    answer = await api.post(f"{path}/predictions", json={"points": points})
    assert problem_of(answer)["field"] == "points"


L1 = {"regularization": "l1", "regularization_rate": 0.1, "learning_rate": 0.1}


async def pruned_parameters(api: httpx.AsyncClient) -> dict[str, Any]:
    """Return what `GET parameters` gives of a session some of whose weights are pruned."""
    path = await create_session(api, config=L1)
    await api.post(f"{path}/train", json={"epochs": 30, "wait": 30})
    read: dict[str, Any] = (await api.get(f"{path}/parameters")).json()
    assert read["dead"] > 0
    return read


async def test_a_session_begins_with_what_was_read_of_another_pruned_weights_included(
    api: httpx.AsyncClient,
) -> None:
    read = await pruned_parameters(api)
    path = await create_session(api, config=L1, parameters=read)
    assert (await api.get(f"{path}/parameters")).json() == read
    await api.post(f"{path}/train", json={"epochs": 3, "wait": 30})
    trained = (await api.get(f"{path}/parameters")).json()
    assert {trained["flat"][index] for index in read["pruned"]} == {0}
    await api.post(f"{path}/reset")
    assert (await api.get(f"{path}/parameters")).json() == read, "a reset returns to them"


@pytest.mark.medium
@pytest.mark.parametrize("form", ["all", "layers"])
async def test_a_training_begins_with_what_was_read_of_a_session(api: httpx.AsyncClient, form: str) -> None:
    read = await pruned_parameters(api)
    given = read if form == "all" else {name: read[name] for name in ("layers", "pruned")}
    body = {"config": L1, "parameters": given, "epochs": 1, "wait": 30}
    result = (await api.post("train", json=body)).raise_for_status().json()["result"]["parameters"]
    assert set(read["pruned"]) <= set(result["pruned"])
    again = await api.post("train", json={**body, "parameters": result})
    assert again.status_code == 200, again.text


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"flat": [1.0]}, "parameters.flat"),
        ({"layers": []}, "parameters.layers"),
        ({}, "parameters.flat"),
        ({"flat": [0.0] * 25, "dead": 1}, "parameters.dead"),
        ({"flat": [0.0] * 25, "pruned": [24], "dead": 1}, "parameters.pruned"),
        ({"flat": ["1"]}, "parameters.flat"),
        ({"flat": [0.0] * 25, "unknown": 1}, "parameters.unknown"),
        ("1", "parameters"),
    ],
)
@pytest.mark.parametrize("path", ["sessions", "train"])
async def test_initial_parameters_that_do_not_fit_are_told_by_their_field(
    api: httpx.AsyncClient, path: str, parameters: Any, field: str
) -> None:
    body = {"config": L1, "parameters": parameters} | ({"epochs": 1} if path == "train" else {})
    problem = problem_of(await api.post(path, json=body))
    assert (problem["status"], problem["field"]) == (422, field)
