import json
from typing import Any, get_args

from pydantic import TypeAdapter

from engine.config import TrainingConfig
from server.errors import wire_errors
from server.protocol import messages as wire
from tests.server import vectors
from tests.server.frame_reader import ReadFrame, ReadSection, read_frame


def members(union: Any) -> set[type]:
    """Return the message classes of a discriminated union."""
    return set(get_args(get_args(union)[0]))


def test_the_vectors_file_is_up_to_date() -> None:
    """After a change of the protocol, run `python -m tests.server.vectors` and review the difference."""
    assert _decoded(vectors.PATH.read_text("utf-8")) == _decoded(vectors.vectors_json())


def _decoded(text: str) -> tuple[Any, list[tuple[ReadFrame, str]]]:
    """Return the vectors with compressed frames decoded, as versions of zlib may differ in their output."""
    content, before = json.loads(text), dict[int, ReadSection]()
    compressed = content.pop("packed")
    frames = [(read_frame(bytes.fromhex(each["hex"]), before), each["plain"]) for each in compressed]
    return content, frames


def test_compressed_and_uncompressed_frames_of_the_vectors_are_equal() -> None:
    _, compressed = _decoded(vectors.PATH.read_text("utf-8"))
    assert [read for read, _ in compressed] == [
        read_frame(bytes.fromhex(plain), {}) for _, plain in compressed
    ]


def test_the_vectors_contain_every_kind_of_message() -> None:
    assert {type(message) for message in vectors.client_messages()} == members(wire.AnyClientMessage)
    assert {type(message) for message in vectors.server_messages()} == members(wire.ServerMessage)


def test_client_messages_of_the_vectors_are_parsed() -> None:
    recorded = json.loads(vectors.PATH.read_text("utf-8"))["client_messages"]
    assert [wire_errors.parse(json.dumps(message)) for message in recorded] == vectors.client_messages()


def test_server_messages_survive_a_round_trip() -> None:
    adapter: TypeAdapter[wire.ServerMessage] = TypeAdapter(wire.ServerMessage)
    for message in vectors.server_messages():
        assert adapter.validate_json(message.model_dump_json()) == message


def test_a_state_contains_every_setting_of_the_training() -> None:
    state = json.loads(vectors.server_messages()[1].model_dump_json())
    assert set(state["config"]) == set(TrainingConfig.model_fields)


def test_the_default_speed_is_60_and_null_means_unlimited() -> None:
    default = wire_errors.parse('{"type": "open", "version": 1}')
    unlimited = wire_errors.parse('{"type": "open", "version": 1, "speed": null}')
    assert isinstance(default, wire.Open)
    assert isinstance(unlimited, wire.Open)
    assert (default.speed, unlimited.speed) == (60.0, None)


def test_an_integer_is_accepted_for_a_float() -> None:
    assert wire_errors.parse('{"type": "speed", "epochs_per_second": 5}') == wire.SetSpeed(
        epochs_per_second=5.0
    )
