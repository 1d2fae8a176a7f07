from pathlib import Path

import httpx
import pytest

from server.sessions.view_ids import view_id
from tests.server.rest_client import api_client, create_session, problem_of

pytestmark = pytest.mark.anyio

GIVEN = {
    "train": [[1.0, 1.5, 1], [-1.0, -1.5, -1], [2, 2, 1]],
    "test": [[2.0, 0.5, 1], [-2.0, -0.5, -1]],
}


async def test_a_session_is_created_as_requested_and_read_at_its_location(api: httpx.AsyncClient) -> None:
    asked = {"config": {"dataset": "spiral", "hidden_layers": [8, 8]}, "speed": None}
    answer = await api.post("sessions", json=asked)
    state = answer.json()
    assert answer.status_code == 201
    assert (state["config"]["dataset"], state["shape"]) == ("spiral", [2, 8, 8, 1])
    assert (state["playing"], state["speed"], state["metrics"]["epoch"]) == (False, None, 0)
    assert state["url"] == f"http://here/?session={view_id(state['id'])}"
    assert (await api.get(answer.headers["location"])).json() == state


async def test_everything_has_a_default(api: httpx.AsyncClient) -> None:
    state = (await api.get(await create_session(api))).json()
    assert (state["config"]["dataset"], state["speed"], state["parameters"]) == ("circle", 60, 25)
    assert state["training"] is state["divergence"] is None
    assert state["engine"] in {"compiled", "reference"}


async def test_a_session_is_created_with_custom_points_and_parameters(api: httpx.AsyncClient) -> None:
    network = {"config": {"hidden_layers": []}, "parameters": [0.5, -0.5, 0.25], "data": GIVEN}
    path = await create_session(api, **network)
    assert (await api.get(f"{path}/parameters")).json()["flat"] == [0.5, -0.5, 0.25]
    assert (await api.get(f"{path}/points")).json() == GIVEN
    own = [[1, 1, 1], [-1, -1, -1], [2, 2, 1], [-2, -2, -1]]
    path = await create_session(api, config={"dataset": "own", "points": own, "train_percent": 75})
    points = (await api.get(f"{path}/points")).json()
    assert (len(points["train"]), len(points["test"])) == (3, 1)


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        ({"config": {"noise": 200}}, "config.noise", "at most 80"),
        ({"config": {"dataset": "plane"}}, "config.dataset", None),
        ({"config": {"nose": 2}}, "config.nose", "no such field"),
        ({"config": []}, "config", "an object"),
        ({"speed": 0}, "speed", "more than 0"),
        ({"playing": 1}, "playing", "true or false"),
        ({"parameters": [1]}, "parameters", "shape (25,)"),
        ({"parameters": ["1"]}, "parameters", "a number"),
        ({"data": {"train": [[0, 0, 1]]}}, "data.test", "a value"),
        ({"data": {"train": [[0, 0, 3]], "test": [[0, 0, 1]]}}, "data.train", "targets -1 or 1"),
        ({"data": {"train": [], "test": [[0, 0, 1]]}}, "data.train", "at least 1 entry"),
        ({"other": 1}, "other", "no such field"),
        ([], None, "an object"),
    ],
)
async def test_invalid_sessions_are_refused(
    api: httpx.AsyncClient, body: object, field: str | None, expected: str | None
) -> None:
    answer = await api.post("sessions", json=body)
    problem = problem_of(answer)
    assert (problem["status"], problem["code"], problem.get("field")) == (422, "invalid_value", field)
    assert expected in (None, problem["expected"])


async def test_a_network_or_data_beyond_the_limits_is_refused(tmp_path: Path, assets: Path) -> None:
    async with api_client(tmp_path, assets, max_parameters=100, max_points=4, max_sessions=1) as api:
        answer = await api.post("sessions", json={"config": {"hidden_layers": [30]}})
        assert (problem_of(answer)["status"], problem_of(answer)["code"]) == (422, "too_large")
        answer = await api.post("sessions", json={"data": GIVEN})
        assert (problem_of(answer)["status"], problem_of(answer)["code"]) == (422, "too_large")
        await create_session(api)
        answer = await api.post("sessions", json={})
        assert (problem_of(answer)["status"], problem_of(answer)["code"]) == (503, "server_full")


async def test_playing_pauses_at_the_epoch_that_a_program_names(api: httpx.AsyncClient) -> None:
    answer = await api.post("sessions", json={"speed": None, "playing": True, "until_epoch": 3})
    path = f"sessions/{answer.json()['id']}"
    for epoch in (3, 5):
        while (state := (await api.get(path)).json())["playing"]:
            assert state["until_epoch"] == epoch
        assert (state["metrics"]["epoch"], state["until_epoch"]) == (epoch, None)
        await api.patch(path, json={"playing": True, "until_epoch": 5})
    for change in ({"until_epoch": 9}, {"playing": False, "until_epoch": 9}):
        problem = problem_of(await api.patch(path, json=change))
        assert (problem["status"], problem["field"]) == (422, "until_epoch")


async def test_a_change_is_applied_completely_or_not_at_all(api: httpx.AsyncClient) -> None:
    path = await create_session(api)
    change = {"config": {"learning_rate": 0.1}, "speed": 5, "playing": True}
    state = (await api.patch(path, json=change)).json()
    assert (state["config"]["learning_rate"], state["speed"], state["playing"]) == (0.1, 5, True)
    assert not (await api.patch(path, json={"playing": False})).json()["playing"]
    problem = problem_of(await api.patch(path, json={"config": {"noise": 99}, "speed": 9}))
    assert (problem["field"], problem["value"], problem["expected"]) == ("config.noise", 99, "at most 80")
    assert (await api.patch(path, json={})).json()["speed"] == 5
    assert (await api.patch(path, json={"speed": None})).json()["speed"] is None


async def test_play_pause_and_reset(api: httpx.AsyncClient) -> None:
    path = await create_session(api, speed=None)
    assert (await api.post(f"{path}/play")).json()["playing"]
    while (await api.get(f"{path}/metrics")).json()["epoch"] < 3:
        pass
    state = (await api.post(f"{path}/pause")).json()
    assert not state["playing"]
    assert (await api.get(path)).json() == state
    state = (await api.post(f"{path}/reset")).json()
    assert state["metrics"]["epoch"] == 0


async def test_new_weights_and_regenerate_draw_anew(api: httpx.AsyncClient) -> None:
    path = await create_session(api)
    first = (await api.get(path)).json()["config"]
    drawn = (await api.post(f"{path}/new-weights", params={"seed": 7})).json()["config"]
    assert (drawn["weights_seed"], drawn["data_seed"]) == (7, first["data_seed"])
    drawn = (await api.post(f"{path}/regenerate")).json()["config"]
    assert drawn["weights_seed"] == 7
    assert drawn["data_seed"] != first["data_seed"]
    assert problem_of(await api.post(f"{path}/regenerate?seed=-1"))["field"] == "seed"
    assert problem_of(await api.post(f"{path}/reset?seed=1"))["field"] == "seed"


async def test_a_deleted_session_is_not_found(api: httpx.AsyncClient) -> None:
    path = await create_session(api)
    answer = await api.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    for answer in (await api.get(path), await api.delete(path), await api.post(f"{path}/play")):
        problem = problem_of(answer)
        assert (problem["status"], problem["code"], problem["field"]) == (404, "not_found", "session")


async def test_the_url_of_a_session_begins_with_the_public_url(tmp_path: Path, assets: Path) -> None:
    async with api_client(tmp_path, assets, public_url="https://school.example/lab") as api:
        state = (await api.get(await create_session(api))).json()
        assert state["url"] == f"https://school.example/lab/?session={view_id(state['id'])}"


OWN_POINTS: dict[str, list[list[float]]] = {
    "train": [[1, 1, 1], [-1, -1, -1], [2, 1, 1]],
    "test": [[2, 2, 1]],
}


async def test_given_points_are_marked_and_stay(api: httpx.AsyncClient) -> None:
    session = await create_session(api, data=OWN_POINTS)
    assert (await api.get(session)).json()["custom_data"] is True
    before = (await api.get(f"{session}/points")).json()
    for answer, field in (
        (await api.post(f"{session}/regenerate"), "data_seed"),
        (await api.patch(session, json={"config": {"noise": 10}}), "noise"),
        (await api.patch(session, json={"config": {"data_seed": 5, "learning_rate": 1}}), "data_seed"),
    ):
        problem = problem_of(answer)
        assert (problem["status"], problem["code"], problem["field"]) == (409, "custom_data", field)
    state = (await api.patch(session, json={"config": {"classes": 2, "activation": "relu"}})).json()
    assert (state["config"]["learning_rate"], state["custom_data"]) == (0.03, True)
    assert (await api.get(f"{session}/points")).json() == before


async def test_given_points_are_split_anew_by_another_share(api: httpx.AsyncClient) -> None:
    session = await create_session(api, data=OWN_POINTS)
    state = (await api.patch(session, json={"config": {"train_percent": 25}})).json()
    points = (await api.get(f"{session}/points")).json()
    assert (len(points["train"]), len(points["test"]), state["custom_data"]) == (1, 3, True)
    assert sorted(points["train"] + points["test"]) == sorted(OWN_POINTS["train"] + OWN_POINTS["test"])


async def test_another_dataset_replaces_given_points(api: httpx.AsyncClient) -> None:
    session = await create_session(api, data=OWN_POINTS)
    state = (await api.patch(session, json={"config": {"dataset": "xor"}})).json()
    assert state["custom_data"] is False
    assert len((await api.get(f"{session}/points")).json()["train"]) == 250


async def test_points_can_be_exchanged_during_training(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    assert (await api.get(session)).json()["custom_data"] is False
    await api.post(f"{session}/train", json={"epochs": 2})
    weights = (await api.get(f"{session}/parameters")).json()
    answer = await api.put(f"{session}/points", json=OWN_POINTS)
    assert (answer.status_code, answer.json()) == (200, (await api.get(f"{session}/points")).json())
    state = (await api.get(session)).json()
    assert (state["custom_data"], state["metrics"]["epoch"]) == (True, 2)
    assert (await api.get(f"{session}/parameters")).json() == weights
    wrong = problem_of(await api.put(f"{session}/points", json=OWN_POINTS | {"test": [[0, 0, 7]]}))
    assert (wrong["status"], wrong["field"], wrong["value"]) == (422, "test", [0, 0, 7])
    assert wrong["errors"][0]["pointer"] == "#/test/0"
