"""The documentation of the websocket: complete, valid, and its example works as it stands."""

import html
import json
import re
import struct
import subprocess
import sys
from typing import Any

import httpx
import pytest
from jsonschema_rs import validator_for
from pydantic import TypeAdapter
from starlette.routing import WebSocketRoute

from server.app import create_app
from server.classroom.wall.channels import room_channels
from server.errors.codes import ErrorCode
from server.protocol import close_codes, frames
from server.protocol import messages as wire
from server.protocol.examples import client_examples, server_examples
from server.rest.websocket_docs.asyncapi import build_document, names_of
from server.settings import Settings
from tests.server.live import Live

DOCUMENT = build_document(room_channels())
WITH_EXAMPLES = [name for name, each in DOCUMENT["components"]["messages"].items() if "examples" in each]


def named_by(reference: dict[str, str]) -> Any:
    """Return what a reference within the document names."""
    value: Any = DOCUMENT
    for name in reference["$ref"].removeprefix("#/").split("/"):
        value = value[name]
    return named_by(value) if isinstance(value, dict) and "$ref" in value else value


def test_every_message_has_one_example_which_is_valid() -> None:
    pairs: tuple[tuple[Any, Any], ...] = (
        (wire.AnyClientMessage, client_examples()),
        (wire.ServerMessage, server_examples()),
    )
    for union, examples in pairs:
        assert sorted(type(each).__name__ for each in examples) == sorted(names_of(union))
        for example in examples:
            text = example.model_dump_json()
            assert TypeAdapter(union).validate_json(text) == example


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_an_example_fits_the_schema_of_its_message(name: str) -> None:
    message = DOCUMENT["components"]["messages"][name]
    schema = {**message["payload"], "components": DOCUMENT["components"]}
    payload = message["examples"][0]["payload"]
    validator_for(schema).validate(payload)
    assert payload["type"] == message["name"]


def test_the_document_says_who_sends_what() -> None:
    for operation, union in (("receive", wire.AnyClientMessage), ("send", wire.ServerMessage)):
        messages = [named_by(each)["name"] for each in DOCUMENT["operations"][operation]["messages"]]
        types = [each.type for each in (client_examples() if operation == "receive" else server_examples())]
        assert sorted(messages) == sorted([*types, *(["frame"] if operation == "send" else [])])
        assert len(names_of(union)) == len(types)


def test_every_websocket_of_the_server_is_in_the_document() -> None:
    routes = {route.path for route in create_app(Settings()).routes if isinstance(route, WebSocketRoute)}
    assert routes == {channel["address"] for channel in DOCUMENT["channels"].values()}
    for name, channel in DOCUMENT["channels"].items():
        named = {
            each["$ref"].rsplit("/", 1)[-1]
            for operation in DOCUMENT["operations"].values()
            if operation["channel"]["$ref"].endswith(f"/{name}")
            for each in operation["messages"]
        }
        assert named == set(channel["messages"]), name


def test_the_table_of_a_frame_is_that_of_its_bytes() -> None:
    layout = DOCUMENT["components"]["messages"]["Frame"]["x-frame"]
    header = frames.Header(frames.Flag.DIVERGED, 12, 7, 3, 2, 0.5, 0.25, 1.0, 0.75)
    data = frames.encode(header, [])
    codes = {"u8": "<B", "u16": "<H", "u32": "<I", "f32": "<f", "f64": "<d"}
    read = {
        field["name"]: struct.unpack_from(codes[field["type"]], data, field["offset"])[0]
        for field in layout["header"]
    }
    assert read == {"version": 1, "packing": 0, **header._asdict()}
    assert layout["header"][-1]["offset"] + layout["header"][-1]["bytes"] == len(data) == 48
    assert [tag["value"] for tag in layout["tags"]] == [int(tag) for tag in frames.Tag]
    for part in ("tags", "flags", "packing", "imageSources"):
        assert all(entry["description"] for entry in layout[part]), part


def test_close_codes_and_error_codes_are_all_there() -> None:
    assert {each["code"] for each in DOCUMENT["x-close-codes"]} == {
        value for name, value in vars(close_codes).items() if name.isupper()
    }
    assert [each["code"] for each in DOCUMENT["x-error-codes"]] == [code.value for code in ErrorCode]


@pytest.mark.medium
def test_the_page_shows_all_of_it_and_loads_nothing_from_elsewhere(live: Live) -> None:
    page = httpx.get(f"{live.url}/api/docs/websocket")
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
    document = httpx.get(f"{live.url}/api/asyncapi.json").json()
    assert document["servers"]["this"]["host"] == live.url.removeprefix("http://")
    for message in document["components"]["messages"].values():
        assert f'opblock-summary-path">{message["name"]}<' in page.text or message["name"] == "frame"
    for channel in document["channels"].values():
        assert channel["address"] == "/ws" or f"<code>{channel['address']}</code>" in page.text
    for field in document["components"]["messages"]["Frame"]["x-frame"]["header"]:
        assert f"<td>{field['name']}</td><td>{field['type']}</td><td>{field['offset']}</td>" in page.text
    targets = set(re.findall(r'href="#([^"]+)"', page.text))
    assert targets <= set(re.findall(r'id="([^"]+)"', page.text))
    nonce = re.search(r'<style nonce="([^"]+)">', page.text)
    assert nonce
    assert f"'nonce-{nonce.group(1)}'" in page.headers["Content-Security-Policy"]
    assert "docs/websocket" in httpx.get(f"{live.url}/api/openapi.json").json()["info"]["description"]


@pytest.mark.medium
def test_the_client_on_the_page_works_as_it_stands(live: Live) -> None:
    page = httpx.get(f"{live.url}/api/docs/websocket").text
    found = re.search(r'<pre id="client">(.*?)</pre>', page, re.DOTALL)
    assert found
    program = html.unescape(found.group(1))
    assert f"{live.url.replace('http', 'ws')}/ws" in program
    assert len([line for line in program.splitlines() if line.strip()]) <= 30
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["welcome", "state"]
    picture = [line for line in lines if re.fullmatch(r"[o.]+", line)]
    assert len(picture) >= 12
    assert "o" in "".join(picture)
    assert float(lines[lines.index(picture[0]) - 1].split()[-1]) <= 0.05


def test_json_of_the_document_is_plain() -> None:
    assert json.loads(json.dumps(DOCUMENT, allow_nan=False)) == json.loads(json.dumps(DOCUMENT))
