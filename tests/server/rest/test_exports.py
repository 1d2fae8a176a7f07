"""Exports over REST: names of files, models that come back, rooms, and files that are none."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.sessions.view_ids import view_id
from tests.server.classroom.lesson import Lesson
from tests.server.rest_client import api_client, create_session, problem_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def api(assets: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(tmp_path, assets) as client:
        yield client


async def exported(api: httpx.AsyncClient, **body: Any) -> tuple[str, dict[str, Any]]:
    """Return the path of a trained session and its model."""
    session = await create_session(api, **body)
    (await api.post(f"{session}/train", json={"epochs": 3, "wait": 30})).raise_for_status()
    model: dict[str, Any] = (await api.get(f"{session}/export")).raise_for_status().json()
    return session, model


async def test_a_model_that_is_imported_is_the_same_training(api: httpx.AsyncClient) -> None:
    session, model = await exported(api, config={"optimizer": "adam", "dropout": [0.2, 0]})
    answer = await api.post("sessions/import", json=model)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"].endswith(f"/api/sessions/{answer.json()['id']}")
    other = f"sessions/{answer.json()['id']}"
    for _ in range(2):
        for path in ("parameters", "metrics", "losses", "points"):
            one, two = [(await api.get(f"{each}/{path}")).json() for each in (session, other)]
            assert one == two, path
        for each in (session, other):
            (await api.post(f"{each}/train", json={"epochs": 4, "wait": 30})).raise_for_status()


async def test_a_model_replaces_the_training_of_a_session_in_place(api: httpx.AsyncClient) -> None:
    session, model = await exported(api, config={"dataset": "xor", "hidden_layers": [3]})
    other = await create_session(api)
    before = (await api.get(other)).json()
    answer = await api.put(f"{other}/model", json=model)
    assert answer.status_code == 200, answer.text
    state = answer.json()
    assert (state["id"], state["shape"]) == (before["id"], [2, 3, 1])
    assert state["revision"] > before["revision"]
    assert (await api.get(f"{other}/losses")).json() == (await api.get(f"{session}/losses")).json()
    assert (await api.get(f"{other}/export")).json() == model


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("", "circle.json", "circle.json"),
        ("My net 1", "My_net_1.json", "My_net_1.json"),
        ('a"b\r\nX: y/../{{c}}<script>', "a_b_X_y_c_script.json", "a_b_X_y_c_script.json"),
        ("我的網路", "network.json", "%E6%88%91%E7%9A%84%E7%B6%B2%E8%B7%AF.json"),
        ("../..", "network.json", "network.json"),
        ("我的__net  2_", "network_net_2.json", "%E6%88%91%E7%9A%84_net_2.json"),
    ],
)
async def test_a_name_is_in_the_file_and_cannot_break_out_of_the_header(
    api: httpx.AsyncClient, name: str, plain: str, encoded: str
) -> None:
    session = await create_session(api)
    answer = await api.get(f"{session}/export", params={"format": "json", "name": name})
    assert answer.headers["content-disposition"] == (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    )
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["name"] == (name.strip() or "circle")


async def test_a_model_of_a_later_version_is_refused_kindly(api: httpx.AsyncClient) -> None:
    _, model = await exported(api)
    model |= {"version": 2, "something": "new", "config": {"unknown": 1}}
    answer = await api.post("sessions/import", json=model)
    problem = problem_of(answer)
    assert (problem["status"], problem["field"], problem["value"]) == (422, "version", 2)
    assert "later Tinkernet" in problem["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"format": "something"}, "format"),
        ({"version": 0}, "version"),
        ({"config": {"learning_rate": -1}}, "config.learning_rate"),
        ({"config": {"hidden_layers": [5000]}}, "config.hidden_layers"),
        ({"state": {}}, "state.parameters"),
        ({"name": "x" * 101}, "name"),
        ({"extra": 1}, "extra"),
        ({"losses": {"epoch": [1, 0], "train_loss": [1, 1], "test_loss": [1, 1]}}, "losses"),
        ({"losses": {"epoch": [1], "train_loss": [], "test_loss": []}}, "losses"),
    ],
)
async def test_a_file_that_is_wrong_is_told_where(
    api: httpx.AsyncClient, change: dict[str, Any], field: str
) -> None:
    session, model = await exported(api)
    before = (await api.get(session)).json()
    for method, path in (("POST", "sessions/import"), ("PUT", f"{session}/model")):
        problem = problem_of(await api.request(method, path, json=model | change))
        assert (problem["status"], problem["field"]) == (422, field), problem
        assert problem["expected"]
    assert (await api.get(session)).json() == before


@pytest.mark.parametrize("text", ["", "[]", "null", '"x"', "{", '{"state": NaN}', "42"])
async def test_what_is_no_model_is_refused(api: httpx.AsyncClient, text: str) -> None:
    answer = await api.post("sessions/import", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert problem_of(answer)["detail"]


async def test_numbers_that_are_not_finite_are_told_with_their_place(api: httpx.AsyncClient) -> None:
    _, model = await exported(api)
    text = json.dumps(model).replace(json.dumps(model["state"]["parameters"][2]), "1e999", 1)
    answer = await api.post("sessions/import", content=text, headers={"Content-Type": "application/json"})
    problem = problem_of(answer)
    assert (problem["field"], problem["errors"][0]["index"]) == ("state.parameters", [2]), problem


async def test_a_room_decides_what_may_be_opened(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    session = (await learner.join(teacher.code, "Ada"))["session"]
    path = f"sessions/{session}"
    model = (await learner.client.get(f"{path}/export")).json()
    assert (await school.client().put(f"{path}/model", json=model)).status_code == 403
    assert (await learner.client.put(f"{path}/model", json=model)).status_code == 200
    await teacher.call("PATCH", json={"locks": ["noise"]})
    changed = model | {"config": model["config"] | {"noise": 20}}
    problem = problem_of(await learner.client.put(f"{path}/model", json=changed))
    assert (problem["code"], problem["field"]) == ("locked", "noise")
    assert (await learner.client.put(f"{path}/model", json=model)).status_code == 200
    await teacher.call("PATCH", json={"locks": ["weights"]})
    problem = problem_of(await learner.client.put(f"{path}/model", json=model))
    assert (problem["code"], problem["field"]) == ("locked", "weights")
    await teacher.call("PATCH", json={"locks": []})
    await teacher.call("POST", "/do", json={"action": "pause"})
    problem = problem_of(await learner.client.put(f"{path}/model", json=model))
    assert problem["code"] == "paused"


async def test_a_model_that_is_opened_in_a_room_counts_as_set_by_hand(school: Lesson) -> None:
    teacher, learner = await school.teacher(), school.learner()
    session = (await learner.join(teacher.code, "Ada"))["session"]
    model = (await learner.client.get(f"sessions/{session}/export")).json()
    assert not model["edited"]
    await learner.client.put(f"sessions/{session}/model", json=model)
    assert (await learner.client.get(f"sessions/{session}/export")).json()["edited"]


@pytest.mark.parametrize(
    ("kind", "end"), [("numpy", "_numpy.py"), ("keras", "_keras.py"), ("pytorch", "_pytorch.py")]
)
async def test_programs_are_text_of_python(api: httpx.AsyncClient, kind: str, end: str) -> None:
    session = await create_session(api, config={"dataset": "xor"})
    answer = await api.get(f"{session}/export", params={"format": kind})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/x-python")
    assert f'filename="xor{end}"' in answer.headers["content-disposition"]
    compile(answer.text, "exported.py", "exec")


async def test_a_format_that_is_none_is_refused(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    problem = problem_of(await api.get(f"{session}/export", params={"format": "word"}))
    assert (problem["status"], problem["field"]) == (422, "format")


async def test_a_format_whose_package_is_missing_says_how_to_get_it(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.exports.onnx_model.find_spec", lambda _name: None)
    session = await create_session(api)
    problem = problem_of(await api.get(f"{session}/export", params={"format": "onnx"}))
    assert (problem["status"], problem["code"], problem["expected"]) == (
        501,
        "not_installed",
        "pip install onnx",
    )


async def test_who_may_only_look_can_export_and_not_replace(api: httpx.AsyncClient) -> None:
    session, model = await exported(api)
    looking = f"sessions/{view_id(session.removeprefix('sessions/'))}"
    assert (await api.get(f"{looking}/export")).json() == model
    assert problem_of(await api.put(f"{looking}/model", json=model))["code"] == "view_only"
