"""Messages that are malformed, invalid or too large: each gets an error, and the training goes on."""

import asyncio
import json
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.errors.wire_errors import parse
from server.protocol import close_codes
from server.protocol import messages as wire
from tests.server.live import Live
from tests.server.vectors import client_messages
from tests.server.websocket.raw_client import masked_frame

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("number", ["007", "99999999999", "1e1", ""])
async def test_an_acknowledgement_with_an_invalid_number_is_refused(live: Live, number: str) -> None:
    async with live.page() as page:
        await page.open()
        await page.socket.send('{"type":"ack","frame":' + number + "}")
        assert (await page.message("error"))["code"] in {"invalid_value", "malformed_json"}


async def test_a_message_that_is_too_large_closes_the_socket(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        session_id = page.session
        await page.socket.send("x" * (wire.MAX_MESSAGE_BYTES + 1))
        assert await page.close_code() == close_codes.TOO_LARGE
    async with live.page() as page:
        await page.open(session=session_id)
        assert page.resumed


async def test_every_invalid_message_gets_one_error_and_training_continues(live: Live) -> None:
    invalid: list[tuple[str | bytes, str, dict[str, Any]]] = [
        ("{", "malformed_json", {}),
        ("", "malformed_json", {}),
        ("[" * 5000, "malformed_json", {}),
        ('"play"', "unknown_message", {"value": "play"}),
        ("[]", "unknown_message", {"value": []}),
        ("null", "unknown_message", {"value": None}),
        ('{"type": "jump", "ref": 7}', "unknown_message", {"value": "jump", "ref": 7}),
        ('{"ref": 8}', "unknown_message", {"ref": 8}),
        ('{"type": 5}', "unknown_message", {"value": 5}),
        ('{"type": "play", "now": true, "ref": 9}', "invalid_value", {"field": "now", "ref": 9}),
        ('{"type": "play", "ref": "x"}', "invalid_value", {"field": "ref", "ref": None}),
        ('{"type": "step", "unit": "year"}', "invalid_value", {"field": "unit", "value": "year"}),
        ('{"type": "step", "unit": "epoch", "count": 1001}', "invalid_value", {"expected": "at most 1000"}),
        ('{"type": "step", "unit": "epoch", "count": "1"}', "invalid_value", {"expected": "an integer"}),
        ('{"type": "step", "unit": "epoch", "count": 1.5}', "invalid_value", {"field": "count"}),
        ('{"type": "speed", "epochs_per_second": 0}', "invalid_value", {"expected": "more than 0"}),
        ('{"type": "speed", "epochs_per_second": NaN}', "invalid_value", {"value": "nan"}),
        ('{"type": "speed", "epochs_per_second": 1e999}', "invalid_value", {"value": "inf"}),
        ('{"type": "speed"}', "invalid_value", {"expected": "a value"}),
        ('{"type": "watch", "layer": 9}', "no_such_neuron", {"value": {"layer": 9, "neuron": 0}}),
        ('{"type": "watch", "layer": 1, "neuron": 4}', "no_such_neuron", {}),
        ('{"type": "watch", "layer": -1}', "invalid_value", {"field": "layer"}),
        ('{"type": "probe", "x1": 6.1, "x2": 0}', "invalid_value", {"field": "x1", "value": 6.1}),
        ('{"type": "probe", "x1": 0}', "invalid_value", {"field": "x2"}),
        ('{"type": "edit_bias", "layer": 0, "neuron": 0, "value": 1}', "no_such_parameter", {}),
        ('{"type": "edit_bias", "layer": 1, "neuron": 0, "value": 1e7}', "invalid_value", {"field": "value"}),
        (
            '{"type": "edit_weight", "layer": 1, "source": 2, "neuron": 0, "value": 1, "ref": 3}',
            "no_such_parameter",
            {"value": {"layer": 1, "source": 2, "neuron": 0}, "ref": 3},
        ),
        ('{"type": "configure", "changes": {"noise": 81}}', "invalid_value", {"field": "noise", "value": 81}),
        ('{"type": "configure", "changes": {"noise": "5"}}', "invalid_value", {"expected": "a number"}),
        ('{"type": "configure", "changes": {"nose": 5}}', "invalid_value", {"field": "nose"}),
        ('{"type": "configure", "changes": {"dataset": "plane"}}', "invalid_value", {"field": "dataset"}),
        ('{"type": "configure", "changes": {"learning_rate": Infinity}}', "invalid_value", {}),
        ('{"type": "configure", "changes": {"hidden_layers": [4, 65]}}', "invalid_value", {"value": 65}),
        ('{"type": "configure", "changes": {"features": []}}', "invalid_value", {"field": "features"}),
        ('{"type": "configure", "changes": {"data_seed": 1' + "0" * 400 + "}}", "invalid_value", {}),
        ('{"type": "configure", "changes": [1]}', "invalid_value", {"field": "changes"}),
        ('{"type": "ack", "frame": 4000000000}', "invalid_value", {"field": "frame"}),
        ('{"type": "ack", "frame": -1}', "invalid_value", {"field": "frame"}),
        ('{"type": "open", "version": 2}', "invalid_value", {"field": "version"}),
        (b"\x00\x01", "not_text", {}),
        (b"", "not_text", {}),
    ]
    async with live.page() as page:
        before = await page.open(playing=True, speed=None)
        for message, code, details in invalid:
            await page.socket.send(message)
            error = await page.error()
            assert error["code"] == code, message
            assert {name: error[name] for name in details} == details, message
            assert len(json.dumps(error)) < 1500
        assert page.state == before
        epoch = page.epoch
        await page.frame(lambda frame: frame.epoch > epoch)


async def test_text_that_is_not_utf8_gets_an_error(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        page.socket.transport.write(masked_frame(b"\xff\xfe{", 1))
        assert (await page.error())["code"] == "not_text"
        await page.send("pause")
        await page.message("state")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


KINDS = st.sampled_from([message.type for message in client_messages()])


FIELDS = st.sampled_from(
    sorted({field for message in client_messages() for field in type(message).model_fields})
)


MESSAGES = (
    st.text(max_size=60)
    | st.binary(max_size=60)
    | JUNK.map(json.dumps)
    | st.builds(
        lambda kind, fields: json.dumps({"type": kind, **fields}),
        KINDS,
        st.dictionaries(FIELDS, JUNK, max_size=5),
    )
)


@pytest.mark.parametrize("examples", [15, pytest.param(100, marks=pytest.mark.slow)])
def test_random_messages_neither_close_the_socket_nor_disturb_training(live: Live, examples: int) -> None:
    """Send random messages to one session; it must answer still, and another one must train on."""

    async def scenario(messages: list[str | bytes]) -> None:
        async with live.page() as trained, live.page() as junk:
            await trained.open(playing=True, speed=200)
            await junk.open(session=None)
            for message in messages:
                await junk.socket.send(message)
            await junk.send("watch", layer=1000, ref=424_242)
            while (await junk.error())["ref"] != 424_242:
                pass
            epoch = trained.epoch
            await trained.frame(lambda frame: frame.epoch > epoch)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(MESSAGES, max_size=8))
    def check(messages: list[str | bytes]) -> None:
        asyncio.run(scenario(messages))

    check()


async def test_a_message_with_thousands_of_keys_is_refused_before_it_is_parsed(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        keys = ",".join(f'"{number}":1' for number in range(3000))
        await page.socket.send('{"type":"configure","changes":{' + keys + "}}")
        error = await page.message("error")
        assert (error["code"], error["expected"]) == ("too_large", "at most 1000 keys")


async def test_too_many_points_are_refused_by_their_number_whatever_they_are(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        await page.send("configure", changes={"points": [1] * 20_000}, ref=3)
        error = await page.message("error")
        assert (error["field"], error["expected"], error["ref"]) == ("points", "at most 1000 entries", 3)


async def test_large_messages_are_parsed_and_validated_off_the_event_loop(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def parsing(text: str) -> wire.AnyClientMessage:
        if "points" in text:
            threads.append(threading.current_thread().name)
        return parse(text)

    monkeypatch.setattr("server.errors.wire_errors.parse", parsing)
    rows = [[1.0, 1.0, 1], [-1.0, -1.0, -1]] * 450
    async with live.page() as page:
        await page.open(config={"dataset": "own", "points": rows})
        assert page.state["config"]["dataset"] == "own"
        await page.send("configure", changes={"points": rows[2:]})
        await page.message("state")
    assert threads
    assert {name.rpartition("_")[0] for name in threads} == {"large-inputs"}


async def test_thousands_of_tiny_messages_in_one_piece_are_handled_in_their_order(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        texts = [f'{{"type":"edit_bias","layer":9,"neuron":0,"value":1,"ref":{n}}}' for n in range(400)]
        transport = page.socket.transport
        transport.write(b"".join(masked_frame(text.encode(), 1) for text in texts))
        assert [(await page.message("error"))["ref"] for _ in texts] == list(range(400))
