"""How REST answers bodies that are not JSON, or have invalid fields."""

import json
from typing import Any

import httpx
import pytest

from server.app import create_app
from server.errors.problems import MAX_ERRORS
from server.settings import Settings
from tests.server.rest_client import create_room_and_seat, create_session, problem_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def api(shared_api: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_api


JSON = {"Content-Type": "application/json"}
POINT = [0, 0, 1]


@pytest.mark.parametrize("size", [0, 100_000])
@pytest.mark.parametrize("path", ["sessions", "train", "rooms"])
@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b'{"speed": 1,}',
        b'{"speed": \xff}',
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b"[" * 1000 + b"]" * 1000,
        b'{"speed": ' + b"1" * 5000 + b"}",
        '{"speed": 1}'.encode("utf-16"),
    ],
    ids=["syntax", "comma", "UTF-8", "UTF-8 in text", "surrogate", "depth", "integer", "UTF-16"],
)
async def test_unreadable_json_is_one_kind_of_400(
    api: httpx.AsyncClient, text: bytes, path: str, size: int
) -> None:
    problem = problem_of(await api.post(path, content=text + b" " * size, headers=JSON))
    assert (problem["status"], problem["code"]) == (400, "malformed_json")
    assert problem["detail"].startswith("The body is not valid JSON: ")


async def test_a_byte_order_mark_and_other_types_of_json_are_read(api: httpx.AsyncClient) -> None:
    for content_type in ("application/json; charset=utf-8", "application/vnd.x+json", "Application/JSON"):
        headers = {"Content-Type": content_type}
        answer = await api.post("sessions", content=b"\xef\xbb\xbf{}", headers=headers)
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "json"])
async def test_a_body_of_another_type_is_415(api: httpx.AsyncClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    session = await create_session(api)
    for method, path in (("POST", "sessions"), ("PATCH", session), ("POST", "rooms"), ("POST", "teachers")):
        problem = problem_of(await api.request(method, path, content=b'{"x": 1}', headers=headers))
        assert (problem["status"], problem["code"]) == (415, "unsupported_media_type"), path
        assert (problem["field"], problem.get("value")) == ("Content-Type", content_type or "")
        assert problem["expected"] == "application/json"


@pytest.mark.medium
def test_every_call_with_a_body_says_400_and_415() -> None:
    for path, operations in create_app(Settings()).openapi()["paths"].items():
        for method, operation in operations.items():
            responses = set(operation["responses"])
            takes_json = "application/json" in operation.get("requestBody", {}).get("content", {})
            assert ({"400", "415"} <= responses) == takes_json, (method, path)


@pytest.mark.medium
async def test_answers_without_content_have_no_content_type(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    room, seat = await create_room_and_seat(api)
    key, path = {"X-Room-Key": room["key"]}, f"rooms/{room['id']}"
    job = (await api.post(f"{session}/train", json={"epochs": 100_000, "wait": 0})).json()["id"]
    runs = (await api.post("runs", json={"epochs": 100_000, "seeds": 5})).json()["id"]
    raced = (await api.post("sessions", json={})).json()["id"]
    (await api.put(f"sessions/{raced}/rival", json={})).raise_for_status()
    of_session = (f"sessions/{raced}/rival", f"{session}/lesson", session)
    deleted = (f"jobs/{job}", f"runs/{runs}", *of_session, "seat", f"{path}/seats/{seat['seat']}", path)
    for each in deleted:
        answer = await api.delete(each, headers=key)
        assert (answer.status_code, answer.content) == (204, b""), each
        assert "content-type" not in answer.headers
    known = create_app(Settings()).openapi()["paths"].values()
    assert sum("204" in each["delete"]["responses"] for each in known if "delete" in each) == len(deleted)


async def test_allow_names_all_methods_of_a_path(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    for path, allowed in (
        (session, "DELETE, GET, HEAD, PATCH"),
        (f"{session}/points", "GET, HEAD, PUT"),
        ("catalogue", "GET, HEAD"),
        ("jobs", "DELETE, GET, HEAD"),
        ("rooms", "GET, HEAD, POST"),
    ):
        answer = await api.request("OPTIONS", path)
        assert (problem_of(answer)["status"], answer.headers["allow"]) == (405, allowed)


async def test_whole_numbers_may_have_a_decimal_point(api: httpx.AsyncClient) -> None:
    def with_points(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: with_points(each) for name, each in value.items()}
        if isinstance(value, list):
            return [with_points(each) for each in value]
        return float(value) if type(value) is int else value

    config = {"hidden_layers": [3], "batch_size": 4, "data_seed": 5, "train_percent": 60, "classes": 4}
    session = await create_session(api, config=with_points(config))
    state = (await api.get(session)).json()["config"]
    assert {name: state[name] for name in config} == config
    bodies: list[tuple[str, str, Any]] = [
        ("PATCH", session, {"config": {"batch_size": 7}}),
        ("POST", f"{session}/train", {"epochs": 1}),
        ("POST", "train", {"steps": 2, "config": config}),
        (
            "POST",
            "runs",
            {"epochs": 1, "seeds": 2, "first_seed": 3, "grid": {"hidden_layers": [[2], [3, 1]]}},
        ),
    ]
    for method, path, body in bodies:
        answer = await api.request(method, path, json=with_points(body))
        assert answer.status_code in (200, 202), answer.text
    room, _ = await create_room_and_seat(api)
    goal = {
        "test_loss_at_most": 1,
        "within_epochs": 300,
        "most_neurons": 4,
        "fresh": {"runs": 3, "solved": 2, "epochs": 50},
    }
    task = {"title": "T", "text": "t", "config": config, "goal": goal}
    headers = {"X-Room-Key": room["key"]}
    answer = await api.put(f"rooms/{room['id']}/task", json=with_points(task), headers=headers)
    assert answer.status_code == 200, answer.text
    for wrong in (4.5, "4", True):
        problem = problem_of(await api.post(f"{session}/train", json={"epochs": wrong}))
        assert (problem["field"], problem["value"]) == ("epochs", wrong)


async def test_all_invalid_fields_are_told_at_once(api: httpx.AsyncClient) -> None:
    body = {"config": {"noise": 200, "dataset": "xyz", "nose": 1}, "speed": 0, "playing": 1}
    problem = problem_of(await api.post("sessions", json=body))
    told = [
        (each["pointer"], each["field"], each.get("value"), each["expected"]) for each in problem["errors"]
    ]
    assert set(told) >= {
        ("#/config/noise", "config.noise", 200, "at most 80"),
        ("#/config/nose", "config.nose", 1, "no such field"),
        ("#/speed", "speed", 0, "more than 0"),
        ("#/playing", "playing", 1, "true or false"),
    }
    assert len(told) == 5
    first = problem["errors"][0]
    assert all(problem[name] == first[name] for name in ("detail", "field", "value", "expected"))
    assert "more_errors" not in problem


async def test_invalid_changes_are_told_at_once_too(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    change = {"config": {"noise": 200, "classes": 99, "learning_rate": "fast"}}
    problem = problem_of(await api.patch(session, json=change))
    assert [each["pointer"] for each in problem["errors"]] == [
        "#/config/classes", "#/config/noise", "#/config/learning_rate",
    ]  # fmt: skip


async def test_beyond_ten_errors_their_number_is_told(api: httpx.AsyncClient) -> None:
    problem = problem_of(await api.post("sessions", json={f"a/{number}~": 0 for number in range(25)}))
    assert (len(problem["errors"]), problem["more_errors"]) == (MAX_ERRORS, 15)
    assert problem["errors"][0]["pointer"] == "#/a~10~0"


async def test_parameters_have_no_pointer(api: httpx.AsyncClient) -> None:
    problem = problem_of(await api.get("datasets/circle?noise=99&count=0"))
    assert [each["field"] for each in problem["errors"]] == ["noise", "count"]
    assert not any("pointer" in each for each in problem["errors"])


@pytest.mark.parametrize(
    ("body", "field", "index", "value"),
    [
        ({"data": {"train": [POINT, ["a", 0, 1]], "test": [POINT]}}, "data.train", [1, 0], "a"),
        ({"data": {"train": [POINT], "test": [POINT, [0, 1, 7]]}}, "data.test", [1], [0, 1, 7]),
        (
            {"config": {"dataset": "own", "points": [POINT, POINT, [0, 0, 7]]}},
            "config.points",
            [2],
            [0, 0, 7],
        ),
        ({"config": {"dataset": "own", "points": [POINT, [0, 0, 1, 2]]}}, "config.points", [1], [0, 0, 1, 2]),
        ({"config": {"hidden_layers": [1, 2, 65]}}, "config.hidden_layers", [2], 65),
        ({"parameters": [0, "1"]}, "parameters", [1], "1"),
    ],
)
async def test_an_invalid_item_of_a_list_is_told_by_its_position(
    api: httpx.AsyncClient, body: dict[str, Any], field: str, index: list[int], value: Any
) -> None:
    problem = problem_of(await api.post("sessions", json=body))
    (error,) = problem["errors"]
    assert (error["field"], error["index"], error["value"]) == (field, index, value)
    place = "".join(f"[{number}]" for number in index)
    assert error["detail"].startswith(f"{field}{place}: expected ")
    assert error["pointer"] == "#/" + "/".join([*field.split("."), *map(str, index)])


async def test_numbers_are_shown_as_they_were_sent(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    for sent, shown in ((1_234_567, 1_234_567), (10**30, 10**30), (-3, -3), (2.5, 2.5)):
        problem = problem_of(await api.post(f"{session}/train", json={"epochs": sent}))
        assert problem["value"] == shown
        assert problem["detail"].endswith(f"got {json.dumps(sent)}.")


@pytest.mark.parametrize(
    ("layer", "inner", "expected"),
    [
        ({"kind": "dense", "neurons": 0}, "neurons", "at least 1"),
        ({"kind": "dense"}, "neurons", "a value"),
        ({"kind": "dense", "neurons": 3, "units": 3}, "units", "no such field"),
        ({"kind": "dropout", "rate": 3}, "rate", "at most 0.9"),
        ({"neurons": 3}, None, "an object with the field 'kind'"),
        (
            {"kind": "dence"},
            None,
            (
                "'kind' to be one of 'dense', 'batch_norm', 'layer_norm', 'residual', 'dropout', "
                "'conv', 'max_pool', 'average_pool', 'flatten'"
            ),
        ),
    ],
)
async def test_an_invalid_layer_is_told_with_its_wrong_field(
    api: httpx.AsyncClient, layer: dict[str, Any], inner: str | None, expected: str
) -> None:
    problem = problem_of(await api.post("sessions", json={"config": {"layers": [layer]}}))
    (error,) = problem["errors"]
    assert (error["field"], error["index"], error["expected"]) == ("config.layers", [0], expected)
    assert error["pointer"] == "#/config/layers/0" + (f"/{inner}" if inner else "")
    assert f"config.layers[0]{f'.{inner}' if inner else ''}" in error["detail"]
