"""When the session actor trains and makes frames: speeds, frame rates, slices of training."""

import json
import math
from typing import Any

import pytest

from server.protocol import messages as wire
from server.protocol.frames import Tag
from server.sessions.commands import handle
from tests.server.frame_reader import read_frame
from tests.server.runtime.actor_harness import ActorHarness, take_frame

pytestmark = pytest.mark.anyio


@pytest.mark.medium
async def test_at_60_epochs_a_second_every_frame_shows_the_next_epoch() -> None:
    harness = ActorHarness(playing=True, speed=60)
    connection = harness.join()
    frames = harness.run(2, connection)
    epochs = [frame.epoch for frame in frames]
    assert epochs == sorted(set(epochs))
    assert len(frames) == pytest.approx(121, abs=3)
    assert epochs[-1] == pytest.approx(121, abs=3)


async def test_at_7_epochs_a_second_every_epoch_has_a_frame() -> None:
    harness = ActorHarness(playing=True, speed=7)
    connection = harness.join()
    frames = harness.run(3, connection)
    assert [frame.epoch for frame in frames] == list(range(1, len(frames) + 1))
    assert frames[-1].epoch == pytest.approx(22, abs=1)


@pytest.mark.medium
async def test_at_unlimited_speed_frames_come_at_the_frame_rate_and_turns_are_short() -> None:
    harness = ActorHarness(playing=True, speed=None, frame_rate=30, tick=2e-4)
    connection = harness.join()
    frames = harness.run(0.5, connection)
    assert len(frames) == pytest.approx(16, abs=2)
    started = harness.clock.now
    harness.turn()
    assert harness.clock.now - started < 2 * harness.settings.slice
    harness.turn(queue_length=100)
    assert frames[-1].epoch > 50


async def test_a_message_is_followed_by_a_frame_before_the_frame_clock_is_due() -> None:
    harness = ActorHarness(frame_rate=1)
    connection = harness.join()
    harness.turn(urgent=True)
    take_frame(connection)
    for value in (0.1, 0.2, 0.3):
        harness.say(connection, wire.EditBias(layer=1, neuron=0, value=value))
        (frame,) = harness.run(0.51, connection)
        assert frame.sections[Tag.PARAMETERS].values[4] == pytest.approx(value)


@pytest.mark.medium
async def test_constant_messages_cause_at_most_twice_the_frame_rate() -> None:
    harness = ActorHarness(frame_rate=60)
    connection = harness.join()
    frames = 0
    for number in range(1000):
        harness.say(connection, wire.Watch(layer=1, neuron=number % 2))
        frames += len(harness.run(0.001, connection))
    assert frames == pytest.approx(120, abs=12)


@pytest.mark.medium
async def test_slow_frames_take_at_most_a_fifth_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    harness = ActorHarness(playing=True, speed=60)
    connection = harness.join()
    make = harness.session.frame

    def frame(view: Any, number: int) -> bytes:
        harness.clock.now += 0.1
        return make(view, number)

    monkeypatch.setattr(harness.session, "frame", frame)
    assert len(harness.run(5, connection)) == pytest.approx(10, abs=1)


async def test_a_waiting_frame_is_replaced_without_losing_its_history() -> None:
    harness = ActorHarness()
    connection = harness.join()
    harness.run(0, connection)
    harness.say(connection, wire.Step(unit="epoch", count=2))
    harness.run(0.1)
    harness.say(connection, wire.Step(unit="epoch", count=3))
    harness.run(0.1)
    (frame,) = take_frame(connection)
    assert frame.epoch == 5
    assert [point[0] for point in frame.sections[Tag.HISTORY].values] == [1, 2, 3, 4, 5]


async def test_no_frame_of_an_older_revision_follows_a_state() -> None:
    harness = ActorHarness()
    connection = harness.join()
    harness.turn(urgent=True)
    harness.say(connection, wire.Configure(changes={"hidden_layers": [3]}))
    harness.run(0.02)
    batch, _ = connection.outbox.take_batch()
    states = [json.loads(text) for text in batch.messages if '"state"' in text]
    assert batch.frame is not None
    frame = read_frame(batch.frame)
    assert frame.revision == states[-1]["revision"] == harness.session.revision
    assert {Tag.POINTS, Tag.INPUTS} <= frame.tags, "the first frame was taken back, so this is the first"


async def test_a_client_without_acknowledgements_gets_two_frames_and_causes_no_turns() -> None:
    harness = ActorHarness()
    connection = harness.join()
    harness.run(0, connection)
    for number in range(5):
        harness.say(connection, wire.EditBias(layer=1, neuron=0, value=number / 10))
        harness.run(0.02)
        connection.outbox.take_batch()
    assert connection.outbox.last_sent == 3
    assert harness.turn() is None, "nothing to do until the page paints"
    assert connection.outbox.acknowledge(3) is True
    (frame,) = harness.run(0.02, connection)
    assert frame.sections[Tag.PARAMETERS].values[4] == pytest.approx(0.4)


async def test_hidden_pages_get_no_frames_while_training_continues() -> None:
    harness = ActorHarness(playing=True, speed=60)
    connection = harness.join()
    harness.run(0.1, connection)
    harness.say(connection, wire.Visible(visible=False))
    assert harness.run(1, connection) == []
    assert harness.session.trainer.epoch > 50
    harness.say(connection, wire.Visible(visible=True))
    assert harness.run(0.01, connection)[0].epoch > 50


async def test_fast_trainings_record_losses_at_a_stride(monkeypatch: pytest.MonkeyPatch) -> None:
    harness = ActorHarness(playing=True, speed=None)
    connection = harness.join()
    strides = set()

    def train(limit: float, stop: Any, *, stride: int = 1, by_batch: bool = False) -> int:
        assert limit == math.inf
        assert by_batch or not stop()
        strides.add(stride)
        harness.clock.now += 0.004
        return 400

    monkeypatch.setattr(harness.session, "train", train)
    harness.run(2, connection)
    assert max(strides) == 64, "100,000 a second are 1,667 a frame: some 48 of them are kept"


@pytest.mark.medium
async def test_epochs_wait_for_the_frame_that_shows_them() -> None:
    harness = ActorHarness(playing=True, frame_rate=30)
    connection = harness.join()
    harness.run(1, connection)
    turns = []
    turn = harness.actor.turn

    def counted(*, urgent: bool, queue_length: int) -> float | None:
        turns.append(harness.clock.now)
        return turn(urgent=urgent, queue_length=queue_length)

    harness.actor.turn = counted  # type: ignore[method-assign]
    before = harness.session.trainer.epoch
    frames = harness.run(4, connection)
    assert len(frames) == pytest.approx(120, abs=3)
    assert len(turns) <= len(frames) + 5
    assert harness.session.trainer.epoch - before == pytest.approx(240, abs=5)


async def test_long_epochs_are_split_into_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.trainer.Trainer.is_fast", False)  # as without compiled code
    harness = ActorHarness(playing=True, speed=None, slice=0.001)
    handle(harness.session, harness.session.attach()[0], wire.Configure(changes={"batch_size": 1}))
    harness.join()
    harness.turn()
    assert 0 < harness.session.trainer.batch < 250
