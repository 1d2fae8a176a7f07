from pathlib import Path

import httpx
import pytest

from tests.server.rest_client import api_client, create_session, problem_of

pytestmark = pytest.mark.anyio

GIVEN = {
    "train": [[1.0, 1.5, 1], [-1.0, -1.5, -1], [2, 2, 1]],
    "test": [[2.0, 0.5, 1], [-2.0, -0.5, -1]],
}


async def test_a_session_begins_as_asked_and_is_read_at_its_place(program: httpx.AsyncClient) -> None:
    asked = {"config": {"dataset": "spiral", "hidden_layers": [8, 8]}, "speed": None}
    answer = await program.post("sessions", json=asked)
    state = answer.json()
    assert answer.status_code == 201
    assert (state["config"]["dataset"], state["shape"]) == ("spiral", [2, 8, 8, 1])
    assert (state["playing"], state["speed"], state["metrics"]["epoch"]) == (False, None, 0)
    assert state["url"] == f"http://here/?session={state['id']}"
    assert (await program.get(answer.headers["location"])).json() == state


async def test_all_may_be_left_out(program: httpx.AsyncClient) -> None:
    state = (await program.get(await create_session(program))).json()
    assert (state["config"]["dataset"], state["speed"], state["parameters"]) == ("circle", 60, 25)
    assert state["training"] is state["divergence"] is None
    assert state["engine"] in {"compiled", "reference"}


async def test_own_points_and_parameters(program: httpx.AsyncClient) -> None:
    network = {"config": {"hidden_layers": []}, "parameters": [0.5, -0.5, 0.25], "data": GIVEN}
    path = await create_session(program, **network)
    assert (await program.get(f"{path}/parameters")).json()["flat"] == [0.5, -0.5, 0.25]
    assert (await program.get(f"{path}/points")).json() == GIVEN
    own = [[1, 1, 1], [-1, -1, -1], [2, 2, 1], [-2, -2, -1]]
    path = await create_session(program, config={"dataset": "own", "points": own, "train_percent": 75})
    points = (await program.get(f"{path}/points")).json()
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
        ({"parameters": [2e6]}, "parameters", "at most 1000000"),
        ({"data": {"train": [[0, 0, 1]]}}, "data.test", "a value"),
        ({"data": {"train": [[0, 0, 3]], "test": [[0, 0, 1]]}}, "data.train", "targets -1 or 1"),
        ({"data": {"train": [], "test": [[0, 0, 1]]}}, "data.train", "at least 1 entry"),
        ({"other": 1}, "other", "no such field"),
        ([], None, "an object"),
    ],
)
async def test_what_cannot_be_is_refused(
    program: httpx.AsyncClient, body: object, field: str | None, expected: str | None
) -> None:
    answer = await program.post("sessions", json=body)
    problem = problem_of(answer)
    assert (problem["status"], problem["code"], problem.get("field")) == (422, "invalid_value", field)
    assert expected in (None, problem["expected"])


async def test_no_json_and_half_a_character_are_refused(program: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    for text in ("{", '{"config": {"dataset": "\\ud800"}}', '{"\\udfff": 1}', "NaN", "[" * 100_000):
        answer = await program.post("sessions", content=text, headers=headers)
        assert problem_of(answer)["status"] in {400, 422}
    assert problem_of(await program.post("sessions", content="{}"))["status"] == 422


async def test_a_network_or_data_beyond_the_limits_is_refused(tmp_path: Path, assets: Path) -> None:
    async with api_client(tmp_path, assets, max_parameters=100, max_points=4, max_sessions=1) as program:
        answer = await program.post("sessions", json={"config": {"hidden_layers": [30]}})
        assert (problem_of(answer)["status"], problem_of(answer)["code"]) == (422, "too_large")
        answer = await program.post("sessions", json={"data": GIVEN})
        assert (problem_of(answer)["status"], problem_of(answer)["code"]) == (422, "too_large")
        await create_session(program)
        answer = await program.post("sessions", json={})
        assert (problem_of(answer)["status"], problem_of(answer)["code"]) == (503, "server_full")


async def test_a_change_is_made_as_a_whole_or_not_at_all(program: httpx.AsyncClient) -> None:
    path = await create_session(program)
    change = {"config": {"learning_rate": 0.1}, "speed": 5, "playing": True}
    state = (await program.patch(path, json=change)).json()
    assert (state["config"]["learning_rate"], state["speed"], state["playing"]) == (0.1, 5, True)
    assert not (await program.patch(path, json={"playing": False})).json()["playing"]
    problem = problem_of(await program.patch(path, json={"config": {"noise": 99}, "speed": 9}))
    assert (problem["field"], problem["value"], problem["expected"]) == ("config.noise", 99, "at most 80")
    assert (await program.patch(path, json={})).json()["speed"] == 5
    assert (await program.patch(path, json={"speed": None})).json()["speed"] is None


async def test_play_pause_and_reset(program: httpx.AsyncClient) -> None:
    path = await create_session(program, speed=None)
    assert (await program.post(f"{path}/play")).json()["playing"]
    while (await program.get(f"{path}/metrics")).json()["epoch"] < 3:
        pass
    state = (await program.post(f"{path}/pause")).json()
    assert not state["playing"]
    assert (await program.get(path)).json() == state
    state = (await program.post(f"{path}/reset")).json()
    assert state["metrics"]["epoch"] == 0


async def test_other_weights_and_other_points(program: httpx.AsyncClient) -> None:
    path = await create_session(program)
    first = (await program.get(path)).json()["config"]
    drawn = (await program.post(f"{path}/new-weights", params={"seed": 7})).json()["config"]
    assert (drawn["weights_seed"], drawn["data_seed"]) == (7, first["data_seed"])
    drawn = (await program.post(f"{path}/regenerate")).json()["config"]
    assert drawn["weights_seed"] == 7
    assert drawn["data_seed"] != first["data_seed"]
    assert problem_of(await program.post(f"{path}/regenerate?seed=-1"))["field"] == "seed"
    assert problem_of(await program.post(f"{path}/reset?seed=1"))["field"] == "seed"


async def test_a_deleted_session_is_gone(program: httpx.AsyncClient) -> None:
    path = await create_session(program)
    answer = await program.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    for answer in (await program.get(path), await program.delete(path), await program.post(f"{path}/play")):
        problem = problem_of(answer)
        assert (problem["status"], problem["code"], problem["field"]) == (404, "not_found", "session")


async def test_the_page_is_named_by_the_address_that_reaches_it(tmp_path: Path, assets: Path) -> None:
    async with api_client(tmp_path, assets, public_url="https://school.example/lab") as program:
        state = (await program.get(await create_session(program))).json()
        assert state["url"] == f"https://school.example/lab/?session={state['id']}"
