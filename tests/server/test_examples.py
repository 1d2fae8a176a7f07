"""REST's description: everything has its meaning and an example, and the examples work as they stand."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.errors.codes import REST_CODES
from tests.server.rest_client import api_client, create_room_and_seat, create_session

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

METHODS = {"get", "post", "put", "patch", "delete"}


async def described(api: httpx.AsyncClient) -> dict[str, Any]:
    schema: dict[str, Any] = (await api.get("openapi.json")).json()
    return schema


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method, path, operation


def example_of(thing: dict[str, Any]) -> Any:
    """Return the first example of a parameter or schema, or its default."""
    inner = thing.get("schema", {})
    for place in (thing, inner):
        if place.get("examples"):
            examples = place["examples"]
            return examples[0] if isinstance(examples, list) else next(iter(examples.values()))["value"]
        if "example" in place:
            return place["example"]
    return inner.get("default", thing.get("default"))


def resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
    return part


async def agree(api: httpx.AsyncClient, room: dict[str, Any], seat: str) -> None:
    """Have the learner agree to a change."""
    headers = {"X-Room-Key": room["key"]}
    await api.post(f"rooms/{room['id']}/seats/{seat}", json={"ask": True}, headers=headers)
    assert (await api.post("seat", json={"agreed": True})).json()["agreed"]


@pytest.fixture
async def roomy(assets: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of a server on which one address may open a room for each operation."""
    async with api_client(tmp_path, assets, max_rooms=1000, max_rooms_per_address=1000) as client:
        yield client


@pytest.mark.slow
async def test_every_operation_works_with_its_own_example(roomy: httpx.AsyncClient) -> None:
    """As somebody tries them on the page: with sessions begun as the example of that says, in a room."""
    api = roomy
    schema = await described(api)
    (first,) = schema["components"]["schemas"]["NewSession"]["examples"]
    tried = set()
    for method, path, operation in operations(schema):
        session = await create_session(api, **first)
        if path.startswith("/api/sessions/{session}/rival"):
            (await api.put(f"{session}/rival", json={})).raise_for_status()
        job = (await api.post(f"{session}/train", json={"epochs": 1, "wait": 30})).json()["id"]
        kept = {"epochs": 1, "seeds": 1, "keep": ["losses"], "wait": 30}
        runs = (await api.post("runs", json=kept)).json()["id"]
        room, seat = await create_room_and_seat(api)
        ids = {"session": session.removeprefix("sessions/"), "job": job, "runs": runs}
        shared = await api.post("own-data", json={"config": {"points": [[1, 1, 1], [0, 0, -1]]}})
        ids["data"] = shared.json()["id"]
        ids |= {"room": room["id"], "seat": seat["seat"], "X-Room-Key": room["key"]}
        address, query, headers = path, {}, {}
        for parameter in operation.get("parameters", []):
            name, value = parameter["name"], example_of(parameter)
            if parameter["in"] == "path":
                assert value is not None, f"{method} {path}: {name} has no example"
                address = address.replace(f"{{{name}}}", str(ids.get(name, value)))
            elif parameter["in"] == "header":
                assert value is not None, f"{method} {path}: {name} has no example"
                headers[name] = ids.get(name, value)
            elif name == "X-Room-Key":
                headers[name] = room["key"]
            elif value is not None:
                query[name] = str(value).lower() if isinstance(value, bool) else value
        body, table = None, None
        content = operation.get("requestBody", {}).get("content", {})
        if "text/csv" in content:
            table = content["text/csv"]["example"]
            headers["Content-Type"] = "text/csv"
        elif content:
            content = content["application/json"]
            body = example_of(content) or example_of(resolved(schema, content["schema"]))
            assert body, f"{method} {path} has no example"
        if path == "/api/seats":
            api.cookies.clear()
            body = {"code": room["code"]}
        answer = await api.request(
            method.upper(), f"http://here{address}", params=query, json=body, content=table, headers=headers
        )
        if answer.status_code == 409 and answer.json()["code"] == "other_problem":
            continue  # it is for sessions of images, whose tests call it
        if answer.status_code == 404 and path.endswith("/lesson/runs"):
            continue  # it is for a step with such a check, whose tests call it
        if answer.status_code == 403 and answer.json()["code"] == "no_teacher_password":
            continue  # tried in tests of a server that has one
        assert answer.status_code in {200, 201, 204}, f"{method} {path}: {answer.text}"
        tried.add(operation["operationId"])
    assert len(tried) >= 30


@pytest.mark.slow
async def test_every_operation_and_parameter_has_its_meaning(api: httpx.AsyncClient) -> None:
    schema = await described(api)
    names = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(set(names)) == len(names)
    for method, path, operation in operations(schema):
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"], path
        assert {"405", "413"} <= set(operation["responses"]), path
        for parameter in operation.get("parameters", []):
            assert parameter["description"], f"{method} {path} {parameter['name']}"
        for status, response in operation["responses"].items():
            assert response["description"]
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], f"{method} {path} {status}"


async def test_every_field_has_its_meaning_and_an_example(api: httpx.AsyncClient) -> None:
    schema = await described(api)
    for name, model in schema["components"]["schemas"].items():
        assert model.get("description") or name == "JsonValue", name
        for field, part in model.get("properties", {}).items():
            if name in {"HTTPValidationError", "ValidationError"}:
                continue
            assert part.get("description"), f"{name}.{field} is not described"
            text = str(part)
            shown = ("examples", "default", "enum", "const", "$ref")
            assert any(word in text for word in shown), f"{name}.{field} has no example"


async def test_the_codes_of_problems_are_listed(api: httpx.AsyncClient) -> None:
    schema = await described(api)
    codes = schema["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert codes == list(REST_CODES)
    assert {"invalid_value", "not_found", "method_not_allowed", "too_large", "server_full"} <= set(codes)
