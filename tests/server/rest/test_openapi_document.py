"""The OpenAPI document: what linters and generators of clients need, for any settings."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from server.app import create_app
from server.settings import Settings

pytestmark = pytest.mark.medium  # the document is made anew

ALL: dict[str, Any] = {
    "api_token": "x" * 40,
    "site_password": "word",
    "teacher_password": "word",
    "root_path": "/lab",
}

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(params=[{}, ALL], ids=["open", "closed"], scope="module")
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = create_app(Settings(**request.param)).openapi()
    return found


def operations_of(document: dict[str, Any]) -> Iterator[Operation]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, operation


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from objects_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from objects_in(each)


@pytest.mark.slow
def test_it_names_server_licence_contact_and_tags(document: dict[str, Any]) -> None:
    assert document["servers"]
    assert document["info"]["license"] == {"name": "MIT License", "identifier": "MIT"}
    assert document["info"]["contact"]["name"]
    tags = [tag["name"] for tag in document["tags"]]
    assert all(tag["description"].endswith(".") for tag in document["tags"])
    used = [name for _, _, operation in operations_of(document) for name in operation["tags"]]
    assert set(used) == set(tags)
    assert all(len(operation["tags"]) == 1 for _, _, operation in operations_of(document))


@pytest.mark.slow
def test_every_operation_has_a_name_a_summary_a_description_and_errors(document: dict[str, Any]) -> None:
    names = Counter(operation["operationId"] for _, _, operation in operations_of(document))
    assert set(names.values()) == {1}
    for method, path, operation in operations_of(document):
        place = (method, path)
        assert operation["description"].rstrip().endswith("."), place
        assert not operation["summary"].endswith((".", "?")), place
        assert any("400" <= status < "500" for status in operation["responses"]), place
        for status, response in operation["responses"].items():
            assert response["description"], place
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], place


@pytest.mark.slow
def test_summaries_of_one_tag_are_different(document: dict[str, Any]) -> None:
    told = Counter((*operation["tags"], operation["summary"]) for _, _, operation in operations_of(document))
    assert set(told.values()) == {1}


@pytest.mark.slow
def test_every_successful_response_has_one_media_type(document: dict[str, Any]) -> None:
    """Generators of clients choose one, and cannot read the others; a file has one for each `format`."""
    for method, path, operation in operations_of(document):
        if any(parameter["name"] == "format" for parameter in operation.get("parameters", [])):
            continue
        for status, response in operation["responses"].items():
            if status < "300":
                assert len(response.get("content", {})) == (0 if status == "204" else 1), (method, path)


@pytest.mark.slow
def test_arrays_have_items_and_parameters_and_fields_are_described(document: dict[str, Any]) -> None:
    for schema in objects_in(document):
        if schema.get("type") == "array":
            assert "items" in schema, schema
    for method, path, operation in operations_of(document):
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (method, path, parameter["name"])
        for name in re.findall(r"{(\w+)}", path):
            assert any(each["name"] == name for each in operation["parameters"]), (method, path)
    for name, schema in document["components"]["schemas"].items():
        for field, about in schema.get("properties", {}).items():
            assert about.get("description") or "$ref" in about, (name, field)


@pytest.mark.slow
def test_every_operation_says_which_credentials_it_needs(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    used: set[str] = set()
    for method, path, operation in operations_of(document):
        for alternative in operation["security"]:
            used |= alternative.keys()
        assert isinstance(operation["security"], list), (method, path)
    assert used == set(schemes)


def security_of(document: dict[str, Any], method: str, path: str) -> list[set[str]]:
    return [set(alternative) for alternative in document["paths"][path][method]["security"]]


@pytest.mark.slow
def test_credentials_of_the_server_and_of_rooms_are_combined() -> None:
    open_to_all = create_app(Settings()).openapi()
    assert security_of(open_to_all, "get", "/api/catalogue") == []
    assert security_of(open_to_all, "post", "/api/rooms") == []
    assert security_of(open_to_all, "get", "/api/rooms/{room}") == [{"roomKey"}]
    assert security_of(open_to_all, "get", "/api/seat") == [{"seatCookie"}]
    learner = [set(), {"seatCookie"}, {"sessionKey"}, {"roomKey"}]
    assert security_of(open_to_all, "patch", "/api/sessions/{session}") == learner
    assert security_of(open_to_all, "get", "/api/sessions/{session}") == []
    with_token = create_app(Settings(api_token="x" * 40)).openapi()
    assert security_of(with_token, "get", "/api/health") == []
    assert security_of(with_token, "get", "/api/catalogue") == [{"token"}]
    assert security_of(with_token, "get", "/api/rooms/{room}") == [{"roomKey"}]
    closed = create_app(Settings(**ALL)).openapi()
    assert security_of(closed, "get", "/api/catalogue") == [{"token"}, {"password"}]
    assert security_of(closed, "post", "/api/rooms") == [{"teacherKey", "token"}, {"teacherKey", "password"}]
