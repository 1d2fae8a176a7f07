"""Bodies of requests: their limits, and where they are parsed."""

import json
import threading
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi._compat import ModelField
from pydantic_core import from_json

from server.rest.json_bodies import MAX_SMALL_BODY
from tests.server.rest_client import create_session, problem_of

pytestmark = pytest.mark.anyio

BOMB = b'{"config": {"points": [' + b"[[]]," * 100_000 + b"[[]]]}}"


@pytest.mark.parametrize("path", ["sessions", "train", "runs"])
async def test_a_body_of_a_million_lists_is_refused_before_it_is_parsed(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("server.rest.json_bodies.from_json", lambda _: pytest.fail("it was parsed"))
    problem = problem_of(await api.post(path, content=BOMB, headers={"Content-Type": "application/json"}))
    assert (problem["code"], problem["status"]) == ("too_large", 413)
    assert problem["expected"] == "at most 40000 lists"


async def test_too_many_points_are_refused_by_their_number_whatever_they_are(
    api: httpx.AsyncClient,
) -> None:
    problem = problem_of(await api.post("sessions", json={"config": {"points": [[[]]] * 1001}}))
    assert problem["field"] == "config.points"
    assert problem["expected"] == "at most 1000 entries"


async def test_a_long_list_tells_of_its_first_wrong_item(api: httpx.AsyncClient) -> None:
    rows = [[1, 2, 1], ["a", 2, 1], [1, "b", 1]]
    problem = problem_of(await api.post("sessions", json={"data": {"train": rows, "test": rows}}))
    assert (problem["field"], problem["value"]) == ("data.train", "a")


async def test_a_body_of_settings_may_not_be_as_large_as_one_with_data(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    padding = " " * MAX_SMALL_BODY
    headers = {"Content-Type": "application/json"}
    for method, path in (("PATCH", session), ("POST", "rooms"), ("POST", f"{session}/train")):
        problem = problem_of(await api.request(method, path, content=f"{padding}{{}}", headers=headers))
        assert (problem["code"], problem["status"]) == ("too_large", 413)
        assert problem["expected"] == f"at most {MAX_SMALL_BODY} bytes"
    answer = await api.post("sessions", content=f"{padding}{{}}", headers=headers)
    assert answer.status_code == 201


async def test_a_body_without_a_length_is_counted_while_it_is_read(api: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b" " * 65_536

    headers = {"Content-Type": "application/json"}
    problem = problem_of(await api.post("rooms", content=chunks(), headers=headers))
    assert problem["expected"] == f"at most {MAX_SMALL_BODY} bytes"


async def test_a_large_body_is_parsed_and_validated_off_the_event_loop(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []
    validate = ModelField.validate

    def parsing(body: bytes) -> Any:
        threads.append(threading.get_ident())
        return from_json(body)

    def validating(field: ModelField, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict) and "data" in value:
            threads.append(threading.get_ident())
        return validate(field, value, *args, **kwargs)

    monkeypatch.setattr("server.rest.json_bodies.from_json", parsing)
    monkeypatch.setattr(ModelField, "validate", validating)
    rows = [[0.5, 1.25, 1], [-0.5, -1.25, -1]] * 1000
    answer = await api.post("train", json={"epochs": 1, "data": {"train": rows, "test": rows}})
    assert answer.status_code == 200, answer.text
    assert len(threads) == 2
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("size", [0, 100_000])
async def test_errors_of_small_and_large_bodies_are_the_same(api: httpx.AsyncClient, size: int) -> None:
    padding = " " * size
    headers = {"Content-Type": "application/json"}

    async def refused(text: str) -> tuple[Any, ...]:
        problem = problem_of(await api.post("sessions", content=text + padding, headers=headers))
        return problem["code"], problem.get("field"), problem.get("expected")

    assert await refused('{"speed": "fast"}') == ("invalid_value", "speed", "a number")
    assert await refused('{"unknown": 1}') == ("invalid_value", "unknown", "no such field")
    assert await refused('{"speed": ') == ("malformed_json", None, "JSON")
    assert await refused("[1]") == ("invalid_value", None, "an object")
    assert await refused(json.dumps({"config": {"noise": 100}})) == (
        "invalid_value", "config.noise", "at most 80",
    )  # fmt: skip


async def test_without_a_body_a_session_takes_its_defaults(api: httpx.AsyncClient) -> None:
    assert (await api.post("sessions")).status_code == 201
