"""The states of a session with many clients: made once for all, and merged when they change quickly."""

import json
from typing import Any

import pytest

from server.protocol import messages as wire
from server.runtime.connection import Connection
from server.runtime.state_broadcast import STATE_COST
from tests.server.frame_reader import read_frame
from tests.server.runtime.actor_harness import ActorHarness, message_types

pytestmark = pytest.mark.anyio

CLIENTS = 50


@pytest.fixture
def harness() -> ActorHarness:
    return ActorHarness()


@pytest.fixture
async def connections(harness: ActorHarness) -> list[Connection]:
    joined = [harness.join() for _ in range(CLIENTS)]
    while harness.actor.has_events:
        harness.turn()
    for connection in joined:
        connection.outbox.take_batch()
    return joined


def states(connection: Connection) -> list[dict[str, Any]]:
    batch, _ = connection.outbox.take_batch()
    return [state for text in batch.messages if (state := json.loads(text))["type"] == "state"]


async def test_the_json_of_a_state_is_made_once_for_all_clients(
    harness: ActorHarness, connections: list[Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    dump = wire.State.model_dump_json

    def dumping(state: wire.State) -> str:
        made.append(state)
        return dump(state)

    monkeypatch.setattr(wire.State, "model_dump_json", dumping)
    harness.say(connections[0], wire.Play())
    harness.turn()
    assert len(made) == 1
    assert all(states(connection)[0]["playing"] for connection in connections)


async def test_clients_that_watch_different_neurons_get_their_own_state(
    harness: ActorHarness, connections: list[Connection]
) -> None:
    harness.say(connections[0], wire.Watch(layer=1, neuron=1))
    harness.turn()
    harness.say(connections[1], wire.Play())
    harness.turn()
    watched = [states(connection)[-1]["watch"] for connection in connections]
    assert watched[0] == {"layer": 1, "neuron": 1}
    assert watched[1:] == [{"layer": 2, "neuron": 0}] * (CLIENTS - 1)


async def test_quick_changes_are_told_together_and_the_last_one_reaches_everybody(
    harness: ActorHarness, connections: list[Connection]
) -> None:
    told = 0
    for speed in range(1, 101):
        harness.say(connections[0], wire.SetSpeed(epochs_per_second=speed))
        harness.turn()
        told += len(states(connections[1]))
    assert told <= 2
    due = harness.turn()
    assert due is not None
    harness.clock.now = max(due, harness.clock.now + CLIENTS * STATE_COST)
    harness.turn()
    assert [states(connection)[-1]["speed"] for connection in connections[2:]] == [100] * (CLIENTS - 2)


@pytest.mark.medium
async def test_no_frame_comes_before_the_state_that_it_shows(
    harness: ActorHarness, connections: list[Connection]
) -> None:
    known, frames = 0, 0
    for number in range(300):
        harness.say(connections[0], wire.Configure(changes={"learning_rate": 0.001 * (number + 1)}))
        harness.clock.now += 0.002
        harness.turn()
        batch, _ = connections[1].outbox.take_batch()
        for kind, text in zip(message_types(batch), batch.messages, strict=True):
            known = json.loads(text)["revision"] if kind == "state" else known
        if batch.frame is not None:
            frame = read_frame(batch.frame)
            frames += 1
            assert frame.revision <= known
            connections[1].outbox.acknowledge(frame.frame)
    assert frames > 5


async def test_an_error_is_told_at_once(harness: ActorHarness, connections: list[Connection]) -> None:
    for connection in connections[:2]:
        harness.say(connection, wire.Play())
    harness.say(connections[2], wire.Watch(layer=9, neuron=0, ref=5))
    harness.turn()
    batch, _ = connections[2].outbox.take_batch()
    assert json.loads(batch.messages[-1])["ref"] == 5
