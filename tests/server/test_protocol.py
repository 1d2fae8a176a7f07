import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from engine.config import TrainingConfig
from server import protocol as wire
from tests.server import vectors


def kinds(union: Any) -> set[type]:
    return set(get_args(get_args(union)[0]))


def test_the_shared_vectors_are_those_of_this_version() -> None:
    """Run `python -m tests.server.vectors` after a change of the wire, and look at what it changed."""
    assert vectors.PATH.read_text("utf-8") == vectors.make()


def test_the_vectors_hold_every_kind_of_message() -> None:
    assert {type(message) for message in vectors.client_messages()} == kinds(wire.AnyClientMessage)
    assert {type(message) for message in vectors.server_messages()} == kinds(wire.ServerMessage)


def test_the_messages_of_the_vectors_are_read_as_what_they_are() -> None:
    written = json.loads(vectors.PATH.read_text("utf-8"))["client_messages"]
    assert [wire.parse(json.dumps(message)) for message in written] == vectors.client_messages()


def test_what_the_server_says_can_be_read_back() -> None:
    reader: TypeAdapter[wire.ServerMessage] = TypeAdapter(wire.ServerMessage)
    for message in vectors.server_messages():
        assert reader.validate_json(message.model_dump_json()) == message


def test_a_state_carries_the_whole_config() -> None:
    state = json.loads(vectors.server_messages()[1].model_dump_json())
    assert set(state["config"]) == set(TrainingConfig.model_fields)


def test_a_missing_speed_is_60_and_a_null_one_is_the_fastest() -> None:
    without = wire.parse('{"type": "open", "version": 1}')
    fastest = wire.parse('{"type": "open", "version": 1, "speed": null}')
    assert isinstance(without, wire.Open)
    assert isinstance(fastest, wire.Open)
    assert (without.speed, fastest.speed) == (60.0, None)


def test_whole_numbers_are_numbers() -> None:
    assert wire.parse('{"type": "speed", "epochs_per_second": 5}') == wire.SetSpeed(epochs_per_second=5.0)


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_is_read_or_refused_with_an_error(text: str) -> None:
    with pytest.raises(wire.MessageError) as refused:
        wire.parse(text)
    assert refused.value.error.code in {"malformed_json", "unknown_message"}


@pytest.mark.parametrize(
    ("ref", "echoed"),
    [
        ("5", 5),
        ("-1", -1),
        ("true", None),
        ('"5"', None),
        ("1.5", None),
        ("1e999", None),
        ("9" * 30, None),
        ("null", None),
    ],
)
def test_an_error_echoes_a_usable_reference(ref: str, echoed: int | None) -> None:
    with pytest.raises(wire.MessageError) as refused:
        wire.parse(f'{{"type": "fly", "ref": {ref}}}')
    assert refused.value.error.ref == echoed


def test_an_error_stays_small() -> None:
    for text in (
        f'{{"type": "{"x" * 60_000}"}}',
        f'{{"type": "play", "{"y" * 60_000}": 1}}',
        f'"{"z" * 60_000}"',
    ):
        with pytest.raises(wire.MessageError) as refused:
            wire.parse(text)
        assert len(refused.value.error.model_dump_json()) < 1500
