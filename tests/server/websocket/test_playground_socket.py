"""Clients that behave and clients that do not, over real sockets."""

import asyncio
import json
import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server.protocol import close_codes
from server.protocol import messages as wire
from server.settings import Settings
from tests.server.live import Live, Page, eventually, running
from tests.server.vectors import client_messages

pytestmark = pytest.mark.anyio


async def close_code(page: Page) -> int | None:
    """Read until the socket is closed, and return the code."""
    with suppress(ConnectionClosed):
        while True:
            await page.receive()
    return page.socket.close_code


async def test_a_page_of_another_origin_is_refused(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with live.page(origin="http://evil.example"):
            raise AssertionError
    response = refused.value.response
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert json.loads(response.body)["code"] == "foreign_origin"
    await eventually(lambda: live.tasks == 0)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_own_pages_and_programs_may_connect(live: Live) -> None:
    for origin in (f"http://127.0.0.1:{live.port}", None):
        async with live.page(origin=origin) as page:
            assert (await page.open())["revision"] >= 1


async def test_a_reload_finds_the_training_where_it_was(live: Live) -> None:
    async with live.page() as page:
        await page.open(config={"dataset": "xor"}, playing=True, speed=None)
        await page.frame(lambda frame: frame.epoch >= 10)
        await page.send("edit_bias", layer=1, neuron=0, value=0.5)
        state = await page.message("state")
        identity = page.session
    async with live.page() as page:
        again = await page.open(session=identity, config={"dataset": "circle"}, playing=False, speed=1)
        assert page.resumed
        assert page.session == identity
        assert again == state
        frame = await page.frame()
        assert frame.epoch >= 10
        assert frame.sections[4].a == 1


async def test_an_unknown_session_becomes_a_new_one(live: Live) -> None:
    async with live.page() as page:
        await page.open(session="gone", config={"noise": 10})
        assert not page.resumed
        assert page.session != "gone"
        assert page.state["config"]["noise"] == 10


async def test_open_may_come_again_for_another_session(live: Live) -> None:
    async with live.page() as page:
        await page.open(playing=True, speed=None)
        first = page.session
        await page.frame()
        await page.open(config={"problem": "regression"})
        assert page.session != first
        assert page.state["config"]["dataset"] == "plane"
        frame = await page.frame()
        assert frame.epoch == 0
        assert frame.sections[5].train_points == 600
        assert all(frame.epoch == 0 for frame in await page.nothing(0.2))


async def test_training_pauses_after_the_last_page_left_and_goes_on_with_the_next(assets: Path) -> None:
    with running(Settings(port=0, pause_after=0.2), assets) as live:
        async with live.page() as page:
            await page.open(playing=True, speed=200)
            left_at = (await page.frame(lambda frame: frame.epoch >= 5)).epoch
            identity = page.session
        await asyncio.sleep(1.5)
        async with live.page() as page:
            state = await page.open(session=identity)
            assert state["playing"]
            found = (await page.frame()).epoch
            assert left_at <= found <= left_at + 150, (
                "it must stand still after 0.2 s, that is some 40 epochs"
            )
            await page.frame(lambda frame: frame.epoch > found + 5)


async def test_a_full_server_says_so_and_lets_abandoned_sessions_go(assets: Path) -> None:
    with running(Settings(port=0, max_sessions=2, session_grace=0.2), assets) as live:
        async with live.page() as one, live.page() as two, live.page() as three:
            await one.open()
            await two.open()
            await three.send("open", version=1)
            error = await three.error()
            assert error["code"] == "server_full"
            assert await close_code(three) == close_codes.FULL
            await one.socket.close()
            await asyncio.sleep(0.5)
            async with live.page() as four:
                await four.open()
            async with live.page() as five:
                await five.open(session=two.session)
                assert five.resumed


async def test_one_socket_cannot_fill_the_server(assets: Path) -> None:
    with running(Settings(port=0, max_sessions=3), assets) as live:
        async with live.page() as one, live.page() as two:
            first = await one.open()
            for _ in range(20):
                await one.send("open", version=1)
            await two.open()
            assert len(live.app.state.session_manager) <= 3
            await one.send("watch", layer=99)
            assert (await one.error())["code"] == "no_such_neuron"
            assert first["revision"] >= 1


async def test_a_client_refused_another_session_keeps_its_own(assets: Path) -> None:
    with running(Settings(port=0, max_sessions=1), assets) as live:
        async with live.page() as page:
            await page.open()
            await page.send("open", version=1)
            assert (await page.error())["code"] == "server_full"
            await page.send("step", unit="epoch")
            await page.frame(lambda frame: frame.epoch == 1)


async def test_after_hanging_up_no_message_is_read(assets: Path) -> None:
    with running(Settings(port=0, max_sessions=1), assets) as live:
        async with live.page() as one, live.page() as two:
            await one.open()
            for _ in range(50):
                await two.send("open", version=1)
            assert (await two.error())["code"] == "server_full"
            assert await two.nothing_but_the_end() == []
            assert two.socket.close_code == close_codes.FULL


async def test_sessions_that_nobody_returns_to_are_removed(assets: Path) -> None:
    with running(Settings(port=0, pause_after=0, session_lifetime=0.1), assets) as live:
        async with live.page() as page:
            await page.open(playing=True)
            await page.frame()
        await eventually(lambda: not len(live.app.state.session_manager))


async def test_a_page_that_paints_nothing_is_let_go_but_a_hidden_one_is_not(assets: Path) -> None:
    with running(Settings(port=0, ack_timeout=0.4), assets) as live:
        async with live.page() as hidden, live.page() as page:
            hidden.acknowledges = False
            await hidden.open(playing=True)
            await hidden.frame()
            await hidden.send("visible", visible=False)
            page.acknowledges = False
            await page.open(playing=True)
            assert await close_code(page) == close_codes.STALLED
            await asyncio.sleep(0.4)
            hidden.acknowledges = True
            await hidden.send("visible", visible=True)
            before = hidden.epoch
            assert (await hidden.frame(lambda frame: frame.epoch > before)).epoch > before


@pytest.mark.parametrize("spelling", ['{"type":"ack","frame":%d}', '{"frame": %d, "type": "ack"}'])
async def test_frames_go_on_however_what_was_painted_is_told(live: Live, spelling: str) -> None:
    async with live.page() as page:
        page.acknowledges = False
        await page.open(playing=True)
        for _ in range(6):  # more than may be under way
            newest = await page.frame()
            await page.socket.send(spelling % newest.frame)


@pytest.mark.parametrize("number", ["007", "99999999999", "1e1", ""])
async def test_a_number_in_no_proper_form_is_not_taken_for_one(live: Live, number: str) -> None:
    async with live.page() as page:
        await page.open()
        await page.socket.send('{"type":"ack","frame":' + number + "}")
        assert (await page.message("error"))["code"] in {"invalid_value", "malformed_json"}


async def test_a_client_that_never_reads_is_let_go_and_its_connection_dropped(assets: Path) -> None:
    with running(Settings(port=0, ack_timeout=60.0, send_timeout=0.3), assets) as live:
        async with live.page() as page:
            await page.open(playing=True, speed=100)
            with socket.socket() as deaf:
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                deaf.connect(("127.0.0.1", live.port))
                deaf.sendall(_handshake(live.port))
                assert await asyncio.to_thread(deaf.recv, 12) == b"HTTP/1.1 101"
                deaf.sendall(_text({"type": "open", "version": 1, "config": {"hidden_layers": [64] * 16}}))
                await eventually(lambda: len(live.app.state.connections) == 2)
                deaf.sendall(_text({"type": "watch", "layer": 0, "neuron": 0}))
                acks = [_text({"type": "ack", "frame": frame}) for frame in range(1, 30)]
                while (
                    len(live.app.state.connections) == 2
                ):  # it asks for more and more, and claims to have it
                    with suppress(ConnectionError):
                        deaf.sendall(b"".join([_text({"type": "new_weights"}), *acks]))
                    await page.frame()
                await eventually(lambda: live.connections == 1)
            epoch = page.epoch
            await page.frame(lambda frame: frame.epoch > epoch + 5)


async def test_a_connection_that_breaks_leaves_nothing_behind(live: Live) -> None:
    for _ in range(20):
        async with live.page() as page:
            await page.open(playing=True, speed=None)
            await page.frame()
            page.socket.transport.abort()
    await eventually(lambda: not len(live.app.state.connections))


async def test_too_large_a_message_closes_with_its_code(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        identity = page.session
        await page.socket.send("x" * (wire.MAX_MESSAGE_BYTES + 1))
        assert await close_code(page) == close_codes.TOO_LARGE
    async with live.page() as page:
        await page.open(session=identity)
        assert page.resumed


async def test_a_stop_is_announced(assets: Path) -> None:
    with running(Settings(port=0), assets) as live:
        async with live.page() as page:
            await page.open(playing=True, speed=None)
            await page.frame()
            live.ask_to_stop()
            assert (await page.message("closing"))["reason"] == "shutdown"
            assert await close_code(page) == close_codes.RESTART


async def test_every_wrong_message_gets_one_error_and_the_training_goes_on(live: Live) -> None:
    wrong: list[tuple[str | bytes, str, dict[str, Any]]] = [
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
        for message, code, details in wrong:
            await page.socket.send(message)
            error = await page.error()
            assert error["code"] == code, message
            assert {name: error[name] for name in details} == details, message
            assert len(json.dumps(error)) < 1500
        assert page.state == before
        epoch = page.epoch
        await page.frame(lambda frame: frame.epoch > epoch)


async def test_text_that_is_not_utf8_is_answered_too(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        page.socket.transport.write(_frame(b"\xff\xfe{", 1))
        assert (await page.error())["code"] == "not_text"
        await page.send("pause")
        await page.message("state")


async def test_before_open_everything_else_is_refused(live: Live) -> None:
    async with live.page() as page:
        await page.send("play", ref=1)
        assert await page.error() == {
            "type": "error",
            "code": "not_open",
            "message": "The first message must be open.",
            "field": None,
            "value": None,
            "expected": "open",
            "ref": 1,
        }
        await page.send("open", version=1, config={"noise": -1})
        assert (await page.error())["field"] == "noise"
        await page.send("ack", frame=0)
        assert (await page.error())["code"] == "not_open"
        await page.open()


async def test_a_refused_open_keeps_the_session_that_was_open(live: Live) -> None:
    async with live.page() as page:
        await page.open()
        await page.send("open", version=1, config={"noise": -1})
        assert (await page.error())["field"] == "noise"
        await page.send("step", unit="epoch")
        await page.frame(lambda frame: frame.epoch == 1)


async def test_a_flood_is_answered_message_by_message_while_others_train_on(live: Live) -> None:
    async with live.page() as page, live.page() as flooding:
        await page.open(playing=True, speed=None)
        await flooding.open()

        async def flood() -> None:
            for number in range(600):
                await flooding.send("edit_bias", layer=9, neuron=0, value=1, ref=number)

        sending = asyncio.create_task(flood())
        for number in range(600):
            error = await flooding.error()
            assert error["ref"] == number
        await sending
        epoch = page.epoch
        await page.frame(lambda frame: frame.epoch > epoch + 3)


async def test_a_flood_is_slowed_then_refused_then_cut_while_others_train_on(assets: Path) -> None:
    with running(Settings(port=0, max_message_rate=50), assets) as live:
        async with live.page() as page, live.page() as flooding:
            await page.open(playing=True, speed=None)
            await flooding.open()
            began = asyncio.get_running_loop().time()

            async def flood() -> None:
                with suppress(ConnectionClosed):
                    for number in range(10_000):
                        await flooding.send("edit_bias", layer=9, neuron=0, value=1, ref=number)

            sending = asyncio.create_task(flood())
            codes: list[str] = []
            with suppress(ConnectionClosed):
                while True:
                    codes.append((await flooding.error())["code"])
            await sending
            assert list(dict.fromkeys(codes)) == ["no_such_parameter", "too_fast"]
            assert codes.count("no_such_parameter") >= 190
            assert codes.count("too_fast") >= 90
            assert asyncio.get_running_loop().time() - began > 1
            assert flooding.socket.close_code == close_codes.FLOOD
            epoch = page.epoch
            await page.frame(lambda frame: frame.epoch > epoch + 3)


async def test_no_more_pages_connect_than_the_settings_say(assets: Path) -> None:
    with running(Settings(port=0, max_connections=2), assets) as live:
        async with live.page() as one, live.page() as two:
            await one.open()
            await two.open()
            async with live.page() as three:
                assert (await three.error())["code"] == "server_full"
                assert await close_code(three) == close_codes.FULL
            await one.send("step", unit="epoch")
            await one.frame(lambda frame: frame.epoch == 1)
        await eventually(lambda: not len(live.app.state.connections))
        async with live.page() as four:
            await four.open()


def forwarded(address: str) -> dict[str, str]:
    """Return what a proxy on this machine says of a client."""
    return {"X-Forwarded-For": address}


async def test_limits_by_address_go_by_what_a_trusted_proxy_says(assets: Path) -> None:
    given = Settings(port=0, max_connections_per_address=2, max_sessions_per_address=1)
    with running(given, assets) as live:
        school, home = forwarded("192.0.2.1"), forwarded("192.0.2.2")
        async with live.page(additional_headers=school) as one, live.page(additional_headers=school) as two:
            await one.open()
            await two.send("open", version=1)
            assert (await two.error())["code"] == "address_full"
            assert await close_code(two) == close_codes.FULL
            await eventually(lambda: len(live.app.state.connections) == 1)
            async with live.page(additional_headers=school) as again:
                await again.open(session=one.session)
                assert again.resumed, "those inside are let in"
                async with live.page(additional_headers=school) as three:
                    assert (await three.error())["code"] == "server_full"
            async with live.page(additional_headers=home) as elsewhere:
                await elsewhere.open()


async def test_what_a_stranger_says_of_an_address_is_not_believed(assets: Path) -> None:
    given = Settings(port=0, max_sessions_per_address=1, forwarded_allow_ips="192.0.2.77")
    with running(given, assets) as live:
        async with live.page(additional_headers=forwarded("192.0.2.1")) as one:
            await one.open()
            async with live.page(additional_headers=forwarded("192.0.2.2")) as two:
                await two.send("open", version=1)
                assert (await two.error())["code"] == "address_full"


async def test_networks_and_runs_are_as_large_as_the_settings_allow(assets: Path) -> None:
    with running(Settings(port=0, max_parameters=20, max_points=1, max_epochs_per_call=10), assets) as live:
        async with live.page() as page:
            await page.send("open", version=1, config={"hidden_layers": [8, 8]}, ref=1)
            error = await page.error()
            assert (error["code"], error["field"], error["ref"]) == ("too_large", "hidden_layers", 1)
            before = await page.open(config={"hidden_layers": [2]})
            await page.send("configure", changes={"hidden_layers": [8, 8]}, ref=2)
            error = await page.error()
            assert (error["code"], error["value"], error["ref"]) == ("too_large", 105, 2)
            assert error["expected"] == "at most 20 weights and biases"
            own = {"dataset": "own", "points": [[1, 1, 1], [2, 2, -1]]}
            await page.send("configure", changes=own, ref=4)
            error = await page.error()
            assert (error["code"], error["expected"], error["ref"]) == ("too_large", "at most 1 points", 4)
            await page.send("step", unit="epoch", count=11, ref=3)
            error = await page.error()
            assert (error["code"], error["expected"], error["ref"]) == ("too_large", "at most 10 epochs", 3)
            assert page.state == before


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


def test_no_junk_closes_a_socket_or_disturbs_a_training(live: Live) -> None:
    """Random messages: each is answered, by an error or by what it asked for, and training goes on."""

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

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(MESSAGES, max_size=8))
    def check(messages: list[str | bytes]) -> None:
        asyncio.run(scenario(messages))

    check()


def _frame(payload: bytes, opcode: int) -> bytes:
    """Return a websocket frame as a client sends it, masked with zeros."""
    length = len(payload)
    size = bytes([0x80 | length]) if length < 126 else bytes([0x80 | 126]) + struct.pack(">H", length)
    return bytes([0x80 | opcode]) + size + bytes(4) + payload


def _text(message: dict[str, Any]) -> bytes:
    return _frame(json.dumps(message).encode(), 1)


def _handshake(port: int) -> bytes:
    return (
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()
