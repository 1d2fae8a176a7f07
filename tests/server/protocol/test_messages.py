import json
from typing import Any, get_args

from pydantic import TypeAdapter

from engine.config import TrainingConfig
from server.errors import wire_errors
from server.protocol import messages as wire
from tests.server import vectors
from tests.server.frame_reader import ReadFrame, ReadSection, read_frame


def kinds(union: Any) -> set[type]:
    return set(get_args(get_args(union)[0]))


def test_the_shared_vectors_are_those_of_this_version() -> None:
    """Run `python -m tests.server.vectors` after a change of the wire, and look at what it changed."""
    assert _meaning(vectors.PATH.read_text("utf-8")) == _meaning(vectors.make())


def _meaning(text: str) -> tuple[Any, list[tuple[ReadFrame, str]]]:
    """Return what vectors say, with packed frames read: zlib's bytes are not the same everywhere."""
    said, before = json.loads(text), dict[int, ReadSection]()
    packed = said.pop("packed")
    return said, [(read_frame(bytes.fromhex(each["hex"]), before), each["plain"]) for each in packed]


def test_the_packed_vectors_say_what_the_plain_ones_say() -> None:
    _, packed = _meaning(vectors.PATH.read_text("utf-8"))
    assert [read for read, _ in packed] == [read_frame(bytes.fromhex(plain), {}) for _, plain in packed]


def test_the_vectors_hold_every_kind_of_message() -> None:
    assert {type(message) for message in vectors.client_messages()} == kinds(wire.AnyClientMessage)
    assert {type(message) for message in vectors.server_messages()} == kinds(wire.ServerMessage)


def test_the_messages_of_the_vectors_are_read_as_what_they_are() -> None:
    written = json.loads(vectors.PATH.read_text("utf-8"))["client_messages"]
    assert [wire_errors.parse(json.dumps(message)) for message in written] == vectors.client_messages()


def test_what_the_server_says_can_be_read_back() -> None:
    reader: TypeAdapter[wire.ServerMessage] = TypeAdapter(wire.ServerMessage)
    for message in vectors.server_messages():
        assert reader.validate_json(message.model_dump_json()) == message


def test_a_state_carries_the_whole_config() -> None:
    state = json.loads(vectors.server_messages()[1].model_dump_json())
    assert set(state["config"]) == set(TrainingConfig.model_fields)


def test_a_missing_speed_is_60_and_a_null_one_is_the_fastest() -> None:
    without = wire_errors.parse('{"type": "open", "version": 1}')
    fastest = wire_errors.parse('{"type": "open", "version": 1, "speed": null}')
    assert isinstance(without, wire.Open)
    assert isinstance(fastest, wire.Open)
    assert (without.speed, fastest.speed) == (60.0, None)


def test_whole_numbers_are_numbers() -> None:
    assert wire_errors.parse('{"type": "speed", "epochs_per_second": 5}') == wire.SetSpeed(
        epochs_per_second=5.0
    )
